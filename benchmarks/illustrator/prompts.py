"""The prompts and what each promises, in the manner of GenEval (Ghosh et al. 2023), within the model's world. Pure.

Every scene of the first category holds a pair that training never showed (`held_out`); the others are drawn by chance and may.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from training.illustrator.captions import canonical
from training.illustrator.scenes import Item, SceneSpec, sample_spec
from training.illustrator.world import SETTINGS, STYLES, THING_COLOURS, THINGS, TIMES

CATEGORIES = ("held-out combinations", "two objects", "counting", "colours", "position", "colour binding")


class Prompt(NamedTuple):
    """One prompt: its category, the scene it describes, the text that is drawn, and the seed."""

    category: str
    spec: SceneSpec
    text: str
    seed: int


def prompts(number: int, seed: int = 20261122) -> Iterator[Prompt]:
    """`number` prompts of every category, always the same for the same arguments."""
    for index, category in enumerate(CATEGORIES):
        rng = np.random.default_rng((seed, index))
        for count in range(number):
            spec = spec_of(category, rng)
            yield Prompt(category, spec, canonical(spec), 1000 * index + count)


def spec_of(category: str, rng: np.random.Generator) -> SceneSpec:
    """A scene of the category: whole settings, styles and lights, so that each field is asked for everywhere."""
    if category == "held-out combinations":
        return sample_spec(rng, held=True)
    names = [THINGS[int(number)].name for number in rng.choice(len(THINGS), 2, replace=False)]
    colours = [str(colour) for colour in rng.choice(THING_COLOURS, 2, replace=False)]
    items = {
        "two objects": (Item(names[0], placement="left"), Item(names[1], placement="right")),
        "counting": (Item(names[0], count=int(rng.integers(2, 4))),),
        "colours": (Item(names[0], colour=colours[0]),),
        "position": (Item(names[0], placement=str(rng.choice(("left", "centre", "right")))),),
        "colour binding": (Item(names[0], 1, colours[0], "left"), Item(names[1], 1, colours[1], "right")),
    }[category]
    setting, style, time = str(rng.choice(SETTINGS[1:])), str(rng.choice(STYLES)), str(rng.choice(TIMES))
    framing = "wide" if category == "position" else "medium"
    return SceneSpec(items, setting, "white", style, time, framing)
