"""What stands under the newest picture: painting a region, before and after, and a strip of everything made in the session.

Pure data from the transcript; `Studio.jsx` draws it and sends ordinary messages. It does not know Chainlit.
"""

from collections.abc import Callable, Sequence
from typing import Any

from codirector.assistant.session.record import ArtifactRef, Entry, StoredTurn
from codirector.values import Value

ELEMENT = "Studio"
"""The custom element: public/elements/Studio.jsx."""
LONGEST_STRIP = 60
Address = Callable[[ArtifactRef], str]


class Shot(Value):
    """A picture of the strip. `message` goes there ('' where one is already); `depth` is how many branches lie between it and the
    first line; `here` is the newest picture's own."""

    number: int
    url: str
    label: str
    message: str = ""
    depth: int = 0
    thread: str = ""
    here: bool = False


class Studio(Value):
    """`picture` is what is shown, `before` the picture its turn began with ('' for a first one), `region` the mask the turn kept to."""

    key: str
    session: str
    picture: str = ""
    before: str = ""
    region: str = ""
    width: int = 0
    height: int = 0
    alt: str = ""
    strip: tuple[Shot, ...] = ()


def studio_of(key: str, session: str, entries: Sequence[Entry], address: Address) -> Studio | None:
    """The studio after the last of `entries` (a session's whole transcript); None where no picture stands."""
    turns = {entry.turn.id: entry.turn for entry in entries if entry.turn is not None}
    here = entries[-1].turn if entries else None
    holder = _holder(here, turns)
    if here is None or holder is None:
        return None
    picture = _picture(holder)
    assert picture is not None
    parent = _holder(turns.get(holder.turn.parent or ""), turns)
    before = _picture(parent) if parent else None
    mask = next((ref for ref in holder.turn.artifacts if ref.role == "mask"), None)
    return Studio(
        key=key, session=session, picture=address(picture), before=address(before) if before else "", region=address(mask) if mask else "",
        width=picture.width, height=picture.height, alt=holder.turn.message, strip=strip(entries, holder, address),
    )  # fmt: skip


def strip(entries: Sequence[Entry], here: StoredTurn, address: Address) -> tuple[Shot, ...]:
    """Every picture of the session in the order it was made; those on the way to `here` can be gone to by number, others by branch."""
    made = [(entry.thread, entry.turn) for entry in entries if entry.kind == "turn" and entry.turn is not None and _picture(entry.turn)]
    turns = {turn.id: turn for _, turn in made} | {entry.turn.id: entry.turn for entry in entries if entry.turn is not None}
    way, step = set(), here
    while step is not None:
        way.add(step.id)
        step = turns.get(step.turn.parent or "")
    threads = list(dict.fromkeys(thread for thread, _ in made))
    current = entries[-1].thread
    shots, seen = [], set()
    for thread, turn in made:
        picture = _picture(turn)
        if picture is None or turn.id in seen:
            continue
        seen.add(turn.id)
        message = (
            "" if turn.id == here.id else f"go to {turn.number}" if turn.id in way or thread == current else f"switch to branch {thread}"
        )
        shots.append(
            Shot(
                number=turn.number,
                url=address(picture),
                label=turn.turn.message[:80],
                message=message,
                depth=threads.index(thread),
                thread=thread,
                here=turn.id == here.id,
            )
        )
    return tuple(shots[-LONGEST_STRIP:])


def studio_element(session: str, message: str, studio: Studio) -> dict[str, Any]:
    """The element under `message`, in Chainlit's wire format."""
    return {
        "id": f"studio-{message}", "threadId": session, "forId": message, "type": "custom", "name": ELEMENT, "display": "inline",
        "mime": "application/json", "url": None, "chainlitKey": None, "props": studio.model_dump(mode="json"),
    }  # fmt: skip


def _picture(turn: StoredTurn) -> ArtifactRef | None:
    return next((ref for ref in turn.turn.artifacts if ref.role == "picture" and ref.media_type.startswith("image/")), None)


def _holder(turn: StoredTurn | None, turns: dict[str, StoredTurn]) -> StoredTurn | None:
    """The turn nearest to `turn`, on the way back, that made a picture."""
    while turn is not None and _picture(turn) is None:
        turn = turns.get(turn.turn.parent or "")
    return turn
