"""`codirector read`: what a picture shows, answers about it, what its file carries, and the report on how it was read."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from codirector.assistant.cli.common import read_file, settings_from
from codirector.assistant.cli.output import plain, print_json
from codirector.assistant.session.metadata import carried
from codirector.assistant.turn.answer import file_facts
from codirector.tools.pictures import open_picture, to_png
from codirector.tools.requests import OWN


def run(flags: argparse.Namespace) -> int:
    """Prints, or one JSON object with `--json`. Raises InputError for a file that is no picture, StorageFull for the report."""
    data = read_file(flags.image)
    picture = open_picture(data, Path(flags.image).name)
    _calm(flags)
    from codirector.assistant.turn.likeness import likeness
    from codirector.tools.reader.look import look, reply

    looked = look(picture.image)
    answered = reply(picture.image, flags.question, looked) if flags.question else None
    if settings_from(flags).reader != OWN:
        answered = _other(picture.image, flags)
    found = carried(data)
    scene = likeness(found, looked)
    written = _report(picture.image, flags, looked)
    if flags.json:
        facts = file_facts(data if picture.media_type == "image/png" else to_png(picture.image)) | {"media_type": picture.media_type}
        facts |= {
            "width": picture.width, "height": picture.height, "notes": [*picture.notes, *looked.notes], "caption": looked.caption,
            "reader": looked.reader, "sure": round(looked.sure, 3), "world": round(looked.reading.world, 3),
            "reading": looked.reading.model_dump(mode="json") if looked.in_world else None,
            "labels": [guess.model_dump() for guess in looked.labels], "measures": looked.measures.model_dump(mode="json"),
            "answer": answered.model_dump(mode="json") if answered else None, "seconds": round(looked.seconds, 3),
            "scene": scene.scene.model_dump(mode="json", exclude_defaults=True), "confidence": scene.confidence,
            "carried": found.model_dump(mode="json") if found else None, "report": [str(path) for path in written],
        }  # fmt: skip
        print_json(facts, sys.stdout)
        return 0
    for line in _lines(picture, looked, answered, found, scene, written):
        print(line)
    return 0


def _other(image: Any, flags: argparse.Namespace) -> Any:
    """What the reader says that was asked for in place of our own. `sure` is 0 where it does not say."""
    import hashlib
    import threading

    from codirector.assistant.backends import make_registry
    from codirector.tools.backend import RunContext
    from codirector.tools.events import Done
    from codirector.tools.reader.answers import Answered
    from codirector.tools.requests import ReadRequest

    class One:
        """The one picture there is."""

        data = to_png(image)

        def read(self, sha256: str) -> bytes:
            del sha256
            return self.data

    settings, blobs = settings_from(flags), One()
    registry = make_registry(settings)
    request = ReadRequest(model=settings.reader, image=hashlib.sha256(blobs.data).hexdigest(), question=(flags.question or "")[:2000])
    try:
        backend = registry.check(request)
        facts = next(event for event in backend.run(request, RunContext(blobs, threading.Event())) if isinstance(event, Done)).facts
    finally:
        registry.close()
    return Answered(text=facts["text"], fact=facts["text"], sure=facts["sure"] or 0.0, kind="what", reader=facts["reader"])


def _calm(flags: argparse.Namespace) -> None:
    """Reading takes one thread unless told otherwise: small networks gain nothing from two, and lose much beside a busy process."""
    from codirector.tools.reader.look import use_threads

    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")  # its report on unused weights is nobody's business here
    use_threads(settings_from(flags).threads or 1)


def _report(image: Any, flags: argparse.Namespace, looked: Any) -> tuple[Path, ...]:
    if not flags.report:
        return ()
    from codirector.assistant.turn.explaining import content_words
    from codirector.tools.reader.report.html import write_report
    from codirector.tools.reader.report.make import make_report

    words = content_words(flags.question or "", None)
    return write_report(make_report(image, words, looked=looked), Path(flags.report).expanduser())


def _lines(picture: Any, looked: Any, answered: Any, found: Any, scene: Any, written: tuple[Path, ...]) -> list[str]:
    lines = []
    if answered is not None:
        lines += [plain(answered.text), f"(said by {answered.reader})"]
    else:
        lines += [looked.caption, f"(said by {looked.reader}, about {100 * min(looked.sure, 0.99):.0f} % sure of all of it)"]
        lines.append(f"{picture.width} × {picture.height} pixels, {picture.media_type}.")
        lines.append(
            "Main colours: " + ", ".join(f"{shade.name} {shade.code} {100 * shade.share:.0f} %" for shade in looked.measures.palette)
        )
    lines += [*picture.notes, *looked.notes]
    if found is not None:
        lines.append(f"Made from ({found.source}):\n{found.text if found.source != 'comfyui' else found.parameters.prompt}")
    elif answered is None:
        lines.append("It carries no request it was made from.")
        if scene.confidence:
            lines.append(
                f"As a scene to start from: {scene.words}." + (f" Left open: {', '.join(scene.left_out)}." if scene.left_out else "")
            )
    if written:
        lines.append(f"The report: {written[0]} and {len(written) - 1} pictures beside it.")
    return lines
