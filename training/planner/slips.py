"""Slips of the finger, as people type: neighbouring keys, letters swapped, doubled or left out. Pure; it knows no wishes."""

import random

_NEAR = {
    "a": "sq",
    "b": "vn",
    "c": "xv",
    "d": "sf",
    "e": "wr",
    "f": "dg",
    "g": "fh",
    "h": "gj",
    "i": "uo",
    "j": "hk",
    "k": "jl",
    "l": "k",
    "m": "n",
    "n": "bm",
    "o": "ip",
    "p": "o",
    "q": "w",
    "r": "et",
    "s": "ad",
    "t": "ry",
    "u": "yi",
    "v": "cb",
    "w": "qe",
    "x": "zc",
    "y": "tu",
    "z": "x",
}
"""The keys beside a key on a QWERTY keyboard."""


def slipped(text: str, rng: random.Random) -> str:
    """One slip of the finger in some longer word."""
    parts = text.split(" ")
    places = [index for index, part in enumerate(parts) if len(part) > 4 and part.isalpha()]
    if not places or rng.random() < 0.4:
        return text
    index = rng.choice(places)
    word = list(parts[index])
    at = rng.randrange(1, len(word) - 1)
    match rng.randrange(4):
        case 0:
            word[at], word[at + 1] = word[at + 1], word[at]
        case 1:
            del word[at]
        case 2:
            word.insert(at, word[at])
        case _:
            word[at] = rng.choice(_NEAR.get(word[at].lower(), "e"))
    parts[index] = "".join(word)
    return " ".join(parts)
