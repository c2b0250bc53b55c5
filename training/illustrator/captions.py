"""Captions: a scene description in words, mostly in the order of the structured prompt, otherwise in many phrasings.

Knows scene descriptions and English. Does not know pixels or models. The embedded dialect's order is
`[elements], [setting], [style], [time], [framing]`, with commas.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from training.illustrator.scenes import Item, SceneSpec
from training.illustrator.world import BY_NAME

NUMBERS = {1: "one", 2: "two", 3: "three"}

SETTING_WORDS: dict[str, tuple[str, ...]] = {
    "forest": ("in a forest", "in the forest", "in the woods", "among pine trees"),
    "desert": ("in the desert", "in a desert", "among sand dunes"),
    "beach": ("on the beach", "at the beach", "on a tropical beach", "by the seaside"),
    "snow": ("in the snow", "in the snow", "in a snowy landscape", "in winter"),
    "meadow": ("in a meadow", "in a field of flowers", "on the grass", "on green hills"),
    "mountains": ("in the mountains", "in front of mountains", "with mountains behind"),
    "city": ("in a city", "in the city", "on a city street", "downtown"),
    "sea": ("at sea", "on the sea", "in the ocean", "on the water"),
    "space": ("in space", "in outer space", "among the stars and planets", "in the galaxy"),
    "underwater": ("underwater", "under water", "under the sea", "at the bottom of the sea"),
    "sky": ("in the sky", "among the clouds", "up in the clouds"),
    "room": ("in a room", "indoors", "in a living room", "by a window"),
}
STYLE_WORDS: dict[str, tuple[str, ...]] = {
    "3d render": ("3d render", "3d render", "3d", "3d rendering"),
    "flat": ("flat", "flat vector", "flat illustration", "flat design"),
    "cartoon": ("cartoon", "cartoon", "cartoon style", "comic"),
    "ink": ("ink", "ink drawing", "line art", "black and white ink"),
    "watercolor": ("watercolor", "watercolor", "watercolor painting", "watercolour"),
    "pixel art": ("pixel art", "pixel art", "8-bit pixel art", "pixelated"),
    "pencil": ("pencil", "pencil sketch", "pencil drawing", "charcoal"),
    "oil painting": ("oil painting", "oil painting", "painting", "oil on canvas"),
    "neon": ("neon", "neon", "neon lights", "glowing neon"),
    "blueprint": ("blueprint", "blueprint", "technical drawing", "blueprint drawing"),
}
TIME_WORDS: dict[str, tuple[str, ...]] = {
    "day": ("day", "daylight", "by day", "sunny day"),
    "sunset": ("sunset", "sunset", "at sunset", "golden hour", "dusk"),
    "night": ("night", "night", "at night", "moonlight", "nighttime"),
}
FRAMING_WORDS: dict[str, tuple[str, ...]] = {
    "close-up": ("close-up", "close-up", "close up", "closeup shot"),
    "medium": ("medium shot", "medium"),
    "wide": ("wide shot", "wide", "wide angle", "from far away"),
}
PLACE_WORDS = {
    "left": ("on the left", "on the left", "at the left"),
    "right": ("on the right", "on the right", "at the right"),
    "centre": ("in the centre", "in the center", "in the middle"),
}


def article(words: str) -> str:
    return "an" if words[0] in "aeiou" and not words.startswith(("uni", "ufo")) else "a"


def _pick(rng: np.random.Generator, words: Sequence[str], first: float = 0.0) -> str:
    return words[0] if rng.random() < first else words[int(rng.integers(len(words)))]


def name_item(item: Item, rng: np.random.Generator, *, synonyms: float = 0.12, placement: bool = True) -> str:
    """'a red balloon on the left', 'two penguins'."""
    thing = BY_NAME[item.name]
    name = thing.name
    if thing.synonyms and rng.random() < synonyms:
        name = _pick(rng, thing.synonyms)
    if item.count > 1:
        name = thing.plural
    name = f"{item.colour} {name}" if item.colour else name
    words = f"{NUMBERS[item.count]} {name}" if item.count > 1 else f"{article(name)} {name}"
    if placement and item.placement:
        words += " " + _pick(rng, PLACE_WORDS[item.placement], 0.6)
    return words


def name_setting(spec: SceneSpec, rng: np.random.Generator, first: float) -> str:
    if spec.setting == "plain":
        colour = spec.plain_colour
        return _pick(rng, (f"plain {colour} background", f"on a plain {colour} background", f"{colour} background", f"on {colour}"), first)
    return _pick(rng, SETTING_WORDS[spec.setting], first)


def canonical(spec: SceneSpec) -> str:
    """The caption in the dialect's order with the first wording of each part and nothing left out: for test prompts."""
    rng = np.random.default_rng(0)
    elements = " and ".join(name_item(item, rng, synonyms=0) for item in spec.items)
    parts = [elements, name_setting(spec, rng, 1.0), spec.style, TIME_WORDS[spec.time][0], FRAMING_WORDS[spec.framing][0]]
    return ", ".join(parts)


def caption(spec: SceneSpec, rng: np.random.Generator) -> str:
    """One caption: 60 % in the dialect's order, 40 % in other orders and phrasings with parts left out."""
    ordered = rng.random() < 0.6
    first = 0.7 if ordered else 0.2
    two = len(spec.items) > 1
    placed = (not two) or rng.random() < 0.6
    joined = " and " if rng.random() < 0.7 else ", "
    elements = joined.join(name_item(item, rng, synonyms=0.08 if ordered else 0.3, placement=placed) for item in spec.items)
    if two and not ordered and rng.random() < 0.3:
        left, right = (name_item(item, rng, placement=False) for item in spec.items)
        elements = f"{left} left of {right}" if rng.random() < 0.5 else f"{right} right of {left}"
    setting = name_setting(spec, rng, first)
    style = _pick(rng, STYLE_WORDS[spec.style], first)
    time = _pick(rng, TIME_WORDS[spec.time], first)
    framing = _pick(rng, FRAMING_WORDS[spec.framing], first)
    timeless = spec.setting == "space"
    if ordered:
        parts = [elements]
        if spec.setting != "plain" or rng.random() < 0.7:
            parts.append(setting)
        parts.append(style)
        if not (timeless and rng.random() < 0.7) and (spec.time != "day" or rng.random() < 0.4):
            parts.append(time)
        if spec.framing != "medium" or rng.random() < 0.4:
            parts.append(framing)
        return ", ".join(parts)
    draw = rng.random()
    if draw < 0.35:  # a sentence: "a watercolor of a fox in the snow at night"
        kind = _pick(rng, (f"{article(style)} {style} of", f"{style} picture of", f"draw {article(style)} {style} of", ""))
        words = [kind, elements, setting if rng.random() < 0.85 else ""]
        if rng.random() < 0.8 and not timeless:
            words.append(time if time.startswith(("at", "by")) else f"at {time}")
        return " ".join(each for each in words if each)
    tail = [part for part in (setting, style, time, framing) if rng.random() < 0.75]
    rng.shuffle(tail)
    return ", ".join([elements, *tail] if draw < 0.8 else [*tail, elements])
