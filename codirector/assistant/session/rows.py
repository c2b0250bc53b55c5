"""Reading a session file: rows in, values out. Every turn read is held against its id. Writes nothing."""

import json
import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from codirector.assistant.plan import PLAN
from codirector.assistant.session import navigate
from codirector.assistant.session.database import corrupt
from codirector.assistant.session.hashing import hash_text
from codirector.assistant.session.record import ArtifactRef, Entry, Pending, Run, SessionInfo, SessionView, StoredTurn, Turn
from codirector.errors import UnknownName

LINE = """
WITH RECURSIVE line (id, parent, left) AS (
    SELECT id, parent, :count FROM turns WHERE id = :tip
    UNION ALL
    SELECT turns.id, turns.parent, line.left - 1 FROM line JOIN turns ON turns.id = line.parent WHERE line.left > 1
)
SELECT turns.id, turns.number, turns.body,
    (SELECT runs.body FROM runs WHERE runs.turn = turns.id ORDER BY runs.ordinal DESC LIMIT 1) AS run
FROM line JOIN turns ON turns.id = line.id ORDER BY turns.number
"""


def file_of(rows: sqlite3.Connection) -> Path:
    """The file behind the connection (for messages)."""
    return Path(rows.execute("PRAGMA database_list").fetchone()["file"])


def stored_turn(rows: sqlite3.Connection, row: sqlite3.Row) -> StoredTurn:
    """A row with id, number, body and run as a value. Raises CorruptSession when the body is not what the id says."""
    if hash_text(row["body"]) != row["id"]:
        raise corrupt(file_of(rows), f"turn {row['number']} ({row['id'][:12]}) was altered after it was saved")
    try:
        return StoredTurn(id=row["id"], number=row["number"], turn=parsed_turn(row["body"]), run=parsed_run(row["run"] or "{}"))
    except ValidationError as error:
        raise corrupt(file_of(rows), f"turn {row['number']} ({row['id'][:12]}) cannot be read: {error.errors()[0]['msg']}") from error


@lru_cache(maxsize=1024)
def parsed_turn(body: str) -> Turn:
    """A turn from its canonical JSON. Remembered: reading one takes 0.1 to 0.3 ms, and the last ones are read again with every view."""
    return Turn.model_validate_json(body)


@lru_cache(maxsize=1024)
def parsed_run(body: str) -> Run:
    """A run from its JSON."""
    return Run.model_validate_json(body)


def line_to(rows: sqlite3.Connection, tip: str | None, last: int | None) -> tuple[StoredTurn, ...]:
    """The last `last` turns (None: all) on the way to `tip`, oldest first."""
    if tip is None or last == 0:
        return ()
    found = rows.execute(LINE, {"tip": tip, "count": 1 << 40 if last is None else last}).fetchall()
    return tuple(stored_turn(rows, row) for row in found)


def turns_by_id(rows: sqlite3.Connection, ids: Sequence[str]) -> tuple[StoredTurn, ...]:
    """The turns with these ids, in this order."""
    return tuple(turn for wanted in ids for turn in line_to(rows, wanted, 1))


def tree(rows: sqlite3.Connection) -> navigate.Tree:
    """All turns of the session as far as finding the way is concerned."""
    found = rows.execute("SELECT id, parent, number, effect FROM turns")
    return {row["id"]: navigate.Node(row["id"], row["parent"], row["number"], bool(row["effect"])) for row in found}


def thread_row(rows: sqlite3.Connection, thread: str | None) -> sqlite3.Row:
    """The row of a thread (None: the current one). Raises UnknownName."""
    found = rows.execute("SELECT * FROM threads WHERE name = ? OR (? IS NULL AND current = 1)", (thread, thread)).fetchone()
    if found is None:
        names = thread_names(rows)
        raise UnknownName(f"There is no branch “{thread}” in this session.", f"There is: {', '.join(names)}.")
    return found


def thread_names(rows: sqlite3.Connection) -> tuple[str, ...]:
    """The names of all threads, oldest first."""
    return tuple(row["name"] for row in rows.execute("SELECT name FROM threads ORDER BY created_at, name"))


