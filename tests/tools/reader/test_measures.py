"""What is measured in any picture: palette, light, sharpness, composition, names of colours."""

import cv2
import numpy as np
import pytest

from codirector.tools.reader.coarse import GROUPS, coarse
from codirector.tools.reader.colours import NAMES, colour_shares
from codirector.tools.reader.measures import measure


def flat(red: int, green: int, blue: int, side: int = 96) -> np.ndarray:
    return np.full((side, side, 3), (red, green, blue), np.uint8)


@pytest.mark.parametrize(
    ("rgb", "name"),
    [((220, 30, 30), "red"), ((30, 60, 200), "blue"), ((250, 250, 250), "white"), ((10, 10, 10), "black"), ((50, 160, 60), "green"),
     ((255, 150, 30), "orange"), ((128, 128, 130), "grey"), ((120, 75, 45), "brown")],
)  # fmt: skip
def test_colours_have_everyday_names(rgb, name):
    assert NAMES[int(colour_shares(np.array([rgb])).argmax())] == name


def test_shares_sum_to_one_and_no_pixels_have_none():
    assert colour_shares(np.random.default_rng(0).integers(0, 256, (500, 3))).sum() == pytest.approx(1.0)
    assert colour_shares(np.zeros((0, 3))).sum() == 0.0


def test_palette_of_two_halves():
    picture = flat(220, 30, 30)
    picture[:, 48:] = (30, 60, 200)
    found = measure(picture)
    assert {shade.name for shade in found.palette if shade.share > 0.3} == {"red", "blue"}
    assert sum(shade.share for shade in found.palette) == pytest.approx(1.0)


def test_light_and_exposure_follow_the_pixels():
    assert measure(flat(8, 8, 10)).light == "dark" and measure(flat(245, 245, 240)).light == "bright"
    assert "overexposed" in measure(flat(255, 255, 255)).exposure
    assert "underexposed" in measure(flat(0, 0, 0)).exposure


def test_blurring_lowers_sharpness():
    noise = np.random.default_rng(1).integers(0, 256, (256, 256, 3)).astype(np.uint8)
    assert measure(cv2.GaussianBlur(noise, (0, 0), 4)).sharpness < 0.1 * measure(noise).sharpness


def test_a_horizon_is_found_with_its_tilt():
    picture = flat(120, 170, 240, 256)
    cv2.fillPoly(picture, [np.array([(0, 150), (255, 160), (255, 255), (0, 255)])], (40, 90, 40))
    found = measure(picture)
    assert found.horizon == pytest.approx(155 / 256, abs=0.03) and found.tilt == pytest.approx(2.2, abs=0.8)
    assert measure(flat(120, 120, 120)).horizon is None


@pytest.mark.parametrize("size", [(8, 8), (3, 200), (1, 1)])
def test_tiny_and_thin_pictures_are_measured_too(size):
    assert 0.0 <= measure(np.zeros((*size, 3), np.uint8)).brightness <= 100.0


def test_groups_sum_their_classes():
    shares = [0.0] * 1000
    shares[281], shares[282], shares[0] = 0.3, 0.4, 0.3
    first = coarse(shares)[0]
    assert first.value == "cat" and first.score == pytest.approx(0.7)
    assert all(0 <= low <= high < 1000 for parts in GROUPS.values() for low, high in parts)
