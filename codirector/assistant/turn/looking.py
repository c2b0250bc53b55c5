"""What is said of a picture that exists: caption, answers, how it was read, where it came from, which picture of the session shows what.

Readers see; this module chooses the picture, asks them and words what they say. It draws nothing and changes nothing.
"""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from codirector.assistant.plan import Create, Read
from codirector.assistant.session.metadata import carried
from codirector.assistant.session.record import ArtifactRef, SessionView
from codirector.assistant.turn.events import Previewed
from codirector.assistant.turn.likeness import LIKE_THIS, Likeness, likeness
from codirector.assistant.turn.reply import describe
from codirector.assistant.turn.state import Tools
from codirector.errors import InputError
from codirector.tools.events import Product
from codirector.values import Value

if TYPE_CHECKING:
    import numpy as np

    from codirector.tools.reader.look import Looked
    from codirector.tools.reader.report.values import Report

FIGURE, REPORT = "explained", "report"
"""Roles of a report's sheets and of its HTML page."""
SOURCE = "picture"
"""Who understood “make one like this”: the picture itself."""
_FIND = re.compile(
    r"^(?:please )?(?:find|search(?: for)?|which (?:picture|turn|image)s?(?: here)? (?:shows?|has|have|is|was|contains?)|where"
    r" did (?:i|we) (?:have|make|draw)|show me (?:the|all) (?:pictures?|turns?) (?:with|of)|look for)"
    r"(?: me)?(?: (?:the|a|all|any))?(?: (?:pictures?|images?|turns?|ones?)(?: (?:with|of|that shows?|showing|where"
    r"|like))?)?\s+(?P<what>.+)$",
    re.I,
)
HOW_MADE = re.compile(
    r"\bhow (?:was|were|did|do|is|are) (?:you |it |this |that |the )?(?:picture |image |one )?(?:it |this |that )?(?:made|make|drawn|draw"
    r"|drew|painted|paint|created|create|generated|generate|come about|came about)\b"
    r"|\bwhich (?:words?|parts?) (?:mattered|counted|drew|made|did)\b|\battention (?:maps?|per word)\b|\bfilm ?strip\b"
    r"|\bdenoising steps\b|\bnoise schedule of (?:this|it|the picture)\b",
    re.I,
)
"""“How was it made?”: asks for the words, the schedule and the steps behind a picture."""
_ABOUT_THIS = re.compile(r"\b(?:it|this|that|the (?:picture|image)|which words?|attention|film ?strip)\b", re.I)
_LIKE = re.compile(r"^(?:most )?(?:like|similar to) (?:this|it|that)|^similar(?: (?:pictures?|ones?))?$", re.I)
_STOP = frozenset(
    [
        "a",
        "an",
        "the",
        "and",
        "or",
        "of",
        "in",
        "on",
        "at",
        "to",
        "is",
        "are",
        "was",
        "were",
        "it",
        "this",
        "that",
        "with",
        "by",
        "for",
        "from",
        "as",
        "you",
        "your",
        "me",
        "my",
        "i",
        "we",
        "do",
        "does",
        "did",
        "have",
        "has",
        "read",
        "picture",
        "image",
        "photo",
        "how",
        "what",
        "where",
        "which",
        "who",
        "why",
        "see",
        "look",
        "show",
        "make",
        "made",
        "there",
        "be",
        "can",
        "could",
        "please",
        "into",
        "its",
        "their",
        "his",
        "her",
        "model",
    ]
)
_MOST_OTHERS = 12


class Said(Value):
    """A reply about a picture: Markdown, files to keep with the turn, messages that make sense now."""

    text: str
    products: tuple[Product, ...] = ()
    suggestions: tuple[str, ...] = ()


