"""Prompt weights in the sketch: what a weighed part brings counts more or less, and nothing else changes."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codirector.tools.embedded import ILLUSTRATOR
from codirector.tools.sketch import Atlas, Sketch, SketchBox, draw_sketch
from codirector.tools.weighted_sketch import draw_weighted, strength_of, weight_of
from codirector.values import Span

FOX, OWL = (SketchBox(name=name, x=x, y=0.5, width=0.4, height=0.4) for name, x in (("fox", 0.25), ("owl", 0.75)))
SKETCH = Sketch(boxes=(FOX, OWL), style="watercolor", ground="forest", light="night")


@pytest.fixture(scope="module")
def drawn():
    atlas = Atlas.load(ILLUSTRATOR / "atlas")

    def draw(spans: tuple[Span, ...], sketch: Sketch = SKETCH) -> np.ndarray:
        return np.asarray(draw_weighted(lambda each: draw_sketch(each, atlas, 128, 128), sketch, spans), np.float32)

    return draw


def prompt(**weights: float) -> tuple[Span, ...]:
    words = ("a fox", " and ", "two owls", ", in the forest", ", watercolor", ", at night")
    names = ("fox", "", "owl", "forest", "watercolor", "night")
    return tuple(Span(text=text, weight=weights.get(name, 1.0)) for text, name in zip(words, names, strict=True))


def test_without_weights_the_sketch_is_as_it_is_drawn(drawn):
    assert (drawn(prompt()) == drawn(())).all()


def test_a_thing_shows_more_the_more_it_weighs_and_the_rest_stays(drawn):
    bare, plain = drawn((), SKETCH.model_copy(update={"boxes": (OWL,)})), drawn(())
    shown = [np.abs(drawn(prompt(fox=weight)) - bare)[:, :60].mean() for weight in (0.0, 0.5, 0.8, 1.0, 1.2, 1.5)]
    assert shown[0] < 1 and all(before < after for before, after in pairwise(shown))
    assert np.abs(drawn(prompt(fox=0.5)) - plain)[:, 80:].max() <= 1


@pytest.mark.parametrize("part", ["forest", "watercolor", "night"])
def test_setting_style_and_light_weigh_too(drawn, part):
    plain = drawn(())
    weak, strong = drawn(prompt(**{part: 0.5})), drawn(prompt(**{part: 1.5}))
    assert np.abs(weak - plain).mean() > 0.5 and np.abs(strong - plain).mean() > 0.2


def test_the_words_of_a_part_are_found_in_the_plural_and_not_inside_others():
    spans = (Span(text="two foxes", weight=1.3), Span(text=", an ox", weight=0.5))
    assert (weight_of("fox", spans), weight_of("ox", spans), weight_of("owl", spans), weight_of("", spans)) == (1.3, 0.5, 1.0, 1.0)


@given(st.floats(0, 5), st.floats(0, 5))
def test_strength_never_falls(one, other):
    assert strength_of(min(one, other)) <= strength_of(max(one, other))
    assert strength_of(1.0) == 1.0 and strength_of(0.0) == 0.0
