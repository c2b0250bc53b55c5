"""The turn card as data: what the page shows of one turn, from the first event to the stored record. Pure; `Turn.jsx` draws it.

It does not know Chainlit, stores or clocks; addresses of pictures come in as a function.
"""

import base64
import re
from collections.abc import Callable, Sequence
from typing import Literal

from codirector.assistant.plan import Wish
from codirector.assistant.session.record import ArtifactRef, Check, Outcome, StoredTurn
from codirector.assistant.turn.events import Finished, Previewed, Queued, Reply, TurnEvent, Understood, Working
from codirector.assistant.web.report_cards import headings, is_report
from codirector.assistant.web.rows import Row, scene_rows, setting_rows
from codirector.prompts.scene import Scene
from codirector.tools.events import Preview, Progress
from codirector.values import Value

Status = Literal["waiting", "reading", "working", "done", "failed", "cancelled", "interrupted"]
Address = Callable[[ArtifactRef], str]
DEFAULT_SIDE = 512
"""Pixels; the shape a frame has before the model has said which size it makes."""

STAGES = {
    "queue": "Waiting for the device",
    "load": "Loading the model",
    "loading": "Loading the model",
    "encode": "Reading the prompt",
    "denoise": "Drawing",
    "draw": "Drawing",
    "render": "Drawing",
    "generate": "Drawing",
    "decode": "Developing",
    "detail": "Drawing small things",
    "upscale": "Sharpening",
    "check": "Checking",
    "film": "Filming",
    "index": "Reading your notes",
}


class Picture(Value):
    """`url` is empty while the picture is in the making. Size in pixels: the frame has its shape from the start. A film says so by its
    `media_type`, and `strip` is the address of some of its frames side by side. `alt` is empty where the card's own says it."""

    url: str = ""
    media_type: str = "image/png"
    strip: str = ""
    width: int = DEFAULT_SIDE
    height: int = DEFAULT_SIDE
    caption: str = ""
    alt: str = ""


class Button(Value):
    """Sends `message`. `when`: on the newest card ('now') or on the older ones ('past')."""

    id: str
    label: str
    message: str
    hint: str = ""
    off: bool = False
    when: Literal["now", "past"] = "now"


class Download(Value):
    url: str
    name: str


class Card(Value):
    """Everything `Turn.jsx` is given. `framed`: there is or will be a picture; else the reply is an ordinary message. `step` of
    `steps` of the stage under way; `sharp` is how far the preview is, 0..1. `walk` are pictures to slide
    through: a comparison's, with labels."""

    key: str
    title: str = "Turn"
    status: Status = "reading"
    status_text: str = ""
    busy: bool = True
    framed: bool = False
    step: int = 0
    steps: int = 0
    sharp: float = 0.0
    preview: str = ""
    pictures: tuple[Picture, ...] = ()
    walk: tuple[Picture, ...] = ()
    alt: str = ""
    number: int = 0
    rows: tuple[Row, ...] = ()
    settings: tuple[Row, ...] = ()
    text: str = ""
    notice: str = ""
    wishes: tuple[Button, ...] = ()
    suggestions: tuple[str, ...] = ()
    actions: tuple[Button, ...] = ()
    downloads: tuple[Download, ...] = ()
    prompt: str = ""
    negative: str = ""
    checks: tuple[str, ...] = ()


def begin(key: str) -> Card:
    """The card of a message just sent."""
    return Card(key=key, status_text="Reading your message…")


def advance(card: Card, event: TurnEvent, before: Scene | None, address: Address, can_redo: bool = False) -> Card:
    """The card after `event`. `before` is the scene before the turn (what changed is told against it)."""
    match event:
        case Queued(position=position):
            waiting = f"Waiting: {position} {'turn is' if position == 1 else 'turns are'} before yours" if position else card.status_text
            return card.evolve(status="waiting" if position else "reading", status_text=waiting)
        case Understood(plan=plan, scene=scene) if scene is not None and plan.action in (
            "create", "refine", "compare", "animate", "storyboard",
        ):  # fmt: skip
            side = scene.render
            return card.evolve(
                status="working",
                status_text="Getting ready…",
                framed=True,
                pictures=(Picture(width=side.width or DEFAULT_SIDE, height=side.height or DEFAULT_SIDE),),
                alt=subject(scene),
                rows=scene_rows(scene, before),
                settings=setting_rows(scene, before),
            )
        case Working(progress=progress):
            return card.evolve(status="working", status_text=working(progress), step=progress.step, steps=progress.steps)
        case Previewed(preview=preview):
            return card.evolve(preview=data_address(preview), sharp=preview.step / max(1, preview.steps))
        case Finished():
            return finish(card, event, before, address, can_redo)
        case _:
            return card


