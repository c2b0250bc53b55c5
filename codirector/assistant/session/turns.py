"""Writing turns into a session file: claim, commit, settle what a dead process left. Works inside the caller's transaction.

It knows rows, not files: artifacts are stored before and only referred to here.
"""

import json
import os
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from codirector.assistant.plan import PLAN, Plan
from codirector.assistant.session import navigate, rows
from codirector.assistant.session.hashing import canonical_json, hash_text, turn_json
from codirector.assistant.session.names import check_name
from codirector.assistant.session.record import ArtifactRef, MoveReason, Pending, Run, StoredTurn, Turn
from codirector.errors import InputError, InternalError, RetryableError
from codirector.prompts.scene import Scene

EFFECTLESS = ("talk", "ask", "read", "clarify", "save")
"""Actions that show or say something and leave scene and picture as they are, whatever files they made."""


def claim(db: sqlite3.Connection, thread: str | None, message: str, attachments: tuple[ArtifactRef, ...], process: str, at: str) -> Pending:
    """Notes that a turn is being worked on. Raises RetryableError when one is already, in the same thread."""
    canonical_json(message)
    if len(message) > 20_000:
        raise InputError(f"The message is too long ({len(message):,} characters).", "Use at most 20,000.")
    row = rows.thread_row(db, thread)
    busy(db, row["name"])
    claimed = Pending(
        token=uuid.uuid4().hex,
        session=rows.session_name(db),
        thread=row["name"],
        parent=row["tip"],
        message=message,
        attachments=attachments,
        started_at=at,
        pid=os.getpid(),
    )
    refs = canonical_json([ref.model_dump(mode="json") for ref in attachments])
    db.execute(
        "INSERT INTO pending VALUES (?, ?, ?, ?, ?, NULL, ?, ?, ?)",
        (claimed.thread, claimed.token, claimed.parent, message, refs, at, process, claimed.pid),
    )
    return claimed


def busy(db: sqlite3.Connection, thread: str) -> None:
    """Raises RetryableError while a turn is being worked on in the thread."""
    found = db.execute("SELECT message, pid FROM pending WHERE thread = ?", (thread,)).fetchone()
    if found is not None:
        raise RetryableError(
            f"A turn is still being worked on in “{thread}”: “{rows.shortened(found['message'])}” (process {found['pid']}).",
            "Wait for it or stop it first; or go on in another branch.",
        )


def note_plan(db: sqlite3.Connection, token: str, plan: Plan) -> None:
    """Keeps what was understood, so that an interruption does not lose it."""
    db.execute("UPDATE pending SET plan = ? WHERE token = ?", (canonical_json(PLAN.dump_python(plan, mode="json")), token))


def abandon(db: sqlite3.Connection, token: str) -> None:
    """Gives a claim back without a turn."""
    db.execute("DELETE FROM pending WHERE token = ?", (token,))


def commit(db: sqlite3.Connection, claimed: Pending, turn: Turn, run: Run, at: str) -> StoredTurn:
    """The turn of a claim. Raises RetryableError when the claim was taken away meanwhile."""
    row = db.execute("SELECT parent FROM pending WHERE token = ?", (claimed.token,)).fetchone()
    if row is None:
        why = "it was taken for interrupted, or it is stored already"
        raise RetryableError(f"This branch went on without this turn: {why}.", "Look at the history, then say it once more.")
    if turn.parent != row["parent"]:
        raise InternalError("The turn was made for another place in the session than it was begun at.", "Please report this.")
    stored = insert(db, claimed.thread, turn, run, at)
    abandon(db, claimed.token)
    return stored


def begin_thread(db: sqlite3.Connection, thread: str, turn: Turn, run: Run, at: str) -> StoredTurn:
    """A new thread, which does not become the current one, with its first turn. Raises InputError (name bad or taken)."""
    name = check_name(thread, "branch")
    if name in rows.thread_names(db):
        raise InputError(f"There already is a branch “{name}”.", "Choose another name.")
    db.execute("INSERT INTO threads VALUES (?, NULL, NULL, 0, ?)", (name, at))
    return insert(db, name, turn, run, at)


def insert(db: sqlite3.Connection, thread: str, turn: Turn, run: Run, at: str) -> StoredTurn:
    """Adds the turn (once: the same turn may be made again) and its run, and moves the thread's tip to it."""
    body = turn_json(turn)
    id = hash_text(body)
    parent = db.execute("SELECT number, picture, body FROM turns WHERE id = ?", (turn.parent,)).fetchone()
    if turn.parent is not None and parent is None:
        raise InternalError("The turn continues one that is not in this session.", "Please report this.")
    number = 1 if parent is None else parent["number"] + 1
    effect, picture = consequences(turn, parent["body"] if parent else None, parent["picture"] if parent else None)
    db.execute(
        "INSERT INTO turns (id, parent, number, effect, picture, body, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO NOTHING",
        (id, turn.parent, number, effect, picture, body, at),
    )
    run_json = canonical_json(run.model_dump(mode="json"))
    db.execute("INSERT INTO runs (turn, body, created_at) VALUES (?, ?, ?)", (id, run_json, at))
    db.executemany("INSERT OR IGNORE INTO refs VALUES (?, ?, ?)", [(sha256, id, at) for sha256 in references(turn)])
    where = rows.thread_row(db, thread)
    ahead = where["ahead"]
    if ahead is not None:
        ahead = None if effect else navigate.still_ahead(rows.tree(db), id, ahead)
    move(db, where, id, ahead, "turn", turn.message, "", at)
    # As it will be read back: what JSON cannot tell apart (tuples and lists) is already made equal.
    return StoredTurn(id=id, number=number, turn=rows.parsed_turn(body), run=rows.parsed_run(run_json))


