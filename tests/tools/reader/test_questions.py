"""Questions are understood by their form, and answered from a reading alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codirector.tools.reader.answers import answer
from codirector.tools.reader.questions import Names, understand
from codirector.tools.reader.reading import Box, Guess, Reading, SeenThing, caption_words

PLURALS = {"fox": "foxes", "cat": "cats", "balloon": "balloons", "mouse": "mice"}
NAMES = Names({"fox": [], "cat": ["kitten"], "balloon": ["hot air balloon"], "mouse": [], "rocket": ["spaceship"]}, PLURALS)


def guess(value: str, score: float = 0.9) -> Guess:
    return Guess(value=value, score=score)


def thing(name: str, x: float, colour: str, *, y: float = 0.6, score: float = 0.9, recoloured: float = 0.0) -> SeenThing:
    box = Box(x=x, y=y, width=0.3, height=0.3)
    return SeenThing(name=name, score=score, box=box, colour=guess(colour), colours=(guess(colour),), recoloured=recoloured)


def reading(*things: SeenThing, time: str = "night", setting: str = "snow", world: float = 1.0) -> Reading:
    return Reading(
        width=512, height=512, world=world, things=things, style=guess("watercolor"), setting=guess(setting), background=guess(""),
        time=guess(time), framing=guess("medium"), caption="A fox.",
    )  # fmt: skip


SCENE = reading(thing("fox", 0.25, "orange"), thing("cat", 0.75, "blue", recoloured=0.9), thing("balloon", 0.72, "red", y=0.2))


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("What colour is the fox?", "orange"),
        ("what color is the kitten", "blue"),
        ("how many foxes are there?", "1"),
        ("how many things do you see?", "3"),
        ("how many?", "3"),
        ("are there two foxes?", "no"),
        ("where is the cat?", "right"),
        ("is the cat on the left?", "no"),
        ("is it night?", "yes"),
        ("is it day or night?", "night"),
        ("is it in the snow?", "yes"),
        ("where is it?", "snow"),
        ("is there a spaceship?", "no"),
        ("do you see a fox?", "yes"),
        ("what is left of the cat?", "fox"),
        ("is the fox left of the cat?", "yes"),
        ("what is above the cat?", "balloon"),
        ("what is on the left?", "fox"),
        ("what style is it?", "watercolor"),
        ("is it a watercolour?", "yes"),
        ("is it a close-up?", "no"),
        ("is the fox red?", "no"),
        ("where are the mice?", "none"),
    ],
)
def test_answers_come_from_the_reading(question, fact):
    said = answer(understand(question, NAMES), SCENE, PLURALS)
    assert said is not None and said.fact == fact, said
    assert 0.0 <= said.sure <= 1.0 and said.text.endswith((".", ")."))


def test_a_thing_outside_of_the_world_is_said_to_be_unknown():
    said = answer(understand("what colour is the bagpipe?", NAMES), SCENE, PLURALS)
    assert said is not None and not said.understood and said.sure == 0.0 and "bagpipe" in said.text


def test_unsure_things_make_unsure_answers():
    unsure = reading(thing("fox", 0.5, "orange", score=0.4))
    said = answer(understand("is there a fox?", NAMES), unsure, PLURALS)
    assert said is not None and said.sure == pytest.approx(0.4)


def test_there_is_no_time_of_day_in_space():
    said = answer(understand("is it night?", NAMES), reading(time="", setting="space"), PLURALS)
    assert said is not None and said.fact == "none" and "space" in said.text


@pytest.mark.parametrize("question", ["", "purple monkey dishwasher", "why?", "?!"])
def test_what_is_not_understood_is_not_guessed(question):
    assert understand(question, NAMES).kind in ("unknown", "what")


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_exception(text):
    understood = understand(text, NAMES)
    said = answer(understood, SCENE, PLURALS)
    assert said is None or said.text


def test_caption_names_unusual_colours_counts_and_places():
    words = caption_words(SCENE, PLURALS)
    assert words.startswith("A fox on the left, a blue cat on the right and a balloon on the right in the snow at night")
    two = caption_words(reading(thing("fox", 0.3, "orange"), thing("fox", 0.7, "orange"), time="day"), PLURALS)
    assert two.startswith("Two foxes in the snow by day; watercolor")
    assert caption_words(reading(), PLURALS).startswith("Nothing in particular")