def finish(card: Card, end: Finished, before: Scene | None, address: Address, can_redo: bool) -> Card:
    """The card of a turn that ended. The preview stays until the picture itself is there, so nothing flickers."""
    shown = show(card, end.reply, before, end.number, address, can_redo, end.message)
    return shown.evolve(prompt=end.prompt, negative=end.negative, preview=card.preview if shown.framed else "", sharp=1.0)


def recall(key: str, stored: StoredTurn, before: Scene | None, reply: Reply, address: Address, can_redo: bool) -> Card:
    """The card of a turn read back from the session."""
    card = show(Card(key=key), reply, before, stored.number, address, can_redo, stored.turn.message)
    return card.evolve(prompt=stored.turn.prompt, negative=stored.turn.negative)


def refused(key: str, text: str, message: str) -> Card:
    """The card of a message that could not even be taken in (too long, an unreadable upload)."""
    repeat = (Button(id="repeat", label="Try again", message=message),) if message.strip() else ()
    return Card(key=key, status="failed", busy=False, notice=text, actions=repeat, status_text="Not done")


def show(card: Card, reply: Reply, before: Scene | None, number: int, address: Address, can_redo: bool, message: str) -> Card:
    """`card` with a reply in it."""
    done = reply.outcome in ("done", "planned")
    explains = is_report(reply.pictures)
    framed = done and bool(reply.pictures) and (reply.scene is not None or explains or any(ref.role == "film" for ref in reply.pictures))
    scene = reply.scene if framed and not explains else None
    alt = reply.alt or (subject(reply.scene) if reply.scene else "")
    refs = [ref for ref in reply.pictures if ref.role not in ("strip", "report")]
    told = headings(reply.text, len(refs)) if explains else []
    strip = next((address(ref) for ref in reply.pictures if ref.role == "strip"), "")
    many = len(refs) > 1
    return card.evolve(
        title=f"Turn {number}: {alt}" if framed else "Reply",
        status="done" if done else status_of(reply.outcome),
        status_text="Done" if done else "Not done",
        busy=False,
        framed=framed,
        step=0,
        steps=0,
        pictures=tuple(
            Picture(
                url=address(ref),
                width=ref.width,
                height=ref.height,
                media_type=ref.media_type,
                strip=strip if ref.role == "film" else "",
                caption=told[index - 1][0] if told else f"{index}" if many else "",
                alt=told[index - 1][1] if told else "",
            )
            for index, ref in enumerate(refs, start=1)
        )
        if framed
        else (),
        walk=walk_of(reply, address) if framed else (),
        alt=alt,
        number=number,
        rows=scene_rows(scene, before) if scene else (),
        settings=setting_rows(scene, before) if scene else (),
        text=reply.text if done else "",
        notice="" if done else notice(reply),
        wishes=wish_buttons(reply.later) if done else (),
        suggestions=suggestions(reply.suggestions, framed) if done else (),
        actions=actions(framed and not explains, done, number, can_redo, message),
        downloads=tuple(
            Download(url=f"{address(ref)}?download={name}", name=name)
            for index, ref in enumerate(refs, start=1)
            for name in [file_name(alt, ref, index)]
        )
        if framed and not explains
        else report_page(reply, address),
        checks=tuple(measured(check) for check in reply.checks),
    )


