"""Damaged files, full disks, folders that cannot be written: said clearly, and nothing that was stored is lost."""

import errno
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from codirector.assistant.session import artifacts
from codirector.assistant.session.record import Run, Turn
from codirector.assistant.session.store import SessionStore
from codirector.errors import CorruptSession, InputError, RetryableError, StorageFull, UnknownName
from codirector.prompts.scene import Scene
from codirector.tools.events import Product


def file_of(store: SessionStore, slug: str) -> Path:
    (path,) = (store.home / "sessions").glob(f"{slug}-*.db")
    return path


DAMAGES = {
    "not a database": lambda path: path.write_bytes(b"this is a letter, not a session\n" * 200),
    "empty": lambda path: path.write_bytes(b""),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[: len(path.read_bytes()) // 3]),
    "header cut": lambda path: path.write_bytes(path.read_bytes()[:50]),
    "somebody else's database": lambda path: _somebody_elses(path),
    "tables gone": lambda path: _sql(path, "DROP TABLE meta"),
    "name gone": lambda path: _sql(path, "DELETE FROM meta WHERE key = 'name'"),
    "older than the first": lambda path: _sql(path, "PRAGMA user_version = 0"),
}


def _sql(path: Path, statement: str) -> None:
    db = sqlite3.connect(path)
    with db:
        db.execute(statement)
    db.close()


def _somebody_elses(path: Path) -> None:
    path.unlink()
    _sql(path, "CREATE TABLE recipes (name)")


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_session_says_so_and_the_others_go_on(store, tell, damage):
    tell(store, "sick").create()
    healthy = tell(store, "healthy")
    healthy.create()
    store.close()
    path = file_of(store, "sick")
    DAMAGES[damage](path)
    with SessionStore(store.home) as later:
        with pytest.raises(CorruptSession) as caught:
            later.view("sick")
        assert path.name in caught.value.message and "backup" in caught.value.hint
        assert later.exists("sick")
        listed = {about.name: about.problem for about in later.list()}
        assert listed["healthy"] == "" and listed[path.stem] and len(listed) == 2
        report = later.verify("sick")
        assert not report.ok and report.problems
        assert tell(later, "healthy").refine("night").number == 2 and later.verify("healthy").ok
        with pytest.raises(CorruptSession):
            later.collect()
        later.delete(path.stem)
        assert not path.exists() and [about.name for about in later.list()] == ["healthy"]
        later.collect(older_than=-1)
        assert later.verify("healthy").ok


def test_a_page_overwritten_in_the_middle_is_noticed(store, tell):
    sick = tell(store, "sick")
    for number in range(12):
        sick.talk(f"{number} " + "word " * 600)
    store.close()
    path = file_of(store, "sick")
    data = bytearray(path.read_bytes())
    data[len(data) // 3 : len(data) // 3 * 2] = os.urandom(len(data) // 3)
    path.write_bytes(data)
    with SessionStore(store.home) as later:
        assert not later.verify("sick").ok
        with pytest.raises(CorruptSession):
            later.view("sick")


def test_a_newer_version_is_refused_and_left_alone(store, story):
    story.create()
    store.close()
    path = file_of(store, "fox-tale")
    _sql(path, "PRAGMA user_version = 99")
    before = path.read_bytes()
    with SessionStore(store.home) as later:
        with pytest.raises(InputError, match=r"newer Codirector.*version 99") as caught:
            later.view("fox tale")
        assert not isinstance(caught.value, UnknownName)
        with pytest.raises(InputError, match="newer"):
            later.begin("fox tale", None, "hi")
        (about,) = later.list()
        assert "newer" in about.problem
    assert path.read_bytes() == before


def test_a_full_database_keeps_what_was_there(store, story):
    first = story.create()
    pending = store.begin("fox tale", None, "long")
    with store._pool.use(file_of(store, "fox-tale")) as database, database.transaction() as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages}")
    turn = Turn(parent=first.id, message="word " * 4000, action="talk", scene=first.turn.scene)
    with pytest.raises(StorageFull, match="no room"):
        store.commit(pending, turn, Run())
    assert store.view("fox tale").history == (first,) and store.verify("fox tale").ok
    with store._pool.use(file_of(store, "fox-tale")) as database, database.transaction() as db:
        db.execute("PRAGMA max_page_count = 1000000")
    assert store.commit(pending, turn, Run()).number == 2


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_disk_that_fills_up_while_a_picture_is_written(store, story, png, monkeypatch, number):
    first = story.create("orange")
    pending = store.begin("fox tale", None, "more")

    def full(handle):
        raise OSError(number, os.strerror(number))

    turn = Turn(parent=first.id, message="more", action="refine", scene=Scene(mood="grim"))
    products = [Product(data=png("red"), width=16, height=16)]
    with monkeypatch.context() as patch:
        patch.setattr(artifacts.os, "fsync", full)
        with pytest.raises(StorageFull):
            store.commit(pending, turn, Run(), products)
    assert store.view("fox tale").history == (first,)
    assert not list((store.home / "artifacts").glob("*/.*")) and len(list(store.artifacts.all())) == 1
    assert store.commit(pending, turn, Run(), products).number == 2


LIMITED = """
import resource, sys
from pathlib import Path
from codirector.assistant.session.record import Run, Turn
from codirector.assistant.session.store import SessionStore
from codirector.errors import StorageFull
from codirector.prompts.scene import Scene

store = SessionStore(Path(sys.argv[1]))
size = max(path.stat().st_size for path in Path(sys.argv[1]).glob("sessions/*.db*"))
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 300_000, size + 300_000))
for attempt in range(200):
    try:
        pending = store.begin("fox tale", None, "word " * 1000)
        store.commit(pending, Turn(parent=pending.parent, message=pending.message, action="talk", scene=Scene()), Run())
    except StorageFull as error:
        print("full after", attempt, str(error))
        break
print("still", len(store.view("fox tale").history), store.verify("fox tale").problems)
"""


def test_a_file_that_may_not_grow(store, tell):
    """A real limit of the system: every write past it fails, in SQLite's own code too."""
    tell(store, "fox tale").talk()
    store.close()
    ran = subprocess.run([sys.executable, "-c", LIMITED, str(store.home)], capture_output=True, text=True, check=True)
    full, still = ran.stdout.splitlines()
    assert full.startswith("full after ") and "no room" in full
    with SessionStore(store.home) as later:
        kept = later.view("fox tale").history
        assert still.startswith(f"still {len(kept)} ") and len(kept) >= 2
        assert later.recover("fox tale") or len(kept) >= 2
        assert later.verify("fox tale").ok
        assert tell(later, "fox tale").talk("there is room again").number > len(kept)


UNPRIVILEGED = """
import fcntl, os, sys
from pathlib import Path
from codirector.assistant.session.store import SessionStore
from codirector.errors import InputError

# The interpreter's own files may be readable for root only: everything is imported before.
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
store = SessionStore(Path(sys.argv[1]))
for attempt in (
    lambda: store.create("mine"),
    lambda: store.begin("fox tale", None, "hi"),
    lambda: store.artifacts.write(b"x", "video/mp4", "video", 1, 1),
):
    try:
        attempt()
    except InputError as error:
        print(type(error).__name__, error)
"""


def test_a_folder_that_cannot_be_written(tmp_path, tell):
    with SessionStore(tmp_path / "home") as store:
        tell(store, "fox tale").create()
    for folder in [tmp_path, *tmp_path.parents]:
        if folder == Path(tempfile.gettempdir()):
            break
        folder.chmod(folder.stat().st_mode | 0o011)
    for path in [*(tmp_path / "home").rglob("*"), tmp_path / "home"]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        ran = subprocess.run(
            [sys.executable, "-c", UNPRIVILEGED, str(tmp_path / "home")], capture_output=True, text=True, cwd=Path(__file__).parents[3]
        )
    finally:
        for path in [tmp_path / "home", *(tmp_path / "home").rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
    lines = ran.stdout.splitlines()
    assert len(lines) == 3, ran.stderr
    assert all(line.startswith("InputError") and "cannot be written" in line and "permission" in line for line in lines), lines
    with SessionStore(tmp_path / "home") as store:
        assert store.verify("fox tale").ok


def test_a_home_that_is_a_file(tmp_path):
    (tmp_path / "home").write_text("a file")
    with SessionStore(tmp_path / "home") as store, pytest.raises(InputError, match="cannot be written"):
        store.create("x")


def test_a_session_that_somebody_else_is_writing_to_for_long(store, story, monkeypatch):
    story.create()
    other = sqlite3.connect(file_of(store, "fox-tale"), isolation_level=None)
    with store._pool.use(file_of(store, "fox-tale")) as database, database.transaction() as db:
        db.execute("PRAGMA busy_timeout = 50")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(RetryableError, match="busy"):
        store.begin("fox tale", None, "hi")
    assert len(store.view("fox tale").history) == 1
    other.execute("ROLLBACK")
    other.close()
    assert story.talk().number == 2
