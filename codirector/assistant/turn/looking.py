"""What is said of a picture that exists: caption, answers, how it was read, where it came from, which picture of the session shows what.

Readers see; this module chooses the picture, asks them and words what they say. It draws nothing and changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from codirector.assistant.plan import Create, Read
from codirector.assistant.session.metadata import carried
from codirector.assistant.session.record import ArtifactRef, SessionView
from codirector.assistant.turn.explaining import HOW_MADE, explain, explain_making
from codirector.assistant.turn.finding import asks_to_find, find
from codirector.assistant.turn.gallery import Said, pixels
from codirector.assistant.turn.likeness import LIKE_THIS, Likeness, likeness
from codirector.assistant.turn.reply import describe
from codirector.assistant.turn.state import Tools
from codirector.errors import InputError
from codirector.tools.requests import OWN, ReadRequest
from codirector.values import Value

if TYPE_CHECKING:
    from codirector.tools.reader.look import Looked

SOURCE = "picture"
"""Who understood “make one like this”: the picture itself."""
_ABOUT_THIS = re.compile(r"\b(?:it|this|that|the (?:picture|image)|which words?|attention|film ?strip)\b", re.I)


def answer(plan: Read, view: SessionView, attachments: tuple[ArtifactRef, ...], tools: Tools) -> Said:
    """Raises InputError where there is no picture, InternalError where the readers' weights are missing."""
    ref = attachments[0] if attachments else view.picture
    what = asks_to_find(plan.question)
    if what:
        return find(what, ref, view.session, tools.store)
    if ref is None:
        raise InputError("There is no picture to look at yet.", "Make one, or attach one to your message.")
    if plan.how and HOW_MADE.search(plan.question):
        return explain_making(ref, view, tools)
    if plan.how:
        return explain(plan.question, ref, view, tools)
    return describe_picture(plan.question, ref, view, tools)


def describe_picture(question: str, ref: ArtifactRef, view: SessionView, tools: Tools) -> Said:
    """A caption, or the answer to a question."""
    from codirector.tools.reader.look import MEASURED, look, reply
    from codirector.tools.reader.questions import understand

    data = tools.store.artifacts.read(ref.sha256)
    image = pixels(data)
    if tools.reader != OWN and understand(question, _names()).kind not in MEASURED:
        return _said_by(question, ref, tools)
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


def _said_by(question: str, ref: ArtifactRef, tools: Tools) -> Said:
    """What the reader of the settings says, in place of our own."""
    request = ReadRequest(model=tools.reader, image=ref.sha256, question=question.strip()[:2000])
    tools.check(request)
    facts = tools.run(request, "local", tools.cancel, lambda event: None).facts
    sure = facts.get("sure")
    how = f", {_sure(sure)} as it says itself" if sure is not None else ", which does not say how sure it is"
    return Said(text=f"{facts['text']}\n\n_Said by {facts['reader']}{how}._", suggestions=("what do you see?", "how did you read it?"))


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
    if asks_to_find(question) is not None:
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
