"""`codirector animate`: one film from a prompt or a picture file. No session is made; a film that was interrupted is gone on with."""

import argparse
import json
import re
import sys
import threading
from pathlib import Path
from typing import Any

from codirector.assistant.cli.common import output_path, read_file, settings_from, write_file
from codirector.assistant.cli.generate import scene_for
from codirector.assistant.cli.output import print_json
from codirector.assistant.director import Director
from codirector.assistant.turn.dispatch import compiled, request_for
from codirector.assistant.turn.film import shot_of, summary
from codirector.errors import InputError, UnknownName
from codirector.prompts.apply import apply
from codirector.prompts.change import SetMotion
from codirector.prompts.scene import Motion, Scene
from codirector.tools.events import Done, Event, Product, Progress
from codirector.tools.film.values import FilmFormat, Finish
from codirector.tools.requests import FilmRequest, GenerateRequest, Shot
from codirector.values import Sha256

ENDINGS: dict[str, FilmFormat] = {
    ".mp4": "mp4", ".webm": "webm", ".mov": "mov", ".gif": "gif", ".webp": "webp", ".zip": "png",
}  # fmt: skip
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff")
SCRIPTS = (".txt", ".md", ".fountain")
USUAL = "slow zoom in"


def run(flags: argparse.Namespace) -> int:
    settings = settings_from(flags)
    path = output_path(flags.out, ENDINGS, "film")
    format = ENDINGS[path.suffix.lower()]
    if flags.timeline and Path(flags.timeline).suffix.lower() != ".otio":
        raise InputError(f"{flags.timeline} is no name for a timeline.", "It ends in .otio.")
    if (flags.beats and not flags.sound) or (flags.beats and not is_script(flags.source)):
        raise InputError("Cutting on beats needs a script and a sound track.", "Give a .txt file, and --sound FILE.")
    motion, motion_notes = motion_from(flags)
    director = Director(settings)
    try:
        if is_script(flags.source):
            request, scene, scene_notes = _board(flags, settings.model, format, director)
            motion_notes = ()
        else:
            request, scene, scene_notes = _take(flags, settings.model, motion, format, director)
        director.registry.check(request)
        show = sys.stderr.isatty() and not flags.json
        done = director.run(request, "local", threading.Event(), _show if show else lambda event: None)
    finally:
        director.close()
    write_film(path, done, request)
    if flags.timeline:
        write_timeline(Path(flags.timeline).expanduser(), path, done, request)
    _say(flags, path, done, request, scene, (*motion_notes, *scene_notes, *done.notes))
    return 0


def motion_from(flags: argparse.Namespace) -> tuple[Motion, tuple[str, ...]]:
    """The motion the flags ask for, each read as a change in a chat would be. Raises InputError."""
    scene = Scene(action="film", motion=Motion())
    seconds = 3.0 if flags.seconds is None else flags.seconds
    usual = not flags.motion.strip() and not flags.subject.strip()
    given = {
        "camera": USUAL if usual else flags.motion, "subject": flags.subject, "seconds": f"{seconds:g}", "fps": f"{flags.fps}",
        "easing": flags.easing or "", "loop": "on" if flags.loop else "", "transition": f"fade {flags.fade}" if flags.fade else "",
    }  # fmt: skip
    for setting, value in given.items():
        now = getattr(scene.motion, setting)
        if value.strip() and value != str(now) and value != (f"{now:g}" if isinstance(now, float) else ""):
            scene = apply(scene, SetMotion.model_validate({"setting": setting, "value": value}))
    assert scene.motion is not None
    return scene.motion, (f"No motion was asked for, so it is a {USUAL}.",) if usual else ()


def is_picture(name: str) -> bool:
    """Whether the argument names a picture file rather than being a prompt."""
    path = Path(name).expanduser()
    if len(name) < 400 and path.suffix.lower() in PICTURES:
        if not path.exists() and " " not in name.strip():
            raise UnknownName(f"There is no file {path}.", "Check the name and the folder; a prompt needs no ending.")
        return path.is_file()
    return False


