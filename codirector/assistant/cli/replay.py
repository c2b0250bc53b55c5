"""`codirector replay`: makes a picture again from its stored request and compares the pixels; where they differ it says what else does."""

import argparse
import io
import sys
import threading
from pathlib import Path
from typing import Any

from codirector.assistant.cli import replay_film
from codirector.assistant.cli.common import read_file, settings_from
from codirector.assistant.cli.output import print_json
from codirector.assistant.director import Director
from codirector.assistant.session.provenance import pixels_hash, read_from_png
from codirector.assistant.session.record import StoredTurn
from codirector.assistant.turn.render import PLAIN
from codirector.errors import InputError
from codirector.tools.requests import REQUEST, Request

CIRCUMSTANCES = (
    "model", "weights_sha256", "sampler", "steps", "guidance", "sketch_scale", "device", "dtype", "engine", "threads",
    "versions", "torch", "diffusers",
)  # fmt: skip


def run(flags: argparse.Namespace) -> int:
    """0: every picture came back with the same pixels; 1: something differs; 2: nothing to replay."""
    if bool(flags.file) == bool(flags.session):
        raise InputError("Say what to replay.", "Either a FILE that carries its request, or --session NAME.")
    director = Director(settings_from(flags))
    try:
        if flags.file:
            results = [_file(director, flags.file)]
        else:
            turns = [t for t in director.store.view(flags.session).history if t.turn.request and (flags.turn in (None, t.number))]
            if not turns:
                raise InputError("There is no picture to replay there.", "codirector verify --session NAME lists what a session holds.")
            results = [_turn(director, stored) for stored in turns]
    finally:
        director.close()
    for result in results:
        if flags.json:
            print_json(result, sys.stdout)
        else:
            print(f"{result['name']}: {'the same, pixel for pixel' if result['same'] else 'different: ' + result['difference']}")
    return 0 if all(result["same"] for result in results) else 1


def _file(director: Director, name: str) -> dict[str, Any]:
    data = read_file(name)
    if replay_film.is_film(data):
        return replay_film.replay_file(director, name, data)
    provenance = read_from_png(data)
    if provenance is None or not provenance.request:
        raise InputError(f"{Path(name).name} carries no request of ours.", "Only pictures that Codirector wrote as PNG can be replayed.")
    return _compare(director, name, REQUEST.validate_python(provenance.request), data, {})


def _turn(director: Director, stored: StoredTurn) -> dict[str, Any]:
    refs = {ref.role: ref for ref in stored.turn.artifacts}
    if "film" in refs:
        return replay_film.replay_turn(director, stored)
    original = director.store.artifacts.read((refs.get(PLAIN) or refs["picture"]).sha256)
    return _compare(director, f"turn {stored.number}", REQUEST.validate_python(stored.turn.request), original, stored.run.facts)


def _compare(director: Director, name: str, request: Request, original: bytes, facts: dict[str, Any]) -> dict[str, Any]:
    done = director.run(request, "local", threading.Event(), lambda event: None)
    again = done.picture.data
    same = pixels_hash(again) == pixels_hash(original)
    changed = [
        f"{key} was {facts[key]}, is {done.facts.get(key)}" for key in CIRCUMSTANCES if key in facts and facts[key] != done.facts.get(key)
    ]
    difference = (
        ""
        if same
        else f"mean difference {_mean_difference(original, again)}; {'; '.join(changed) or 'the circumstances on record are the same'}"
    )
    return {"name": name, "same": same, "difference": difference, "facts": done.facts}


def _mean_difference(left: bytes, right: bytes) -> str:
    import numpy as np
    from PIL import Image

    one, two = (np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), dtype=np.float32) for data in (left, right))
    return f"{np.abs(one - two).mean():.3f} of 255" if one.shape == two.shape else f"sizes {one.shape[1::-1]} and {two.shape[1::-1]}"
