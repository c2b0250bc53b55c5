"""Questions back: short, two or three answers, each a message that settles it, and never two questions in a row."""

import json
from pathlib import Path

import pytest

from benchmarks.planner.views import views
from codirector.assistant.plan import Clarify, Plan
from codirector.assistant.planner import Planner
from codirector.assistant.planner.ask import said
from codirector.assistant.planner.make import tagger
from codirector.assistant.planner.reading import Reading, facts_of
from codirector.assistant.planner.rules import readings
from codirector.errors import CannotUnderstand
from codirector.prompts.change import Adjust, Lock, RemoveDetail, SetRender
from codirector.prompts.scene import Adjustment

VIEWS = views()
OPEN = (
    "make it better", "change it", "make it blue", "move the man", "change the car", "remove it", "start over", "a red one", "improve",
    "an owl", "the woman", "put the car", "no, the other one", "something else", "do something with the car", "golden",
)  # fmt: skip
SETS = Path(__file__).parents[3] / "benchmarks" / "planner"


def plan(message: str, view: str, pending: bool = False) -> Plan | None:
    try:
        return Planner(choose_seed=lambda: 7, reader=tagger).plan(VIEWS[view].evolve(pending_question=pending), message).plan
    except CannotUnderstand:
        return None


@pytest.mark.parametrize("view", ["fox", "street", "empty"])
def test_every_question_is_short_and_every_answer_settles_it(view: str) -> None:
    asked = [found for message in OPEN if isinstance(found := plan(message, view), Clarify)]
    assert len(asked) >= 5
    for question in asked:
        assert len(question.question) <= 60 and question.question.count("?") <= 1
        assert 2 <= len(question.options) <= 3 and len(set(question.options)) == len(question.options)
        for option in question.options:
            answered = plan(option, view, pending=True)
            assert answered is not None and not isinstance(answered, Clarify), option


def test_no_message_of_ours_is_answered_with_a_second_question() -> None:
    messages = [*OPEN, *(json.loads(line)["message"] for line in (SETS / "hard.jsonl").read_text(encoding="utf-8").splitlines())]
    assert len(messages) > 40
    assert not [message for message in messages if isinstance(plan(message, "street", pending=True), Clarify)]


@pytest.mark.parametrize(
    "change",
    [
        RemoveDetail(detail="golden armor"),
        SetRender(setting="steps", value="30"),
        Lock(target="knight"),
        Adjust(adjustment=Adjustment(kind="contrast", amount=0.2)),
    ],
)
def test_a_reading_is_offered_in_words_that_are_read_as_it(change: object) -> None:
    words = said(Reading(0.7, change))  # type: ignore[arg-type]
    again = readings(words, facts_of(VIEWS["knight"]))
    assert again and again[0].change is not None and again[0].change.kind == change.kind  # type: ignore[attr-defined]


def test_more_separate_steps_than_answers_are_not_dropped() -> None:
    message = "compare flat and cartoon; save it; redo; upscale it; branch"
    planned = Planner(choose_seed=lambda: 7).plan(VIEWS["redo"], message)
    told = f"{planned.plan.model_dump()} {planned.notes}"
    for wish in ("'flat', 'cartoon'", "save", "redo", "upscale", "branch"):
        assert wish in told
    assert [wish.text for wish in planned.plan.later][-2:] == ["upscale it", "branch"]  # type: ignore[union-attr]