def is_script(name: str) -> bool:
    """Whether the argument names a text file. Raises UnknownName where it looks like one that is not there."""
    path = Path(name).expanduser()
    if len(name) < 400 and path.suffix.lower() in SCRIPTS:
        if not path.exists() and " " not in name.strip():
            raise UnknownName(f"There is no file {path}.", "Check the name and the folder.")
        return path.is_file()
    return False


def _board(flags: argparse.Namespace, model: str, format: FilmFormat, director: Director) -> tuple[FilmRequest, Scene, tuple[str, ...]]:
    """A film of the shots that a text makes."""
    from codirector.assistant.turn.board import film_of_story, story_of
    from codirector.prompts.storyboard import MOST_SHOTS, storyboard

    if not 1 <= flags.shots <= MOST_SHOTS:
        raise InputError(f"{flags.shots} shots cannot be made.", f"1 to {MOST_SHOTS} can.")
    text = read_file(flags.source).decode("utf-8", errors="replace")
    if flags.seconds is not None and not 1 <= flags.seconds <= 1800:
        raise InputError(f"A film of {flags.seconds:g} seconds cannot be made of a script.", "1 to 1800 seconds can.")
    board = storyboard(text, flags.style, flags.shots, flags.seconds, flags.fps)
    base, notes = scene_for(argparse.Namespace(**{**vars(flags), "prompt": "a still", "negative": None}), model)
    sound = _file(flags.sound, director)
    lengths = None
    if flags.beats and flags.sound:
        from codirector.tools.film.sound import cut_on_beats, find_beats

        beats = find_beats(read_file(flags.sound))
        lengths = cut_on_beats([shot.scene.motion.seconds for shot in board.shots if shot.scene.motion], beats)
        notes = (*notes, f"The sound has {beats.tempo:g} beats a minute; every cut is on one.")
    story = story_of(board, base.render, lengths=lengths, captions=not flags.no_captions)
    request, more = film_of_story(story, _finish(flags, director), format, sound)
    return request, base, (*notes, *board.notes, *more)


def _take(
    flags: argparse.Namespace, model: str, motion: Motion, format: FilmFormat, director: Director
) -> tuple[FilmRequest, Scene, tuple[str, ...]]:
    """A film of one shot."""
    scene, shot, notes = _shot(flags, model, motion, director)
    from codirector.tools.film.video_models import is_video_model

    video = scene.render.model or flags.model or model
    video = video if is_video_model(video, director.settings.models) else ""
    if video and shot.image is not None:
        shot = shot.evolve(words=", ".join(part for part in (motion.subject, motion.camera) if part))
    request = FilmRequest(
        model=video, shots=(shot,), fps=motion.fps, finish=_finish(flags, director), sound=_file(flags.sound, director), format=format,
        seed=scene.render.seed or 0, title=flags.title or flags.source[:200],
    )  # fmt: skip
    return request, scene, notes


def write_timeline(path: Path, film: Path, done: Done, request: FilmRequest) -> None:
    """The film's cuts as OpenTimelineIO. Raises StorageFull."""
    from codirector.tools.film.timeline import timeline_json

    shots = [
        {
            **place, "name": f"Shot {number}", "caption": shot.caption,
            "metadata": shot.model_dump(mode="json", include={"still", "image", "camera", "seconds"}),
        }
        for number, (place, shot) in enumerate(zip(done.facts["shots"], request.shots, strict=True), start=1)
    ]  # fmt: skip
    frames = sum(shot["frames"] for shot in shots) if done.facts["frames"] < shots[-1]["start"] else done.facts["frames"]
    write_file(path, timeline_json(request.title or film.stem, film.name, done.facts["fps"], frames, shots).encode())


def _shot(flags: argparse.Namespace, model: str, motion: Motion, director: Director) -> tuple[Scene, Shot, tuple[str, ...]]:
    """The take: from the picture, or from the still that the prompt asks for."""
    if is_picture(flags.source):
        from codirector.tools.pictures import open_picture, to_png

        picture = open_picture(read_file(flags.source), Path(flags.source).name)
        ref = director.store.artifacts.write(to_png(picture.image), "image/png", "upload", picture.width, picture.height)
        scene = Scene(base=ref.sha256)
        shot, notes = shot_of(scene, motion, ref.sha256)
        return scene, shot, (*picture.notes, *notes)
    flags = argparse.Namespace(**{**vars(flags), "prompt": flags.source, "negative": None})
    scene, notes = scene_for(flags, model)
    still = request_for(scene.evolve(motion=None), None, None)
    assert isinstance(still, GenerateRequest)
    shot, more = shot_of(scene, motion, "0" * 64)
    return scene, shot.evolve(image=None, still=still), (*notes, *compiled(scene).dropped, *more)


