"""`codirector generate`: one picture from one prompt, with the syntax people paste from Civitai. No session is made."""

import argparse
import secrets
import sys
import threading

from codirector.assistant.cli.common import output_path, settings_from, write_picture
from codirector.assistant.cli.output import print_json
from codirector.assistant.director import Director
from codirector.assistant.turn.dispatch import compiled, request_for
from codirector.assistant.turn.render import with_provenance
from codirector.errors import InputError
from codirector.prompts.a1111 import parse_prompt
from codirector.prompts.apply import apply
from codirector.prompts.change import SetRender
from codirector.prompts.dialects import dialect_for
from codirector.prompts.scene import Scene
from codirector.prompts.split import scene_from_text
from codirector.tools.events import Event, Progress
from codirector.tools.requests import Request


def run(flags: argparse.Namespace) -> int:
    settings = settings_from(flags)
    path = output_path(flags.out)
    scene, notes = scene_for(flags, settings.model)
    request = request_from(flags.prompt, scene)
    director = Director(settings)
    try:
        director.registry.check(request)
        show = sys.stderr.isatty() and not flags.json
        done = director.run(request, "local", threading.Event(), _show if show else _quiet)
    finally:
        director.close()
    write_picture(path, with_provenance(done.picture, scene, request, done.facts).data)
    notes = (*compiled(scene).dropped, *notes, *done.notes)
    if flags.json:
        product = done.picture
        print_json(
            {
                "path": str(path), "width": product.width, "height": product.height, "seed": scene.render.seed,
                "prompt": "".join(span.text for span in getattr(request, "prompt", ())), "request": request.model_dump(mode="json"),
                "facts": done.facts, "notes": list(notes),
            },
            sys.stdout,
        )  # fmt: skip
    else:
        for note in notes:
            print(note, file=sys.stderr)
        print(f"{path} (seed {scene.render.seed})")
    return 0


def scene_for(flags: argparse.Namespace, default_model: str) -> tuple[Scene, tuple[str, ...]]:
    """The scene the prompt describes, with the flags on top of what stands in the text. Raises InputError."""
    if not flags.prompt.strip():
        raise InputError("The prompt is empty.", "Say what you would like to see, for example: a fox in the snow at sunset, watercolor")
    text = flags.prompt if not flags.negative else f"{flags.prompt}\nNegative prompt: {flags.negative}"
    reading = scene_from_text(text)
    scene = reading.scene
    given = {
        "seed": flags.seed,
        "steps": flags.steps,
        "guidance": flags.cfg,
        "size": flags.size,
        "sampler": flags.sampler,
        "model": flags.model,
    }
    for setting, value in given.items():
        if value is not None and _differs(scene, setting, str(value)):
            scene = apply(scene, SetRender.model_validate({"setting": setting, "value": str(value)}))
    render = scene.render
    if render.seed is None:
        render = render.evolve(seed=secrets.randbelow(2**32))
    return scene.evolve(render=render.evolve(model=render.model or default_model)), reading.notes


def request_from(prompt: str, scene: Scene) -> Request:
    """The request; models that read tags get the person's own spans in their own order, the embedded one the sorted scene."""
    request = request_for(scene, None, None)
    if request.kind != "generate" or dialect_for(scene.render.model).name not in ("sd15", "sdxl"):
        return request
    parsed = parse_prompt(prompt)
    return request.evolve(prompt=parsed.spans, negative=parsed.negative or request.negative) if parsed.spans else request


def _differs(scene: Scene, setting: str, value: str) -> bool:
    return str(getattr(scene.render, setting, None)) != value


def _quiet(event: Event) -> None:
    del event


def _show(event: Event) -> None:
    if isinstance(event, Progress):
        print(f"\r{event.stage} {event.step}/{event.steps}   ", end="" if event.step < event.steps else "\r", file=sys.stderr, flush=True)
