"""The one protocol every backend follows, and the context it runs in. Knows no particular backend."""

import threading
from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from codirector.errors import Cancelled
from codirector.tools.events import Event
from codirector.tools.requests import Request, RequestKind
from codirector.tools.structure import Structure
from codirector.values import Sha256, Text, Value


class Capabilities(Value):
    """What a backend can do, as data. Checked against a request before any work (see `registry`). `instructed`: pictures are reworked by
    a sentence that says the change, not by a description of the whole. `structures`: what of a picture it can be held to."""

    requests: tuple[RequestKind, ...]
    negative_prompt: bool = True
    prompt_weights: bool = True
    sketch: bool = False
    max_pixels: int = 4096 * 4096
    token_limit: int = 75
    samplers: tuple[str, ...] = ()
    generates: bool = True
    instructed: bool = False
    structures: tuple[Structure, ...] = ()


class ModelInfo(Value):
    """A model as `codirector models` lists it. `path` is '' where it is not present; `needs_bytes` is memory, not disk."""

    name: Text
    backend: Text
    present: bool
    path: str = ""
    needs_bytes: int = 0
    description: Text = ""


class Blobs(Protocol):
    """Where a request's pictures are read from."""

    def read(self, sha256: Sha256) -> bytes:
        """The bytes with that hash. Raises UnknownName."""
        ...


class RunContext:
    """What a run may ask of its surroundings: has the person pressed Stop, and the bytes behind a hash."""

    def __init__(self, blobs: Blobs, cancel: threading.Event | None = None, previews: bool = True) -> None:
        self.blobs = blobs
        self.cancel = cancel or threading.Event()
        self.previews = previews

    def check_cancelled(self) -> None:
        """Called by backends at least once a step. Raises Cancelled."""
        if self.cancel.is_set():
            raise Cancelled()


class Backend(Protocol):
    """A thing that turns requests into events. `run` is a plain generator: the worker drives it in its own thread."""

    @property
    def name(self) -> str: ...

    def capabilities(self, model: str) -> Capabilities:
        """What `model` ('' = the backend's default) can do. Raises UnknownName."""
        ...

    def run(self, request: Request, context: RunContext) -> Iterator[Event]:
        """Yields Progress and Preview, then exactly one Done. Raises CodirectorError."""
        ...

    def close(self) -> None:
        """Gives memory and connections back. May be called twice; a closed backend refuses to run (InternalError)."""
        ...


@runtime_checkable
class Preloads(Protocol):
    """A backend that can load a model before the first request needs it."""

    def preload(self, model: str = "") -> None:
        """Begins to load `model` and returns at once. What goes wrong is told by the run that needs it."""
        ...


@runtime_checkable
class ListsModels(Protocol):
    """A backend that can say which models it has."""

    def models(self) -> tuple[ModelInfo, ...]:
        """The models it knows of, present or not."""
        ...
