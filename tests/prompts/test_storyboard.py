"""A text as scenes and shots: nothing is lost, things and places are carried on, lengths follow the words."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codirector.prompts.storyboard import LONGEST, SHORTEST, storyboard

TEXT = """# The fox

The snow lies deep in the forest at night. A fox looks at the moon. It is hungry.

## The village

At sunrise a red balloon floats over the village (4s). The fox watches it. Zoom out. Two dogs bark.
"""


def test_scenes_shots_and_what_they_show():
    board = storyboard(TEXT, "watercolor")
    assert board.title == "The fox" and {shot.part for shot in board.shots} == {1, 2}
    assert [shot.heading for shot in board.shots] == ["The fox"] * 3 + ["The village"] * 4
    moon, hungry = board.shots[1], board.shots[2]
    assert [element.name for element in moon.scene.elements] == ["fox", "moon"]
    assert hungry.scene.elements == moon.scene.elements, "'it' goes on with what was there"
    assert {shot.scene.style for shot in board.shots} == {"watercolor"}
    assert moon.scene.lighting == "night" and board.shots[4].scene.lighting == "sunrise"
    balloon = board.shots[3]
    assert balloon.scene.elements[0].colour == "red" and balloon.scene.motion.seconds == 4.0 and "(4s)" not in balloon.caption
    assert [(e.name, e.count) for e in board.shots[-1].scene.elements] == [("dog", 2)]
    assert not balloon.cut and moon.cut


def test_a_verb_is_no_thing():
    (shot,) = storyboard("The fox watches the balloon.").shots
    assert [element.name for element in shot.scene.elements] == ["fox", "balloon"]


def test_the_camera_is_taken_from_the_text_else_varied():
    board = storyboard(TEXT)
    assert next(shot for shot in board.shots if "Zoom" in shot.words).scene.motion.camera.lower() == "zoom out"
    cameras = [shot.scene.motion.camera for shot in storyboard("A fox. A cat. A dog. A duck.").shots]
    assert all(one != two for one, two in pairwise(cameras))


def test_fewer_shots_keep_every_sentence():
    board = storyboard(TEXT, most=3)
    assert len(board.shots) == 3 and "became 3 shots" in board.notes[0]
    words = " ".join(shot.words for shot in board.shots)
    assert all(piece in words for piece in ("snow lies deep", "It is hungry.", "Two dogs bark."))


def test_the_whole_takes_as_long_as_asked():
    assert storyboard(TEXT, seconds=30).seconds == pytest.approx(30, abs=0.1)


def test_screenplay_headings_and_lists():
    board = storyboard("INT. KITCHEN - NIGHT\nA cat sits on a chair.\n\nEXT. BEACH - DAY\n- A boat.\n- A bird.\n")
    assert board.shots[0].heading.startswith("INT. KITCHEN") and board.shots[-1].part == 2
    assert board.shots[0].scene.lighting == "night"


def test_nothing_gives_nothing():
    assert storyboard("").shots == () and storyboard(" \n\n ").shots == ()


@given(st.text(max_size=600), st.integers(1, 12))
def test_any_text_is_read(text, most):
    board = storyboard(text, most=most)
    assert len(board.shots) <= most
    assert all(SHORTEST <= shot.scene.motion.seconds <= max(LONGEST, 600) for shot in board.shots)
