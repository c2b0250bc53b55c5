"""`TurnJob`: a turn under way, which any number of listeners may follow, late or twice. It knows threads, not pages."""

import threading
import uuid
from collections.abc import Callable, Iterator

from codirector.assistant.turn.events import Finished, TurnEvent
from codirector.errors import InternalError


class TurnJob:
    """Runs one turn in its own thread and keeps what it says. Work goes on when nobody listens."""

    def __init__(self, session: str, message: str, run: Callable[["TurnJob"], Finished]) -> None:
        self.id = uuid.uuid4().hex
        self.session = session
        self.message = message
        self.cancelled = threading.Event()
        self._events: list[TurnEvent] = []
        self._news = threading.Condition()
        self._failure: BaseException | None = None
        self._ended = False
        self._thread = threading.Thread(target=self._work, args=(run,), name=f"turn-{session}", daemon=True)

    def start(self) -> "TurnJob":
        self._thread.start()
        return self

    def emit(self, event: TurnEvent) -> None:
        """Called by the turn, from its thread or the device's."""
        with self._news:
            self._events.append(event)
            self._news.notify_all()

    def events(self, start: int = 0) -> Iterator[TurnEvent]:
        """Everything said from event number `start` on, waiting for more until `Finished`. Raises what the turn itself could not
        turn into a reply (a fault of ours)."""
        index = start
        while True:
            with self._news:
                while len(self._events) <= index and not self._ended:
                    self._news.wait()
                fresh = self._events[index:]
                over = self._ended
            yield from fresh
            index += len(fresh)
            if over and index >= len(self._events):
                if self._failure is not None:
                    raise self._failure
                return

    def cancel(self) -> None:
        """Asks the turn to stop at its next step. It still ends with `Finished`."""
        self.cancelled.set()

    @property
    def ended(self) -> bool:
        return self._ended

    def result(self) -> Finished:
        """Waits for the end. Raises as `events` does."""
        for event in self.events():
            if isinstance(event, Finished):
                return event
        raise InternalError("The turn ended without a result.", "Please report this, with the log.")

    def _work(self, run: Callable[["TurnJob"], Finished]) -> None:
        try:
            self.emit(run(self))
        except BaseException as error:
            self._failure = error
        finally:
            with self._news:
                self._ended = True
                self._news.notify_all()
