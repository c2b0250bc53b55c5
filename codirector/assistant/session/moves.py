"""Undo, redo, go-to, branch and switch on a session file, inside the caller's transaction. Where they lead is `navigate`'s business.

They move tips and write the journal; no turn is ever changed.
"""

import sqlite3
from typing import NamedTuple

from codirector.assistant.session import navigate, rows, turns
from codirector.assistant.session.names import check_name
from codirector.assistant.session.record import MoveReason, StoredTurn
from codirector.errors import InputError


class Moved(NamedTuple):
    """What a move did, before it is shown."""

    thread: str
    reason: MoveReason
    came_from: str | None
    went_to: str | None
    turns: tuple[str, ...]
    note: str


def undo(db: sqlite3.Connection, thread: str | None, steps: int, message: str, at: str) -> Moved:
    """Raises RefusedChange (nothing, or not so much, to undo), RetryableError (a turn is being worked on)."""
    return _step(db, thread, navigate.undo, "undo", "Undid", steps, message, at)


def redo(db: sqlite3.Connection, thread: str | None, steps: int, message: str, at: str) -> Moved:
    """Raises RefusedChange, RetryableError."""
    return _step(db, thread, navigate.redo, "redo", "Did again", steps, message, at)


def goto(db: sqlite3.Connection, thread: str | None, number: int | None, prefix: str, message: str, at: str) -> Moved:
    """To the turn with that number in the thread, or with an id that begins so. Raises UnknownName, InputError, RetryableError."""
    where = rows.thread_row(db, thread)
    turns.busy(db, where["name"])
    tree = rows.tree(db)
    if (number is None) == (not prefix):
        raise InputError("Say which turn to go to: its number, or the beginning of its id.", "For example: go to 2.")
    if number is not None:
        visited = db.execute("SELECT to_turn FROM moves WHERE thread = ? AND to_turn IS NOT NULL ORDER BY ordinal DESC", (where["name"],))
        tips = [tip for tip in (where["tip"], where["ahead"]) if tip] + [row["to_turn"] for row in visited]
        target = navigate.by_number(tree, tips, number)
    else:
        target = navigate.by_prefix(tree, prefix)
    step = navigate.goto(tree, where["tip"], where["ahead"], target)
    note = f"Went to {_described(db, target)}."
    turns.move(db, where, step.target, step.ahead, "goto", message, note, at)
    return Moved(where["name"], "goto", where["tip"], step.target, (), note)


def branch(db: sqlite3.Connection, thread: str | None, new_name: str, message: str, at: str) -> Moved:
    """A new thread with the same tip, which becomes the current one. An empty name is chosen. Raises InputError (name taken)."""
    where = rows.thread_row(db, thread)
    names = rows.thread_names(db)
    if new_name:
        name = check_name(new_name, "branch")
        if name in names:
            raise InputError(f"There already is a branch “{name}”.", "Choose another name, or switch to it.")
    else:
        name = next(chosen for number in range(2, len(names) + 3) if (chosen := f"branch {number}") not in names)
    db.execute("INSERT INTO threads VALUES (?, ?, NULL, 0, ?)", (name, where["tip"], at))
    _make_current(db, name)
    note = f"New branch “{name}”, from {_described(db, where['tip'])}."
    turns.move(db, rows.thread_row(db, name), where["tip"], None, "branch", message, note, at)
    return Moved(name, "branch", where["tip"], where["tip"], (), note)


def switch(db: sqlite3.Connection, thread: str, message: str, at: str) -> Moved:
    """Makes another thread the current one. Raises UnknownName."""
    before = rows.thread_row(db, None)
    where = rows.thread_row(db, thread)
    _make_current(db, where["name"])
    note = f"Switched to “{where['name']}”, at {_described(db, where['tip'])}."
    turns.move(db, where, where["tip"], where["ahead"], "switch", message, note, at)
    return Moved(where["name"], "switch", before["tip"], where["tip"], (), note)


def _step(db: sqlite3.Connection, thread: str | None, find, reason: MoveReason, verb: str, steps: int, message: str, at: str) -> Moved:
    where = rows.thread_row(db, thread)
    turns.busy(db, where["name"])
    step: navigate.Step = find(rows.tree(db), where["tip"], where["ahead"], steps)
    ids = tuple(node.id for node in step.turns)
    told = ", ".join(_named(turn) for turn in rows.turns_by_id(db, ids))
    note = f"{verb} {told}. Now at {_described(db, step.target)}."
    turns.move(db, where, step.target, step.ahead, reason, message, note, at)
    return Moved(where["name"], reason, where["tip"], step.target, ids, note)


def _make_current(db: sqlite3.Connection, thread: str) -> None:
    db.execute("UPDATE threads SET current = (name = ?)", (thread,))


def _described(db: sqlite3.Connection, turn: str | None) -> str:
    found = next(iter(rows.line_to(db, turn, 1)), None)
    return "the empty start" if found is None else f"turn {found.number}" + (f" ({_named(found)})" if found.turn.message else "")


def _named(turn: StoredTurn) -> str:
    said = rows.shortened(turn.turn.message, 40)
    return f"“{said}”" if said else f"turn {turn.number}"
