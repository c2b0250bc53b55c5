"""What a planner's setting builds; missing weights are said, not worked around."""

from pathlib import Path

import pytest

from benchmarks.planner.views import FOX, view
from codirector.assistant.cli import doctor
from codirector.assistant.planner import make_planner
from codirector.assistant.planner.tagger import Tagger
from codirector.assistant.settings import Settings
from codirector.errors import InputError, InternalError


def test_missing_weights_are_said(tmp_path: Path) -> None:
    with pytest.raises(InternalError) as caught:
        Tagger(tmp_path)
    assert str(tmp_path) in caught.value.message and "--planner rules" in caught.value.hint


def test_a_planner_without_its_tagger_does_not_go_on_by_rules(tmp_path: Path) -> None:
    planner = make_planner("embedded")
    planner.reader = lambda: Tagger(tmp_path)
    with pytest.raises(InternalError):
        planner.plan(view(FOX), "hm, the fox bothers me")


def test_rules_alone_need_no_weights() -> None:
    assert make_planner("rules").reader is None


def test_an_unknown_setting_names_those_that_work() -> None:
    with pytest.raises(InputError) as caught:
        make_planner("gpt-4")
    assert "'embedded'" in caught.value.hint and "'rules'" in caught.value.hint


def test_doctor_lists_our_own_weights_and_misses_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = {line["what"].split(":")[0]: line for line in doctor.examine(Settings(home=tmp_path))["weights"]}
    assert here["tagger"]["ok"] and here["reader"]["ok"]
    monkeypatch.setitem(doctor.OWN, "tagger", (tmp_path / "tagger.safetensors", "reads"))
    report = doctor.examine(Settings(home=tmp_path))
    line = next(line for line in report["weights"] if line["what"].startswith("tagger"))
    assert not line["ok"] and str(tmp_path) in line["what"] and not report["ok"]
