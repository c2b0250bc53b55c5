"""One look at any picture: which reader is right for it, what that reader says, and what can be measured in it.

Our own reader speaks where the picture is of its small world; elsewhere EfficientNet-Lite0 names things and OpenCV measures. Every
answer says who spoke and how sure. It does not know sessions, requests or prompts.
"""

from __future__ import annotations

import functools
import time
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from codirector.errors import Unsupported
from codirector.tools.reader import load_reader
from codirector.tools.reader.answers import Answered, answer, article, percent
from codirector.tools.reader.coarse import coarse
from codirector.tools.reader.lettering import TextLine, available, read_text
from codirector.tools.reader.measures import Measures, measure
from codirector.tools.reader.photographs import load_photo_reader
from codirector.tools.reader.questions import Names, Question, understand
from codirector.tools.reader.reader import as_array
from codirector.tools.reader.reading import Guess, Reading
from codirector.values import Value

if TYPE_CHECKING:
    from PIL.Image import Image

PHOTO_READER = "EfficientNet-Lite0"
MEASURED = ("text", "palette", "light", "sharp", "composition")
"""Kinds of questions whose answers are measured, whoever reads."""
SURE, LIKELY = 0.5, 0.2
"""Above the first a label is said plainly, above the second with “perhaps”, below it is only mentioned."""


class Looked(Value):
    """What is known of a picture. `labels` and `groups` (coarser names) are empty in our own world; `text` is None where nobody looked
    for text. `reader` says who spoke, `sure` how sure it is of `caption`."""

    reading: Reading
    measures: Measures
    caption: str
    reader: str
    sure: float = Field(ge=0.0, le=1.0)
    labels: tuple[Guess, ...] = ()
    groups: tuple[Guess, ...] = ()
    text: tuple[TextLine, ...] | None = None
    notes: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def in_world(self) -> bool:
        return self.reading.in_world


def look(picture: Image | np.ndarray, *, with_text: bool = False) -> Looked:
    """Reads a picture of any kind; `with_text` also looks for lettering (half a second more)."""
    begun = time.perf_counter()
    image = as_array(picture)
    reading = load_reader().read(image)
    measures = measure(image)
    notes: list[str] = []
    text = None
    if with_text:
        if available():
            text = read_text(image)
        else:
            notes.append("Nobody could look for text: the package rapidocr-onnxruntime is not installed.")
    if reading.in_world:
        caption, reader, sure, labels, groups = reading.caption, "our own reader", reading.sure, (), ()
    else:
        labels, groups = _photo_labels(image, notes)
        caption, sure = photo_caption(labels, groups, measures)
        reader = PHOTO_READER if labels else "measurements only"
    if text:
        caption += " It says: “" + " / ".join(line.text for line in text[:6]) + "”."
    return Looked(
        reading=reading, measures=measures, caption=caption, reader=reader, sure=min(1.0, sure), labels=labels, groups=groups, text=text,
        notes=tuple(notes), seconds=time.perf_counter() - begun,
    )  # fmt: skip


def _photo_labels(image: np.ndarray, notes: list[str]) -> tuple[tuple[Guess, ...], tuple[Guess, ...]]:
    try:
        reader = load_photo_reader()
    except Unsupported as error:
        notes.append(str(error))
        return (), ()
    looked = reader.look(image)
    return reader.labels(looked), coarse(looked.logits.softmax(0).tolist())


def photo_caption(labels: tuple[Guess, ...], groups: tuple[Guess, ...], measures: Measures) -> tuple[str, float]:
    """A caption that is as sure as the labels are, and how sure that is."""
    tone = f"{measures.light} light, {measures.exposure}, {measures.focus_words}; mostly {_palette_words(measures)}."
    if not labels:
        return f"I cannot name what it shows. Measured: {tone}", 0.0
    best, group = labels[0], groups[0]
    if best.score >= SURE:
        return f"It looks like a picture with {article(best.value.lower())} {best.value} ({percent(best.score)}); {tone}", best.score
    if group.score >= SURE:
        return (
            f"It looks like a picture with {article(group.value)} {group.value} ({percent(group.score)}), perhaps {best.value}; {tone}",
            group.score,
        )
    if best.score >= LIKELY:
        return (
            f"Perhaps {article(best.value.lower())} {best.value} ({percent(best.score)}) or {labels[1].value}"
            f" ({percent(labels[1].score)}); {tone}",
            best.score,
        )
    near = ", ".join(label.value for label in labels[:3])
    return f"I am not sure what it shows; the nearest words I have are {near} (at most {percent(best.score)}). Measured: {tone}", best.score


def _palette_words(measures: Measures) -> str:
    names = list(dict.fromkeys(shade.name for shade in measures.palette[:3]))
    return " and ".join(names[:2])


def use_threads(number: int) -> None:
    """How many threads this process's readers compute with. For commands that do nothing else: it holds for all of torch."""
    import torch

    torch.set_num_threads(number)


@functools.cache
def known_names() -> Names:
    """The things our own reader knows, with synonyms and plurals."""
    reader = load_reader()
    return Names(reader.config["synonyms"], reader.plurals)


