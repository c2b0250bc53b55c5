import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from codirector.errors import InputError
from codirector.tools.composite import (
    changed_outside,
    flatten,
    paste_inside,
    read_mask,
    repeat,
    shrink_mask,
    sizes_to_draw,
    sizes_to_rework,
    snapped,
)

SIZE = (12, 15, 3)


@settings(deadline=None)
@given(arrays.arrays(np.uint8, SIZE), arrays.arrays(np.uint8, SIZE), arrays.arrays(np.bool_, SIZE[:2]), st.integers(0, 6))
def test_outside_the_mask_nothing_changes(old, new, inside, feather):
    before, after = Image.fromarray(old), Image.fromarray(new)
    mask = Image.fromarray((inside * 255).astype(np.uint8))
    result = paste_inside(before, after, mask, feather)
    assert changed_outside(before, result, mask) == 0
    if not feather:
        assert np.array_equal(np.asarray(result)[inside], new[inside])


def test_a_feather_is_soft_inside_only():
    before, after = Image.new("RGB", (40, 20), (0, 0, 0)), Image.new("RGB", (40, 20), (200, 200, 200))
    mask = Image.new("L", (40, 20))
    mask.paste(255, (10, 0, 40, 20))
    row = np.asarray(paste_inside(before, after, mask, 4))[10, :, 0]
    assert not row[:10].any()
    assert list(row[10:14]) == sorted(set(row[10:14])) and row[10] > 0
    assert (row[14:] == 200).all(), "the picture's border is no edge of the mask"


def test_changed_outside_counts():
    before = Image.new("RGB", (10, 10))
    after = before.copy()
    after.paste((1, 0, 0), (0, 0, 3, 1))
    mask = Image.new("L", (10, 10))
    mask.paste(255, (0, 0, 1, 1))
    assert changed_outside(before, after, mask) == 2


def test_masks_from_editors():
    painted = Image.new("RGBA", (8, 8), (255, 255, 255, 0))
    painted.paste((255, 255, 255, 255), (2, 2, 4, 4))
    assert np.asarray(read_mask(painted, 8, 8)).sum() == 4 * 255
    assert read_mask(painted, 16, 16).getpixel((5, 5)) == 255
    with pytest.raises(InputError):
        read_mask(Image.new("L", (8, 8), 100), 8, 8)


def test_a_small_mask_is_not_lost_when_shrunk():
    mask = Image.new("L", (512, 512))
    mask.putpixel((300, 300), 255)
    small = shrink_mask(mask, 128, 128)
    assert small.getpixel((75, 75)) == 255 and np.asarray(small).sum() == 255


def test_flatten_makes_white_paper():
    assert flatten(Image.new("RGBA", (1, 1), (0, 0, 0, 0))).getpixel((0, 0)) == (255, 255, 255)


side = st.integers(8, 512).map(lambda eighth: eighth * 8)


@settings(deadline=None)
@given(side, side)
def test_a_model_that_enlarges_draws_at_its_native_side(width, height):
    sizes = sizes_to_draw(width, height, 128, enlarges=True)
    assert min(sizes.base_width, sizes.base_height) == 128
    assert sizes.base_width % 8 == sizes.base_height % 8 == 0
    assert abs(sizes.base_width / sizes.base_height / (width / height) - 1) < 0.04


@settings(deadline=None)
@given(st.integers(64, 6000), st.integers(64, 6000))
def test_large_pictures_are_worked_on_smaller(width, height):
    sizes = sizes_to_rework(width, height, 512, enlarges=False)
    assert (sizes.width, sizes.height) == (width, height)
    assert sizes.base_width * sizes.base_height <= 2.25 * 512 * 512 * 1.2 and sizes.base_width % 8 == 0
    if width * height <= 512 * 512:
        assert abs(sizes.base_width - width) <= 4


def test_pixel_art_keeps_square_cells_when_it_grows() -> None:
    noisy = np.random.default_rng(2).integers(0, 256, (128, 128, 3), np.uint8)
    small = snapped(Image.fromarray(noisy))
    large = np.asarray(repeat(small, 512, 512))
    cells = large.reshape(32, 16, 32, 16, 3)
    assert (cells == cells[:, :1, :, :1]).all()
    assert len(np.unique(large)) <= 9
