"""What 'it', 'the other one', 'the next one' and 'on a copy' refer to, and sentences that are no value."""

import pytest

from benchmarks.planner.views import BALLOON, FOX, view
from codirector.assistant.plan import Branch, GoTo, Plan, Refine, Undo, Wish
from codirector.assistant.planner import frames, lists
from codirector.assistant.planner.decide import Decision, decide
from codirector.assistant.planner.kept import meant
from codirector.assistant.planner.nouns import place_of, pose_of
from codirector.assistant.planner.reading import Reading, facts_of
from codirector.assistant.planner.tagger import Frame, Slot
from codirector.assistant.session.record import SessionView
from codirector.prompts.change import AddDetail, AddElement, AlterElement, RemoveDetail, SetField, Weigh
from codirector.prompts.scene import Element

FOGGY = view(FOX.evolve(details=("fog",)), AddDetail(detail="fog"))
LATER = (
    Wish(text="make it cartoon", change=SetField(field="style", value="cartoon")),
    Wish(text="zoom out", change=SetField(field="camera", value="wide shot")),
)


def _plan(message: str, now: SessionView) -> Plan:
    decided = decide(message, facts_of(now))
    assert isinstance(decided, Decision), decided
    return decided.plan


def _heard(intent: str, text: str, now: SessionView, **slots: str) -> Reading | None:
    marks = tuple(Slot(tag, words, text.index(words), text.index(words) + len(words)) for tag, words in slots.items())
    reading = frames.reading_of(Frame(((intent, 1.0),), marks, (0,), (-1, 1.0)), text, facts_of(now))
    return reading if isinstance(reading, Reading) else None


@pytest.mark.parametrize(
    ("message", "change"),
    [
        ("remove it", RemoveDetail(detail="fog")),
        ("take it away", RemoveDetail(detail="fog")),
        ("make it stronger", Weigh(target="fog", weight=1.2)),
        ("it's too strong", Weigh(target="fog", weight=0.8)),
        ("a bit less of it", Weigh(target="fog", weight=0.9)),
        ("make it thicker", AddDetail(detail="thicker fog")),
        ("make it blue", AlterElement(name="fox", attribute="colour", value="blue")),
        ("make it night", SetField(field="lighting", value="night")),
    ],
)
def test_it_is_the_detail_just_added_where_a_detail_can_be_meant(message: str, change: object) -> None:
    plan = _plan(message, FOGGY)
    assert isinstance(plan, Refine) and plan.change == change


def test_a_thing_touched_after_the_detail_is_it_again() -> None:
    now = view(FOX.evolve(details=("fog",)), AddDetail(detail="fog"), AlterElement(name="fox", attribute="colour", value="red"))
    assert facts_of(now).detail == "" and facts_of(now).focus == "fox"


@pytest.mark.parametrize("message", ["back to the other one", "the other version please", "hop over to the other branch"])
def test_the_other_of_two_branches(message: str) -> None:
    plan = _plan(message, view(FOX, threads=("main", "warm")))
    assert isinstance(plan, GoTo) and plan.branch == "warm"


def test_a_branch_by_its_name_alone_and_a_turn_by_what_came_after_it() -> None:
    threads, balloon = view(FOX, threads=("main", "warm")), view(BALLOON, AddElement(element=Element(name="balloon", colour="red")))
    assert _heard("goto", "let us return to the warm version", threads, V="warm") == Reading(
        0.9, plan=GoTo(branch="warm"), rule="heard goto"
    )
    there = _heard("goto", "the one before the balloon", balloon, V="before the balloon")
    assert there is not None and there.plan == GoTo(turn=1)
    assert _heard("goto", "over to cold", threads, V="cold") is None


@pytest.mark.parametrize("message", ["on a copy, make it night", "make it night on a new branch"])
def test_a_wish_on_a_copy_is_a_branch_with_the_wish_kept(message: str) -> None:
    plan = _plan(message, view(FOX))
    assert isinstance(plan, Branch)
    assert plan.later == (Wish(text="make it night", change=SetField(field="lighting", value="night")),)


def test_which_kept_wish_is_meant() -> None:
    assert [meant(words, LATER) for words in ("cartoon", "that wider view", "the next one on your list", "the other thing")] == [
        0,
        1,
        0,
        None,
    ]
    heard = _heard("next", "ok now the cartoon pass", view(FOX, later=LATER), V="cartoon")
    assert heard is not None and heard.plan == Refine(change=LATER[0].change, later=LATER[1:], taken=True)  # type: ignore[arg-type]
    assert _heard("next", "ok now the cartoon pass", view(FOX), V="cartoon") is None


@pytest.mark.parametrize("text", ["on grass makes no sense", "in there is a bit kitsch", "on the left he's wearing a hat"])
def test_a_sentence_is_no_place(text: str) -> None:
    assert place_of(text) == ""


def test_a_noun_before_a_modal_is_no_pose() -> None:
    assert pose_of("face must remain like this") == "" and pose_of("close for comfort") == ""


def test_a_sentence_names_nothing_instead_of_anything() -> None:
    facts = facts_of(view(FOX))
    assert lists.instead_of("I am not altogether satisfied with it", facts) is None
    assert lists.instead_of("forest instead of snow", facts) is not None


def test_what_was_prettier_before_is_no_new_picture() -> None:
    decided = decide("never mind what I just asked for, it was prettier a moment ago", facts_of(FOGGY))
    assert not isinstance(decided, Decision) or isinstance(decided.plan, Undo)


def test_one_of_several_is_not_taken_away_unasked() -> None:
    facts = facts_of(FOGGY)
    assert not isinstance(decide("one of the birds has to go", facts), Decision)
    assert _heard("remove", "one of the birds has to go", FOGGY, T="one of the birds") is None
    plan = _plan("without the fog is better", FOGGY)
    assert isinstance(plan, Refine) and plan.change == RemoveDetail(detail="fog")
