"""What the page needs of the rest: the engine's shape. The Director has it."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from codirector.assistant.session.store import SessionStore
from codirector.assistant.turn.events import Attachment, TurnEvent


class Job(Protocol):
    """A turn under way."""

    @property
    def id(self) -> str: ...
    @property
    def session(self) -> str: ...
    @property
    def message(self) -> str: ...
    def events(self, start: int = 0) -> Iterator[TurnEvent]: ...
    def cancel(self) -> None: ...


class Engine(Protocol):
    """One per process, thread-safe."""

    @property
    def store(self) -> SessionStore: ...
    def submit(
        self, session: str, text: str, attachments: Sequence[Attachment] = (), owner: str = "local", thread: str | None = None
    ) -> Job: ...
    def running(self, session: str) -> Job | None: ...
    def close(self) -> None: ...
