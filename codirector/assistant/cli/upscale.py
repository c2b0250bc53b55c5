"""`codirector upscale`: a picture file 2, 3 or 4 times as wide and high, with Real-ESRGAN."""

import argparse
import sys
import threading
from pathlib import Path

from codirector.assistant.cli.common import output_path, read_file, settings_from, write_picture
from codirector.assistant.cli.generate import _quiet, _show
from codirector.assistant.cli.output import print_json
from codirector.assistant.director import Director
from codirector.tools.pictures import open_picture, to_png
from codirector.tools.requests import UpscaleRequest


def run(flags: argparse.Namespace) -> int:
    path = output_path(flags.out)
    picture = open_picture(read_file(flags.image), Path(flags.image).name)
    director = Director(settings_from(flags))
    try:
        ref = director.store.artifacts.write(to_png(picture.image), "image/png", "upload", picture.width, picture.height)
        request = UpscaleRequest(image=ref.sha256, factor=flags.factor)
        director.registry.check(request)
        done = director.run(request, "local", threading.Event(), _show if sys.stderr.isatty() and not flags.json else _quiet)
    finally:
        director.close()
    product = done.picture
    write_picture(path, product.data)
    if flags.json:
        print_json(
            {"path": str(path), "width": product.width, "height": product.height, "facts": done.facts, "notes": list(picture.notes)},
            sys.stdout,
        )
    else:
        print(f"{path} ({product.width} × {product.height})")
    return 0
