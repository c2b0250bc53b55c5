"""`codirector compare`: one prompt and seed over several models, as a labelled grid."""

import argparse
import sys
import threading

from codirector.assistant.cli.common import output_path, settings_from, write_picture
from codirector.assistant.cli.generate import request_from, scene_for
from codirector.assistant.cli.output import print_json
from codirector.assistant.director import Director
from codirector.errors import InputError
from codirector.tools.comparison import sheet


def run(flags: argparse.Namespace) -> int:
    """Every model is checked before the first picture is made: a missing one is named, not left out. Raises InputError."""
    path = output_path(flags.out)
    names = [name.strip() for name in flags.compare_models.split(",") if name.strip()]
    if len(names) < 2:
        raise InputError("A comparison needs two models or more.", "Name them like this: --models embedded,org/name")
    director = Director(settings_from(flags))
    try:
        requests = []
        for name in names:
            asked = argparse.Namespace(
                prompt=flags.prompt, negative=None, seed=flags.seed, steps=None, cfg=None, size=None, sampler=None, model=name
            )
            scene, _ = scene_for(asked, "")
            request = request_from(flags.prompt, scene)
            director.registry.check(request)
            requests.append(request)
        done = [director.run(request, "local", threading.Event(), lambda event: None) for request in requests]
    finally:
        director.close()
    labels = [
        f"{name} · seed {flags.seed} · {d.facts.get('steps')} steps · cfg {d.facts.get('guidance')}"
        for name, d in zip(names, done, strict=True)
    ]
    write_picture(path, sheet([d.picture.data for d in done], labels))
    if flags.json:
        print_json({"path": str(path), "models": [{"model": n, "facts": d.facts} for n, d in zip(names, done, strict=True)]}, sys.stdout)
    else:
        print(path)
    return 0