def _finish(flags: argparse.Namespace, director: Director) -> tuple[Finish, ...]:
    steps: list[Finish] = []
    if flags.stabilise:
        steps.append(Finish(kind="stabilise"))
    if flags.speed_ramp:
        steps.append(Finish(kind="speed_ramp", value=flags.speed_ramp))
    if flags.rework is not None:
        told = re.search(r"\d*\.?\d+", flags.rework)
        if told is None or not 0.1 <= float(told[0]) <= 0.8:
            raise InputError(f"“{flags.rework}” is no strength.", "It goes from 0.1 (hardly) to 0.8 (nearly anew); 0.35 is usual.")
        steps.append(Finish(kind="rework", value=flags.rework))
    if flags.motion_blur is not None:
        if not 1 <= flags.motion_blur <= 360:
            raise InputError(f"A shutter angle of {flags.motion_blur:g}° does not exist.", "It goes from 1 to 360; 180 is usual.")
        steps.append(Finish(kind="motion_blur", value=f"{flags.motion_blur:g}"))
    if flags.grade is not None:
        path = Path(flags.grade).expanduser()
        named = path.suffix.lower() in (".cube", *PICTURES)
        steps.append(Finish(kind="grade", file=_file(flags.grade, director)) if named else Finish(kind="grade", value=flags.grade))
    if flags.title:
        steps.append(Finish(kind="title", value=flags.title))
    if flags.fade:
        steps.append(Finish(kind="fade", value=flags.fade))
    return tuple(steps)


def _file(name: str | None, director: Director) -> Sha256 | None:
    """A file of the person's, kept among the artifacts so that the request can name it."""
    if name is None:
        return None
    data = read_file(name)
    return director.store.artifacts.write(data, "application/octet-stream", "upload", 1, 1).sha256


def write_film(path: Path, done: Done, request: FilmRequest) -> None:
    """The film, and beside it a sidecar with its request and what really ran. Raises StorageFull."""
    film = film_of(done)
    write_file(path, film.data)
    import hashlib

    content = {
        "format": 1, "sha256": hashlib.sha256(film.data).hexdigest(), "media_type": film.media_type, "width": film.width,
        "height": film.height, "request": request.model_dump(mode="json"), "facts": done.facts,
    }  # fmt: skip
    write_file(path.with_suffix(".json"), json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode())


def film_of(done: Done) -> Product:
    """The film among the products."""
    return next(product for product in done.products if product.role == "film")


def _say(flags: argparse.Namespace, path: Path, done: Done, request: FilmRequest, scene: Scene, notes: tuple[str, ...]) -> None:
    film = film_of(done)
    if flags.json:
        content: dict[str, Any] = {
            "path": str(path), "kind": "film", "width": film.width, "height": film.height, "frames": done.facts["frames"],
            "fps": done.facts["fps"], "seconds": round(done.facts["frames"] / done.facts["fps"], 3), "seed": scene.render.seed,
            "request": request.model_dump(mode="json"), "facts": done.facts, "notes": list(notes),
        }  # fmt: skip
        print_json(content, sys.stdout)
        return
    for note in notes:
        print(note, file=sys.stderr)
    seed = f", seed {scene.render.seed}" if scene.render.seed is not None else ""
    print(f"{path} ({summary(done.facts).removeprefix('Film: ').rstrip('.')}{seed})")


def _show(event: Event) -> None:
    if isinstance(event, Progress):
        left = f", {event.seconds_left:.0f} s left" if event.seconds_left else ""
        print(
            f"\r{event.stage} {event.step}/{event.steps}{left}      ",
            end="" if event.step < event.steps else "\r",
            file=sys.stderr,
            flush=True,
        )
