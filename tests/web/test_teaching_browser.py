"""A newcomer's lesson of ten questions and a story of eight turns, played on the page by their buttons."""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from codirector.knowledge.quiz import lesson

spec = importlib.util.spec_from_file_location("browser_words", Path(__file__).with_name("test_browser.py"))
assert spec is not None and spec.loader is not None
words = importlib.util.module_from_spec(spec)
sys.modules["browser_words"] = words
spec.loader.exec_module(words)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not words.CHROMIUM.exists(), reason="the browser is not installed: apt-get install -y chromium"),
]
browser, server, person = words.browser, words.server, words.person


def chips(page) -> list[str]:
    return [text.strip() for text in page.page.locator(".cd-turn").last.locator(".cd-chip").all_inner_texts()]


def test_a_newcomer_plays_the_lesson_by_its_buttons(server, person: Callable[..., "words.Page"]) -> None:
    anna = person().open(server.address)
    card = anna.say("teach me the basics")
    for number, question in enumerate(lesson(), start=1):
        assert f"Step {number} of 10" in card["text"] and question.ask in card["text"]
        offered = chips(anna)
        assert offered == [f"{letter}. {choice}" for letter, choice in zip("ABCD", question.choices, strict=True)]
        if number == 2:
            anna.shoot("lesson")
        anna.press(offered[question.right if number != 4 else (question.right + 1) % 4])
        card = anna.settled(number + 1)
        assert ("Not quite." if number == 4 else "Right.") in card["text"] and "[1]" in card["text"]
    assert "9 of 10 right" in card["text"] and "Worth reading again" in card["text"]
    anna.shoot("lesson-end")
    anna.page.reload()
    anna.settled(11)
    assert len(anna.said()) == 11 and chips(anna) == ["a fox in the snow at sunset, watercolor", "quiz me"]


def test_a_quiz_answer_is_taken_back_on_the_page(server, person: Callable[..., "words.Page"]) -> None:
    anna = person().open(server.address)
    anna.say("quiz me on samplers")
    first = chips(anna)
    anna.press(first[0])
    anna.settled(2)
    anna.say("undo")
    assert chips(anna) == first
    anna.page.reload()
    anna.settled(3)
    assert chips(anna) == first


def test_a_story_of_eight_turns_is_told_by_its_choices(server, person: Callable[..., "words.Page"]) -> None:
    anna = person().open(server.address)
    card = anna.say("tell me a story about a fox in the snow, watercolor")
    pictures = [card["picture"]]
    for chapter in range(1, 8):
        assert f"Chapter {chapter} of 8" in card["text"] and card["picture"]
        ways = chips(anna)
        assert len(ways) == 3 and all(way.startswith("story: ") for way in ways)
        if chapter == 3:
            anna.shoot("story")
            anna.page.reload()
            anna.settled(chapter)
            assert chips(anna) == ways
        anna.press(ways[chapter % 3])
        card = anna.settled(chapter + 1)
        assert len(card["changed"]) == 1, card["changed"]
        pictures.append(card["picture"])
    assert "The end." in card["text"] and len(set(pictures)) == 8 and len({shown["seed"] for shown in anna.cards()}) == 1
    anna.shoot("story-end")


def test_the_same_seed_under_several_guidances(server, person: Callable[..., "words.Page"]) -> None:
    anna = person().open(server.address)
    anna.say(words.FOX)
    card = anna.say("drag the guidance scale")
    assert "guidance 7" in card["text"] and card["picture"]
    slider = anna.page.locator(".cd-turn").last.locator(".cd-walk input[type=range]")
    shown = set()
    for place in range(4):
        slider.fill(str(place))
        shown.add(anna.page.locator(".cd-turn").last.locator(".cd-walk img").get_attribute("src"))
        label = anna.page.locator(".cd-turn").last.locator(".cd-walk output").inner_text()
        assert label == f"guidance {(1, 2, 4, 7)[place]}"
    assert len(shown) == 4
    anna.shoot("guidance")


@pytest.fixture(autouse=True)
def _released(server) -> Iterator[None]:
    yield
    server.go_on()
