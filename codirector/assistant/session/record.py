"""The values a session is made of. A `Turn` is content and is hashed; a `Run` is circumstance and is not.

They do not know how they are stored (see `store`).
"""

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field

from codirector.assistant.plan import Action, Plan, Wish
from codirector.prompts.change import Change
from codirector.prompts.scene import Scene
from codirector.values import Sha256, Text, Value, Word

SCHEMA = 1
"""1: first version (2026-11-21).

One number for turns and for the files that hold them; one line here for each version. A file of a newer version is refused.
"""

Outcome = Literal["done", "failed", "cancelled", "interrupted", "planned"]
"""`planned`: applied but not rendered, as asked for (`--plan-only`)."""


MoveReason = Literal["turn", "undo", "redo", "goto", "branch", "switch"]
"""Why a tip moved."""


class ArtifactRef(Value):
    """A stored file by the hash of its bytes. `role` as in tools.events.Product."""

    role: Text = "picture"
    sha256: Sha256
    media_type: Text = "image/png"
    width: int
    height: int


def shown(refs: Iterable[ArtifactRef]) -> tuple[ArtifactRef, ...]:
    """What a person is shown of a turn's files: its film and strip, else the sheet of a comparison, else the sheets that
    explain one, else its pictures. The rest (the picture before adjustments, masks, sketches, single variants) can be asked for."""
    refs = tuple(refs)
    kinds = (("film", "strip"), ("comparison",), ("explained", "report"), ("picture",))
    return next((found for kind in kinds if (found := tuple(ref for ref in refs if ref.role in kind))), ())


def variants_of(refs: Iterable[ArtifactRef]) -> tuple[ArtifactRef, ...]:
    """The single pictures of a comparison, in the order of its sheet."""
    return tuple(ref for ref in refs if ref.role == "variant")


class Check(Value):
    """Something promised and measured. `passed` None: measured, nothing was promised."""

    name: Text
    value: float | str
    passed: bool | None = None


class Turn(Value):
    """One message and what became of it. `scene` is the scene after the turn (the parent's where nothing changed).
    `later` is every wish still open after this turn. `prompt` and `negative` are as compiled; `request` is the tools request
    as JSON. `id` is not a field: it is `turn_id(turn)`, the SHA-256 of the canonical JSON, which includes the parent's id."""

    schema_version: int = SCHEMA
    parent: Sha256 | None = None
    message: str = Field(max_length=20_000)
    attachments: tuple[ArtifactRef, ...] = ()
    plan: Plan | None = None
    action: Action
    change: Change | None = None
    later: tuple[Wish, ...] = ()
    scene: Scene
    diff: tuple[str, ...] = ()
    prompt: str = ""
    negative: str = ""
    tool: str = ""
    request: dict[str, Any] | None = None
    artifacts: tuple[ArtifactRef, ...] = ()
    checks: tuple[Check, ...] = ()
    reply: str = ""
    outcome: Outcome = "done"
    error: str = ""


class Run(Value):
    """The circumstances of a turn: what really ran (facts from Done), seconds of plan, render, total, and when it began."""

    started_at: Text = ""
    facts: dict[str, Any] = Field(default_factory=dict)
    notes: tuple[str, ...] = ()
    seconds: dict[str, float] = Field(default_factory=dict)


class StoredTurn(Value):
    """A turn as read back: with its id, its number in the thread (root is 1), and its run."""

    id: Sha256
    number: int
    turn: Turn
    run: Run


class SessionView(Value):
    """What the planner and the turn may look at: a frozen picture of one thread of a session at one moment.
    `history` is the way to the tip, oldest first; only its last turns where the reader asked for so many (then `history[0].number`
    is not 1). `picture` is the newest picture on the way to the tip, `scene` the tip's scene, `later` the wishes still open at the
    tip. `pending_question`: the last thing said was a question with options (`clarify`)."""

    session: str
    thread: str
    tip: Sha256 | None
    scene: Scene | None
    picture: ArtifactRef | None
    later: tuple[Wish, ...] = ()
    history: tuple[StoredTurn, ...] = ()
    threads: tuple[str, ...] = ()
    can_redo: bool = False
    pending_question: bool = False


class Pending(Value):
    """A turn being worked on: the claim that `begin` hands out and `commit` takes. `parent` is the tip when it began, and the tip
    does not move while it lasts. `alive` is False when the process that worked on it is gone."""

    token: Word
    session: str
    thread: str
    parent: Sha256 | None = None
    message: str = Field(default="", max_length=20_000)
    attachments: tuple[ArtifactRef, ...] = ()
    plan: Plan | None = None
    started_at: Text = ""
    pid: int = 0
    alive: bool = True


class MoveResult(Value):
    """What an undo, redo, go-to, branch or switch led to. `turns` are the turns taken back (newest first) or done again (oldest
    first); `note` says in a sentence what happened."""

    view: SessionView
    reason: MoveReason
    came_from: Sha256 | None = None
    went_to: Sha256 | None = None
    turns: tuple[StoredTurn, ...] = ()
    note: str = ""


class Entry(Value):
    """A line of the transcript: one message and what became of it, turn or move. `turn` is the turn made, or where the move led
    (None: the empty start). `message` is empty where a button was pressed; `reply` is the turn's reply or the move's note.
    `artifacts` and `outcome` are those of a turn made; a move has none and is `done`."""

    at: Text
    kind: MoveReason
    thread: str
    message: str = ""
    reply: str = ""
    turn: StoredTurn | None = None
    artifacts: tuple[ArtifactRef, ...] = ()
    outcome: Outcome = "done"


class SessionInfo(Value):
    """A line of the list of sessions. `title` is what the person called it or their first message. `turns` counts all threads.
    `problem` is empty unless the file is damaged; then `name` is the file's name and the rest is unknown."""

    name: str
    owner: str = ""
    created: Text = ""
    updated: Text = ""
    turns: int = 0
    title: str = ""
    thumbnail: ArtifactRef | None = None
    problem: str = ""


class VerifyReport(Value):
    """What re-hashing and re-applying everything found. `problems` are sentences; `ok` is that there are none."""

    name: str
    ok: bool
    turns: int = 0
    artifacts: int = 0
    problems: tuple[str, ...] = ()
