"""`codirector edit`: one change to a picture file. It is a turn like any other, in a session named after the file."""

import argparse
import sys
from pathlib import Path

from codirector.assistant.cli.chat import exit_code
from codirector.assistant.cli.common import output_path, read_file, settings_from, write_picture
from codirector.assistant.cli.output import plain, print_json, turn_object
from codirector.assistant.director import Director, session_name
from codirector.assistant.turn.events import Attachment
from codirector.errors import CodirectorError, Unsupported


def run(flags: argparse.Namespace) -> int:
    image = Path(flags.image)
    data = read_file(flags.image)
    path = output_path(flags.out or str(image.with_name(f"{image.stem}-edited.png")))
    if flags.mask:
        raise Unsupported("A mask file is not part of this version yet.", "Leave --mask out; the change is then made to the whole picture.")
    director = Director(settings_from(flags))
    try:
        session = session_name(None, director.store, new=True)
        started = director.submit(session, "", (Attachment(name=image.name, data=data),)).result()
        if started.reply.error:
            raise CodirectorError(started.reply.error)
        if flags.seed is not None:
            director.submit(session, f"--seed {flags.seed}", render=False).result()
        finished = director.submit(session, flags.instruction).result()
        if flags.json:
            print_json(turn_object(finished, director.store.artifacts), sys.stdout)
        if finished.reply.error:
            print(f"codirector: {finished.reply.error}", file=sys.stderr)
            return exit_code(finished)
        if finished.reply.pictures:
            write_picture(path, director.store.artifacts.read(finished.reply.pictures[0].sha256))
        if not flags.json:
            print(plain(finished.reply.text))
            print(path)
        return 0
    finally:
        director.close()
