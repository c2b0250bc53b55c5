"""`codirector edit`: one change to a picture file. It is a turn like any other, in a session named after the day.

The region may come from a mask file, from words, from a box or from a point; without any, the instruction decides.
"""

import argparse
import sys
import threading
from pathlib import Path

from codirector.assistant.cli.chat import exit_code
from codirector.assistant.cli.common import output_path, read_file, settings_from, write_file, write_picture
from codirector.assistant.cli.output import plain, print_json, turn_object
from codirector.assistant.director import Director, session_name
from codirector.assistant.turn.events import Attachment
from codirector.errors import CodirectorError, InputError
from codirector.tools.events import Done
from codirector.tools.requests import RegionRequest
from codirector.values import Sha256


def run(flags: argparse.Namespace) -> int:
    image = Path(flags.image)
    data = read_file(flags.image)
    path = output_path(flags.out or str(image.with_name(f"{image.stem}-edited.png")))
    mask, table = (read_file(name) if name else None for name in (flags.mask, flags.lut))
    if table is not None:
        from codirector.tools.luts import parse_cube

        parse_cube(table)
    instruction = _instruction(flags)
    director = Director(settings_from(flags))
    try:
        session = session_name(None, director.store, new=True)
        started = director.submit(session, "", (Attachment(name=image.name, data=data),)).result()
        if started.reply.error:
            raise CodirectorError(started.reply.error)
        if flags.seed is not None:
            director.submit(session, f"--seed {flags.seed}", render=False).result()
        if table is not None:
            sha256 = director.store.artifacts.write(table, "text/plain", "lut", 1, 1).sha256
            instruction = f"--adjust lut {flags.amount:g} {sha256}"
        region = _region(flags, mask, director)
        if region is not None:
            instruction = f"{instruction} --mask {region} --feather {flags.feather:g}"
        finished = director.submit(session, instruction).result()
        if flags.json:
            print_json(turn_object(finished, director.store.artifacts), sys.stdout)
        if finished.reply.error:
            print(f"codirector: {finished.reply.error}", file=sys.stderr)
            return exit_code(finished)
        if finished.reply.pictures:
            write_picture(path, director.store.artifacts.read(finished.reply.pictures[0].sha256))
        if region is not None and flags.mask_out:
            write_file(Path(flags.mask_out), director.store.artifacts.read(region))
        if not flags.json:
            print(plain(finished.reply.text))
            print(path)
        return 0
    finally:
        director.close()


def _instruction(flags: argparse.Namespace) -> str:
    """What is to be done, in words or in exact syntax. Raises InputError."""
    if flags.lut and (flags.instruction or flags.mask or flags.region or flags.box or flags.point):
        raise InputError(
            "A colour table works on the whole picture, in a turn of its own.", "Leave out the other wishes, then do them next."
        )
    if not flags.instruction and not flags.lut:
        raise InputError("Say what to change.", "For example: codirector edit fox.png 'make it brighter'")
    return flags.instruction or ""


def _region(flags: argparse.Namespace, mask: bytes | None, director: Director) -> Sha256 | None:
    """The hash of the region's mask, from whatever names it; None where nothing does. Raises InputError."""
    box, point = _numbers(flags.box, 4, "--box"), _numbers(flags.point, 2, "--point")
    if mask is None and not flags.region and box is None and point is None:
        if flags.grow or flags.invert or flags.mask_out:
            raise InputError("--grow, --invert and --mask-out need a region.", "Add --mask FILE, --region WORDS, --box or --point.")
        return None
    from codirector.tools.pictures import open_picture, to_png

    store = director.store.artifacts
    opened = open_picture(read_file(flags.image), Path(flags.image).name)
    picture = store.write(to_png(opened.image), "image/png", "upload", opened.width, opened.height)
    given = None
    if mask is not None:
        painted = open_picture(mask, Path(flags.mask).name)
        given = store.write(to_png(painted.image), "image/png", "mask", painted.width, painted.height).sha256
    request = RegionRequest.model_validate(
        {
            "image": picture.sha256, "words": flags.region or "", "box": box, "point": point, "mask": given,
            "grow": round(flags.grow * opened.width), "invert": flags.invert,
        }
    )  # fmt: skip
    done: Done = director.run(request, "local", threading.Event(), lambda event: None)
    found = done.products[0]
    return store.write(found.data, "image/png", "mask", found.width, found.height).sha256


def _numbers(text: str | None, count: int, flag: str) -> tuple[float, ...] | None:
    if not text:
        return None
    try:
        values = tuple(float(part) for part in text.split(","))
    except ValueError:
        values = ()
    if len(values) != count or not all(0.0 <= value <= 1.0 for value in values):
        example = "0.1,0.2,0.6,0.9 (left, top, right, bottom)" if count == 4 else "0.5,0.4 (across, down)"
        raise InputError(f"{flag} “{text}” cannot be read.", f"Write shares of the picture: {example}")
    return values
