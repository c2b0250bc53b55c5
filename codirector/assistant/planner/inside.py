"""Things that stand inside a longer text of the scene ('an octopus' in the action 'playing chess with an octopus'), and that text with
one of them described, exchanged, given something or left out. Pure text to text.

It knows English noun phrases only by their edges (determiners, prepositions, -ing forms), not scenes or changes.
"""

import re

from codirector.assistant.planner.lexicon import BASIC_COLOURS, COLOUR_SHADES, word_set
from codirector.assistant.planner.text import article, key, trim

_DETERMINERS = word_set("a an the his her its their my our your some two three four five six this that these those another")
_JOINTS = word_set(
    "with in on at of by to from near under over behind beside between above below beneath into onto inside outside through "
    "around across along against among toward towards and or while as for off up down after before next front out about that which who"
)
_NO_THINGS = word_set("it him her them he she they one thing down up away around still together slowly alone outside inside here there")
_SIZES = {
    "bigger": "big", "larger": "large", "taller": "tall", "smaller": "small", "shorter": "short", "longer": "long",
    "older": "old", "younger": "young", "thinner": "thin", "fatter": "fat", "thicker": "thick",
}  # fmt: skip
_MOST = 200


def noun_in(text: str, wanted: str) -> str:
    """The word of `text` that ends a noun phrase and is what `wanted` ('the octopus', 'purple octopus') names, or ''."""
    parts = key(wanted)
    if not parts or len(parts[-1]) < 3:
        return ""
    words = text.split()
    found = next((number for number in range(len(words)) if key(words[number]) == parts[-1:] and _ends_phrase(words, number)), None)
    if found is None:
        return ""
    start, _ = _phrase(words, found)
    return words[found].strip(",") if set(parts[:-1]) <= set(key(" ".join(words[start : found + 1]))) else ""


def described(text: str, noun: str, adjective: str, colour: bool = False) -> str:
    """The text with the thing said to be `adjective`; a new colour takes the place of the old one. '' where it does not fit."""
    words = text.split()
    number = _index(words, noun)
    if number is None:
        return ""
    start, own = _phrase(words, number)
    said = [_SIZES.get(word.lower(), word) for word in adjective.split()]
    before = [word for word in words[own:number] if word.lower() not in said]
    if colour:
        before = [word for word in before if word.lower() not in BASIC_COLOURS | COLOUR_SHADES]
        before = [*before, *said]
    else:
        before = [*said, *before]
    return _joined([*words[:start], *_determined(words[start:own], before[0]), *before, *words[number:]])


def exchanged(text: str, noun: str, new: str) -> str:
    """The text with another thing in that thing's place ('riding a bicycle' and 'a horse' give 'riding a horse')."""
    words = text.split()
    number = _index(words, noun)
    new = re.sub(r"^(?:the) (?=\w)", "", trim(new), flags=re.I)
    if number is None or not new:
        return ""
    start, own = _phrase(words, number)
    first = new.split()[0].lower()
    put = [new] if first in _DETERMINERS or first.isdigit() else [*_determined(words[start:own], first), new]
    return _joined([*words[:start], *put, *words[number + 1 :]])


def given(text: str, noun: str, what: str) -> str:
    """The text with the thing having `what`: 'building a snowman' and 'a carrot nose' give 'building a snowman with a carrot nose'."""
    words = text.split()
    number = _index(words, noun)
    return "" if number is None else _joined([*words[: number + 1], "with", what, *words[number + 1 :]])


def without(text: str, noun: str) -> str | None:
    """The text without the thing and the word that joins it; '' where nothing is left of the sense, None where it is not in it."""
    words = text.split()
    number = _index(words, noun)
    if number is None:
        return None
    start, _ = _phrase(words, number)
    if start == 0 or words[start - 1].lower() not in _JOINTS:
        return ""  # the object of the verb, or the whole: without it the text says nothing
    while start > 0 and words[start - 1].lower() in _JOINTS:
        start -= 1
    return " ".join([*words[:start], *words[number + 1 :]]).strip(" ,")


def _ends_phrase(words: list[str], number: int) -> bool:
    word = words[number].lower().strip(",")
    if word in _NO_THINGS or word in _JOINTS or word in BASIC_COLOURS or word.endswith("ly") or (word.endswith("ing") and len(word) > 5):
        return False
    after = words[number + 1].lower() if number + 1 < len(words) else ""
    return not after or words[number].endswith(",") or after in _JOINTS or after.endswith("ing") or after in _DETERMINERS


def _index(words: list[str], noun: str) -> int | None:
    return next((number for number in range(len(words)) if key(words[number]) == key(noun) and _ends_phrase(words, number)), None)


def _phrase(words: list[str], number: int) -> tuple[int, int]:
    """Where the noun phrase that ends at `number` begins, and where its modifiers begin (after the determiner)."""
    start = number
    while start > 0 and number - start < 5:
        before = words[start - 1].lower()
        if before in _DETERMINERS:
            return start - 1, start
        if before in _JOINTS or before.endswith("ing") or words[start - 1].endswith(","):
            break
        start -= 1
    return start, start


def _determined(determiner: list[str], following: str) -> list[str]:
    """'a' and 'an' agree with the word that follows now."""
    return [article(following).split()[0]] if [word.lower() for word in determiner] in (["a"], ["an"]) else determiner


def _joined(words: list[str]) -> str:
    text = " ".join(words)
    return text if len(text) <= _MOST else ""