def picture_at(rows: sqlite3.Connection, tip: str | None) -> ArtifactRef | None:
    """The newest picture on the way to `tip`."""
    found = rows.execute("SELECT picture FROM turns WHERE id = ?", (tip,)).fetchone()
    if found is None or found["picture"] is None:
        return None
    try:
        return ArtifactRef.model_validate_json(found["picture"])
    except ValidationError as error:
        raise corrupt(file_of(rows), "the reference to a picture cannot be read") from error


def session_name(rows: sqlite3.Connection) -> str:
    """The person's name for the session."""
    return rows.execute("SELECT value FROM meta WHERE key = 'name'").fetchone()[0]


def view(rows: sqlite3.Connection, thread: str | None, last: int | None) -> SessionView:
    """See SessionView."""
    row = thread_row(rows, thread)
    tip = row["tip"]
    history = line_to(rows, tip, last)
    at_tip = (history or line_to(rows, tip, 1))[-1:]
    turn = at_tip[0].turn if at_tip else None
    return SessionView(
        session=session_name(rows),
        thread=row["name"],
        tip=tip,
        scene=turn.scene if turn else None,
        picture=picture_at(rows, tip),
        later=turn.later if turn else (),
        history=history,
        threads=thread_names(rows),
        can_redo=row["ahead"] is not None,
        pending_question=turn is not None and turn.action == "clarify" and turn.outcome == "done",
    )


def pending(rows: sqlite3.Connection, row: sqlite3.Row, alive: bool) -> Pending:
    """A row of `pending` as a value."""
    try:
        return Pending(
            token=row["token"],
            session=session_name(rows),
            thread=row["thread"],
            parent=row["parent"],
            message=row["message"],
            attachments=tuple(ArtifactRef.model_validate(ref) for ref in json.loads(row["attachments"])),
            plan=PLAN.validate_json(row["plan"]) if row["plan"] else None,
            started_at=row["started_at"],
            pid=row["pid"],
            alive=alive,
        )
    except ValueError as error:
        raise corrupt(file_of(rows), "a turn that was being worked on cannot be read") from error


def transcript(rows: sqlite3.Connection, last: int | None) -> tuple[Entry, ...]:
    """The last `last` entries (None: all) over all threads, in the order they happened."""
    moves = rows.execute("SELECT * FROM moves ORDER BY ordinal DESC LIMIT ?", (-1 if last is None else last,)).fetchall()
    entries = []
    for move in reversed(moves):
        turn = next(iter(line_to(rows, move["to_turn"], 1)), None)
        made = turn.turn if turn is not None and move["reason"] == "turn" else None
        entries.append(
            Entry(
                at=move["at"],
                kind=move["reason"],
                thread=move["thread"],
                message=move["message"],
                reply=made.reply if made else move["note"],
                turn=turn,
                artifacts=made.artifacts if made else (),
                outcome=made.outcome if made else "done",
            )
        )
    return tuple(entries)


def info(rows: sqlite3.Connection) -> SessionInfo:
    """The session's line in the list."""
    meta = dict(rows.execute("SELECT key, value FROM meta").fetchall())
    updated = rows.execute("SELECT at FROM moves ORDER BY ordinal DESC LIMIT 1").fetchone()
    first = rows.execute("SELECT message FROM moves WHERE reason = 'turn' AND message != '' ORDER BY ordinal LIMIT 1").fetchone()
    return SessionInfo(
        name=meta["name"],
        owner=meta["owner"],
        created=meta["created"],
        updated=updated["at"] if updated else meta["created"],
        turns=rows.execute("SELECT count(*) FROM turns").fetchone()[0],
        title=meta.get("title") or shortened(first["message"] if first else ""),
        thumbnail=picture_at(rows, thread_row(rows, None)["tip"]),
    )


def shortened(message: str, longest: int = 60) -> str:
    """The message on one line of at most `longest` characters."""
    words = " ".join(message.split())
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"
