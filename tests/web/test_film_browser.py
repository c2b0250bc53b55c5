"""A film in a real browser: it plays inline, with its strip, after a reload too, and undo leads back to the still."""

import importlib.util
import sys
from pathlib import Path

import pytest

spec = importlib.util.spec_from_file_location("browser_words", Path(__file__).with_name("test_browser.py"))
assert spec is not None and spec.loader is not None
words = importlib.util.module_from_spec(spec)
sys.modules["browser_words"] = words
spec.loader.exec_module(words)

pytestmark = words.pytestmark
browser, person = words.browser, words.person


@pytest.fixture
def server(tmp_path):
    running = words.Server(tmp_path).start()
    yield running
    running.stop()


def film(page):
    """Waits until the last card's film plays; says what the browser knows of it."""
    page.page.wait_for_function(
        """() => {
            const films = [...document.querySelectorAll('.cd-turn video')];
            const last = films[films.length - 1];
            return last && last.readyState >= 2 && last.currentTime > 0.15 && !last.error;
        }"""
    )
    return page.page.evaluate(
        """() => {
            const films = [...document.querySelectorAll('.cd-turn video')];
            const last = films[films.length - 1];
            const strip = last.closest('.cd-film').querySelector('.cd-strip');
            return { width: last.videoWidth, height: last.videoHeight, seconds: last.duration, label: last.getAttribute('aria-label'),
                     strip: strip.complete ? strip.naturalWidth / strip.naturalHeight : 0, films: films.length };
        }"""
    )


def test_a_film_plays_inline_with_its_strip(server, person):
    page = person().open(server.address)
    page.say(words.FOX)
    card = page.say("animate it: slow zoom in, two seconds")
    seen = film(page)
    assert (seen["width"], seen["height"]) == (384, 384) and seen["seconds"] == pytest.approx(2.0, abs=0.05)
    assert seen["strip"] > 5 and "fox" in seen["label"] and "Motion" in card["changed"]
    page.shoot("film")
    page.say("pan left instead")
    assert film(page)["films"] == 2
    page.page.reload()
    page.page.wait_for_selector(".cd-turn video")
    assert film(page)["films"] == 2
    page.say("go to 1")
    assert page.cards()[-1]["picture"]


def test_a_storyboard_plays_and_a_shot_is_refined_alone(server, person):
    page = person().open(server.address)
    page.say("storyboard in flat style, 3 seconds: A fox sits in the snow at night. A red balloon flies over the village.")
    seen = film(page)
    assert seen["seconds"] == pytest.approx(3.0, abs=0.1) and "Storyboard" in seen["label"]
    page.shoot("storyboard")
    page.say("shot 2: make it sunset")
    page.say("make the film")
    assert film(page)["films"] == 3
    page.page.reload()
    page.page.wait_for_selector(".cd-turn video")
    assert film(page)["films"] == 3
    assert sum(bool(card["picture"]) for card in page.cards()) >= 2, "every shot has its card"
