"""Splitting messages into wishes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.planner.views import views
from codirector.assistant.planner import make_planner
from codirector.assistant.planner.reading import facts_of
from codirector.assistant.planner.wishes import split
from codirector.errors import CodirectorError

VIEWS = views()


@pytest.mark.parametrize(
    ("name", "message", "wishes"),
    [
        ("fox", "add a red balloon and make it cartoon and zoom out", ("add a red balloon", "make it cartoon", "zoom out")),
        ("fox", "add a red balloon and a kite", ("add a red balloon", "add a kite")),
        ("fox", "add a cat, a dog and a bird", ("add a cat", "add a dog", "add a bird")),
        ("balloon", "make the fox blue and the balloon green", ("make the fox blue", "make the balloon green")),
        ("balloon", "make the fox white and the balloon black and white", ("make the fox white", "make the balloon black and white")),
        ("fox", "make it black and white", ("make it black and white",)),
        ("fox", "make the fox red and blue", ("make the fox red and blue",)),
        ("fox", "add a man with a hat and a cane", ("add a man with a hat and a cane",)),
        ("fox", "add a tiger next to the fox", ("add a tiger next to the fox",)),
        ("fox", 'write "salt and pepper, then sugar" in the sky', ('write "salt and pepper, then sugar" in the sky',)),
        ("fox", "make it night, then add stars; upscale it", ("make it night", "add stars", "upscale it")),
        ("fox", "same but different seed", ("same but different seed",)),
        ("balloon", "both should be blue", ("make the fox blue", "make the balloon blue")),
        ("knight", "remove the sword and the cape", ("remove the sword", "remove the cape")),
    ],
)
def test_split(name: str, message: str, wishes: tuple[str, ...]) -> None:
    assert split(message, facts_of(VIEWS[name])) == wishes


@given(st.text(max_size=120), st.sampled_from(sorted(VIEWS)))
def test_any_text_is_planned_or_honestly_refused(message: str, name: str) -> None:
    try:
        planned = make_planner("rules").plan(VIEWS[name], message)
    except CodirectorError as error:
        assert error.message and error.hint
        return
    assert planned.source in ("rules", "syntax")


WORDS = (
    "add",
    "remove",
    "make",
    "the",
    "fox",
    "balloon",
    "red",
    "blue",
    "night",
    "it",
    "and",
    "then",
    ",",
    "no",
    "a",
    "zoom",
    "out",
    "undo",
    "more",
)
WORDS += ("in", "of", "'a'", '"b"', "snow", "(fox:1.2)", "--seed", "7", "not", "bigger", "instead", "to")


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=14), st.sampled_from(sorted(VIEWS)))
def test_word_salad_never_breaks_the_planner(words: list[str], name: str) -> None:
    try:
        make_planner("rules").plan(VIEWS[name], " ".join(words))
    except CodirectorError as error:
        assert error.message
