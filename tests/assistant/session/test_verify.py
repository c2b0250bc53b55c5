import hashlib
import json
import re
import sqlite3
from pathlib import Path

import pytest

from codirector.assistant.session.hashing import hash_text
from codirector.assistant.session.store import SessionStore
from codirector.assistant.session.verify import verify_file
from codirector.errors import CorruptSession, UnknownName


def file_of(store: SessionStore) -> Path:
    (path,) = (store.home / "sessions").glob("*.db")
    return path


def tamper(store: SessionStore, *statements: tuple[str, tuple]) -> None:
    """Writes into the session file past all triggers, as somebody with a SQLite tool would."""
    store._pool.close()
    with sqlite3.connect(file_of(store)) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        for statement, values in statements:
            db.execute(statement, values)
    db.close()


def forge(store: SessionStore, id: str, change) -> None:
    """Alters a turn and gives it the id that fits: only re-applying can notice."""
    with sqlite3.connect(file_of(store)) as db:
        (body,) = db.execute("SELECT body FROM turns WHERE id = ?", (id,)).fetchone()
    db.close()
    content = json.loads(body)
    change(content)
    forged = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    new = hash_text(forged)
    tamper(
        store,
        ("UPDATE turns SET id = ?, body = ? WHERE id = ?", (new, forged, id)),
        ("UPDATE threads SET tip = ? WHERE tip = ?", (new, id)),
        ("UPDATE moves SET to_turn = ? WHERE to_turn = ?", (new, id)),
    )


@pytest.fixture
def told(store, story):
    """A session with a bit of everything: its turns by name."""
    turns = {"create": story.create(), "talk": story.talk(), "night": story.refine("night")}
    store.undo("fox tale")
    turns["dawn"] = story.refine("dawn", "pink")
    turns["failed"] = story.refine("rain", outcome="failed")
    return turns


def test_a_session_as_it_was_written_is_in_order(store, told):
    report = store.verify("fox tale")
    assert report.ok and report.turns == 5 and report.artifacts == 3 and report.problems == ()


def test_an_altered_turn_is_found_by_its_hash(store, told):
    tamper(store, ("UPDATE turns SET body = replace(body, 'snow', 'sand') WHERE id = ?", (told["create"].id,)))
    report = store.verify("fox tale")
    assert not report.ok and report.turns == 5
    assert any("Turn 1" in problem and "altered" in problem for problem in report.problems)
    with pytest.raises(CorruptSession, match="altered"):
        store.view("fox tale")
    assert store.view("fox tale", last=1).history


@pytest.mark.parametrize(
    ("which", "change", "expected"),
    [
        ("failed", lambda turn: turn["scene"].update(mood="grim"), "changed, though nothing changed it"),
        ("failed", lambda turn: turn.update(outcome="done"), "not what the change makes"),
        ("failed", lambda turn: turn.update(parent=None), "parent in the index"),
        ("failed", lambda turn: turn.update(parent="0" * 64), "parent in the index"),
        ("failed", lambda turn: turn.update(outcome="done", action="create"), "action is not the one that was planned"),
        ("failed", lambda turn: turn.update(outcome="done", action="create", plan=None), "scene is not the one that was planned"),
    ],
)
def test_a_forged_turn_is_found_by_applying_again(store, told, which, change, expected):
    forge(store, told[which].id, change)
    report = store.verify("fox tale")
    assert not report.ok
    assert any(re.search(expected, problem) for problem in report.problems), report.problems


def test_a_missing_turn_is_found(store, told):
    tamper(store, ("DELETE FROM turns WHERE id = ?", (told["talk"].id,)))
    assert any("missing" in problem for problem in store.verify("fox tale").problems)


def test_a_wrong_index_is_found(store, told):
    for statement in ("number = number + 1", "effect = 1 - effect", "picture = NULL"):
        tamper(store, (f"UPDATE turns SET {statement} WHERE id = ?", (told["dawn"].id,)))
        assert not store.verify("fox tale").ok, statement


def test_a_tip_that_was_moved_past_the_journal_is_found(store, told):
    tamper(store, ("UPDATE threads SET tip = ?", (told["create"].id,)))
    assert any("journal" in problem for problem in store.verify("fox tale").problems)


def test_files_are_held_against_their_hash_and_their_sidecar(store, told):
    path = store.artifacts.path(told["dawn"].turn.artifacts[0])
    good = path.read_bytes()
    path.write_bytes(good[:-1] + b"x")
    assert any("altered" in problem for problem in store.verify("fox tale").problems)
    path.unlink()
    assert any("missing" in problem for problem in store.verify("fox tale").problems)
    path.write_bytes(good)
    assert store.verify("fox tale").ok
    beside = path.with_suffix(".json")
    beside.write_text(beside.read_text().replace(path.stem, "0" * 64))
    assert any("belongs to another file" in problem for problem in store.verify("fox tale").problems)


def test_the_rows_cannot_be_changed_by_mistake(store, told):
    with store._session("fox tale") as db:
        for statement in (
            "UPDATE turns SET number = 9",
            "DELETE FROM turns",
            "DELETE FROM moves",
            "UPDATE runs SET body = ''",
            "DELETE FROM refs",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
                db.execute(statement)


def test_a_picture_file_by_itself(store, told, png, tmp_path):
    path = store.artifacts.path(told["dawn"].turn.artifacts[0])
    assert verify_file(path).ok and verify_file(path.with_suffix(".json")).ok
    copy = tmp_path / "night.png"
    copy.write_bytes(path.read_bytes())
    assert verify_file(copy).ok
    copy.with_suffix(".json").write_bytes(path.with_suffix(".json").read_bytes())
    assert verify_file(copy).ok
    copy.write_bytes(png("red"))
    report = verify_file(copy)
    assert not report.ok and len(report.problems) == 2
    copy.unlink()
    assert not verify_file(copy.with_suffix(".json")).ok
    with pytest.raises(UnknownName):
        verify_file(copy)


def test_a_picture_painted_over_is_not_intact(store, told, png, tmp_path):
    data = store.artifacts.read(told["dawn"].turn.artifacts[0].sha256)
    forged = tmp_path / "forged.png"
    forged.write_bytes(data[: data.index(b"IDAT") - 4] + png("red")[png("red").index(b"IDAT") - 4 :])
    assert any("edited" in problem for problem in verify_file(forged).problems)


def test_a_film_file_is_played_to_its_end(tmp_path):
    import numpy as np

    from codirector.tools.film.clips import FramesClip
    from codirector.tools.film.deliver import deliver

    clip = FramesClip([np.full((32, 32, 3), 9 * index, np.uint8) for index in range(12)], 12)
    film, sidecar = tmp_path / "film.mp4", tmp_path / "film.json"
    whole = deliver(clip, "mp4", tmp_path / "work", lambda index, frame: None)
    for data, sound in ((whole, True), (whole[: len(whole) * 3 // 4], False)):
        film.write_bytes(data)
        sidecar.write_text(json.dumps({"sha256": hashlib.sha256(data).hexdigest()}))
        problems = verify_file(film).problems
        assert not problems if sound else "not sound" in problems[0]
