"""Sessions saved by every version so far open, verify, and go on. The files are never made again (see corpus/make.py)."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from codirector.assistant.session import record
from codirector.assistant.session.store import SessionStore

CORPUS = Path(__file__).parent / "corpus"
VERSIONS = sorted(path.name for path in CORPUS.glob("v*"))
NAME = "Fuchs im Schnee ❄"


@pytest.fixture(params=VERSIONS)
def saved(request, tmp_path) -> SessionStore:
    """A home folder with the saved session of that version in it, as it was left."""
    shutil.copytree(CORPUS / request.param / "artifacts", tmp_path / "artifacts")
    (tmp_path / "sessions").mkdir()
    db = sqlite3.connect(tmp_path / "sessions" / "saved-0.db")
    db.executescript((CORPUS / request.param / "session.sql").read_text(encoding="utf-8"))
    db.execute("PRAGMA journal_mode = WAL")
    db.close()
    return SessionStore(tmp_path)


def test_there_is_a_saved_session_of_every_version():
    assert {f"v{number}" for number in range(1, record.SCHEMA + 1)} == set(VERSIONS)
    lines = (record.__doc__ or "") + Path(record.__file__).read_text(encoding="utf-8")
    assert all(f"{number}: " in lines for number in range(1, record.SCHEMA + 1))


def test_it_opens_and_verifies(saved):
    report = saved.verify(NAME)
    assert report.problems == ()
    assert report.turns == 19 and report.artifacts == 14


def test_it_is_what_it_was(saved):
    view = saved.view(NAME)
    assert view.thread == "calm" and view.threads == ("main", "calm")
    assert [turn.turn.message for turn in view.history] == ["hello", "a fox in the snow, watercolor", "make it night"]
    assert view.scene is not None and view.scene.lighting == "night" and view.scene.render.seed == 7 and not view.can_redo
    main = saved.view(NAME, "main")
    assert [turn.number for turn in main.history] == list(range(1, 14)) and main.can_redo
    assert main.history[-1].turn.message == "a bit brighter" and main.picture == main.history[-1].turn.artifacts[0]
    assert [entry.kind for entry in saved.transcript(NAME)][-5:] == ["undo", "redo", "branch", "goto", "turn"]
    assert [about.name for about in saved.list()] == [NAME]


def test_it_goes_on(saved):
    (left,) = saved.open(NAME, "main").history[-1:]
    assert left.turn.outcome == "interrupted" and left.turn.message == "this was never finished"
    assert saved.redo(NAME, "main").view.tip != left.id
    assert saved.undo(NAME, "calm").view.history[-1].number == 2
    assert saved.verify(NAME).ok
