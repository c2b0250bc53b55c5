"""Every suggestion of the empty page is understood without a language model, and lies in the embedded model's world."""

import runpy
from pathlib import Path

import pytest

from codirector.assistant.planner import make_planner
from codirector.assistant.session.record import SessionView
from codirector.assistant.web.starters import STARTERS

WORLD = runpy.run_path(str(Path(__file__).parents[2] / "training" / "illustrator" / "world.py"))
EMPTY = SessionView(session="s", thread="main", tip=None, scene=None, picture=None)


@pytest.mark.parametrize(("label", "message"), STARTERS)
def test_a_starter_is_a_new_picture_the_embedded_model_knows(label: str, message: str) -> None:
    planned = make_planner("rules").plan(EMPTY, message)
    assert planned.plan.action == "create" and planned.notes == () and label.lower() == message.lower()
    scene = planned.plan.scene
    assert [element.name for element in scene.elements if element.name not in WORLD["BY_NAME"]] == []
    assert scene.elements and scene.style in WORLD["STYLES"]
    assert any(setting in scene.setting for setting in WORLD["SETTINGS"])
