"""Adjustments: turns and crops do what they say, colour tables are read or refused with the line, alpha survives."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from codirector.errors import InputError
from codirector.prompts.scene import Adjustment
from codirector.tools.adjust import Step, adjust, carried_along, inscribed
from codirector.tools.luts import look_up, parse_cube

IDENTITY = "LUT_3D_SIZE 2\n" + "\n".join(f"{r} {g} {b}" for b in (0, 1) for g in (0, 1) for r in (0, 1))
INVERTED = 'TITLE "x"\n# a comment\nLUT_3D_SIZE 2\n' + "\n".join(f"{1 - r} {1 - g} {1 - b}" for b in (0, 1) for g in (0, 1) for r in (0, 1))


def picture(mode: str = "RGB", size: tuple[int, int] = (48, 32)) -> bytes:
    rng = np.random.default_rng(3)
    out = io.BytesIO()
    Image.fromarray(rng.integers(0, 255, (size[1], size[0], len(mode)), dtype=np.uint8), mode).save(out, "PNG")
    return out.getvalue()


def opened(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)))


def test_no_steps_are_the_same_bytes_and_alpha_is_kept() -> None:
    data = picture("RGBA")
    assert adjust(data, ()) is data
    after = opened(adjust(data, (Step(kind="brightness", amount=0.4), Step(kind="flip", amount=1))))
    assert (after[..., 3] == opened(data)[:, ::-1, 3]).all()


@pytest.mark.parametrize("kind", ["brightness", "contrast", "saturation", "warmth", "sharpness", "denoise"])
def test_tones_change_the_picture_and_not_its_size(kind: str) -> None:
    data = picture()
    after = opened(adjust(data, (Step(kind=kind, amount=0.6),)))  # type: ignore[arg-type]
    assert after.shape == opened(data).shape and (after != opened(data)).any()


def test_a_colour_table_is_applied_by_its_share() -> None:
    data = picture()
    assert (opened(adjust(data, (Step(kind="lut", amount=1.0, table=IDENTITY.encode()),))) == opened(data)).all()
    after = opened(adjust(data, (Step(kind="lut", amount=1.0, table=INVERTED.encode()),))).astype(int)
    assert np.abs(after - (255 - opened(data).astype(int))).max() <= 1
    half = opened(adjust(data, (Step(kind="lut", amount=0.5, table=INVERTED.encode()),))).astype(int)
    assert np.abs(half - 127.5).max() <= 1


def test_a_one_dimensional_table_and_a_domain() -> None:
    table = parse_cube(b"LUT_1D_SIZE 2\nDOMAIN_MIN 0 0 0\nDOMAIN_MAX 2 2 2\n0 0 0\n1 1 1\n")
    assert look_up(table, np.array([[1.0, 0.5, 2.0]])) == pytest.approx(np.array([[0.5, 0.25, 1.0]]))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff\xfe\x00", "not text"), (b"0 0 0\n", "does not say its size"), (b"LUT_3D_SIZE 2\n0 0 0\n", "1 of 8"),
        (b"LUT_3D_SIZE 2\n0 0\n", "Line 2"), (b"LUT_3D_SIZE 900\n", "size 900"), (b"LUT_3D_SIZE 2\n" + b"nan 0 0\n" * 8, "no colours"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse_cube(data)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_an_input_error(data: bytes) -> None:
    try:
        table = parse_cube(data)
    except InputError:
        return
    assert table.values.shape[-1] == 3


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 200), st.integers(1, 200), st.floats(-45, 45))
def test_straightening_leaves_no_empty_corner(width: int, height: int, degrees: float) -> None:
    inside = inscribed(width, height, degrees)
    assert 1 <= inside[0] <= max(1, width) and 1 <= inside[1] <= max(1, height)
    if min(width, height) > 30 and abs(degrees) > 1:
        white = io.BytesIO()
        Image.new("L", (width, height), 255).convert("RGB").save(white, "PNG")
        assert opened(adjust(white.getvalue(), (Step(kind="straighten", amount=degrees),))).min() == 255


def test_a_mask_is_carried_along_with_crops_and_turns() -> None:
    mask = Image.new("L", (80, 80), 0)
    mask.paste(255, (30, 30, 50, 50))
    out = io.BytesIO()
    mask.save(out, "PNG")
    cropped = carried_along(out.getvalue(), (Adjustment(kind="crop", amount=0.5),), (80, 80))
    assert cropped is not None and cropped.getbbox() == (20, 20, 60, 60)
    assert carried_along(out.getvalue(), (Adjustment(kind="brightness", amount=0.5),), (40, 40)).getbbox() == (15, 15, 25, 25)  # type: ignore[union-attr]
    corner = Image.new("L", (80, 80), 0)
    corner.paste(255, (0, 0, 10, 10))
    out = io.BytesIO()
    corner.save(out, "PNG")
    assert carried_along(out.getvalue(), (Adjustment(kind="crop", amount=0.5),), (40, 40)) is None
