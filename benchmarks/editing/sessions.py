"""Edit sessions in the Illustrator's world: a held-out scene, then one to four changes in a person's words, through the whole product.

Everything drawn is kept in a session store, so that judging (see `judge`) can be done later and again. Resumable: a session that
stands in the results with a first picture is not played again.
"""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from codirector.assistant.director import Director
from codirector.assistant.settings import Settings
from codirector.assistant.turn.events import Finished
from codirector.prompts.words import with_article
from training.illustrator.scenes import SceneSpec, sample_spec
from training.illustrator.world import SETTINGS, STYLES, THING_COLOURS, THINGS, TIMES, held_out

REGIONAL = ("add", "remove", "replace", "recolour")
WHOLE = ("setting", "lighting", "style")
SETTING_WORDS = {
    "forest": "in a forest", "desert": "in the desert", "beach": "on the beach", "snow": "in the snow", "meadow": "in a meadow",
    "mountains": "in the mountains", "city": "in a city", "sea": "at sea", "space": "in space", "underwater": "underwater",
    "sky": "in the sky", "room": "in a room",
}  # fmt: skip


def script(number: int) -> tuple[str, int, list[tuple[str, str]]]:
    """Session `number`: its first message, its seed, and (kind, message) of each change. Odd sessions end with a change of the whole
    picture, even ones are regional to the end. Decided by the number alone."""
    rng = np.random.default_rng([20261122, number])
    spec = _single(rng)
    names, colours = [item.name for item in spec.items], {item.name: item.colour or "" for item in spec.items}
    parts = [with_article(f"{item.colour} {item.name}" if item.colour else item.name) for item in spec.items]
    style = spec.style
    setting = "in a meadow" if spec.setting == "plain" else SETTING_WORDS[spec.setting]
    opening = f"{' and '.join(parts)} {setting}, {style}" + ("" if spec.time == "day" else f", at {spec.time}")
    count = 1 + int(rng.integers(0, 4))
    moves: list[tuple[str, str]] = []
    whole_last = number % 2 == 1
    for turn in range(count):
        last = turn == count - 1
        kind = str(rng.choice(WHOLE)) if whole_last and last else str(rng.choice(_possible(names)))
        moves.append((kind, _message(kind, names, colours, spec, rng)))
    return opening, int(rng.integers(0, 2**31)), moves


def _single(rng: np.random.Generator) -> SceneSpec:
    """A held-out scene of one or two single things."""
    while True:
        spec = sample_spec(rng, held=True)
        if all(item.count == 1 for item in spec.items):
            return spec


def _possible(names: list[str]) -> tuple[str, ...]:
    if len(names) >= 3:
        return ("remove", "replace", "recolour")
    return ("add", "replace", "recolour") if len(names) == 1 else REGIONAL


def _message(kind: str, names: list[str], colours: dict[str, str], spec: SceneSpec, rng: np.random.Generator) -> str:
    """A change in words; `names` and `colours` are brought up to date. New pairs are held-out ones where that can be."""
    fresh = [thing.name for thing in THINGS if thing.name not in names and " " not in thing.name]
    rare = [name for name in fresh if any(held_out("pair", *sorted((name, other))) for other in names)] or fresh
    match kind:
        case "add":
            name = str(rng.choice(rare))
            colour = str(rng.choice(THING_COLOURS)) if rng.random() < 0.5 else ""
            names.append(name)
            colours[name] = colour
            return f"add {with_article(f'{colour} {name}'.strip())}"
        case "remove":
            name = names.pop(int(rng.integers(1, len(names))))
            return f"remove the {name}"
        case "replace":
            old, name = names[int(rng.integers(0, len(names)))], str(rng.choice(rare))
            names[names.index(old)] = name
            colours[name] = ""
            return f"replace the {old} with {with_article(name)}"
        case "recolour":
            name = names[int(rng.integers(0, len(names)))]
            free = [colour for colour in THING_COLOURS if colour != colours.get(name)]
            rare_colours = [colour for colour in free if held_out("colour", name, colour)] or free
            colours[name] = str(rng.choice(rare_colours))
            return f"make the {name} {colours[name]}"
        case "setting":
            return f"change the setting to {rng.choice([s for s in SETTINGS[1:] if s != spec.setting])}"
        case "lighting":
            return f"make it {rng.choice([time for time in TIMES if time != spec.time])}"
        case _:
            return f"make it {rng.choice([style for style in STYLES if style != spec.style])}"


def play(folder: Path, first: int, count: int) -> None:
    """Plays sessions `first` to `first + count - 1` and adds a line for each to `folder`/sessions.jsonl."""
    results = folder / "sessions.jsonl"
    lines = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()] if results.is_file() else []
    done = {line["session"] for line in lines if line["turns"][0]["picture"]}
    director = Director(Settings(home=folder / "home", planner="rules", threads=int(os.environ.get("OMP_NUM_THREADS", "1"))))
    try:
        for number in range(first, first + count):
            if number in done:
                continue
            line = _play(director, number)
            with results.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
            print(f"session {number}: {len(line['turns'])} turns, {sum(bool(turn['error']) for turn in line['turns'])} errors", flush=True)
    finally:
        director.close()


def _play(director: Director, number: int) -> dict[str, Any]:
    opening, seed, moves = script(number)
    name = f"edit-{number:04d}"
    if director.store.exists(name):
        director.store.delete(name)
    director.store.create(name)
    turns = [_line("create", director.submit(name, f"{opening} --seed {seed}").result(), director, name)]
    turns += [_line(kind, director.submit(name, message).result(), director, name) for kind, message in moves]
    return {"session": number, "name": name, "turns": turns}


def _line(kind: str, finished: Finished, director: Director, name: str) -> dict[str, Any]:
    stored = director.store.view(name, last=1).history[-1]
    refs = {ref.role: ref.sha256 for ref in stored.turn.artifacts}
    request = stored.turn.request or {}
    return {
        "kind": kind, "message": finished.message, "understood": finished.change.kind if finished.change else finished.action,
        "tool": finished.tool, "picture": refs.get("base") or refs.get("picture", ""), "mask": request.get("mask", ""),
        "sketch": request.get("sketch"), "scene": stored.turn.scene.model_dump(mode="json"),
        "change": finished.change.model_dump(mode="json") if finished.change else None,
        "checks": {check.name: check.value for check in finished.reply.checks}, "seconds": finished.seconds,
        "stages": stored.run.facts.get("seconds", {}), "error": finished.reply.error,
    }  # fmt: skip
