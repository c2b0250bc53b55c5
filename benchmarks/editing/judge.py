"""Judges played sessions: by our reader where it knows the things, by counting pixels where nothing was to change. Beside each kind of
change stands what the same judge says of the same edits done by code (see `ideal`): the most that could be reached.
"""

import io
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.editing.ideal import load_atlas, rendered
from benchmarks.editing.sessions import REGIONAL, WHOLE
from codirector.assistant.session.artifacts import ArtifactStore
from codirector.assistant.turn import judging
from codirector.prompts.change import CHANGE
from codirector.prompts.scene import Scene

EXPECTED = {
    "add": "add_element", "remove": "remove_element", "replace": "replace_element", "recolour": "alter_element", "setting": "set_field",
    "lighting": "set_field", "style": "set_field",
}  # fmt: skip


def report(folder: Path) -> dict[str, Any]:
    """All figures, as a dictionary of JSON values."""
    # The last line of a session counts: what failed at its first picture was played again.
    by_number = {line["session"]: line for line in map(json.loads, (folder / "sessions.jsonl").read_text(encoding="utf-8").splitlines())}
    lines = list(by_number.values())
    store, reader, atlas = ArtifactStore(folder / "home"), judging.the_reader(), load_atlas()
    ceiling: dict[str, list[bool]] = defaultdict(list)
    seconds: dict[str, list[float]] = defaultdict(list)
    verdicts: dict[str, list[bool]] = defaultdict(list)
    outside, misread, failed, unjudged, survived, first_seen = [], 0, 0, 0, [], []
    untouched: list[float] = []
    for line in lines:
        turns = line["turns"]
        verdict = _opening(reader, turns[0], store)
        first_seen += [] if verdict is None else [verdict]
        before = turns[0]
        for turn in turns[1:]:
            if turn["understood"] != EXPECTED[turn["kind"]]:
                misread += 1
                continue
            if turn["error"] or not turn["picture"]:
                failed += 1
                verdicts[turn["kind"]].append(False)
                continue
            if turn["kind"] in REGIONAL:
                outside.append(_changed_outside(before, turn, store))
            verdict = _asked(reader, before, turn, store)
            if verdict is None:
                unjudged += 1
            else:
                verdicts[turn["kind"]].append(verdict)
            if (best := _ideal(reader, before, turn, line["session"], atlas)) is not None:
                ceiling[turn["kind"]].append(best)
            seconds[turn["kind"]].append(turn["seconds"]["total"])
            if turn["kind"] in WHOLE and (kept := _survived(reader, before, turn, store)) is not None:
                survived.append(kept)
            before = turn
        if (kept := _untouched(turns, store)) is not None:
            untouched.append(kept)
    judged = [verdict for kind in verdicts for verdict in verdicts[kind]]
    regional = [verdict for kind in REGIONAL for verdict in verdicts[kind]]
    return {
        "sessions": len(lines), "edits": sum(len(line["turns"]) - 1 for line in lines), "misread": misread, "failed": failed,
        "not judged": unjudged, "reader": reader is not None,
        "first picture shows its things": _share(first_seen), "asked-for change there": _share(judged),
        "asked-for change there, regional": _share(regional),
        "the same edits done by code, same judge": _share([verdict for kind in ceiling for verdict in ceiling[kind]]),
        "by kind": {
            kind: {
                "there": _share(found), "done by code": _share(ceiling[kind]),
                "seconds a turn": round(float(np.median(seconds[kind])), 2) if seconds[kind] else None,
            }
            for kind, found in sorted(verdicts.items())
        },
        "regional edits": len(outside), "regional edits with 0 pixels changed outside": _share([count == 0 for count in outside]),
        "subject survives a change of setting, light or style": _share(survived),
        "sessions of regional edits only": len(untouched),
        "untouched parts identical to turn one": _share([kept == 1.0 for kept in untouched]),
    }  # fmt: skip


def _share(found: list[bool]) -> str:
    return f"{100 * sum(found) / len(found):.1f} % ({sum(found)} of {len(found)})" if found else "none"


def _picture(sha256: str, store: ArtifactStore) -> Image.Image:
    return Image.open(io.BytesIO(store.read(sha256))).convert("RGB")


def _changed_outside(before: dict[str, Any], turn: dict[str, Any], store: ArtifactStore) -> int:
    """Pixels that differ where the mask is black; all of them where the turn kept to no mask."""
    old, new = np.asarray(_picture(before["picture"], store)), np.asarray(_picture(turn["picture"], store))
    if not turn["mask"] or old.shape != new.shape:
        return int(old.size // 3)
    black = np.asarray(Image.open(io.BytesIO(store.read(turn["mask"]))).convert("L")) == 0
    return int((old != new).any(axis=2)[black].sum())


def _untouched(turns: list[dict[str, Any]], store: ArtifactStore) -> float | None:
    """Share of pixels outside all regions that are the first picture's to the bit; None for sessions with a whole-picture change."""
    turns = [turn for turn in turns if turn["picture"]]
    if len(turns) < 2 or any(turn["kind"] not in REGIONAL or not turn["mask"] for turn in turns[1:]):
        return None
    first, last = np.asarray(_picture(turns[0]["picture"], store)), np.asarray(_picture(turns[-1]["picture"], store))
    touched = np.zeros(first.shape[:2], bool)
    for turn in turns[1:]:
        touched |= np.asarray(Image.open(io.BytesIO(store.read(turn["mask"]))).convert("L")) > 0
    return float((first == last).all(axis=2)[~touched].mean()) if (~touched).any() else None


def _asked(reader: Any, before: dict[str, Any], turn: dict[str, Any], store: ArtifactStore) -> bool | None:
    if reader is None:
        return None
    old, new = Scene.model_validate(before["scene"]), Scene.model_validate(turn["scene"])
    change = CHANGE.validate_python(turn["change"])
    return judging.there(reader, old, new, change, _picture(before["picture"], store), _picture(turn["picture"], store))


def _ideal(reader: Any, before: dict[str, Any], turn: dict[str, Any], number: int, atlas: Any) -> bool | None:
    if reader is None:
        return None
    old, new = rendered(before, number, atlas), rendered(turn, number, atlas)
    if old is None or new is None:
        return None
    scenes = Scene.model_validate(before["scene"]), Scene.model_validate(turn["scene"])
    return judging.there(reader, *scenes, CHANGE.validate_python(turn["change"]), old, new)


def _opening(reader: Any, turn: dict[str, Any], store: ArtifactStore) -> bool | None:
    """Whether the first picture shows its things at all: what an edit cannot be better than."""
    if reader is None or not turn["picture"]:
        return None
    return _shows(reader, turn, store)


def _survived(reader: Any, before: dict[str, Any], turn: dict[str, Any], store: ArtifactStore) -> bool | None:
    """Whether the main subject, seen before a change of the whole picture, is seen after it."""
    if reader is None or not _shows(reader, before, store, main=True):
        return None
    return _shows(reader, turn, store, main=True)


def _shows(reader: Any, turn: dict[str, Any], store: ArtifactStore, main: bool = False) -> bool | None:
    picture = _picture(turn["picture"], store)
    names = [element["name"] for element in turn["scene"]["elements"]][: 1 if main else None]
    known = [name for name in names if name in reader.things]
    return all(reader.presence(picture, name) >= judging.SURE for name in known) if known else None
