"""Slips of the finger in words that are no words: 'shoud', 'comapre', 'diffrence' become what they meant. Pure, given the word lists.

A word is only mended where it is none of the 30,000 that the text encoder knows and exactly one word that wishes are made of lies one
slip away; names and rare words therefore stay as they were typed. It knows words, not sentences.
"""

import re
from functools import lru_cache

from codirector.assistant.planner.lexicon import BARE_POSES, BASIC_COLOURS, COMMAND_WORDS, MATERIALS, word_set
from codirector.prompts import vocabulary
from codirector.tools.embedded import text_folder

_COMMON = word_set(
    "should could would might please instead between difference compare another different without because before after again with "
    "there their where which what when make made change changed remove replace delete erase include place paint colour color coloured "
    "colored bigger smaller larger brighter darker lighter warmer colder cooler sharper softer closer further wider narrower higher lower "
    "taller shorter longer thicker younger older more less bring turn give take keep leave want need like look looks looking wearing "
    "holding standing sitting sleeping running walking flying jumping dancing smiling laughing background foreground corner middle center "
    "centre left right bottom behind beside above below under front picture image photo painting drawing scene style light lighting mood "
    "atmosphere camera angle view shot lens composition setting location season weather winter summer spring autumn morning evening "
    "afternoon night midnight sunset sunrise sunny cloudy foggy rainy snowy stormy windy little people person everything something nothing "
    "somewhere version previous original compare animate video seconds slowly export download undo redo branch steps guidance seed sampler "
    "resolution upscale contrast saturation brightness exposure shadow shadows realistic cartoon watercolor watercolour pencil sketch "
    "portrait landscape square format detail details detailed texture colours colors thanks thank great nice perfect lovely beautiful "
    "hello describe explain understand water mountain mountains forest beach street kitchen garden castle flower flowers window table "
    "chair horse rabbit elephant butterfly balloon umbrella glasses sunglasses jacket dress trousers mirror bridge river island"
)
"""Words that wishes are made of, beside the command words and the vocabulary's own."""
_SHORTEST = 4
_ENDINGS = ("s", "es", "ed", "d", "ing", "er", "est", "y", "ly", "ish", "like", "less", "ful", "en")


@lru_cache(maxsize=1)
def known_words() -> frozenset[str]:
    """Whole words of the text encoder's vocabulary, lower case."""
    lines = (text_folder() / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line.isalpha())


@lru_cache(maxsize=1)
def _targets() -> tuple[str, ...]:
    terms = [term for kind in ("lighting", "camera", "style", "medium", "mood", "colour", "material") for term in vocabulary.terms(kind)]  # type: ignore[arg-type]
    words = {word for term in terms for word in re.findall(r"[a-z]{5,}", term.lower())}
    return tuple(sorted(words | _COMMON | COMMAND_WORDS | BASIC_COLOURS | MATERIALS | {pose for pose in BARE_POSES if len(pose) > 3}))


@lru_cache(maxsize=4096)
def mended(word: str) -> str:
    """The word meant by one that is none; every other word as it is."""
    low = word.lower()
    if len(low) < _SHORTEST or not low.isalpha() or _is_word(low):
        return word
    near = [target for target in _targets() if slip(low, target)]
    return near[0] if len(near) == 1 else word


def _is_word(low: str) -> bool:
    known = known_words()
    if low in known or low in _targets():
        return True
    stems = [low[: -len(ending)] for ending in _ENDINGS if low.endswith(ending) and len(low) - len(ending) >= 3]
    stems += [stem + "e" for stem in stems] + [stem[:-1] for stem in stems if len(stem) > 3 and stem[-1] == stem[-2]]
    stems += [low[:-3] + "y"] if low.endswith(("ies", "ied", "ier")) else []
    return any(stem in known for stem in stems)


def slip(typed: str, meant: str) -> bool:
    """One letter missing, added, doubled, wrong or swapped with its neighbour; the first letter agrees. Both in lower case."""
    if typed == meant or not typed or not meant or typed[0] != meant[0] or abs(len(typed) - len(meant)) > 1:
        return False
    if len(typed) == len(meant):
        wrong = [i for i, (a, b) in enumerate(zip(typed, meant, strict=True)) if a != b]
        if len(wrong) == 2 and wrong[1] == wrong[0] + 1:
            return typed[wrong[0]] == meant[wrong[1]] and typed[wrong[1]] == meant[wrong[0]]
        return len(wrong) == 1 and len(typed) >= 6
    longer, shorter = (typed, meant) if len(typed) > len(meant) else (meant, typed)
    return any(longer[:i] + longer[i + 1 :] == shorter for i in range(1, len(longer)))
