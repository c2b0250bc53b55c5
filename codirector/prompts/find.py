"""Finding what a person refers to in a scene: 'the fox', 'it', 'the second cat', 'those penguins'. Pure.

It does not change anything (see `apply`).
"""

import re
from functools import lru_cache

from codirector.errors import RefusedChange
from codirector.prompts.scene import SCENE_FIELDS, Element, Scene, SceneField
from codirector.prompts.sizes import without_size
from codirector.prompts.vocabulary import fold
from codirector.prompts.words import (
    ARTICLES,
    LEADING,
    NUMBER_WORDS,
    ORDINALS,
    join_with_and,
    number_in_words,
    plural,
    singular,
    with_article,
    without_article,
)

_MAIN = frozenset(
    (*"it subject him her them he she they this that these those one".split(),  # noqa: SIM905
     "main subject", "main character", "main element", "main thing", "main one", "subject of picture")
)  # fmt: skip
_FIELD_WORDS: dict[str, SceneField] = {
    "activity": "action", "place": "setting", "background": "setting", "location": "setting", "scenery": "setting",
    "environment": "setting",
    "art style": "style", "look": "style", "light": "lighting", "lights": "lighting", "time of day": "lighting", "time": "lighting",
    "atmosphere": "mood", "feeling": "mood", "framing": "camera", "camera angle": "camera", "angle": "camera", "view": "camera",
    "shot": "camera", "lens": "camera", "layout of picture": "composition", "technique": "medium", "material of picture": "medium",
}  # fmt: skip


def describe(element: Element) -> str:
    """The element as a person would say it, without article or placement: 'red wooden balloon', 'two big penguins'."""
    name = plural(element.name) if element.count > 1 else element.name
    words = without_size(name.split(" ")) if element.size else name.split(" ")
    lead = next((number for number, word in enumerate(words) if word.casefold() not in LEADING or number == len(words) - 1), 0)
    said = f" {fold(name)} "
    qualities = [value for value in (element.size, element.colour, element.material) if value and f" {fold(value)} " not in said]
    label = " ".join([*words[:lead], *qualities, *words[lead:]])
    return f"{number_in_words(element.count)} {label}" if element.count > 1 else label


def field_named(target: str) -> SceneField | None:
    """The scene field a person names ('light' is `lighting`), or None."""
    plain = fold(target)
    for field in SCENE_FIELDS:
        if field == plain:
            return field
    return _FIELD_WORDS.get(plain)


def matches(scene: Scene, name: str) -> tuple[int, ...]:
    """Indices of the elements a name may mean, best kind of match only, in scene order. Empty: none.

    In order: 'it' and the like mean the main subject; the exact name; the whole label ('red fox'); every word said is a word
    of the element (name, colour, material, placement); the element's name is part of what was said ('little red fox').
    An ordinal ('the second cat', 'last penguin') picks one of several.
    """
    plain = fold(name)
    if not scene.elements or not plain:
        return ()
    if plain in _MAIN:
        return (0,)
    words = plain.split()
    ordinal = ORDINALS.get(words[0]) if len(words) > 1 else None
    if ordinal is not None and (picked := _matching(scene, " ".join(words[1:]))):
        position = ordinal - 1 if ordinal > 0 else len(picked) - 1
        return (picked[position],) if position < len(picked) else ()
    return _matching(scene, plain)


def find_element(scene: Scene, name: str) -> int:
    """The index of the element a name means. Raises RefusedChange where none or more than one is meant."""
    found = matches(scene, name)
    if len(found) == 1:
        return found[0]
    if found:
        labels = [describe(scene.elements[index]) for index in found]
        unclear = len(set(labels)) < len(labels) or any(fold(label) == fold(name) for label in labels)
        kind = singular(without_article(fold(name)))
        options = [f"'the {word} {kind}'" for word in list(ORDINALS)[: len(found)]] if unclear else [f"'{label}'" for label in labels]
        raise RefusedChange(f"'{name}' could mean {len(found)} things here.", f"Say which: {' or '.join(options)}.")
    there = join_with_and([with_article(describe(element)) for element in scene.elements])
    raise RefusedChange(f"There is no '{name}' in the scene.", f"It has {there}." if there else "It has no elements yet.")


def find_text(texts: tuple[str, ...], wanted: str) -> int | None:
    """The index of the text that is meant: equal when folded, else the only one that contains all its words. None: no such."""
    plain = fold(wanted)
    for index, text in enumerate(texts):
        if fold(text) == plain:
            return index
    words = set(plain.split())
    holding = [index for index, text in enumerate(texts) if words and words <= set(fold(text).split())]
    return holding[0] if len(holding) == 1 else None


def _matching(scene: Scene, plain: str) -> tuple[int, ...]:
    wanted = _stems(plain)
    names = [_stems(element.name) for element in scene.elements]
    labels = [_stems(f"{element.colour} {element.material} {element.name}") for element in scene.elements]
    wide = [
        frozenset(label) | frozenset(_stems(f"{element.size} {element.placement} {element.pose}"))
        for label, element in zip(labels, scene.elements, strict=True)
    ]
    said = frozenset(wanted)
    for test in (
        lambda index: names[index] == wanted,
        lambda index: labels[index] == wanted,
        lambda index: said and said <= frozenset(labels[index]),
        lambda index: said and said <= wide[index] and said & frozenset(names[index]),
        lambda index: names[index] and frozenset(names[index]) <= said,
        lambda index: names[index] and names[index][-1] == wanted[-1:],
    ):
        found = tuple(index for index in range(len(names)) if test(index))
        if found:
            return found
    return ()


@lru_cache(maxsize=4096)
def _stems(phrase: str) -> tuple[str, ...]:
    """Words in singular, without articles and leading numbers."""
    words = [word for word in re.split(r"\s+", fold(phrase)) if word and word not in ARTICLES]
    while len(words) > 1 and (words[0] in NUMBER_WORDS or words[0].isdigit()):
        words = words[1:]
    return tuple(singular(word) for word in words)
