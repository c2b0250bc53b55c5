import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from codirector.errors import Cancelled, UnknownName, Unsupported
from codirector.tools import upscale
from codirector.tools.upscale import Upscaler, plan_passes, tiles


@pytest.fixture(scope="module")
def upscaler():
    upscaler = Upscaler()
    yield upscaler
    upscaler.close()


@pytest.fixture
def drawing():
    y, x = np.mgrid[0:48, 0:64]
    disc = ((x - 32) ** 2 + (y - 24) ** 2 < 300)[..., None]
    return Image.fromarray(np.where(disc, (230, 60, 20), (20, 90, 160)).astype(np.uint8))


@pytest.mark.parametrize("factor", [2, 3, 4])
def test_the_picture_grows_and_stays_the_same_picture(upscaler, drawing, factor):
    large = upscaler.enlarge(drawing, factor)
    assert large.size == (64 * factor, 48 * factor)
    back = np.asarray(large.resize(drawing.size, Image.Resampling.BOX)).astype(int)
    assert np.abs(back - np.asarray(drawing)).mean() < 4


def test_edges_are_crisper_than_interpolation(upscaler, drawing):
    def steepest(image):
        return np.abs(np.diff(np.asarray(image.convert("L")).astype(int), axis=1)).max()

    assert steepest(upscaler.enlarge(drawing, 4)) > 1.5 * steepest(drawing.resize((256, 192), Image.Resampling.BICUBIC))


def test_same_bytes_whatever_the_threads(drawing):
    results = {Upscaler(threads).enlarge(drawing, 4).tobytes() for threads in (1, 1, 2)}
    assert len(results) == 1


def test_tiles_leave_no_seam(upscaler, monkeypatch):
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (70, 90, 3), dtype=np.uint8))
    whole = np.asarray(upscaler.enlarge(noise, 2)).astype(int)
    monkeypatch.setattr(upscale.tiles, "__defaults__", (40,))
    steps = []
    tiled = np.asarray(upscaler.enlarge(noise, 2, on_tile=lambda done, count: steps.append((done, count)))).astype(int)
    assert steps == [(done, 6) for done in range(7)]
    assert np.abs(whole - tiled).max() <= 1


def test_transparency_is_kept(upscaler, drawing):
    clear = drawing.copy()
    alpha = Image.new("L", drawing.size)
    alpha.paste(255, (0, 0, 32, 48))
    clear.putalpha(alpha)
    large = upscaler.enlarge(clear, 2)
    assert large.mode == "RGBA"
    assert large.getpixel((20, 50))[3] == 255 and large.getpixel((110, 50))[3] == 0


def test_a_factor_a_model_lacks_is_made_from_its_x4(upscaler):
    small = Image.new("RGB", (16, 16), (10, 200, 30))
    assert upscaler.enlarge(small, 3, "realesrgan-x4plus-anime").size == (48, 48)


def test_stop_between_tiles(upscaler, drawing):
    def stop(done, count):
        raise Cancelled

    with pytest.raises(Cancelled):
        upscaler.enlarge(drawing, 2, on_tile=stop)


def test_refusals(upscaler, drawing):
    with pytest.raises(UnknownName, match="no upscaler"):
        upscaler.enlarge(drawing, 2, "magic")
    with pytest.raises(Unsupported):
        upscaler.enlarge(drawing, 5)
    with pytest.raises(Unsupported, match="pixels"):
        upscaler.enlarge(Image.new("RGB", (4096, 4096)), 4)


@settings(deadline=None)
@given(st.integers(1, 3000), st.integers(1, 3000))
def test_tiles_cover_once(width, height):
    area = sum((right - left) * (bottom - top) for left, top, right, bottom in tiles(width, height))
    assert area == width * height
    assert all(right - left <= 256 and bottom - top <= 256 for left, top, right, bottom in tiles(width, height))


@settings(deadline=None)
@given(st.integers(8, 1000), st.integers(8, 1000), st.integers(8, 4096), st.integers(8, 4096))
def test_passes_reach_the_wanted_size(width, height, wanted_width, wanted_height):
    for factor, count in plan_passes(width, height, wanted_width, wanted_height):
        assert count == len(list(tiles(width, height))) and (width < wanted_width or height < wanted_height)
        width, height = width * factor, height * factor
    assert width >= wanted_width and height >= wanted_height
