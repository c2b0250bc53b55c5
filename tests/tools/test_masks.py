"""Masks and regions: what is selected is what was meant, and what is not selected is never touched."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from codirector.errors import InputError
from codirector.tools import masks, regions
from codirector.tools.composite import paste_inside
from codirector.tools.editing import EditingBackend
from codirector.tools.repair import repair, tinted
from codirector.tools.sketch import SketchBox


def landscape(width: int = 240, height: int = 180) -> np.ndarray:
    """Sky over grass, a red ball on the horizon, a dark box on the right."""
    rng = np.random.default_rng(1)
    y, x = np.mgrid[:height, :width]
    above = y < height * 0.45
    picture = np.where(above[..., None], (130, 180, 240), (60, 130, 45)).astype(np.float32)
    picture += rng.normal(0, 6, (height, width, 1)) * np.where(above, 0.3, 1.5)[..., None]
    picture[(x - 80) ** 2 + (y - 80) ** 2 < 26**2] = (205, 40, 32)
    picture[60:120, 170:205] = (70, 50, 45)
    return np.clip(picture, 0, 255).astype(np.uint8)


def overlap(one: np.ndarray, two: np.ndarray) -> float:
    return float(((one > 0) & (two > 0)).sum() / ((one > 0) | (two > 0)).sum())


def test_words_that_colour_and_place_can_tell() -> None:
    picture = landscape()
    y, x = np.mgrid[:180, :240]
    ball = ((x - 80) ** 2 + (y - 80) ** 2 < 26**2).astype(np.uint8)
    box = ((y >= 60) & (y < 120) & (x >= 170) & (x < 205)).astype(np.uint8)
    sky = ((y < 81) & (ball == 0) & (box == 0)).astype(np.uint8)
    assert overlap(regions.select(picture, "the red one"), ball) > 0.85
    assert overlap(regions.select(picture, "the sky"), sky) > 0.85
    grass = regions.select(picture, "the grass")
    assert overlap(grass, ((y >= 81) & (ball == 0) & (box == 0)).astype(np.uint8)) > 0.8
    assert masks.share(regions.select(picture, "top left")) == pytest.approx(0.25, abs=0.02)
    assert overlap(regions.in_box(picture, (0.65, 0.25, 0.92, 0.75)), box) > 0.8
    assert overlap(regions.at_point(picture, (80 / 240, 80 / 180)), ball) > 0.85
    background = regions.select(picture, "the background")
    assert not background[80, 80] and background[170, 20]


def test_words_it_cannot_know_are_left_to_others_and_missing_ones_told() -> None:
    assert regions.select(landscape(), "the dog") is None
    with pytest.raises(InputError, match="cannot find"):
        regions.select(np.full((60, 60, 3), 128, np.uint8), "the red one")


@settings(deadline=None, max_examples=50)
@given(st.integers(-9, 9), st.integers(0, 2**16))
def test_growing_and_shrinking_go_the_right_way(pixels: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    mask = ((rng.random((24, 30)) > 0.8) * 255).astype(np.uint8)
    after = masks.grown(mask, pixels)
    assert set(np.unique(after)) <= {0, 255}
    inner, outer = (mask, after) if pixels >= 0 else (after, mask)
    assert not ((inner > 0) & (outer == 0)).any()


@settings(deadline=None, max_examples=50)
@given(st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)))
def test_a_rectangle_is_never_empty_and_never_outside(box: tuple[float, float, float, float]) -> None:
    mask = masks.rectangle(box, 17, 11)
    assert mask.shape == (11, 17) and mask.any()
    left, top, right, bottom = masks.bounds(mask)
    assert 0 <= left < right <= 17 and 0 <= top < bottom <= 11


def test_a_mask_survives_its_file_and_holes_are_filled() -> None:
    ring = masks.empty(40, 40)
    ring[8:32, 8:32] = 255
    ring[14:26, 14:26] = 0
    again = masks.from_image(Image.open(io.BytesIO(masks.to_png(ring))))
    assert (again == ring).all()
    assert masks.filled(ring)[20, 20] == 255 and masks.filled(ring)[2, 2] == 0
    with pytest.raises(InputError, match="empty"):
        masks.bounds(masks.empty(5, 5))


def test_a_drawing_without_an_atlas_is_an_oval_in_its_place() -> None:
    mask = masks.outline((SketchBox(name="thing", x=0.5, y=0.5, width=0.5, height=0.5),), "flat", None, 100, 100)
    assert mask[50, 50] and not mask[27, 27] and masks.share(mask) == pytest.approx(np.pi / 16, abs=0.01)


def test_a_fill_takes_the_thing_out_and_nothing_else() -> None:
    picture = landscape()
    mask = masks.grown(regions.select(picture, "the red one"), 5)
    result = repair(picture, mask)
    assert (result[mask == 0] == picture[mask == 0]).all()
    inside = result[mask > 0].astype(int)
    assert not ((inside[:, 0] > inside[:, 1] + 60) & (inside[:, 0] > inside[:, 2] + 60)).any(), "no red is left"
    small = np.ascontiguousarray(picture[60:110, 50:120]), np.ascontiguousarray(mask[60:110, 50:120])
    assert (repair(*small) == repair(*small)).all(), "the same every time"
    sky, grass = result[62, 80].astype(int), result[100, 80].astype(int)
    assert sky[2] > sky[1] and grass[1] > grass[2], "sky above, grass below"
    with pytest.raises(InputError, match="whole picture"):
        repair(picture, np.full(picture.shape[:2], 255, np.uint8))


def test_a_tint_changes_the_colour_and_keeps_light_and_dark() -> None:
    picture = landscape()
    mask = regions.select(picture, "the grass")
    result = tinted(picture, mask, (140, 70, 190))
    assert (result[mask == 0] == picture[mask == 0]).all()
    grey = lambda values: values.astype(float) @ (0.299, 0.587, 0.114)  # noqa: E731
    assert np.corrcoef(grey(picture[mask > 0]), grey(result[mask > 0]))[0, 1] > 0.9
    assert result[mask > 0].mean(axis=0).argmax() == 2


class Kept(dict):
    def read(self, sha256: str) -> bytes:
        return self[sha256]


def run(request: dict, **blobs: bytes):
    from codirector.tools.backend import RunContext
    from codirector.tools.requests import REQUEST

    names = {name: f"{number:064x}" for number, name in enumerate(blobs)}
    filled = {key: names.get(value, value) if isinstance(value, str) else value for key, value in request.items()}
    context = RunContext(Kept({names[name]: data for name, data in blobs.items()}))
    return list(EditingBackend().run(REQUEST.validate_python(filled), context))[-1]


def png(pixels: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def test_the_backend_finds_unites_grows_and_inverts() -> None:
    picture = png(landscape())
    red = run({"kind": "region", "image": "picture", "words": "the red one"}, picture=picture)
    mask = masks.from_image(Image.open(io.BytesIO(red.products[0].data)))
    wide = run({"kind": "region", "image": "picture", "mask": "mask", "grow": 6, "invert": True}, picture=picture, mask=masks.to_png(mask))
    outside = masks.from_image(Image.open(io.BytesIO(wide.products[0].data)))
    assert not ((mask > 0) & (outside > 0)).any()
    assert red.facts["how"] == "colour and edges" and red.facts["share"] == pytest.approx(masks.share(mask), abs=1e-3)
    with pytest.raises(InputError, match="no segmenter"):
        run({"kind": "region", "image": "picture", "words": "the dog"}, picture=picture)


def test_the_backend_keeps_transparency_and_every_pixel_outside() -> None:
    pixels = np.dstack([landscape(), np.full((180, 240), 255, np.uint8)])
    pixels[:20, :20, 3] = 90
    mask = masks.grown(regions.select(pixels[..., :3].copy(), "the red one"), 4)
    done = run({"kind": "repair", "image": "picture", "mask": "mask", "feather": 2}, picture=png(pixels), mask=masks.to_png(mask))
    result = np.asarray(Image.open(io.BytesIO(done.products[0].data)))
    assert result.shape == pixels.shape and (result[mask == 0] == pixels[mask == 0]).all()
    painted = run({"kind": "repair", "image": "picture", "mask": "mask", "tint": "blue"}, picture=png(pixels), mask=masks.to_png(mask))
    assert (np.asarray(Image.open(io.BytesIO(painted.products[0].data)))[mask == 0] == pixels[mask == 0]).all()


def test_a_soft_seam_lies_inside() -> None:
    old, new = Image.new("RGB", (60, 60), "white"), Image.new("RGB", (60, 60), "black")
    mask = masks.rectangle((0.2, 0.2, 0.8, 0.8), 60, 60)
    mixed = np.asarray(paste_inside(old, new, Image.fromarray(mask), 8))
    assert (mixed[mask == 0] == 255).all() and mixed[30, 30, 0] == 0 and 0 < mixed[30, 14, 0] < 255
