"""The same edits done by code instead of a model: the scene before and after, composed as for training, at the places of the turn.

What the judge says of these is the most it can say of any model's edits: its own mistakes, kind by kind.
"""

from typing import Any

import numpy as np
from PIL import Image

from codirector.prompts.scene import Scene
from codirector.tools.embedded import ILLUSTRATOR
from codirector.tools.sketch import Atlas, SketchBox, plain_colour
from codirector.tools.sketch_styles import style_of
from training.illustrator.scenes import SceneSpec, compose
from training.illustrator.world import SETTINGS, STYLES, THINGS, TIMES

_NAMES = frozenset(thing.name for thing in THINGS)


def rendered(turn: dict[str, Any], seed: int, atlas: Atlas) -> Image.Image | None:
    """The turn's scene as a real rendering along the turn's own boxes; None where it is not of the world or has no layout. The same
    `seed` gives the same hills and clouds."""
    scene = Scene.model_validate(turn["scene"])
    boxes = tuple(SketchBox.model_validate(box) for box in (turn.get("sketch") or {}).get("boxes", ()))
    style = style_of(scene.style)
    if not boxes or any(box.name not in _NAMES for box in boxes) or style not in STYLES:
        return None
    setting = next((name for name in SETTINGS[1:] if name in scene.setting.split()), "plain")
    time = next((name for name in TIMES if name in scene.lighting), "day")
    spec = SceneSpec(items=(), setting=setting, style=style, time=time)
    painted = tuple(box.model_copy(update={"colour": plain_colour(box.colour)}) for box in boxes)
    return Image.fromarray(compose(spec, atlas, np.random.default_rng(seed), painted)[0])


def load_atlas() -> Atlas:
    return Atlas.load(ILLUSTRATOR / "atlas")
