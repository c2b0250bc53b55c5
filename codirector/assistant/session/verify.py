"""Is a session still what it was when it was written, and does every scene follow from the one before? Reads only.

`verify_session` re-hashes every turn and file and re-applies every change; `verify_file` checks a single picture of ours by itself.
"""

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from codirector.assistant.plan import Animate, Create
from codirector.assistant.session import rows
from codirector.assistant.session.artifacts import ArtifactStore
from codirector.assistant.session.database import translated
from codirector.assistant.session.provenance import read_from_png
from codirector.assistant.session.record import StoredTurn, Turn, VerifyReport
from codirector.assistant.session.turns import consequences, references
from codirector.errors import CodirectorError, UnknownName
from codirector.prompts.scene import Render, Scene

ALL_TURNS = """
SELECT *, (SELECT runs.body FROM runs WHERE runs.turn = turns.id ORDER BY runs.ordinal DESC LIMIT 1) AS run
FROM turns ORDER BY ordinal
"""

FILMS = (".mp4", ".mov", ".webm", ".gif")
"""Files that are decoded to their end to be verified."""


def verify_session(db: sqlite3.Connection, name: str, artifacts: ArtifactStore) -> VerifyReport:
    """Checks everything there is to check; goes on after a problem."""
    problems = [f"The file itself: {row[0]}." for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
    turns: dict[str, StoredTurn] = {}
    parts: dict[str, sqlite3.Row] = {}
    count = 0
    needed: dict[str, str] = {}
    for row in db.execute(ALL_TURNS).fetchall():
        count += 1
        label = f"Turn {row['number']} ({row['id'][:12]})"
        try:
            stored = rows.stored_turn(db, row)
        except CodirectorError as error:
            problems.append(f"{label}: {error.message}")
            continue
        turns[stored.id], parts[stored.id] = stored, row
        problems += [f"{label}: {problem}" for problem in _turn_problems(stored, row, turns, parts)]
        needed |= {sha256: label for sha256 in references(stored.turn) if sha256 not in needed}
    problems += _way_problems(db, turns)
    for sha256, label in needed.items():
        problems += [f"{label}: {problem}" for problem in _file_problems(artifacts, sha256)]
    return VerifyReport(name=name, ok=not problems, turns=count, artifacts=len(needed), problems=tuple(problems))


def verify_file(path: Path) -> VerifyReport:
    """A picture or film of ours, or its sidecar: does the PNG carry its request, is the picture data what was sealed, can the film be
    played to its end, and is the file what the sidecar beside it says (if there is one)? Raises UnknownName when there is no such file."""
    with translated(path):
        if not path.is_file():
            raise UnknownName(f"There is no file {path}.", "Check the path.")
        if path.suffix == ".json":
            described = [other for other in path.parent.glob(f"{path.stem}.*") if other != path]
            if not described:
                return _report(path, ["The file that this sidecar describes is not beside it."])
            path = described[0]
        data = path.read_bytes()
        problems = []
        if data.startswith(b"\x89PNG"):
            provenance = read_from_png(data)
            if provenance is None or provenance.request is None:
                problems.append("It carries no request of Codirector: it was not made by it, or the text was removed.")
            elif not provenance.intact:
                problems.append("The picture data is not what was written: it was edited, re-compressed or damaged afterwards.")
        if path.suffix.lower() in FILMS:
            from codirector.tools.film.soundness import film_faults

            problems += [f"As a film it is not sound: {fault}." for fault in film_faults(data)]
        beside = path.with_suffix(".json")
        if beside.is_file():
            problems += _sidecar_problems(beside, hashlib.sha256(data).hexdigest())
        elif not data.startswith(b"\x89PNG"):
            problems.append("There is no sidecar beside it, so there is nothing to check it against.")
    return _report(path, problems)


def follows(turn: Turn, before: Scene | None) -> str:
    """Empty if the turn's scene is what its action makes of the scene before it (None: the empty start); else what is wrong."""
    from codirector.prompts.apply import apply

    if turn.plan is not None and turn.plan.action != turn.action:
        return "its action is not the one that was planned"
    if turn.outcome in ("done", "planned"):
        if turn.action == "create":
            planned = isinstance(turn.plan, Create) and _created(turn.plan.scene, turn.scene)
            return "" if planned else "the scene is not the one that was planned"
        if turn.action == "refine":
            if turn.change is None or before is None:
                return "it refines, but names no change or has nothing to refine"
            try:
                return "" if apply(before, turn.change) == turn.scene else "the scene is not what the change makes of the one before"
            except CodirectorError as error:
                return f"the change does not apply to the scene before: {error.message}"
        if turn.action == "animate" and isinstance(turn.plan, Animate):
            expected = (before or Scene()).evolve(motion=turn.plan.motion)
            return "" if turn.scene == expected else "the scene is not the one before with the motion asked for"
    return "" if turn.scene == (before or Scene()) else "the scene changed, though nothing changed it"


def _created(planned: Scene, made: Scene) -> bool:
    """Render settings the plan left open, and the picture to start from, are filled in when the plan is applied."""
    left_open = {name: getattr(made.render, name) for name in Render.model_fields if getattr(planned.render, name) in (None, "")}
    base = planned.base or made.base
    return planned.evolve(render=planned.render.evolve(**left_open), base=base) == made


def _turn_problems(stored: StoredTurn, row: sqlite3.Row, turns: Mapping[str, StoredTurn], parts: Mapping[str, sqlite3.Row]) -> list[str]:
    turn = stored.turn
    if turn.parent != row["parent"]:
        return ["the parent in the index is not the one in the turn"]
    if turn.parent is not None and turn.parent not in turns:
        return ["the turn before it is missing or unreadable"]
    before = turns[turn.parent] if turn.parent else None
    above = parts[turn.parent] if turn.parent else None
    wrong = follows(turn, before.turn.scene if before else None)
    problems = [wrong] if wrong else []
    if row["number"] != (before.number + 1 if before else 1):
        problems.append("its number does not follow")
    effect, picture = consequences(turn, above["body"] if above else None, above["picture"] if above else None)
    if (bool(row["effect"]), row["picture"]) != (effect, picture):
        problems.append("what the index says of its effect and picture is wrong")
    return problems


def _way_problems(db: sqlite3.Connection, turns: Mapping[str, StoredTurn]) -> list[str]:
    problems = []
    for thread in db.execute("SELECT name, tip, ahead FROM threads").fetchall():
        for place in (thread["tip"], thread["ahead"]):
            if place is not None and place not in turns:
                problems.append(f"Branch “{thread['name']}” is at a turn that is missing or unreadable.")
        last = db.execute("SELECT to_turn FROM moves WHERE thread = ? ORDER BY ordinal DESC LIMIT 1", (thread["name"],)).fetchone()
        if (last["to_turn"] if last else None) != thread["tip"]:
            problems.append(f"Branch “{thread['name']}” is not where its journal left it.")
    return problems


def _file_problems(artifacts: ArtifactStore, sha256: str) -> list[str]:
    try:
        path = artifacts.find(sha256)
    except UnknownName:
        return [f"the file {sha256[:12]} is missing"]
    with translated(path):
        if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            return [f"the file {path.name} was altered after it was saved"]
    beside = artifacts.sidecar(sha256)
    return _sidecar_problems(beside, sha256) if beside.is_file() else []


def _sidecar_problems(path: Path, sha256: str) -> list[str]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return [f"the sidecar {path.name} cannot be read"]
    if not isinstance(told, dict) or told.get("sha256") != sha256:
        return [f"the sidecar {path.name} belongs to another file"]
    return []


def _report(path: Path, problems: list[str]) -> VerifyReport:
    return VerifyReport(name=path.name, ok=not problems, artifacts=1, problems=tuple(problems))
