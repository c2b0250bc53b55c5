"""How a picture was read, and how one that was drawn here was made: the reports of the readers and of the picture model, in a session.

It chooses what is compared and drawn again; the figures are made by `tools.reader.report`.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

from codirector.assistant.session.record import ArtifactRef, SessionView
from codirector.assistant.turn.events import Previewed
from codirector.assistant.turn.gallery import FIGURE, REPORT, Said, pictures_of, pixels
from codirector.assistant.turn.state import Tools
from codirector.errors import InputError
from codirector.tools.events import Product

if TYPE_CHECKING:
    from codirector.tools.reader.report.values import Report

HOW_MADE = re.compile(
    r"\bhow (?:was|were|did|do|is|are) (?:you |it |this |that |the )?(?:picture |image |one )?(?:it |this |that )?(?:made|make|drawn|draw"
    r"|drew|painted|paint|created|create|generated|generate|come about|came about)\b"
    r"|\bwhich (?:words?|parts?) (?:mattered|counted|drew|made|did)\b|\battention (?:maps?|per word)\b|\bfilm ?strip\b"
    r"|\bdenoising steps\b|\bnoise schedule of (?:this|it|the picture)\b",
    re.I,
)
"""“How was it made?”: asks for the words, the schedule and the steps behind a picture."""
_STOP = (
    " a an the and or of in on at to is are was were it this that with by for from as you your me my i we do does did have has read picture"
    " image photo how what where which who why see look show make made there be can could please into its their his her model "
)
_MOST_OTHERS = 12


def explain(question: str, ref: ArtifactRef, view: SessionView, tools: Tools) -> Said:
    """The five steps, as sheets and as a page to keep."""
    from codirector.tools.reader.report.make import make_report, report_words

    image = pixels(tools.store.artifacts.read(ref.sha256))
    others = [(name, pixels(tools.store.artifacts.read(other.sha256))) for name, other in pictures_of(view) if other.sha256 != ref.sha256]
    report = make_report(image, content_words(question, view), others[-_MOST_OTHERS:])
    return Said(text=report_words(report), products=_products(report), suggestions=("what do you see?",))


def explain_making(ref: ArtifactRef, view: SessionView, tools: Tools) -> Said:
    """Words, schedule, steps and changes behind a picture made here. Raises InputError for one that was not."""
    from codirector.tools.reader.report.make import report_words
    from codirector.tools.reader.report.making import making_report

    stored = next((each for each in reversed(view.history) if ref.sha256 in {made.sha256 for made in each.turn.artifacts}), None)
    request = stored.turn.request if stored else None
    if stored is None or request is None or request.get("model"):
        raise InputError("I can show how a picture was made only for those that the embedded model drew here.", "Ask: how did you read it?")
    image = pixels(tools.store.artifacts.read(ref.sha256))
    frames, same = draw_again(request, ref, stored.turn.artifacts, tools)
    changes = [
        ("; ".join(each.turn.diff) or each.turn.message, pixels(tools.store.artifacts.read(found.sha256)))
        for each in view.history for found in each.turn.artifacts if found.role == "picture"
    ]  # fmt: skip
    steps = int(stored.run.facts.get("steps") or request.get("steps") or 16)
    report = making_report(stored.turn.prompt, image, steps, frames, changes, same)
    return Said(text=report_words(report), products=_products(report), suggestions=("how did you read it?",))


def _products(report: Report) -> tuple[Product, ...]:
    """A sheet a step, and the page, whose size is that of all sheets one below the other."""
    from codirector.tools.reader.report.html import to_html
    from codirector.tools.reader.report.make import step_sheet

    sheets = [step_sheet(step) for step in report.steps]
    width, height = max(sheet.width for sheet in sheets), sum(sheet.height for sheet in sheets)
    page = Product(role=REPORT, media_type="text/html", data=to_html(report).encode("utf-8"), width=width, height=height)
    return (*(Product(role=FIGURE, data=sheet.png, width=sheet.width, height=sheet.height) for sheet in sheets), page)


def draw_again(
    request: dict[str, Any], ref: ArtifactRef, artifacts: tuple[ArtifactRef, ...], tools: Tools
) -> tuple[list[tuple[int, bytes]], bool | None]:
    """The previews of the request run once more, and whether the picture came out the same (None: nothing was run)."""
    from codirector.assistant.session.provenance import pixels_hash
    from codirector.assistant.turn.render import PLAIN, run_request
    from codirector.tools.events import Preview
    from codirector.tools.requests import REQUEST

    if not tools.render:
        return [], None
    frames: list[tuple[int, bytes]] = []

    def keep(event: object) -> None:
        if isinstance(event, Previewed) and isinstance(event.preview, Preview):
            frames.append((event.preview.step, event.preview.data))

    listening = dataclasses.replace(tools, emit=lambda event: (tools.emit(event), keep(event))[0])
    done = run_request(REQUEST.validate_python(request), "local", listening)
    drawn = next((made for made in artifacts if made.role == PLAIN), ref)
    return frames, pixels_hash(done.picture.data) == pixels_hash(tools.store.artifacts.read(drawn.sha256))


def content_words(question: str, view: SessionView | None) -> tuple[str, ...]:
    """The person's own words that can be looked for: things and places of their question, else of the scene."""
    words = [word for word in re.findall(r"[a-z][a-z-]{2,}", question.lower()) if f" {word} " not in _STOP]
    if not words and view is not None and view.scene is not None:
        words = [element.name for element in view.scene.elements] + [view.scene.setting, view.scene.lighting]
    return tuple(dict.fromkeys(word for word in words if word))[:4]
