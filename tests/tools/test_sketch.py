"""The art atlas and the layout sketch, on the real drawings."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from codirector.tools.sketch import (
    COLOURS,
    GREY,
    Atlas,
    Sketch,
    SketchBox,
    draw_sketch,
    only_sounds_like,
    plain_colour,
    recolour,
    singular_forms,
)
from codirector.tools.sketch_styles import PICTURE_FILTERS, STYLE_DRAWINGS, style_of

ATLAS = Path(__file__).parents[2] / "models" / "illustrator" / "atlas"


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return Atlas.load(ATLAS)


def test_atlas_has_every_thing_in_every_drawing_style(atlas: Atlas) -> None:
    assert len(atlas.things) >= 100
    for thing in atlas.things:
        for style in ("3d", "flat", "cartoon", "ink"):
            drawing = atlas.drawing(thing, style)
            assert drawing is not None and drawing.shape == (96, 96, 4)
            assert 0.03 < (drawing[..., 3] > 128).mean() < 0.99, (thing, style)


@pytest.mark.parametrize(
    ("words", "thing"),
    [
        ("fox", "fox"),
        ("A fox", "fox"),
        ("foxes", "fox"),
        ("cherries", "cherry"),
        ("mice", "mouse"),
        ("puppy", "dog"),
        ("boat", "sailboat"),
        ("little red balloon", "balloon"),
        ("the plane", "airplane"),
    ],
)
def test_names_are_found_without_a_model(atlas: Atlas, words: str, thing: str) -> None:
    assert atlas.find(words, by_meaning=False) == thing


def test_every_sheet_names_its_package_and_a_free_licence() -> None:
    index = json.loads((ATLAS / "index.json").read_text(encoding="utf-8"))
    used = {place["sheet"] for thing in index["things"].values() for place in thing["tiles"].values()}
    assert used == set(index["sheets"]) and all((ATLAS / sheet).is_file() for sheet in used)
    about = (ATLAS / "ATTRIBUTION.md").read_text(encoding="utf-8")
    for sheet in index["sheets"].values():
        assert sheet["licence"] in ("MIT", "Apache-2.0", "Apache-2.0; emoji: MIT", "Apache-2.0; emoji: Apache-2.0")
        assert sheet["package"].removeprefix("drawn for this project; emoji of ") in about
    assert sum((ATLAS / sheet).stat().st_size for sheet in used if "-third" in sheet) <= 600_000


@pytest.mark.parametrize(
    ("words", "thing"),
    [
        ("a knight", "knight"),
        ("two pirates", "pirate"),
        ("wooden table", "table"),
        ("an old lighthouse", "lighthouse"),
        ("street lights", "street lamp"),
        ("hot air balloon", "hot air balloon"),
        ("king", "king"),
        ("snow plow", "snowplough"),
    ],
)
def test_everyday_things_that_training_never_showed_have_a_drawing(atlas: Atlas, words: str, thing: str) -> None:
    assert atlas.find(words, by_meaning=False) == thing
    sketch = Sketch(boxes=(SketchBox(name=words, x=0.5, y=0.5, width=0.6, height=0.6),), style="cartoon")
    assert (np.asarray(draw_sketch(sketch, atlas, 128, 128)) != GREY).any(axis=2).mean() > 0.04


def test_unknown_names_are_found_by_meaning_or_not_at_all(atlas: Atlas) -> None:
    assert atlas.find("cosmonaut") == "astronaut"
    assert atlas.find("feline") == "cat"
    assert atlas.find("feline", by_meaning=False) is None
    assert atlas.find("photosynthesis") is None
    assert atlas.find("") is None


def test_singular_forms_keep_the_word_first() -> None:
    assert singular_forms("two red balloons") == ("red balloons", "red balloon")
    assert singular_forms("  ") == ()


def test_sketch_is_grey_where_nothing_stands_and_drawn_where_something_does(atlas: Atlas) -> None:
    sketch = Sketch(boxes=(SketchBox(name="fox", x=0.25, y=0.5, width=0.4, height=0.4),), style="watercolor")
    picture = np.asarray(draw_sketch(sketch, atlas, 128, 128))
    assert picture.shape == (128, 128, 3)
    assert (picture[:, 70:] == GREY).all()
    assert (picture[40:90, 10:55] != GREY).any(axis=2).mean() > 0.4


def test_sketch_is_deterministic_and_skips_unknown_names(atlas: Atlas) -> None:
    box = SketchBox(name="penguin", x=0.5, y=0.5, width=0.5, height=0.5, colour="red")
    strange = SketchBox(name="photosynthesis", x=0.5, y=0.5, width=1, height=1, z=3)
    one, two = (draw_sketch(Sketch(boxes=boxes), atlas, 128, 128).tobytes() for boxes in ((box,), (box, strange)))
    assert one == two


def test_later_layers_cover_earlier_ones(atlas: Atlas) -> None:
    below = SketchBox(name="cloud", x=0.5, y=0.5, width=0.9, height=0.9, z=0)
    above = SketchBox(name="skull", x=0.5, y=0.5, width=0.5, height=0.5, z=1)
    alone = np.asarray(draw_sketch(Sketch(boxes=(above,), style="flat"), atlas, 128, 128))
    both = np.asarray(draw_sketch(Sketch(boxes=(above, below), style="flat"), atlas, 128, 128))
    assert (both[60, 64] == alone[60, 64]).all()
    assert (both != alone).any()


def test_boxes_may_reach_over_the_edge(atlas: Atlas) -> None:
    sketch = Sketch(boxes=(SketchBox(name="moon", x=0.0, y=1.0, width=0.5, height=0.5),), style="flat")
    assert (np.asarray(draw_sketch(sketch, atlas, 64, 128)) != GREY).any()


@pytest.mark.parametrize("colour", sorted(COLOURS))
def test_recoloured_drawings_have_the_colour(atlas: Atlas, colour: str) -> None:
    drawing = atlas.drawing("fox", "flat")
    assert drawing is not None
    painted = recolour(drawing, colour)
    solid = painted[..., 3] > 200
    mean = painted[solid][:, :3].astype(float).mean(0)
    nearest = min(COLOURS, key=lambda name: float(np.abs(np.array(COLOURS[name]) - mean).sum()))
    assert nearest == colour or np.abs(np.array(COLOURS[colour]) - mean).max() < 40
    assert (painted[..., 3] == drawing[..., 3]).all()


def test_colour_words() -> None:
    assert plain_colour("dark crimson") == "red"
    assert plain_colour("Gray") == "grey"
    assert plain_colour("transparent") is None
    assert plain_colour(None) is None


def test_boxes_refuse_what_makes_no_sense() -> None:
    with pytest.raises(ValidationError):
        SketchBox(name="fox", x=0.5, y=0.5, width=0, height=0.2)
    with pytest.raises(ValidationError):
        SketchBox(name="fox", x=0.5, y=9, width=0.2, height=0.2)


@pytest.fixture(scope="module")
def shipped():
    return Atlas.load(ATLAS)


@pytest.mark.parametrize(
    ("setting", "light", "like"),
    [
        ("in the snow", "sunset", ("snow", "sunset")), ("a haunted forest", "moonlight", ("forest", "night")),
        ("on a tropical beach", "", ("beach", "day")), ("plain red background", "", ("plain red", "day")),
        ("on white", "night", ("plain white", "night")), ("a kitchen", "", ("room", "day")),
    ],
)  # fmt: skip
def test_a_setting_is_found_by_its_words_its_colour_or_its_meaning(shipped, setting, light, like):
    tiles = shipped.grounds.tiles[like]
    assert any(shipped.ground(setting, light, number) is tile for number, tile in enumerate(tiles))


def test_a_setting_nobody_knows_stays_grey_and_so_does_none(shipped):
    assert shipped.ground("inside a mathematical proof", "", 0) is None and shipped.ground("", "night", 0) is None
    empty = np.asarray(draw_sketch(Sketch(), shipped, 64, 64))
    assert (empty == GREY).all()


def test_the_same_seed_gives_the_same_setting_and_another_may_give_another(shipped):
    drawn = [np.asarray(draw_sketch(Sketch(ground="forest", variant=seed), shipped, 64, 64)) for seed in (3, 3, 4)]
    assert (drawn[0] == drawn[1]).all() and (drawn[0] != drawn[2]).any()


@pytest.mark.parametrize(
    ("words", "style"),
    [
        ("ink line art", "ink"),
        ("flat design", "flat"),
        ("pixel art", "pixel art"),
        ("Studio Ghibli + photorealistic", "cartoon"),
        ("oil on canvas", "oil painting"),
        ("8-bit", "pixel art"),
        ("a charcoal drawing", "pencil"),
        ("black and white drawing", "ink"),
        ("", None),
        ("in the manner of my aunt", None),
    ],
)
def test_style_words_lead_to_a_trained_style(words: str, style: str | None) -> None:
    assert style_of(words) == style


def test_every_style_changes_the_sketch_its_own_way(shipped: Atlas) -> None:
    box = SketchBox(name="fox", x=0.5, y=0.6, width=0.6, height=0.6)
    drawn = {
        style: draw_sketch(Sketch(boxes=(box,), style=style, ground="forest", light="day"), shipped, 128, 128).tobytes()
        for style in STYLE_DRAWINGS
    }
    assert len(set(drawn.values())) == len(STYLE_DRAWINGS) >= 8


def test_things_in_the_air_cast_no_shadow(shipped: Atlas) -> None:
    def sketched(name: str, strength_of: str) -> np.ndarray:
        box = SketchBox(name=name, x=0.5, y=0.4, width=0.3, height=0.3)
        return np.asarray(draw_sketch(Sketch(boxes=(box,), style=strength_of, ground="white background"), shipped, 128, 128))

    under = (slice(71, 73), slice(60, 68))
    assert sketched("fox", "3d render")[under].mean() < sketched("balloon", "3d render")[under].mean() - 20


@given(st.integers(1, 70), st.integers(1, 70), st.sampled_from(sorted(PICTURE_FILTERS)))
@settings(max_examples=60, deadline=None)
def test_filters_keep_size_and_type(height: int, width: int, style: str) -> None:
    picture = np.random.default_rng(height).integers(0, 256, (height, width, 3), np.uint8)
    made = PICTURE_FILTERS[style](picture)
    assert made.shape == picture.shape
    assert made.dtype == np.uint8


@pytest.mark.parametrize(
    ("name", "known", "another"),
    [("pirate", "pirate flag", True), ("fence", "fencer", True), ("statue", "statue of liberty", False), ("dog", "poodle", False)],
)
def test_a_word_inside_another_things_name_is_no_likeness(name, known, another):
    assert only_sounds_like(name, known) is another
