"""The report for any picture: by our own reader where the picture is of its world, else by EfficientNet-Lite0. And a sheet a step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from codirector.tools.reader import load_reader
from codirector.tools.reader.look import Looked, look
from codirector.tools.reader.photographs import load_photo_reader
from codirector.tools.reader.reader import as_array
from codirector.tools.reader.report import draw
from codirector.tools.reader.report.own import report_own
from codirector.tools.reader.report.photo import report_photo, vector_of
from codirector.tools.reader.report.steps import Relative
from codirector.tools.reader.report.values import Figure, Report, Step

if TYPE_CHECKING:
    from PIL.Image import Image

WIDTH = 880


def make_report(
    picture: Image | np.ndarray, words: Sequence[str] = (), others: Sequence[tuple[str, np.ndarray]] = (), looked: Looked | None = None
) -> Report:
    """`words`: the person's own; `others`: (name, RGB array) of further pictures of the session, compared by the same model.
    Raises Unsupported where no reader for photographs is installed."""
    image = as_array(picture)
    looked = looked or look(image)
    if looked.in_world:
        reader = load_reader()
        relatives = [Relative(name, draw.fitted(other, 128), reader.look(other).features.vector[0].numpy()) for name, other in others]
        return report_own(reader, image, words, relatives)
    photo = load_photo_reader()
    relatives = [Relative(name, draw.fitted(other, 128), vector_of(photo.look(other))) for name, other in others]
    return report_photo(photo, image, looked.caption, looked.measures, words, relatives)


def step_sheet(step: Step) -> Figure:
    """All figures of a step on one sheet, one below or beside the other, with their captions."""
    import io

    from PIL import Image, ImageDraw

    placed, x, y, tall = [], 0, 8, 0
    for figure in step.figures:
        if x and x + figure.width > WIDTH:
            x, y, tall = 0, y + tall + 30, 0
        placed.append((figure, x + 8, y))
        x, tall = x + figure.width + 16, max(tall, figure.height)
    wide = max((left + figure.width for figure, left, _ in placed), default=WIDTH) + 8
    canvas = Image.new("RGB", (wide, y + tall + 34), draw.PAPER)
    pen = ImageDraw.Draw(canvas)
    for figure, left, top in placed:
        with Image.open(io.BytesIO(figure.png)) as part:
            canvas.paste(part.convert("RGB"), (left, top))
        pen.text((left, top + figure.height + 5), figure.caption[: max(20, figure.width // 7)], fill=draw.INK, font=draw.font(14))
    alt = f"Step {step.number}, {step.title}. " + " ".join(figure.alt for figure in step.figures)
    return draw.figure(f"step-{step.number}", np.asarray(canvas), step.title, alt)


def report_words(report: Report) -> str:
    """The report as Markdown, step by step: what is said beside the figures, and what a screen reader reads instead of them."""
    parts = [f"{report.title} (**{report.reader}**): {report.caption}", *report.notes]
    for step in report.steps:
        findings = "\n".join(f"- {line}" for line in step.lines)
        parts.append(f"**{step.number}. {step.title}.** {step.plain}" + (f"\n{findings}" if findings else ""))
    return "\n\n".join(parts)
