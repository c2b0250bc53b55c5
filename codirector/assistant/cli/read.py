"""`codirector read`: what a picture file holds, as far as it can be measured. It recognises nothing in the picture yet."""

import argparse
import sys
from pathlib import Path

from codirector.assistant.cli.common import read_file
from codirector.assistant.cli.output import print_json
from codirector.assistant.turn.answer import file_facts
from codirector.tools.pictures import open_picture, to_png


def run(flags: argparse.Namespace) -> int:
    data = read_file(flags.image)
    picture = open_picture(data, Path(flags.image).name)
    facts = file_facts(data if picture.media_type == "image/png" else to_png(picture.image)) | {"media_type": picture.media_type}
    facts |= {"width": picture.width, "height": picture.height, "notes": list(picture.notes)}
    if flags.json:
        print_json(facts, sys.stdout)
        return 0
    print(f"{picture.width} × {picture.height} pixels, {picture.media_type}. {facts['colours']}")
    for note in picture.notes:
        print(note)
    print(f"Made from:\n{facts['parameters']}" if facts.get("parameters") else "It carries no request it was made from.")
    return 0
