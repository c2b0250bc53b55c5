"""`Director`: one a process. It owns the store, the planner, the models and the device's worker, and turns messages into jobs.

The command line and the web page both talk to this and to nothing below it. Nothing heavy is loaded before a turn needs it.
"""

import contextlib
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property

from codirector.assistant.jobs import TurnJob
from codirector.assistant.library import make_library
from codirector.assistant.session.store import SessionStore
from codirector.assistant.settings import Settings
from codirector.assistant.turn.events import Attachment, Finished, Queued, Working
from codirector.assistant.turn.state import Planner, Tools, TurnState
from codirector.errors import CodirectorError, InputError
from codirector.knowledge.library import Library
from codirector.tools.backend import Preloads
from codirector.tools.events import Done, Event, Progress
from codirector.tools.registry import Registry
from codirector.tools.requests import Request
from codirector.tools.worker import Job, Worker


class Director:
    """Thread-safe. `close` gives models and threads back; jobs under way are cancelled and recorded as such."""

    def __init__(self, settings: Settings, registry: Registry | None = None, planner: Planner | None = None) -> None:
        """`registry` and `planner` are made from the settings when first needed, unless given."""
        self.settings = settings
        if registry is not None:
            self.registry = registry
        if planner is not None:
            self.planner = planner
        self.store = SessionStore(settings.home)
        self._jobs: dict[str, list[TurnJob]] = defaultdict(list)
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._guard = threading.Lock()

    @cached_property
    def registry(self) -> Registry:
        """Which backend serves which model."""
        from codirector.assistant.backends import make_registry

        return make_registry(self.settings)

    @cached_property
    def worker(self) -> Worker:
        return Worker("device")

    @cached_property
    def planner(self) -> Planner:
        from codirector.assistant.planner import make_planner

        return make_planner(self.settings.planner, self.settings.enrich)

    @cached_property
    def library(self) -> Library:
        """What questions about generative visuals are answered from; reads nothing before the first one."""
        return make_library(self.settings)

    @cached_property
    def graph(self):
        from codirector.assistant.turn.graph import build

        return build()

    def submit(
        self, session: str, text: str, attachments: Sequence[Attachment] = (), owner: str = "local",
        thread: str | None = None, render: bool = True,
    ) -> TurnJob:  # fmt: skip
        """Begins a turn. A session's turns run one after the other; owners share the device in fair turns.
        Raises UnknownName for a session that does not exist; every later error comes out of the job."""
        if not self.store.exists(session):
            self.store.view(session)
        job = TurnJob(session, text, lambda job: self._turn(job, tuple(attachments), owner, thread, render))
        with self._guard:
            waiting = [other for other in self._jobs[session] if not other.ended]
            self._jobs[session] = [*waiting, job]
        job.emit(Queued(position=len(waiting)))
        return job.start()

    def warm_up(self) -> None:
        """Begins to load the default picture model, for programs a person is about to talk to: the first picture then comes
        seconds sooner. Returns at once; what goes wrong is told by the first turn that needs the model."""
        registry = self.registry

        def load() -> None:
            with contextlib.suppress(CodirectorError):
                backend, _ = registry.find(self.settings.model, "generate")
                if isinstance(backend, Preloads):
                    backend.preload(self.settings.model)

        threading.Thread(target=load, name="warm-up", daemon=True).start()

    def running(self, session: str) -> TurnJob | None:
        """The turn under way in a session, to attach to after a reload."""
        with self._guard:
            return next((job for job in self._jobs.get(session, ()) if not job.ended), None)

    def close(self) -> None:
        """Stops what runs and gives everything back. May be called twice."""
        with self._guard:
            active = [job for jobs in self._jobs.values() for job in jobs if not job.ended]
        for job in active:
            job.cancel()
        for name in ("worker", "registry", "planner"):
            if name in self.__dict__:
                self.__dict__.pop(name).close()
        self.store.close()

    def run(self, request: Request, owner: str, cancel: threading.Event, emit: Callable[[Event], None]) -> Done:
        """Runs one request on the device. Raises CodirectorError, Cancelled when `cancel` is set."""
        backend = self.registry.check(request)
        job = self.worker.submit(owner, request, backend, self.store.artifacts)
        over = threading.Event()
        watcher = threading.Thread(target=_cancel_with, args=(job, cancel, over), daemon=True)
        watcher.start()
        try:
            for event in job.events():
                emit(event)
            return job.result()
        finally:
            over.set()

    def _turn(self, job: TurnJob, uploads: tuple[Attachment, ...], owner: str, thread: str | None, render: bool) -> Finished:
        from codirector.assistant.turn.graph import run_turn
        from codirector.assistant.turn.shots import address

        with self._locks[job.session]:
            tools = Tools(
                store=self.store, planner=self.planner, check=lambda request: self.registry.check(request), run=self.run,
                choose_seed=lambda: secrets.randbelow(2**32), clock=time.perf_counter, emit=job.emit,
                library=lambda: self.library,
                ask=lambda question: self.library.answer(question, lambda done, of: job.emit(_indexed(done, of))), cancel=job.cancelled,
                default_model=self.settings.model, render=render, reader=self.settings.reader,
                present_models=lambda: tuple(m.name for m in self.registry.list_models() if m.present and m.backend == "diffusers"),
            )  # fmt: skip
            told, known = address(job.message, self.store, job.session, thread or self.store.view(job.session, last=0).thread)
            state = TurnState(
                session=job.session, thread=told.thread, said=told.said.strip(), story=known, owner=owner,
                message=job.message, uploads=uploads, started=time.perf_counter(),
                started_at=datetime.now(UTC).isoformat(timespec="seconds"),
            )  # fmt: skip
            return run_turn(self.graph, state, tools)


def _indexed(done: int, of: int) -> Working:
    return Working(progress=Progress(stage="index", step=done, steps=of))


def _cancel_with(job: Job, cancel: threading.Event, over: threading.Event) -> None:
    # Polled rather than hooked: the flag belongs to the turn, which outlives any one request; 5 ms is far below a step.
    while not over.is_set():
        if cancel.wait(0.005):
            job.cancel()
            return


def session_name(wanted: str | None, store: SessionStore, new: bool) -> str:
    """The session to use: the wanted one (made if it is new), else the newest, else a fresh one named by the day.
    Raises UnknownName for a wanted session that does not exist and is not to be made."""
    if wanted and (new or store.exists(wanted)):
        if new and store.exists(wanted):
            raise InputError(f"There is already a session “{wanted}”.", "Leave out --new to go on with it, or choose another name.")
        if new:
            store.create(wanted)
        return wanted
    if wanted:
        store.view(wanted)
    known = store.list(owner="local")
    if known and not new:
        return known[0].name
    day, number = datetime.now().strftime("%Y-%m-%d"), 1
    while store.exists(name := day if number == 1 else f"{day}-{number}"):
        number += 1
    store.create(name)
    return name
