"""Feature vectors and words in one space: the nearest words of a picture.

A linear map (ridge regression, `training/reader/words.py`) carries the reader's vector into MiniLM's space of captions. Knows arrays
and `models/reader/words.npz`; it does not know where pictures are kept.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from codirector.errors import InternalError
from codirector.tools.embedded import MODELS

if TYPE_CHECKING:
    from codirector.tools.reader.reader import OwnReader


@functools.cache
def _table(folder: Path) -> tuple[np.ndarray, np.ndarray, list[str], np.ndarray]:
    path = folder / "words.npz"
    if not path.is_file():
        raise InternalError(f"The reader's table of words is not in {folder}.", "Fetch the repository again: models/reader belongs to it.")
    with np.load(path) as kept:
        words = [str(word) for word in kept["words"]]
        return kept["matrix"].astype(np.float32), kept["offset"].astype(np.float32), words, kept["embeddings"].astype(np.float32)


@functools.cache
def name_embeddings(folder: Path = MODELS / "reader") -> np.ndarray:
    """MiniLM's embeddings [1000, 384] of the names of ImageNet's classes."""
    path = folder / "imagenet.npz"
    if not path.is_file():
        raise InternalError(f"The embeddings of ImageNet's names are not in {folder}.", "Fetch the repository again.")
    with np.load(path) as kept:
        return kept["embeddings"].astype(np.float32)


def word_vector(reader: OwnReader, vector: np.ndarray) -> np.ndarray:
    """A feature vector [256] -> a unit vector [384] in the space of captions."""
    matrix, offset, _, _ = _table(reader.folder)
    carried = vector @ matrix + offset
    return carried / max(float(np.linalg.norm(carried)), 1e-9)


def nearest_words(reader: OwnReader, vector: np.ndarray, number: int = 6) -> list[tuple[str, float]]:
    """The words of the reader's world (things, settings, styles, times) whose embeddings are nearest, with their cosines."""
    _, _, words, embeddings = _table(reader.folder)
    cosines = embeddings @ word_vector(reader, vector)
    return [(words[at], float(cosines[at])) for at in np.argsort(-cosines)[:number]]
