"""From a job's blocking events to asyncio. The one place where a turn's thread and the page's event loop meet."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any, Protocol

from codirector.assistant.turn.events import Previewed, TurnEvent, Working


class Listenable(Protocol):
    """What can be followed: a TurnJob."""

    def events(self, start: int = 0) -> Iterator[TurnEvent]: ...


async def follow(job: Listenable, start: int = 0) -> AsyncIterator[TurnEvent]:
    """The job's events from number `start` on, without ever blocking the event loop. A slow listener skips previews and progress
    that newer ones have overtaken, and nothing else. Raises what the job raises. Leaving early does not stop the job."""
    loop = asyncio.get_running_loop()
    arrivals: asyncio.Queue[TurnEvent | BaseException | None] = asyncio.Queue()
    left = threading.Event()

    def deliver(item: TurnEvent | BaseException | None) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
            loop.call_soon_threadsafe(arrivals.put_nowait, item)

    def listen() -> None:
        try:
            for event in job.events(start):
                if left.is_set():
                    return
                deliver(event)
        except BaseException as error:
            deliver(error)
        else:
            deliver(None)

    threading.Thread(target=listen, name="listener", daemon=True).start()
    try:
        while True:
            batch = [await arrivals.get()]
            while not arrivals.empty():
                batch.append(arrivals.get_nowait())
            for item in latest(batch):
                if item is None:
                    return
                if isinstance(item, BaseException):
                    raise item
                yield item
    finally:
        left.set()


def latest(batch: list[Any]) -> list[Any]:
    """`batch` in its order, without those previews and progress reports that a later one of their kind replaces."""
    last = {kind: index for index, item in enumerate(batch) for kind in (Previewed, Working) if isinstance(item, kind)}
    return [item for index, item in enumerate(batch) if last.get(type(item), index) == index]
