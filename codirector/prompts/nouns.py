"""Reading a noun phrase: 'two small red wooden boats' is a count, a colour, a material and a name. Pure."""

import re
from typing import NamedTuple

from codirector.prompts.scene import Element
from codirector.prompts.vocabulary import fold, is_whole_thing, lookup, may_precede_noun, thing
from codirector.prompts.words import ARTICLES, LEADING, is_plural, parse_number, singular, without_article

_GROUPS = {"pair of": 2, "couple of": 2, "couple": 2, "trio of": 3, "dozen": 12}
_DEFINITE = frozenset({"the", "this", "that", "these", "those", "its", "his", "her", "their"})

_ALSO_THINGS = frozenset({"light", "fire", "water", "ice", "flowers", "leaves", "smoke", "paper", "candy"})


class Noun(NamedTuple):
    """A noun phrase taken apart. `style` is a style named in front of it ('a watercolor fox'); `determined`: it had an article or a
    number; `definite`: 'the'; `thing`: its head is a noun we know how to draw."""

    name: str
    count: int
    colour: str
    material: str
    style: str
    determined: bool
    definite: bool
    thing: bool

    def element(self, weight: float) -> Element:
        """The element it means; a name longer than 200 characters is cut at a space."""
        name = self.name if len(self.name) <= 200 else self.name[:200].rsplit(" ", 1)[0]
        return Element(name=name, count=self.count, colour=self.colour, material=self.material, weight=weight)


def read_noun(text: str) -> Noun:
    """Takes a noun phrase apart. The name is never empty: 'an orange' stays an orange."""
    words = text.split()
    determined = definite = False
    count = 1
    while len(words) > 1:
        first = words[0].casefold()
        pair = " ".join(words[:2]).casefold()
        number = parse_number(re.sub(r"x$", "", first)) if first not in ("zero", "hundred") else None
        if pair in _GROUPS and len(words) > 2:
            count, determined, words = _GROUPS[pair], True, words[2:]
        elif first in _GROUPS and determined:
            count, words = _GROUPS[first], words[1:]
        elif first in ARTICLES:
            determined, definite, words = True, definite or first in _DEFINITE, words[1:]
        elif number is not None and number == int(number) and 1 <= number <= 99 and count == 1:
            count, determined, words = int(number), True, words[1:]
        else:
            break
    colour = material = style = ""
    at = 0
    while at < len(words) - 1 and not any(
        is_whole_thing(" ".join(words[at : at + size])) for size in range(2, min(len(words) - at, 4) + 1)
    ):
        if words[at].casefold() in LEADING and at < len(words) - 2:
            at += 1
            continue
        for size in (4, 3, 2, 1):
            part = " ".join(words[at : at + size])
            if len(words) <= at + size or words[at + size].casefold() == "of":
                continue
            if not colour and lookup(part, "colour") and fold(part) not in ("clear", "tan"):
                colour = part.casefold()
            elif not material and lookup(part, "material") and fold(part) not in _ALSO_THINGS:
                material = part.casefold()
            elif not style and not at and (term := lookup(part, "style")) and may_precede_noun(term.term):
                style = term.term
            else:
                continue
            words = words[:at] + words[at + size :]
            break
        else:
            break
    name = " ".join(words)
    if count > 1:
        name = singular(name)
    return Noun(name, count, colour, material, style, determined, definite, thing(name) is not None)


def begins_like_noun(text: str) -> bool:
    """Whether a text begins with a thing: an article or a number before a word, or adjectives before a known thing."""
    words = re.split(r"\s+", text.strip())[:6]
    if not words or not words[0]:
        return False
    first = words[0].casefold()
    if first in ARTICLES or parse_number(first) is not None:
        return len(words) > 1
    for size in range(1, min(4, len(words)) + 1):
        stretch = " ".join(words[:size])
        if thing(stretch) and (size == 1 or all(lookup(word, "colour") or lookup(word, "material") for word in words[: size - 1])):
            return is_plural(stretch) or size == len(words) or without_article(stretch) == stretch
    return False
