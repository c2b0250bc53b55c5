"""Ties the reader's feature vector to words: writes `models/reader/words.npz` and `models/reader/imagenet.npz`.

    python -m training.reader.words [--number 8000]

Ridge regression from the vectors of freshly painted pictures (training pairs only) to the MiniLM embeddings of their captions; prints
how often the right caption is the nearest among 100 held-out ones. Knows scenes, captions, the reader and MiniLM.
"""

from __future__ import annotations

import argparse
import json

import numpy as np

from codirector.tools.reader import load_reader
from codirector.tools.sketch import Atlas, meaning_encoder
from training.illustrator.art import ATLAS
from training.illustrator.captions import caption
from training.illustrator.world import SETTINGS, STYLES, THINGS, TIMES
from training.reader.scenes import Drawings, labelled


def vectors(number: int, seed: int, held: bool) -> tuple[np.ndarray, np.ndarray]:
    """-> (feature vectors [n, 256], embeddings of captions [n, 384])."""
    reader, drawings, rng, encode = load_reader(), Drawings(Atlas.load(ATLAS)), np.random.default_rng(seed), meaning_encoder()
    found, captions = [], []
    while len(found) < number:
        picture, labels = labelled(drawings, rng, held=held, free=0.0)
        found.append(reader.look(picture).features.vector[0].numpy().copy())
        captions.append(caption(labels.spec, rng))
    embedded = np.concatenate([encode(tuple(captions[at : at + 64])) for at in range(0, number, 64)])
    return np.stack(found), embedded


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--number", type=int, default=6000)
    parser.add_argument("--strength", type=float, default=30.0, help="of the ridge")
    arguments = parser.parse_args()
    reader = load_reader()
    seen, said = vectors(arguments.number, 31, held=False)
    middle, centre = seen.mean(0), said.mean(0)
    apart = seen - middle
    matrix = np.linalg.solve(apart.T @ apart + arguments.strength * np.eye(apart.shape[1]), apart.T @ (said - centre))
    words = list(dict.fromkeys([*(thing.name for thing in THINGS), *SETTINGS[1:], *STYLES, *TIMES]))
    encode = meaning_encoder()
    np.savez_compressed(
        reader.folder / "words.npz", matrix=matrix.astype(np.float16), offset=(centre - middle @ matrix).astype(np.float32),
        words=np.array(words), embeddings=encode(tuple(words)).astype(np.float16),
    )  # fmt: skip
    names = json.loads((reader.folder / "imagenet.json").read_text(encoding="utf-8"))
    plain = tuple(name.lower() for name in names)
    embedded = np.concatenate([encode(plain[at : at + 100]) for at in range(0, len(plain), 100)])
    np.savez_compressed(reader.folder / "imagenet.npz", embeddings=embedded.astype(np.float16))
    test, texts = vectors(400, 32, held=True)
    carried = test @ matrix + centre - middle @ matrix
    carried /= np.linalg.norm(carried, axis=1, keepdims=True)
    cosines = carried @ texts.T
    right = [
        float(cosines[block : block + 100, block : block + 100].argmax(1).__eq__(np.arange(100)).mean()) for block in range(0, 400, 100)
    ]
    print(f"The right one of 100 held-out captions is the nearest for {100 * np.mean(right):.1f} % of the pictures.")


if __name__ == "__main__":
    main()
