"""`Worker`: one thread that runs one job at a time on one device, and `Job`: a run that anybody may watch, from any moment on.

Owners (sessions) take fair turns. A job goes on when its listeners are gone, and stops when it is cancelled. The worker does
not know what a request means, nor who its owners are.
"""

import threading
import uuid
from collections import OrderedDict, deque
from collections.abc import Iterator
from typing import Literal

from codirector.errors import Cancelled, CodirectorError, InternalError
from codirector.tools.backend import Backend, Blobs, RunContext
from codirector.tools.events import Done, Event
from codirector.tools.requests import Request

JobState = Literal["queued", "running", "done", "failed", "cancelled"]
KEPT_JOBS = 16
"""Finished jobs a worker still finds by id, so that a page reloaded in the last second of a run sees its end."""


class Job:
    """One request on its way. All methods may be called from any thread."""

    def __init__(self, owner: str, request: Request, backend: Backend, context: RunContext, worker: "Worker") -> None:
        self.id = uuid.uuid4().hex
        self.owner = owner
        self.request = request
        self._backend = backend
        self._context = context
        self._worker = worker
        self._news = threading.Condition()
        self._events: list[Event] = []
        self._done: Done | None = None
        self._error: BaseException | None = None
        self._state: JobState = "queued"

    @property
    def state(self) -> JobState:
        """Where the job is in its life."""
        return self._state

    @property
    def finished(self) -> bool:
        """Whether nothing more will come."""
        return self._state not in ("queued", "running")

    @property
    def position(self) -> int:
        """How many jobs will be finished before this one begins, the running one included; 0 once it runs."""
        return self._worker.position(self)

    def cancel(self) -> None:
        """Asks it to stop: at once where it still waits, within one step where it runs. A finished job stays as it is."""
        self._context.cancel.set()
        self._worker.forget_queued(self)

    def events(self, start: int = 0) -> Iterator[Event]:
        """Every event from number `start` on, the past ones at once, the coming ones as they come; ends when the job ends.

        A failed or cancelled job just ends here; `result` says why.
        """
        number = start
        while True:
            with self._news:
                while number >= len(self._events) and not self.finished:
                    self._news.wait()
                fresh, number = self._events[number:], max(number, len(self._events))
                over = self.finished
            yield from fresh
            if over and number >= len(self._events):
                return

    def result(self, timeout: float | None = None) -> Done:
        """Waits for the end. Raises what the run raised (Cancelled where it was stopped), TimeoutError after `timeout` seconds."""
        with self._news:
            if not self._news.wait_for(lambda: self.finished, timeout):
                raise TimeoutError(f"The job is still {self._state}.")
        if self._error is not None:
            raise self._error
        assert self._done is not None
        return self._done

    def _run(self) -> None:
        """Called by the worker's thread."""
        with self._news:
            if self.finished:
                return
            self._state = "running"
        try:
            self._context.check_cancelled()
            for event in self._backend.run(self.request, self._context):
                self._add(event)
            if self._done is None:
                raise InternalError(
                    f"The backend {self._backend.name} ended without a result.", "This is a fault of ours; please report it."
                )
        except Cancelled as error:
            self._finish("cancelled", error)
        except CodirectorError as error:
            self._finish("failed", error)
        except Exception as error:
            wrapped = InternalError(
                f"The backend {self._backend.name} failed: {type(error).__name__}: {error}", "Nothing was lost; try again."
            )
            wrapped.__cause__ = error
            self._finish("failed", wrapped)
        else:
            self._finish("done", None)

    def _add(self, event: Event) -> None:
        with self._news:
            if self._done is not None:
                raise InternalError(
                    f"The backend {self._backend.name} went on after its result.", "This is a fault of ours; please report it."
                )
            self._events.append(event)
            if isinstance(event, Done):
                self._done = event
            self._news.notify_all()

    def _finish(self, state: JobState, error: BaseException | None) -> None:
        with self._news:
            if self.finished:
                return
            self._state, self._error = state, error
            self._news.notify_all()


class Worker:
    """Runs jobs one after the other in its own thread. Owners take turns: after one's job comes the next owner's oldest job."""

    def __init__(self, name: str = "worker") -> None:
        self._changed = threading.Condition()
        self._waiting: OrderedDict[str, deque[Job]] = OrderedDict()
        self._running: Job | None = None
        self._last = ""
        self._finished: deque[Job] = deque(maxlen=KEPT_JOBS)
        self._closed = False
        self._thread = threading.Thread(target=self._loop, name=name, daemon=True)
        self._thread.start()

    def submit(self, owner: str, request: Request, backend: Backend, blobs: Blobs, previews: bool = True) -> Job:
        """Queues `request` for `owner`. Raises InternalError when the worker is closed."""
        job = Job(owner, request, backend, RunContext(blobs, previews=previews), self)
        with self._changed:
            if self._closed:
                raise InternalError("The worker is shut down.", "Start Codirector again.")
            self._waiting.setdefault(owner, deque()).append(job)
            self._changed.notify_all()
        return job

    def find(self, job_id: str) -> Job | None:
        """A waiting, running or lately finished job."""
        with self._changed:
            everyone = [*self._finished, *([self._running] if self._running else []), *self._order()]
        return next((job for job in everyone if job.id == job_id), None)

    def jobs(self, owner: str | None = None) -> tuple[Job, ...]:
        """The running job and those waiting, in the order they will run; of one owner or of all."""
        with self._changed:
            active = [*([self._running] if self._running else []), *self._order()]
        return tuple(job for job in active if owner is None or job.owner == owner)

    def position(self, job: Job) -> int:
        """See `Job.position`."""
        with self._changed:
            order = self._order()
            return order.index(job) + (self._running is not None) if job in order else 0

    def forget_queued(self, job: Job) -> None:
        """Takes a job that still waits out of the queue and ends it as cancelled; leaves a running one to its cancel flag."""
        with self._changed:
            queue = self._waiting.get(job.owner)
            if queue is None or job not in queue:
                return
            queue.remove(job)
            if not queue:
                del self._waiting[job.owner]
            self._finished.append(job)
        job._finish("cancelled", Cancelled())

    def close(self, timeout: float | None = 30.0) -> None:
        """Cancels what waits and what runs, and waits for the thread to end. May be called twice."""
        with self._changed:
            self._closed = True
            active = [*([self._running] if self._running else []), *self._order()]
            self._changed.notify_all()
        for job in active:
            job.cancel()
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout)

    def _order(self) -> list[Job]:
        """The waiting jobs in the order they will run. The caller holds the lock."""
        waiting = OrderedDict((owner, deque(queue)) for owner, queue in self._waiting.items())
        order, last = [], self._last
        while waiting:
            order.append(_take(waiting, last))
            last = order[-1].owner
        return order

    def _next(self) -> Job | None:
        """Waits for a job and takes it. None when the worker is closed."""
        with self._changed:
            while not self._waiting and not self._closed:
                self._changed.wait()
            if self._closed:
                return None
            job = _take(self._waiting, self._last)
            self._running, self._last = job, job.owner
            return job

    def _loop(self) -> None:
        while (job := self._next()) is not None:
            job._run()
            with self._changed:
                self._running = None
                self._finished.append(job)


def _take(waiting: OrderedDict[str, deque[Job]], last: str) -> Job:
    """Takes the next job: the longest waiting owner's oldest, but `last` (just served) only where nobody else waits."""
    owner = next((owner for owner in waiting if owner != last), last)
    queue = waiting[owner]
    job = queue.popleft()
    if queue:
        waiting.move_to_end(owner)
    else:
        del waiting[owner]
    return job
