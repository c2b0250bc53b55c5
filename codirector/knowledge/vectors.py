"""Vectors of texts, kept in a file by the hash of the text: a changed article costs only its changed passages, a moved one nothing.

The vectors of the packaged articles lie beside them, so that nobody waits for those; `python -m codirector.knowledge.vectors` writes
them anew after an article has changed. Everything else is kept in the folder the caller names.
"""

import hashlib
import os
import sys
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from codirector.knowledge.encoder import NAME, Encoder

Progress = Callable[[int, int], None]
"""Called with (texts done, texts in all)."""


def key(text: str) -> str:
    """The hash a text's vector is kept under; another encoder gives other keys."""
    return hashlib.sha256(f"{NAME}\n{text}".encode()).hexdigest()[:32]


def read(file: Path) -> dict[str, Any]:
    """Vectors by key; none where the file is missing or damaged: they can always be made again."""
    import numpy as np

    try:
        with np.load(file, allow_pickle=False) as stored:
            return dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}


def write(file: Path, vectors: Mapping[str, Any]) -> None:
    """Writes the file whole or not at all. Half precision: it moves a cosine by less than 0.001. Raises OSError."""
    import numpy as np

    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    keys = sorted(vectors)
    with part.open("wb") as out:
        np.savez(out, keys=np.array(keys), vectors=np.array([vectors[name] for name in keys], dtype=np.float16))
    part.replace(file)


def make(texts: Iterable[str], encoder: Encoder, progress: Progress | None = None) -> dict[str, Any]:
    """Vectors of the texts by key, each text once."""
    wanted = list(dict.fromkeys(texts))
    made: dict[str, Any] = {}
    for places, vectors in encoder.batches(wanted):
        made |= {key(wanted[place]): vector for place, vector in zip(places, vectors, strict=True)}
        if progress:
            progress(len(made), len(wanted))
    return made


def main() -> None:
    """Writes the vectors of the packaged articles."""
    from codirector.knowledge.index import ARTICLES, PACKAGED, read_folder, texts_of

    passages = [passage for article in read_folder(ARTICLES) for passage in article.passages]
    known = read(PACKAGED)
    texts = {key(text): text for passage in passages for text in texts_of(passage, sentences=True)}
    made = {name: known[name] for name in texts if name in known}
    made |= make(
        [text for name, text in texts.items() if name not in known],
        Encoder(),
        lambda done, of: print(f"{done} of {of}", end="\r", file=sys.stderr),
    )
    write(PACKAGED, made)
    print(f"{len(passages)} passages, {len(made)} vectors, {PACKAGED.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
