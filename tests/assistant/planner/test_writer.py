"""A larger model words the answer; what the passages do not say is not said."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from codirector.assistant.library import make_library
from codirector.assistant.planner.model import Answer, Message
from codirector.assistant.planner.writer import writer
from codirector.assistant.settings import Settings
from codirector.errors import RetryableError
from codirector.knowledge.answer import extract
from codirector.knowledge.articles import parse_article
from codirector.knowledge.index import Hit

TEXT = """# Kilns

## Firing

The blue glaze is fired at 1240 degrees for nine hours. It cools for a day.

## Tiles

Test tiles lie in the drawer.
"""
ARTICLE = parse_article(TEXT, "kilns")
HITS = [Hit(passage, 1.0 - place / 10, 0.9, 1.0, (0.9,) * len(passage.sentences)) for place, passage in enumerate(ARTICLE.passages)]


class Scripted:
    """A model that gives one answer, or fails; it keeps what it was asked."""

    trusted, name = True, "scripted"

    def __init__(self, answer: str | None) -> None:
        self.answer = answer
        self.asked: list[Message] = []

    def fill(self, messages: Sequence[Message], schema: Mapping[str, Any]) -> Answer:
        self.asked = list(messages)
        if self.answer is None:
            raise RetryableError("not reachable")
        return Answer({"answer": self.answer}, self.answer, 10)

    def close(self) -> None:
        """Holds nothing."""


def test_supported_sentences_stay_and_invented_ones_go():
    model = Scripted("Fire the blue glaze at 1240 degrees for nine hours. [1] Then wait for a month. [1] Test tiles lie in the drawer. [2]")
    draft = writer(model)("how hot?", HITS)
    assert draft.text == "Fire the blue glaze at 1240 degrees for nine hours. [1] Test tiles lie in the drawer. [2]"
    assert [one.heading for one in draft.sources] == ["Firing", "Tiles"]
    assert "1240" in model.asked[1][1] and "how hot?" in model.asked[1][1] and "1240" not in model.asked[0][1]


@pytest.mark.parametrize("answer", [None, "", "Bake it at 900 degrees. [1] Use butter. [7]", "No mark at all."])
def test_a_model_that_fails_or_invents_leaves_it_to_the_passages(answer: str | None):
    assert writer(Scripted(answer))("how hot is the glaze?", HITS) == extract("how hot is the glaze?", HITS)


def test_the_settings_decide_who_words_the_answer(tmp_path: Path):
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "kiln.md").write_text("# Kiln\n\n## Firing\n\nThe blue glaze of the workshop is fired at 1240 degrees.", encoding="utf-8")
    answer = make_library(Settings(home=tmp_path, notes=notes)).answer("at how many degrees is the blue glaze fired?")
    assert answer.confident and "1240" in answer.text