def move(
    db: sqlite3.Connection, thread: sqlite3.Row, to: str | None, ahead: str | None, reason: MoveReason, message: str, note: str, at: str
) -> None:
    """Moves a tip, and journals it."""
    db.execute("UPDATE threads SET tip = ?, ahead = ? WHERE name = ?", (to, ahead, thread["name"]))
    db.execute(
        "INSERT INTO moves (at, thread, from_turn, to_turn, reason, message, note) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (at, thread["name"], thread["tip"], to, reason, message, note),
    )


def consequences(turn: Turn, parent_body: str | None, parent_picture: str | None) -> tuple[bool, str | None]:
    """Did the turn have an effect (something undo takes back), and the newest picture after it, as JSON."""
    if turn.outcome not in ("done", "planned") or turn.action in EFFECTLESS:
        return False, parent_picture
    if turn.action == "teach":
        return True, parent_picture  # an answer given in a lesson can be taken back
    picture, made = parent_picture, False
    for ref in turn.artifacts:
        if ref.role == "picture":
            picture = canonical_json(ref.model_dump(mode="json"))
            break
    if any(ref.role in ("film", "video") for ref in turn.artifacts):
        made = True
    # Read as a scene, not compared as it was written: a scene of an earlier version lacks the fields added since.
    before = Scene.model_validate(json.loads(parent_body)["scene"]) if parent_body else Scene()
    return made or picture != parent_picture or turn.scene != before, picture


def references(turn: Turn) -> set[str]:
    """The hashes of all files the turn needs: made, attached, edited, or part of its scene."""
    found = {ref.sha256 for ref in (*turn.artifacts, *turn.attachments)}
    found |= {retouching.mask for retouching in turn.scene.retouches if retouching.mask}
    found |= {adjustment.file for adjustment in turn.scene.adjustments if adjustment.file}
    if turn.scene.base:
        found.add(turn.scene.base)
    return found | set(_named(turn.request or {}))


def _named(request: Any) -> Iterator[str]:
    """The files a request names, those of a film's shots and finishing steps included."""
    if isinstance(request, dict):
        for key, value in request.items():
            if key in ("image", "mask", "sound", "file") and isinstance(value, str) and len(value) == 64:
                yield value
            else:
                yield from _named(value)
    elif isinstance(request, list | tuple):
        for item in request:
            yield from _named(item)


def settle(db: sqlite3.Connection, is_alive: Callable[[str], bool], at: str) -> tuple[StoredTurn, ...]:
    """Makes turns of the outcome `interrupted` out of what dead processes were working on."""
    left = [row for row in db.execute("SELECT * FROM pending").fetchall() if not is_alive(row["process"])]
    return tuple(_interrupted(db, rows.pending(db, row, alive=False), at) for row in left)


def _interrupted(db: sqlite3.Connection, left: Pending, at: str) -> StoredTurn:
    before = next(iter(rows.line_to(db, left.parent, 1)), None)
    turn = Turn(
        parent=left.parent,
        message=left.message,
        attachments=left.attachments,
        plan=left.plan,
        action=left.plan.action if left.plan else "talk",
        scene=before.turn.scene if before else Scene(),
        later=before.turn.later if before else (),
        reply="This was interrupted before it was finished. Nothing before it is lost; send it again to repeat it.",
        outcome="interrupted",
        error="The program ended while it was working on this.",
    )
    stored = insert(db, left.thread, turn, Run(started_at=left.started_at, notes=(f"Found unfinished at {at}.",)), at)
    abandon(db, left.token)
    return stored


def all_references(db: sqlite3.Connection) -> set[str]:
    """The hashes of all files this session needs, those of turns being worked on included."""
    return {row["sha256"] for row in db.execute("SELECT DISTINCT sha256 FROM refs")} | _attached(db)


def refers(db: sqlite3.Connection, sha256: str) -> bool:
    """Is it one of them?"""
    return db.execute("SELECT 1 FROM refs WHERE sha256 = ?", (sha256,)).fetchone() is not None or sha256 in _attached(db)


def _attached(db: sqlite3.Connection) -> set[str]:
    waiting = db.execute("SELECT attachments FROM pending").fetchall()
    return {ref["sha256"] for row in waiting for ref in json.loads(row["attachments"])}


def last_uses(db: sqlite3.Connection) -> dict[str, str]:
    """When each file was last used by a turn of this session."""
    found = db.execute("SELECT refs.sha256, max(runs.created_at) AS at FROM refs JOIN runs ON runs.turn = refs.turn GROUP BY refs.sha256")
    return {row["sha256"]: row["at"] for row in found}