def reply(picture: Image | np.ndarray, question: str, looked: Looked | None = None) -> Answered:
    """The answer to a question about a picture. Never raises for an odd question: it says what it did not understand."""
    asked = understand(question, known_names())
    if looked is None or (asked.kind == "text" and looked.text is None):
        looked = look(picture, with_text=asked.kind == "text")
    common = measured_answer(asked, looked)
    if common is not None:
        return common
    if looked.in_world:
        said = answer(asked, looked.reading, load_reader().plurals)
        if said is not None:
            return said
    else:
        said = photo_answer(asked, looked)
        if said is not None:
            return said
    return Answered(
        text=f"I did not understand that question. What I can say: {looked.caption}", fact="", sure=0.0, kind="unknown",
        reader=looked.reader, understood=False,
    )  # fmt: skip


def measured_answer(asked: Question, looked: Looked) -> Answered | None:
    """Answers that are measured, the same for every picture."""
    found = looked.measures
    match asked.kind:
        case "text":
            if looked.text is None:
                return Answered(
                    text=" ".join(looked.notes) or "Nobody looked for text.",
                    fact="",
                    sure=0.0,
                    kind="text",
                    reader="nobody",
                    understood=False,
                )
            if not looked.text:
                return Answered(text="I find no text in it.", fact="none", sure=0.7, kind="text", reader="RapidOCR")
            words = " / ".join(line.text for line in looked.text)
            sure = min(line.score for line in looked.text)
            return Answered(text=f"It says: “{words}” ({percent(sure)}).", fact=words, sure=sure, kind="text", reader="RapidOCR")
        case "palette":
            shades = ", ".join(f"{shade.name} {shade.code} ({100 * shade.share:.0f} %)" for shade in found.palette)
            return Answered(text=f"Its main colours: {shades}.", fact=found.palette[0].name, sure=1.0, kind="palette", reader="measured")
        case "light":
            text = (
                f"{found.light.capitalize()} light (mean lightness {found.brightness:.0f} of 100), {found.exposure}; contrast"
                f" {found.contrast:.0f}."
            )
            return Answered(text=text, fact=found.light, sure=1.0, kind="light", reader="measured")
        case "sharp":
            text = f"It is {found.focus_words} (variance of the Laplacian {found.sharpness:.0f}; below 60 is soft, above 400 crisp)."
            return Answered(text=text, fact="no" if found.focus_words == "soft" else "yes", sure=0.9, kind="sharp", reader="measured")
        case "composition":
            return Answered(
                text=composition_words(found), fact="thirds" if found.on_third else "", sure=0.8, kind="composition", reader="measured"
            )
        case _:
            return None


def composition_words(found: Measures) -> str:
    """Thirds and horizon, in words."""
    where = f"What draws the eye is at {100 * found.focus.x:.0f} % from the left and {100 * found.focus.y:.0f} % from the top"
    where += ", near a crossing of the lines of thirds." if found.on_third else ", away from the crossings of the lines of thirds."
    if found.horizon is None:
        return f"{where} I find no horizon."
    tilt = "level" if abs(found.tilt) < 1 else f"tilted by {found.tilt:.1f} degrees"
    third = "on a line of thirds" if min(abs(found.horizon - 1 / 3), abs(found.horizon - 2 / 3)) < 0.06 else "off the lines of thirds"
    return f"{where} The horizon is at {100 * found.horizon:.0f} % from the top, {tilt}, {third}."


def photo_answer(asked: Question, looked: Looked) -> Answered | None:
    """Answers outside of our own reader's world; None for questions not understood."""
    best = looked.labels[0].score if looked.labels else 0.0
    outside = "This picture is outside of my small world"
    found = looked.measures
    common: dict[str, Any] = {"kind": asked.kind, "reader": looked.reader}
    match asked.kind:
        case "what" | "largest":
            return Answered(
                text=f"{outside}. {looked.caption}", fact=looked.labels[0].value if looked.labels else "", sure=looked.sure, **common
            )
        case "presence":
            word = asked.thing.lower()
            share = max(
                (guess.score for guess in (*looked.labels, *looked.groups) if word in guess.value.lower().replace(",", "").split()),
                default=0.0,
            )
            if share >= LIKELY:
                return Answered(text=f"Yes, it seems so ({percent(share)}).", fact="yes", sure=share, **common)
            return Answered(
                text=f"I find no {asked.thing}, but I name one thing in a photograph only, so I may have missed it. {looked.caption}",
                fact="no",
                sure=0.3,
                **common,
            )
        case "time" | "is_time":
            dark = found.brightness < 28
            text = (
                f"I do not know the time in photographs. It is measured as {found.light} (mean lightness {found.brightness:.0f} of"
                f" 100), which speaks "
            )
            return Answered(
                text=text + ("for night or a dark room." if dark else "against night."), fact="night" if dark else "day", sure=0.5, **common
            )
        case "style" | "is_style" if asked.value in ("", "photograph"):
            sure = 1 - looked.reading.world
            text = f"{outside}: a photograph, or a drawing of another kind ({percent(sure)})."
            return Answered(text=text, fact="yes" if asked.kind == "is_style" else "photograph", sure=sure, **common)
        case "unknown":
            return None
        case _:
            text = f"{outside}: there I can name one thing and measure, but not count, place or colour things. {looked.caption}"
            return Answered(text=text, fact="", sure=0.0, understood=False, **common).evolve(sure=min(best, 0.2))
