"""The word lists behind the phrasings, read from `lists/`, with the terms of codirector's own vocabulary added, and the words that are
held out: a training sentence never holds them, a held-out sentence always may.
"""

import json
import re
import zlib
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

LISTS = Path(__file__).parent / "lists"
HELD_SHARE = 10
"""Per cent of phrasings and nouns that are held out."""


def held(text: str) -> bool:
    """Whether a phrasing or noun is held out: decided by its checksum, so that it stays so however the lists grow."""
    return zlib.crc32(text.encode()) % 100 < HELD_SHARE


@lru_cache(maxsize=1)
def values() -> dict[str, tuple[str, ...]]:
    """The sections of `values.txt` and `more_values.txt`, with our vocabulary's terms."""
    sections: dict[str, list[str]] = {}
    name = ""
    lines = [line for file in ("values.txt", "more_values.txt") for line in (LISTS / file).read_text(encoding="utf-8").splitlines()]
    for line in lines:
        if line.startswith("[") and line.endswith("]"):
            name = line[1:-1]
            sections.setdefault(name, [])
        elif line and not line.startswith("#"):
            sections[name] += [part.strip() for part in line.split(",") if part.strip()]
    for section, file in (("style", "styles"), ("light", "lights"), ("mood", "moods"), ("camera", "cameras"), ("place", "places")):
        terms = _vocabulary(file)["terms"]
        sections[section] += [term for term in terms if section != "place" or " " in term]
    return {section: tuple(dict.fromkeys(words)) for section, words in sections.items()}


@lru_cache(maxsize=2)
def nouns(held_out: bool) -> tuple[str, ...]:
    """Names of things: ImageNet's class names and our own; those held out, or all others."""
    all_nouns = (LISTS / "nouns.txt").read_text(encoding="utf-8").split("\n")
    return tuple(noun for noun in all_nouns if noun and held(noun) == held_out)


@lru_cache(maxsize=1)
def terms() -> tuple[str, ...]:
    return tuple(line for line in (LISTS / "terms.txt").read_text(encoding="utf-8").split("\n") if line)


@lru_cache(maxsize=1)
def phrasings() -> dict[str, tuple[str, ...]]:
    """The phrasings of one wish by intent: orders and statements, then the indirect ones, then those of many sorts of people."""
    direct, others = _sections("wishes.txt"), (_sections("indirect.txt"), _sections("people.txt"))
    return {intent: (*lines, *(line for other in others for line in other.get(intent, ()))) for intent, lines in direct.items()}


@lru_cache(maxsize=1)
def macros() -> dict[str, str]:
    """Turns of phrase that many phrasings share, by name."""
    lines = (Path(__file__).parent / "phrasings" / "macros.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split(" = ", 1) for line in lines if line and not line.startswith("#"))


@lru_cache(maxsize=1)
def fronts() -> dict[str, tuple[str, ...]]:
    """What people say around a wish: 'front', 'request', 'back'."""
    return _sections("fronts.txt")


def _sections(name: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    section = ""
    for line in (Path(__file__).parent / "phrasings" / name).read_text(encoding="utf-8").splitlines():
        if re.fullmatch(r"\[\w+\]", line):
            section = line[1:-1]
            found[section] = []
        elif line and not line.startswith("#"):
            found[section].append(line.removeprefix("~ "))
    return {section: tuple(lines) for section, lines in found.items()}


def _vocabulary(name: str) -> dict:
    return json.loads((files("codirector.prompts") / "vocabulary" / f"{name}.json").read_text(encoding="utf-8"))
