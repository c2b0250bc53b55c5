"""What flows through the turn graph (data) and what its nodes may use (things). Knows no node.

`said` is the part of the message that is to be understood, where it was addressed to another branch; `story` the storyboard it may be
about.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypedDict

from codirector.assistant.plan import Plan, Storyboard
from codirector.assistant.session.record import ArtifactRef, Check, Pending, SessionView, StoredTurn
from codirector.assistant.session.store import Beginning, SessionStore
from codirector.assistant.turn.dispatch import Resolved
from codirector.assistant.turn.events import Attachment, Finished, TurnEvent
from codirector.errors import CodirectorError, InternalError
from codirector.knowledge.answer import Answer
from codirector.knowledge.library import Library
from codirector.prompts.compile import CompiledPrompt
from codirector.tools.backend import Backend
from codirector.tools.events import Done, Event, Product
from codirector.tools.requests import OWN, Request


class Known(NamedTuple):
    """The newest storyboard of a session, and the branch it is on."""

    plan: Storyboard
    thread: str


class Planned(Protocol):
    """What the planner answers."""

    @property
    def plan(self) -> Plan: ...
    @property
    def notes(self) -> tuple[str, ...]: ...
    @property
    def source(self) -> str: ...


class Planner(Protocol):
    def plan(self, view: SessionView, message: str, attachments: tuple[ArtifactRef, ...] = ()) -> Planned: ...
    def close(self) -> None: ...


class Runner(Protocol):
    """Runs one request on the device, in turn with other owners, and hands its events on. Raises CodirectorError."""

    def __call__(self, request: Request, owner: str, cancel: threading.Event, emit: Callable[[Event], None]) -> Done: ...


def _no_library() -> Library:
    raise InternalError("This turn was given no library.", "")


@dataclass(frozen=True)
class Tools:
    """The things a turn works with; everything is injected."""

    store: SessionStore
    planner: Planner
    check: Callable[[Request], Backend]
    run: Runner
    choose_seed: Callable[[], int]
    clock: Callable[[], float]
    emit: Callable[[TurnEvent], None]
    ask: Callable[[str], Answer]
    cancel: threading.Event
    default_model: str
    present_models: Callable[[], tuple[str, ...]] = tuple
    library: Callable[[], Library] = _no_library
    render: bool = True
    reader: str = OWN


class TurnState(TypedDict, total=False):
    session: str
    thread: str
    owner: str
    message: str
    said: str
    sound: ArtifactRef | None
    story: Known | None
    uploads: tuple[Attachment, ...]
    started: float
    started_at: str
    pending: Pending
    attachments: tuple[ArtifactRef, ...]
    view: SessionView
    planned: Planned
    resolved: Resolved
    compiled: CompiledPrompt
    request: Request | None
    done: Done | None
    products: tuple[Product, ...]
    beginnings: tuple[Beginning, ...]
    checks: tuple[Check, ...]
    reply_text: str
    taught: Plan | None
    suggestions: tuple[str, ...]
    alt: str
    seconds: dict[str, float]
    error: CodirectorError | None
    stored: StoredTurn | None
    finished: Finished
