"""Rules and tagger together: frames become changes, a sure tagger arbitrates, values are the person's words."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.planner.views import view, views
from codirector.assistant.plan import Clarify, Compare, Create, Refine, Undo
from codirector.assistant.planner.arbitration import arbitrate
from codirector.assistant.planner.decide import Decision, Undecided, decide
from codirector.assistant.planner.frame_values import as_colour, as_count, as_material, as_pose, part_and_owner
from codirector.assistant.planner.frames import reading_of
from codirector.assistant.planner.hearing import heard, parts_of
from codirector.assistant.planner.reading import Reading, facts_of
from codirector.assistant.planner.tagger import Frame, Slot
from codirector.prompts.change import AddElement, AlterElement, RemoveElement, ReplaceElement, Retouch, SetField
from codirector.prompts.scene import Element

VIEWS = views()


def framed(message: str, intent: str, sure: float = 0.95, points: int = -1, **slots: str) -> Frame:
    """A frame as the tagger would give it; slots by tag, their text taken from the message."""
    found = tuple(Slot(tag, text, message.index(text), message.index(text) + len(text)) for tag, text in slots.items())
    return Frame(((intent, sure),), found, (0,), (points, 0.9))


class Script:
    """A tagger that knows some messages by heart; any other makes it fail."""

    def __init__(self, **frames: Frame) -> None:
        self.frames = {message.replace("_", " "): frame for message, frame in frames.items()}

    def read(self, message: str, names: Sequence[str] = (), around: str = "") -> Frame:
        return self.frames[message]


@pytest.mark.parametrize(
    ("frame", "message", "change"),
    [
        (
            ("pose", {"T": "the guy", "V": "wear a top hat"}),
            "let the guy wear a top hat",
            AlterElement(name="man", attribute="pose", value="wearing a top hat"),
        ),
        (("remove", {"T": "the guy on the left"}), "get rid of the guy on the left", RemoveElement(name="man")),
        (
            ("material", {"T": "the car", "V": "made of leather"}),
            "have the car be made of leather",
            AlterElement(name="car", attribute="material", value="leather"),
        ),
        (
            ("colour", {"T": "the car", "V": "mustard"}),
            "how about mustard for the car",
            AlterElement(name="car", attribute="colour", value="mustard"),
        ),
        (
            ("replace", {"T": "the car", "O": "a tram"}),
            "I always pictured the car as a tram",
            ReplaceElement(name="car", element=Element(name="tram")),
        ),
        (
            ("add", {"O": "a red kiosk", "P": "next to the car"}),
            "next to the car belongs a red kiosk",
            AddElement(element=Element(name="kiosk", colour="red", placement="next to the car")),
        ),
        (("count", {"T": "cars", "V": "double"}), "double the cars", AlterElement(name="car", attribute="count", value="2")),
        (("style", {"V": "van Gogh"}), "what if van Gogh had painted it", SetField(field="style", value="van gogh")),
    ],
)
def test_frames_become_changes(frame: tuple[str, dict[str, str]], message: str, change: object) -> None:
    intent, slots = frame
    reading = reading_of(framed(message, intent, points=0 if "guy" in message else -1, **slots), message, facts_of(VIEWS["street"]))
    assert isinstance(reading, Reading)
    assert reading.change == change


def test_what_is_not_in_the_scene_becomes_a_detail() -> None:
    message = "what if the sky was purple"
    reading = reading_of(framed(message, "part", T="the sky", V="purple"), message, facts_of(VIEWS["beach"]))
    assert isinstance(reading, Reading) and reading.change is not None
    assert reading.change.kind in ("add_detail", "retouch") and "purple" in str(reading.change)


def test_a_tagger_that_is_unsure_is_not_acted_on() -> None:
    facts = facts_of(VIEWS["sofa"])
    undecided = decide("florble the wug sideways maybe", facts)
    assert isinstance(undecided, Undecided)
    low = Script(florble_the_wug_sideways_maybe=framed("florble the wug sideways maybe", "remove", sure=0.2, points=0, T="the wug"))
    assert arbitrate(undecided, "florble the wug sideways maybe", facts, low) is undecided


def test_an_exact_wording_is_not_overruled() -> None:
    facts = facts_of(VIEWS["balloon"])
    decided = decide("undo", facts)
    assert isinstance(decided, Decision)
    other = Script(undo=framed("undo", "add", sure=0.99, O="undo"))
    assert arbitrate(decided, "undo", facts, other) == decided


def test_kept_wishes_are_read_too() -> None:
    facts = facts_of(VIEWS["sofa"])
    message = "add a lamp, then florble the dog"
    decided = decide(message, facts)
    assert isinstance(decided, Decision) and isinstance(decided.plan, Refine) and decided.plan.later[0].change is None
    whole = replace(framed(message, "add", O="a lamp"), starts=(0, message.index("florble")))
    lamp = framed("add a lamp", "add", O="a lamp")
    reader = Script(
        **{
            message.replace(" ", "_"): whole,
            "add_a_lamp": lamp,
            "florble_the_dog": framed("florble the dog", "remove", points=0, T="the dog"),
        }
    )
    filled = arbitrate(decided, message, facts, reader)
    assert isinstance(filled, Decision)
    assert [wish.change for wish in filled.plan.later] == [RemoveElement(name="dog")]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("view", "message", "intent", "slots", "expected"),
    [
        ("fox", "steps put to forty", "steps", {"V": "forty"}, {"setting": "steps", "value": "40"}),
        ("fox", "guidance is too high I think, seven is better", "guidance", {"V": "seven"}, {"setting": "guidance", "value": "7"}),
        ("film", "teal & orange grade on this", "post", {"V": "teal & orange"}, {"post": {"kind": "grade", "value": "teal & orange"}}),
        ("fox", "off centre, thirds pls", "composition", {"V": "off centre"}, {"field": "composition", "value": "off-center composition"}),
    ],
)
def test_settings_take_the_value_that_is_marked(
    view: str, message: str, intent: str, slots: dict[str, str], expected: dict[str, object]
) -> None:
    reading = reading_of(framed(message, intent, **slots), message, facts_of(VIEWS[view]))  # type: ignore[arg-type]
    assert isinstance(reading, Reading) and reading.change is not None
    assert expected.items() <= reading.change.model_dump().items()


def test_what_is_not_said_is_not_done_to_a_film() -> None:
    message = "something with a vintage feel on this"
    assert reading_of(framed(message, "post"), message, facts_of(VIEWS["film"])) is None


def test_a_picture_that_should_go_on_is_extended() -> None:
    message = "image should continue to the left side, there is too little place"
    reading = reading_of(framed(message, "retouch", T="left side"), message, facts_of(VIEWS["fox"]))
    assert isinstance(reading, Reading) and isinstance(reading.change, Retouch)
    assert (reading.change.retouching.mode, reading.change.retouching.region) == ("extend", "left")


def test_several_numbers_are_compared() -> None:
    message = "show me this side by side at 15, 25 and 50 steps"
    reading = reading_of(framed(message, "compare", V="15, 25 and 50"), message, facts_of(VIEWS["fox"]))
    assert isinstance(reading, Reading) and isinstance(reading.plan, Compare)
    assert reading.plan.steps == (15, 25, 50)


def several(message: str, second: str) -> Frame:
    """The frame of a message whose second wish begins at `second`."""
    return Frame((("colour", 0.9),), (), (0, message.index(second)), (-1, 0.5))


def test_a_tagger_sure_of_every_wish_cuts_and_reads_them() -> None:
    message = "the dog ought to be black, and the couch a snowy white"
    reader = Script(
        **{
            message.replace(" ", "_"): several(message, "and the couch"),
            "the_dog_should_be_black": framed("the dog should be black", "colour", points=0, T="the dog", V="black"),
            "the_dog_ought_to_be_black": framed("the dog ought to be black", "colour", points=0, T="the dog", V="black"),
            "the_couch_a_snowy_white": framed("the couch a snowy white", "colour", points=1, T="the couch", V="snowy white"),
        }
    )
    facts = facts_of(VIEWS["sofa"])
    made = arbitrate(decide(message, facts), message, facts, reader)
    assert isinstance(made, Decision) and isinstance(made.plan, Refine)
    changes = [made.plan.change, *(wish.change for wish in made.plan.later)]
    assert [(change.kind, change.value) for change in changes] == [("alter_element", "black"), ("alter_element", "snowy white")]  # type: ignore[union-attr]


def test_a_change_that_does_not_apply_is_not_made() -> None:
    message = "florble it yellow"
    frame = framed(message, "colour", points=1, T="it", V="yellow")
    facts = facts_of(VIEWS["beach"].evolve(scene=VIEWS["beach"].scene.evolve(locked=("umbrella",))))  # type: ignore[union-attr]
    assert heard(Script(florble_it_yellow=frame), message, facts)[0] is None


def test_undo_keeps_what_else_was_wished() -> None:
    decided = decide("undo that and make it blue", facts_of(VIEWS["fox"]))
    assert isinstance(decided, Decision) and isinstance(decided.plan, Undo)
    assert [wish.text for wish in decided.plan.later] == ["make it blue"]


def test_a_message_is_cut_where_wishes_begin() -> None:
    message = "let him hold a book, and could it be raining?"
    frame = Frame((("pose", 0.9),), (), (0, message.index("could")), (-1, 0.5))
    assert parts_of(frame, message) == ("let him hold a book", "could it be raining")


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_values_never_raise_and_never_invent(text: str) -> None:
    said = set(text.lower())
    for value in (as_colour(text), as_material(text)):
        assert set(value.lower()) <= said | set("wodgl")  # 'wooden' is written 'wood'
    count = as_count(text, 2)
    assert count is None or 1 <= count <= 99
    as_pose(text, text)
    part_and_owner(text)


@pytest.mark.parametrize(
    ("said", "message", "pose"),
    [
        ("wear a hat", "let him wear a hat", "wearing a hat"),
        ("asleep", "could he be asleep", "asleep"),
        ("on fire", "set it on fire", "on fire"),
        ("have wings", "what if it had wings", "with wings"),
        ("older", "make her older", "older"),
        ("juggle apples", "have her juggle apples", "juggling apples"),
        ("with open arms", "make him stand with open arms", "with open arms"),
    ],
)
def test_poses_are_worded_as_captions_word_them(said: str, message: str, pose: str) -> None:
    assert as_pose(said, message) == pose


def test_questions_are_never_put_twice_in_a_row() -> None:
    from codirector.assistant.planner import Planner
    from codirector.errors import CannotUnderstand

    vague = Script(florble=framed("florble", "vague"))
    planner = Planner(reader=lambda: vague)
    assert isinstance(planner.plan(VIEWS["sofa"], "florble").plan, Clarify)
    with pytest.raises(CannotUnderstand):
        planner.plan(VIEWS["sofa"].evolve(pending_question=True), "florble")


def test_without_a_scene_only_new_pictures_and_plans_are_heard() -> None:
    empty = facts_of(view(None))
    assert reading_of(framed("turn it blue", "colour", V="blue"), "turn it blue", empty) is None
    made = reading_of(framed("I fancy a blue whale", "newscene", EL="a blue whale"), "I fancy a blue whale", empty)
    assert isinstance(made, Reading) and isinstance(made.plan, Create) and made.plan.scene.elements[0].name.endswith("whale")
