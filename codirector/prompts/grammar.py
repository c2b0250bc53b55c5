"""Where a description's clauses and phrases begin: markers, verbs, conjunctions. Pure; word lists in `vocabulary/grammar.json`.

It cuts text; what the pieces mean is for `clauses`.
"""

import json
import re
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise

from codirector.prompts.nouns import begins_like_noun
from codirector.prompts.vocabulary import is_preposition, lookup, thing
from codirector.prompts.words import ARTICLES

_CONJUNCTION = re.compile(r"(?i)\s+(?:and(?: also)?|plus|along with|as well as|together with|&|\+)\s+")
_BOTH = frozenset({"building", "painting", "drawing"})
"""Nouns as a rule, verbs before an object: 'two kids building a snowman'."""
_PAIRED = frozenset({"in front", "on top", "to left", "to right", "out of", "up in", "front of", "top of", "next to", "because of"})


@lru_cache(maxsize=8)
def word_list(name: str) -> frozenset[str]:
    """A list of `vocabulary/grammar.json`: before_of, markers, participles, not_verbs, adjectival."""
    data = json.loads((files("codirector.prompts") / "vocabulary" / "grammar.json").read_text(encoding="utf-8"))
    return frozenset(data[name])


def split_conjunctions(text: str) -> list[str]:
    """The text cut at every 'and' that begins another thing ('... and a red balloon', '... and dogs')."""
    parts: list[str] = []
    start = 0
    for match in _CONJUNCTION.finditer(text):
        left, right = text[start : match.start()], text[match.end() :]
        between = re.search(r"(?i)\bbetween\b[^,]*$", left)
        if left.strip() and not between and begins_like_noun(right) and not _only_adjectives(left):
            parts.append(left)
            start = match.end()
    return [*parts, text[start:]]


def segments(clause: str) -> tuple[str, list[str]]:
    """The noun phrase a clause begins with ('' if it begins otherwise), and the stretches after it, each from its marker word on:
    'a fox in the snow at sunset' gives 'a fox', ['in the snow', 'at sunset']."""
    words = clause.split()
    starts = [number for number in range(len(words)) if _is_marker(words, number)]
    if not starts:
        return clause, []
    tails = [" ".join(words[a:b]) for a, b in pairwise([*starts, len(words)])]
    return " ".join(words[: starts[0]]), tails


def is_verb(words: list[str], number: int) -> bool:
    """Whether the word there is an -ing form that says what something does ('a cat sleeping'), not what it is like ('a flying fish')."""
    word = words[number].casefold()
    if number and word in _BOTH and number + 1 < len(words) and words[number + 1].casefold() in ARTICLES:
        return words[number - 1].casefold() not in ARTICLES and not is_preposition(words[number - 1])
    if not (word.endswith("ing") and len(word) > 4 and word.isalpha()) or word in word_list("not_verbs"):
        return False
    after = words[number + 1].casefold() if number + 1 < len(words) else ""
    described = number > 2 and is_preposition(words[number - 3]) and words[number - 2].casefold() in ARTICLES
    if described and after and after not in ARTICLES and not is_preposition(after) and not thing(words[number - 1]):
        return False  # 'in a rainy parking lot'
    if number == 0:
        return not (word in word_list("adjectival") and after and after not in ARTICLES and not is_preposition(after))
    if thing(" ".join(words[max(0, number - 4) : number])) or words[number - 1].casefold() in ("is", "are", "and", "while"):
        return True
    if after in ARTICLES and words[number - 1].casefold() not in ARTICLES:
        return True  # 'a mechanic fixing a car', whoever that is
    return not (after and (thing(" ".join(words[number + 1 : number + 3])) or thing(after)))


def _only_adjectives(text: str) -> bool:
    words = [word for word in text.casefold().split() if word not in ARTICLES]
    return bool(words) and all(lookup(word, "colour") or lookup(word, "material") for word in words)


def _is_marker(words: list[str], number: int) -> bool:
    word = words[number].casefold().strip("'\"")
    before = words[number - 1].casefold() if number else ""
    after = words[number + 1].casefold() if number + 1 < len(words) else ""
    if before in ARTICLES or f"{before} {word}" in _PAIRED:
        return False
    if (word == "next" and after == "to") or (word in ("left", "right") and after == "of"):
        return True
    if is_preposition(word) or word in word_list("markers"):
        # A preposition right after another belongs to it ('up in the sky', 'from above').
        return not (number and (is_preposition(before) or before == "from"))
    if word in word_list("participles"):
        adjective = bool(after and thing(after) and not thing(before))
        return bool(after) if number == 0 else not adjective
    return is_verb(words, number)
