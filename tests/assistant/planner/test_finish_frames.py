"""Frames about regions, tones, turning, finishing steps and going back; and wishes said after an answer."""

from typing import Any

import pytest

from benchmarks.planner.views import view, views
from codirector.assistant.plan import Animate, Compare, GoTo, Redo
from codirector.assistant.planner import Planner
from codirector.assistant.planner.frames import reading_of
from codirector.assistant.planner.hearing import parts_of
from codirector.assistant.planner.plain import plain
from codirector.assistant.planner.reading import Reading, facts_of
from codirector.assistant.planner.tagger import Frame, Slot
from codirector.prompts.change import AddElement, Adjust, AlterElement, ApplyPost, Retouch, SetField
from codirector.prompts.scene import Element, Scene

VIEWS = views()


def change_of(view: str, intent: str, message: str, **slots: str) -> Any:
    """The change that a frame of one wish becomes."""
    found = tuple(Slot(tag, text, message.index(text), message.index(text) + len(text)) for tag, text in slots.items())
    reading = reading_of(Frame(((intent, 0.95),), found, (0,), (-1, 0.9)), message, facts_of(VIEWS[view]))
    assert isinstance(reading, Reading)
    return reading.change


@pytest.mark.parametrize(
    ("message", "slots", "wanted"),
    [
        (
            "there is a smudge in the lower left corner, clean that up",
            {"P": "in the lower left corner"},
            ("remove", "lower left corner", ""),
        ),
        ("the bottom right should be cobblestones", {"P": "bottom right", "V": "cobblestones"}, ("fill", "bottom right", "cobblestones")),
        (
            "more room above his head, ceiling arches there",
            {"P": "above his head", "V": "ceiling arches"},
            ("extend", "top", "ceiling arches"),
        ),
    ],
)
def test_a_region_is_filled_cleared_or_the_picture_made_larger(message: str, slots: dict, wanted: tuple) -> None:
    change = change_of("fox", "retouch", message, **slots)
    assert isinstance(change, Retouch)
    assert (change.retouching.mode, change.retouching.region, change.retouching.content) == wanted


@pytest.mark.parametrize(
    ("message", "slots", "wanted"),
    [
        ("feels like it was shot by someone on a bus", {}, ("stabilise", "")),
        ("Give the clip a title at the start: Sir Ben", {"V": "Sir Ben"}, ("title", "Sir Ben")),
        ("add a drum roll under it", {"V": "drum roll"}, ("sound", "drum roll")),
    ],
)
def test_finishing_steps_are_told_apart_by_what_is_said(message: str, slots: dict, wanted: tuple) -> None:
    change = change_of("film", "post", message, **slots)
    assert isinstance(change, ApplyPost)
    assert (change.post.kind, change.post.value) == wanted


@pytest.mark.parametrize(
    ("message", "slots", "wanted"),
    [
        ("the horizon leans to the right", {}, ("straighten", -2.0)),
        ("the horizon is off, straighten it by three degrees", {"V": "three degrees"}, ("straighten", 3.0)),
        ("it lies on its side", {}, ("rotate", 90.0)),
    ],
)
def test_what_is_crooked_is_straightened_and_what_lies_is_turned(message: str, slots: dict, wanted: tuple) -> None:
    change = change_of("fox", "rotate", message, **slots)
    assert isinstance(change, Adjust)
    assert (change.adjustment.kind, change.adjustment.amount) == wanted


def test_a_reason_before_the_wish_is_not_the_wish() -> None:
    facts = facts_of(VIEWS["street"])
    assert plain("the printer only has orange ink so the car has to be orange", facts) == "the car has to be orange"
    change = change_of("street", "colour", "the car has to be oxblood", T="the car", V="oxblood")
    assert change == AlterElement(name="car", attribute="colour", value="oxblood")


def test_a_wish_in_a_clause_of_its_own_is_not_negated() -> None:
    change = change_of("street", "pose", "the man shouldn't stand, sitting cross legged", T="the man", V="sitting cross legged")
    assert change == AlterElement(name="man", attribute="pose", value="sitting cross legged")


def test_going_back_to_what_was_before_a_change_takes_the_change_that_fits_best() -> None:
    message = "what we had before the balloon changed colour"
    frame = Frame((("goto", 0.9),), (Slot("V", message, 0, len(message)),), (0,), (-1, 0.9))
    reading = reading_of(frame, message, facts_of(VIEWS["recoloured"]))
    assert isinstance(reading, Reading)
    assert reading.plan == GoTo(turn=2)


@pytest.mark.parametrize(
    ("view", "message", "kind"),
    [
        ("fox", "animate it with a slow zoom in, then make the fox blue", Animate),
        ("fox", "compare 10 and 20 steps and then make it a watercolor", Compare),
        ("redo", "redo, and make it cartoon", Redo),
    ],
)
def test_what_is_wished_after_an_answer_is_kept(view: str, message: str, kind: type) -> None:
    plan = Planner(choose_seed=lambda: 7).plan(VIEWS[view], message).plan
    assert isinstance(plan, kind)
    assert [wish.change.kind for wish in plan.later if wish.change] in (["alter_element"], ["set_field"])  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("message", "slots", "kept"),
    [
        ("elf gets a red cloak, dwarf gets an eyepatch", [("T", "elf"), ("O", "a red cloak"), ("T", "dwarf"), ("O", "an eyepatch")], 2),
        ("elf gets a red cloak and a hat", [("T", "elf"), ("O", "a red cloak"), ("O", "a hat")], 1),
    ],
)
def test_a_thing_with_its_value_after_another_begins_a_wish(message: str, slots: list[tuple[str, str]], kept: int) -> None:
    found = tuple(Slot(tag, text, message.index(text), message.index(text) + len(text)) for tag, text in slots)
    assert len(parts_of(Frame((("give", 0.98),), found, (0,), (0, 0.9)), message)) == kept


def test_what_is_only_named_in_an_action_becomes_a_thing_when_it_is_spoken_of() -> None:
    facts = facts_of(view(Scene(elements=(Element(name="knight"),), action="fighting a dragon")))
    message = "make the dragon huge"
    for intent, value, change in (
        ("colour", "blue", SetField(field="action", value="fighting a blue dragon")),
        ("size", "huge", AddElement(element=Element(name="dragon", size="huge"))),
    ):
        said = message.replace("huge", value)
        found = (Slot("T", "the dragon", 5, 15), Slot("V", value, 16, 20))
        reading = reading_of(Frame(((intent, 0.95),), found, (0,), (-1, 0.9)), said, facts)
        assert isinstance(reading, Reading)
        assert reading.change == change
