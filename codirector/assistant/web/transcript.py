"""A session's transcript as a Chainlit thread: messages, cards and pictures, rebuilt from the store every time. Pure; the dictionaries
are Chainlit's wire format (StepDict, ElementDict), which is all it knows of Chainlit.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from codirector.assistant.plan import Clarify
from codirector.assistant.session.record import ArtifactRef, Entry, StoredTurn, shown, variants_of
from codirector.assistant.turn import reply as wording
from codirector.assistant.turn.events import Reply
from codirector.assistant.web.card import Card, recall, show
from codirector.assistant.web.studio import studio_element, studio_of
from codirector.prompts.scene import Scene

ASSISTANT = "Codirector"
ELEMENT = "Turn"
"""The custom element that draws a card: public/elements/Turn.jsx."""
Dict = dict[str, Any]


def picture_address(session: str, ref: ArtifactRef) -> str:
    """Where the page gets a stored picture; only the session's owner gets it."""
    return f"/codirector/picture/{session}/{ref.sha256}"


def stable_id(*parts: object) -> str:
    """The same id for the same thing at every visit."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "codirector:" + ":".join(str(part) for part in parts)))


def message_step(session: str, id: str, at: str, content: str, user: bool = False) -> Dict:
    """One message. Assistant messages with a card have no content of their own."""
    return {
        "id": id,
        "threadId": session,
        "parentId": None,
        "name": "You" if user else ASSISTANT,
        "type": "user_message" if user else "assistant_message",
        "input": "",
        "output": content,
        "createdAt": at,
        "start": at,
        "end": at,
        "streaming": False,
        "isError": False,
        "waitForAnswer": False,
        "metadata": {},
    }


def card_element(session: str, message: str, card: Card) -> Dict:
    """The card under `message`. The same id every time: a newer one replaces it in place."""
    return {
        "id": f"card-{message}",
        "threadId": session,
        "forId": message,
        "type": "custom",
        "name": ELEMENT,
        "display": "inline",
        "mime": "application/json",
        "url": None,
        "chainlitKey": None,
        "props": card.model_dump(mode="json"),
    }


def upload_element(session: str, message: str, ref: ArtifactRef, index: int) -> Dict:
    """A picture or a sound track the person sent, under their message."""
    return {
        "id": f"upload-{message}-{index}",
        "threadId": session,
        "forId": message,
        "type": "audio" if ref.role == "sound" else "image",
        "name": "Your sound track" if ref.role == "sound" else f"Your picture, {ref.width} by {ref.height} pixels",
        "display": "inline",
        "size": "medium",
        "mime": ref.media_type,
        "url": picture_address(session, ref),
        "chainlitKey": None,
    }


def reply_content(card: Card) -> str:
    """The text of the message that carries `card`: a reply without a picture is an ordinary message."""
    return "" if card.framed else card.text


def plain(card: Card) -> Card:
    """What is drawn of `card` under its message: the text is not said twice."""
    return card if card.framed else card.evolve(text="")


def thread_of(session: str, entries: Sequence[Entry], can_redo: bool) -> tuple[list[Dict], list[Dict]]:
    """The thread's steps and elements, in order. Buttons work on the last card only; `can_redo` is the session's now."""
    turns = {entry.turn.id: entry.turn for entry in entries if entry.turn is not None}
    steps: list[Dict] = []
    elements: list[Dict] = []
    here: StoredTurn | None = None
    for index, entry in enumerate(entries):
        last = index == len(entries) - 1
        said, answered = stable_id(session, index, "said"), stable_id(session, index, "answered")
        if entry.message or (entry.kind == "turn" and entry.turn and entry.turn.turn.attachments):
            steps.append(message_step(session, said, entry.at, entry.message, user=True))
        if entry.turn is not None and entry.kind == "turn":
            uploads = enumerate(entry.turn.turn.attachments)
            elements += [upload_element(session, said, ref, number) for number, ref in uploads]
        card = card_of(session, answered, entry, turns, here, can_redo and last, last)
        steps.append(message_step(session, answered, entry.at, reply_content(card)))
        elements.append(card_element(session, answered, plain(card)))
        if last and (studio := studio_of(answered, session, entries, lambda ref: picture_address(session, ref))) is not None:
            elements.append(studio_element(session, answered, studio))
        here = entry.turn
    return steps, elements


def card_of(
    session: str, key: str, entry: Entry, turns: dict[str, StoredTurn], here: StoredTurn | None, can_redo: bool, last: bool
) -> Card:
    """The card of one line of the transcript. `here` is where the person was before it."""
    made = entry.kind == "turn" and entry.turn is not None
    if entry.turn is None:
        return show(Card(key=key), Reply(text=entry.reply), None, 0, lambda ref: "", can_redo, "")
    parent = turns.get(entry.turn.turn.parent or "") if made else here
    before = drawn_scene(parent)
    return recall(key, entry.turn, before, reply_of(entry, turns, last), lambda ref: picture_address(session, ref), can_redo)


def reply_of(entry: Entry, turns: dict[str, StoredTurn], last: bool) -> Reply:
    """The reply as it was given. Suggestions are for now, so only the last line has them."""
    assert entry.turn is not None
    turn = entry.turn.turn
    scene = drawn_scene(entry.turn)
    later = turn.later
    ideas: tuple[str, ...] = ()
    if last:
        ideas = wording.suggestions(scene, later, turn.reply)
        if isinstance(turn.plan, Clarify) and entry.kind == "turn":
            ideas = turn.plan.options
    made = entry.kind == "turn"
    return Reply(
        text=entry.reply,
        pictures=shown(turn.artifacts) if made else newest_picture(entry.turn, turns),
        variants=variants_of(turn.artifacts) if made else (),
        alt=wording.describe(scene) if scene else "",
        scene=scene,
        diff=turn.diff if made else (),
        later=later,
        suggestions=ideas,
        checks=turn.checks if made else (),
        outcome=entry.outcome,
        error=turn.error if made else "",
    )


def newest_picture(turn: StoredTurn | None, turns: dict[str, StoredTurn]) -> tuple[ArtifactRef, ...]:
    """The picture on the way to `turn` that is nearest to it."""
    while turn is not None:
        found = shown(turn.turn.artifacts)
        if any(ref.role not in ("comparison", "explained") for ref in found):
            return found
        turn = turns.get(turn.turn.parent or "")
    return ()


def drawn_scene(turn: StoredTurn | None) -> Scene | None:
    """The scene after `turn`; None while there is nothing in it."""
    return None if turn is None or turn.turn.scene == Scene() else turn.turn.scene
