"""Regions by words from our own models: the reader's box, and maps made into masks."""

import numpy as np
import pytest
from PIL import Image

from codirector.errors import InputError
from codirector.tools import masks, word_regions
from codirector.tools.editing import select
from codirector.tools.embedded import ILLUSTRATOR
from codirector.tools.sketch import Atlas, Sketch, SketchBox, draw_sketch


@pytest.fixture(scope="module")
def drawn():
    """A fox in a drawn meadow, 256 px, and its outline."""
    atlas = Atlas.load(ILLUSTRATOR / "atlas")
    box = SketchBox(name="fox", x=0.4, y=0.6, width=0.55, height=0.55)
    sketch = Sketch(boxes=(box,), style="cartoon", ground="in a meadow", light="day")
    small = draw_sketch(sketch, atlas, 128, 128).resize((256, 256), Image.Resampling.LANCZOS)
    return np.asarray(small), masks.outline((box,), "cartoon", atlas, 256, 256)


def overlap(one, two):
    return ((one > 0) & (two > 0)).sum() / ((one > 0) | (two > 0)).sum()


def test_the_reader_finds_a_thing_of_its_world_by_name(drawn):
    picture, truth = drawn
    mask, how = select(picture, "the fox")
    assert overlap(mask, truth) > 0.4 and how == "our reader and edges"
    assert word_regions.seen_by_reader(picture, "the accordion player") is None
    with pytest.raises(InputError, match="cannot find"):
        select(picture, "the accordion player")


def test_a_map_becomes_a_mask_with_the_pictures_own_border():
    picture = np.full((96, 96, 3), (60, 120, 60), np.uint8)
    picture[30:70, 20:60] = (210, 60, 40)
    picture = np.clip(picture + np.random.default_rng(0).normal(0, 6, picture.shape), 0, 255).astype(np.uint8)
    truth = np.zeros((96, 96), np.uint8)
    truth[30:70, 20:60] = 255
    heat = np.zeros((8, 8), np.float32)
    heat[3:6, 2:5] = 1.0
    rough, fine = (word_regions.from_heat(picture, heat, refined) for refined in (False, True))
    assert overlap(fine, truth) > overlap(rough, truth) + 0.1
    assert set(np.unique(fine)) <= {0, 255}