def answer(plan: Read, view: SessionView, attachments: tuple[ArtifactRef, ...], tools: Tools) -> Said:
    """Raises InputError where there is no picture, InternalError where the readers' weights are missing."""
    ref = attachments[0] if attachments else view.picture
    if ref is None:
        raise InputError("There is no picture to look at yet.", "Make one, or attach one to your message.")
    found = _FIND.match(plan.question.strip(" ?.!"))
    if found:
        return find(found["what"], ref, view, tools)
    if plan.how and HOW_MADE.search(plan.question):
        return explain_making(ref, view, tools)
    if plan.how:
        return explain(plan.question, ref, view, tools)
    return describe_picture(plan.question, ref, view, tools)


def describe_picture(question: str, ref: ArtifactRef, view: SessionView, tools: Tools) -> Said:
    """A caption, or the answer to a question."""
    from codirector.tools.reader.look import look, reply
    from codirector.tools.reader.questions import understand

    data = tools.store.artifacts.read(ref.sha256)
    image = pixels(data)
    looked = look(image)
    lines: list[str] = []
    if question.strip():
        said = reply(image, question, looked)
        lines.append(said.text)
        asked = understand(question, _names()).kind
        if asked != "what" and said.understood:
            return Said(text=f"{said.text}\n\n_{said.reader}_", suggestions=_ideas(looked))
    else:
        lines.append(looked.caption)
    lines.append(f"_Said by {looked.reader}, {_sure(looked.sure)}._")
    if _made_here(ref, view) and view.scene is not None:
        lines.append(f"It was asked to show: **{describe(view.scene)}** (seed {view.scene.render.seed}).")
    elif (file := carried(data)) is not None:
        lines.append(f"The file says what it was made from ({file.source}): {file.parameters.prompt[:300]}")
    lines += looked.notes
    return Said(text="\n\n".join(lines), suggestions=_ideas(looked))


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


def find(what: str, ref: ArtifactRef, view: SessionView, tools: Tools) -> Said:
    """The session's pictures by words, or by likeness to the one at hand."""
    import numpy as np

    from codirector.tools.reader import load_reader
    from codirector.tools.reader.neighbours import rank
    from codirector.tools.sketch import meaning_encoder

    known = [(name, other) for name, other in pictures_of(view)]
    by_picture = _LIKE.match(what.strip()) is not None
    if by_picture:
        known = [(name, other) for name, other in known if other.sha256 != ref.sha256]
    if not known:
        return Said(text="There is no other picture in this session.")
    reader = load_reader()
    looks = [reader.look(pixels(tools.store.artifacts.read(other.sha256))) for _, other in known]
    vectors = np.stack([looked.features.vector[0].numpy() for looked in looks])
    if by_picture:
        query = reader.look(pixels(tools.store.artifacts.read(ref.sha256))).features.vector[0].numpy()
        order = rank(reader, vectors, query, words=False)
    else:
        order = rank(reader, vectors, meaning_encoder()((what,))[0], words=True)
        named = _names().find(what)
        if named:
            # The grid knows small things that one vector for the whole picture may lose.
            shown = {at: reader.presence(looks[at], named) for at, _ in order}
            order = sorted(order, key=lambda pair: -(pair[1] + shown[pair[0]]))
    lines = [f"{place}. **{known[at][0]}** ({100 * cosine:.0f} of 100 alike)" for place, (at, cosine) in enumerate(order[:5], start=1)]
    head = "The pictures most like this one:" if by_picture else f"The pictures nearest to “{what}”:"
    number = re.search(r"\d+", known[order[0][0]][0])
    return Said(text=head + "\n\n" + "\n".join(lines), suggestions=(f"go to {number[0]}",) if number else ())


class FromPicture(Value):
    """What was meant by “make one like this” or “how was it made?”, as a planner would say it."""

    plan: Create | Read
    notes: tuple[str, ...] = ()
    source: str = SOURCE


