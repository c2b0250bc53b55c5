"""Turns blocking work into a generator of events: the work runs in a backend's own thread and hands events over as they come.

Used by every backend whose library blocks until it is finished. It does not know what the work is.
"""

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from codirector.errors import Cancelled
from codirector.tools.backend import RunContext
from codirector.tools.events import Event


class Listener:
    """What blocking work sees of the outside: where events go, and whether to stop."""

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._closed = threading.Event()
        self.queue: queue.SimpleQueue[Event | None] = queue.SimpleQueue()

    @property
    def previews(self) -> bool:
        """Whether anybody wants previews."""
        return self._context.previews and not self._closed.is_set()

    def send(self, event: Event) -> None:
        """Hands `event` to whoever listens, at once."""
        self.queue.put(event)

    def check(self) -> None:
        """Raises Cancelled when Stop was pressed or nobody listens any more. Called at least once a step."""
        self._context.check_cancelled()
        if self._closed.is_set():
            raise Cancelled()

    def hang_up(self) -> None:
        """Nobody listens any more."""
        self._closed.set()


def stream(executor: ThreadPoolExecutor, work: Callable[[Listener], None], context: RunContext) -> Iterator[Event]:
    """Yields what `work` sends, live; raises what it raises; closing the generator stops the work within one step.

    The executor belongs to the backend and has one thread: torch keeps one pool of OpenMP threads for every thread that ever
    computed, so a new thread for each run would leak them.
    """
    listener = Listener(context)

    def run() -> None:
        try:
            work(listener)
        finally:
            listener.queue.put(None)

    future = executor.submit(run)
    try:
        while (event := listener.queue.get()) is not None:
            yield event
    finally:
        listener.hang_up()
        error = future.exception()
    if error is not None:
        raise error
