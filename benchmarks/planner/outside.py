"""Edit instructions from outside, as CSV or JSONL with columns chosen by flags."""

import argparse
import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from benchmarks.planner.run import Item
from benchmarks.planner.views import FOX, view
from codirector.assistant.plan import Action
from codirector.assistant.session.record import SessionView
from codirector.errors import InputError
from codirector.prompts.scene import Element, Scene
from codirector.prompts.split import scene_from_text


def rows(path: Path) -> list[dict[str, Any]]:
    """The file's rows by column name; JSONL where the name ends in .jsonl, else CSV (.tsv: tabs)."""
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    if path.suffix == ".json":
        return json.loads(text)
    return list(csv.DictReader(text.splitlines(), delimiter="\t" if path.suffix == ".tsv" else ","))


def load_outside(chosen: argparse.Namespace) -> tuple[list[Item], dict[str, SessionView]]:
    """Items and their views. Without a scene column the message is said in a scene that holds its target, or in a plain one."""
    kind_map = dict(pair.split("=", 1) for pair in chosen.kind_map.split(",") if "=" in pair)
    items: list[Item] = []
    scenes: dict[str, SessionView] = {}
    for number, row in enumerate(rows(chosen.file)):
        if chosen.limit and number >= chosen.limit:
            break
        message = _cell(row, chosen.message_column, chosen.file)
        kind = kind_map.get(raw := _cell(row, chosen.kind_column, chosen.file), raw) if chosen.kind_column else ""
        scene = _scene(row, chosen)
        scenes[str(number)] = view(scene)
        items.append(Item(kind or "all", str(number), message, _expect(kind, row, chosen)))
    return items, scenes


def _expect(kind: str, row: Mapping[str, Any], chosen: argparse.Namespace) -> dict[str, Any]:
    if kind in get_args(Action):
        return {"action": kind}
    wanted: dict[str, str] = {"kind": kind} if kind else {}
    for column, names in ((chosen.target_column, ("name", "field", "target")), (chosen.value_column, ("value", "element"))):
        if column and kind and (cell := str(row.get(column) or "")):
            field = {
                "set_field": names[-2] if len(names) > 2 else "value",
                "replace_element": names[0] if len(names) > 2 else "element",
            }.get(kind, names[0])
            wanted[field] = f"*{cell}*"
    return {"action": "refine", "change": [wanted]}


def _scene(row: Mapping[str, Any], chosen: argparse.Namespace) -> Scene:
    if chosen.scene_column and (described := str(row.get(chosen.scene_column) or "")):
        scene = scene_from_text(described).scene
        return scene if scene.elements else scene.evolve(elements=(Element(name="subject"),))
    if chosen.target_column and (target := str(row.get(chosen.target_column) or "")):
        return Scene(elements=(Element(name=target),))
    return FOX


def _cell(row: Mapping[str, Any], column: str, path: Path) -> str:
    if column not in row:
        raise InputError(f"{path.name} has no column '{column}'.", f"It has: {', '.join(map(str, row))}.")
    return str(row[column] or "").strip()
