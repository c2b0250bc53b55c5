"""Keeps phrasings and benchmark apart: finds the phrasings that could say a whole sentence of a set with words of their own.

Short commands that everybody says alike ('undo that') are no leak; a wording of five words and more outside of its slots is. It prints
the phrasings, never the sentences, so that a sealed set stays unread.
"""

import json
import random
import re
from collections.abc import Iterable
from pathlib import Path

from training.planner.grammar import Node, parse
from training.planner.marked import of_file
from training.planner.words import macros

SAID_ALIKE = 4
"""So many words must a whole message have to be more than what everybody says."""
LITERAL = 5
"""So many words outside of its slots must a phrasing share with a whole sentence."""
_SLOT = "\x00"


def sentences(folder: Path) -> tuple[str, ...]:
    """The messages of every set in `folder`: JSONL files, and conversations as text."""
    found = [
        json.loads(line)["message"] for file in sorted(folder.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines() if line
    ]
    found += [line for file in sorted(folder.glob("*.txt")) for line in file.read_text("utf-8").splitlines() if line[:1] not in ("", "#")]
    return tuple(dict.fromkeys(_plain(message) for message in found))


def too_near(phrasing: str, messages: Iterable[str], tries: int = 40) -> bool:
    """Whether some expansion of the phrasing, its slots filled at will, is one of the messages (as `sentences` gives them)."""
    rng, known = random.Random(phrasing), macros()
    tree = parse(phrasing)
    for _ in range(tries):
        words = _plain(_literal(tree, known, rng)).split()
        if sum(word != _SLOT for word in words) < LITERAL:
            continue
        pattern = re.compile(" ".join(r"\S+(?: \S+){0,6}" if word == _SLOT else re.escape(word) for word in words))
        if any(pattern.fullmatch(message) for message in messages):
            return True
    return False


def repeated(folder: Path, messages: Iterable[str]) -> tuple[str, ...]:
    """The marked messages of `folder` that are a sentence of a set (as `sentences` gives them), of four words or more."""
    known = set(messages)
    said = (_plain(line.message) for path in sorted(folder.glob("people_*.jsonl")) for line in of_file(path))
    return tuple(text for text in said if len(text.split()) >= SAID_ALIKE and text in known)


def _literal(node: Node, known: dict[str, str], rng: random.Random) -> str:
    match node[0]:
        case "lit":
            return node[1]
        case "rule":
            return _literal(parse(known[node[1]]), known, rng) if node[1] in known else f" {_SLOT} "
        case "alt":
            return _literal(rng.choice(node[1]), known, rng)
        case "tag":
            return f" {_SLOT} "
        case _:
            return "".join(_literal(part, known, rng) for part in node[1])


def _plain(text: str) -> str:
    return " ".join(re.sub(rf"[^\w{_SLOT}' ]", " ", text.lower()).split())