def walk_of(reply: Reply, address: Address) -> tuple[Picture, ...]:
    """A comparison's single pictures with their labels, which stand in the reply in the same order; none where they do not match."""
    labels = re.findall(r"^\d+\. \*\*(.+?)\*\*", reply.text, re.M)
    if len(labels) != len(reply.variants):
        return ()
    pairs = zip(reply.variants, labels, strict=True)
    return tuple(Picture(url=address(ref), width=ref.width, height=ref.height, caption=label, alt=label) for ref, label in pairs)


def report_page(reply: Reply, address: Address) -> tuple[Download, ...]:
    """The report as a page to keep."""
    return tuple(Download(url=f"{address(ref)}?download=report.html", name="report.html") for ref in reply.pictures if ref.role == "report")


def status_of(outcome: Outcome) -> Status:
    return outcome if outcome in ("failed", "cancelled", "interrupted") else "done"


def notice(reply: Reply) -> str:
    """What is said of a turn that did not make it."""
    if reply.outcome == "interrupted":
        return reply.text or "This turn was interrupted before it was finished. Nothing made before it is lost."
    return reply.text or reply.error


def actions(framed: bool, done: bool, number: int, can_redo: bool, message: str) -> tuple[Button, ...]:
    """What can be done from here, each as a message the person could have typed."""
    if not done:
        return (Button(id="repeat", label="Repeat", message=message, hint="Send the same message again"),) if message.strip() else ()
    redo = Button(id="redo", label="Redo", message="redo", hint="Take the undo back", off=not can_redo)
    if not framed:
        return (redo,) if can_redo else ()
    return (
        Button(id="undo", label="Undo", message="undo", hint="Back to the picture before"),
        redo,
        Button(id="vary", label="Vary", message="another seed", hint="The same scene with another seed"),
        Button(id="branch", label="Branch", message="branch", hint="Go on from here in a second line; this one stays"),
        Button(id="goto", label="Back to this", message=f"go to {number}", hint=f"Go on from turn {number}", when="past"),
    )


def wish_buttons(later: Sequence[Wish]) -> tuple[Button, ...]:
    """The kept wishes in their order; the first is what 'next' takes."""
    return tuple(
        Button(id="next", label=f"Next: {wish.text}" if index == 0 else wish.text, message="next" if index == 0 else wish.text)
        for index, wish in enumerate(later)
    )


def suggestions(messages: Sequence[str], framed: bool) -> tuple[str, ...]:
    """Without those that have a button of their own on a card with a picture."""
    own = {"next", "another seed", "undo", "redo"} if framed else set()
    return tuple(message for message in messages if message not in own)


def working(progress: Progress) -> str:
    stage = STAGES.get(progress.stage.lower(), progress.stage[:1].upper() + progress.stage[1:])
    if progress.stage == "film":
        left = f", {progress.seconds_left:.0f} s left" if progress.seconds_left else ""
        return f"{stage} · frame {progress.step} of {progress.steps}{left}"
    return f"{stage} · step {progress.step} of {progress.steps}" if progress.steps > 1 else f"{stage}…"


def measured(check: Check) -> str:
    mark = {True: "✓ ", False: "✗ ", None: ""}[check.passed]
    value = f"{check.value:g}" if isinstance(check.value, float) else check.value
    return f"{mark}{check.name}: {value}"


def subject(scene: Scene) -> str:
    """A short name for a scene, until the reply brings the whole description."""
    names = ", ".join(element.name for element in scene.elements)
    return " · ".join(part for part in (names, scene.setting, scene.style) if part) or "a picture"


def data_address(preview: Preview) -> str:
    """The preview inside its own address: no request, so it swaps without a gap."""
    return f"data:{preview.media_type};base64,{base64.b64encode(preview.data).decode('ascii')}"


def file_name(alt: str, ref: ArtifactRef, index: int) -> str:
    """A name a person finds again: words of the description and the first of the hash."""
    words = "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in alt.lower()).split()[:8])[:60]
    ending = {"image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif", "video/mp4": "mp4"}.get(ref.media_type, "png")
    return f"{words or 'picture'}-{ref.sha256[:8]}.{ending}" if index == 1 else f"{words or 'picture'}-{index}-{ref.sha256[:8]}.{ending}"
