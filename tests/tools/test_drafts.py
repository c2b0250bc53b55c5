"""What a regional change starts from: laid in as the sketch has it, and nothing outside the region."""

import numpy as np
from PIL import Image

from codirector.tools import masks
from codirector.tools.drafts import Layers, draw_draft, matched_fill
from codirector.tools.embedded import ILLUSTRATOR
from codirector.tools.requests import Draft
from codirector.tools.sketch import Atlas, Sketch, SketchBox, draw_sketch


def test_a_thing_comes_in_the_pictures_style_and_only_inside_the_region():
    atlas = Atlas.load(ILLUSTRATOR / "atlas")
    box = SketchBox(name="fox", x=0.5, y=0.6, width=0.5, height=0.5)
    for style in ("pixel art", "3d render"):
        bare = Sketch(style=style, ground="in a meadow", light="day")
        ground, whole = (draw_sketch(each, atlas, 128, 128) for each in (bare, bare.model_copy(update={"boxes": (box,)})))
        region = masks.grown(masks.outline((box,), style, atlas, 128, 128), 3) | masks.shadows((box,), style, atlas, 128, 128)
        draft = Draft(boxes=(box,), style=style)
        drawn, unknown = draw_draft(ground, Image.fromarray(region), draft, atlas, Layers(whole, ground))
        made, wanted, before = (np.asarray(image).astype(int) for image in (drawn, whole, ground))
        assert not unknown and (made == before)[region == 0].all()
        # In an empty place the result is the sketch itself, shadow included.
        assert np.abs(made - wanted)[region > 0].mean() < 0.12 * np.abs(before - wanted)[region > 0].mean()


def test_a_gap_takes_the_ground_at_the_pictures_own_tone():
    ground = np.repeat(np.linspace(40, 200, 64, dtype=np.uint8)[:, None, None], 64, axis=1).repeat(3, axis=2)
    picture = np.clip(ground.astype(int) + 25, 0, 255).astype(np.uint8)
    hole = np.zeros((64, 64), np.uint8)
    hole[24:40, 24:40] = 255
    spoilt = picture.copy()
    spoilt[hole > 0] = 0
    filled = matched_fill(spoilt, hole, np.zeros_like(hole), ground)
    assert (filled[hole == 0] == picture[hole == 0]).all()
    assert np.abs(filled.astype(int) - picture)[hole > 0].mean() < 5