def like_this(message: str, view: SessionView, attachments: tuple[ArtifactRef, ...], tools: Tools) -> FromPicture | None:
    """“Make one like this”: a new scene read from the attached or the current picture, and what to say about it. “How was it made?”:
    the same question, understood. None for other messages. Raises InputError where there is no picture, or nothing can be told of it."""
    question = message.strip()
    if len(question) < 120 and HOW_MADE.search(question) and _ABOUT_THIS.search(question) and view.picture is not None:
        return FromPicture(plan=Read(question=question, how=True))
    if attachments and question.endswith("?") and len(question) < 200 and _asks_of_picture(question):
        return FromPicture(plan=Read(question=question))
    if view.picture is not None and len(question) < 120 and _FIND.match(question.strip(" ?.!")):
        return FromPicture(plan=Read(question=question))
    if not LIKE_THIS.match(question):
        return None
    ref = attachments[0] if attachments else view.picture
    if ref is None:
        raise InputError("There is no picture to take as a model yet.", "Attach one to your message.")
    found = read_likeness(tools.store.artifacts.read(ref.sha256))
    if not found.scene.elements and not found.scene.setting:
        raise InputError("I cannot tell what this picture shows, so I cannot make one like it.", "Describe it in your own words.")
    notes = [f"Read from the picture by {found.source}: {found.words}."]
    notes += [f"Left open: {', '.join(found.left_out)}."] if found.left_out else []
    return FromPicture(plan=Create(scene=found.scene), notes=(*notes, *found.notes))


def _asks_of_picture(question: str) -> bool:
    """Whether a question that came with a picture has a form that readers answer."""
    from codirector.tools.reader.questions import understand

    return understand(question, _names()).kind != "unknown"


def read_likeness(data: bytes) -> Likeness:
    """A scene from a picture file: what it carries, else what is seen in it."""
    from codirector.tools.reader.look import look

    file = carried(data)
    return likeness(file, None if file is not None and file.parameters.prompt else look(pixels(data)))


def pixels(data: bytes) -> np.ndarray:
    """A stored picture as [h, w, 3] RGB uint8."""
    from PIL import Image

    from codirector.tools.reader.reader import as_array

    with Image.open(io.BytesIO(data)) as picture:
        return as_array(picture.convert("RGBA") if "A" in picture.mode or "transparency" in picture.info else picture.convert("RGB"))


def pictures_of(view: SessionView) -> list[tuple[str, ArtifactRef]]:
    """The session's pictures on the way to the tip, oldest first, by the turn the person knows."""
    found: dict[str, tuple[str, ArtifactRef]] = {}
    for stored in view.history:
        for ref in (*stored.turn.attachments, *stored.turn.artifacts):
            if ref.role in ("picture", "upload") and ref.media_type.startswith("image/"):
                found.setdefault(ref.sha256, (f"turn {stored.number}", ref))
    return list(found.values())


def content_words(question: str, view: SessionView | None) -> tuple[str, ...]:
    """The person's own words that can be looked for: things and places of their question, else of the scene."""
    words = [word for word in re.findall(r"[a-z][a-z-]{2,}", question.lower()) if word not in _STOP]
    if not words and view is not None and view.scene is not None:
        words = [element.name for element in view.scene.elements] + [view.scene.setting, view.scene.lighting]
    return tuple(dict.fromkeys(word for word in words if word))[:4]


def _names() -> Any:
    from codirector.tools.reader.look import known_names

    return known_names()


def _made_here(ref: ArtifactRef, view: SessionView) -> bool:
    return view.picture is not None and ref.sha256 == view.picture.sha256 and view.scene is not None and view.scene.base is None


def _sure(share: float) -> str:
    return f"about {100 * min(share, 0.99):.0f} % sure of all of it"


def _ideas(looked: Looked) -> tuple[str, ...]:
    names: Iterable[str] = looked.reading.counts if looked.in_world else ()
    asked = [f"what colour is the {name}?" for name in list(names)[:1]]
    return (*asked, "how did you read it?", "make one like this")
