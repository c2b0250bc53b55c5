import threading

import pytest

from codirector.errors import Cancelled, InternalError, Unsupported
from codirector.tools.backend import Capabilities
from codirector.tools.events import Done, Progress
from codirector.tools.requests import GenerateRequest
from codirector.tools.worker import Worker
from codirector.values import Span

WAIT = 10


class StepBackend:
    """A backend whose steps are let through one by one, and which writes down what it ran."""

    name = "steps"

    def __init__(self, steps=3, free=True, error=None, done=True, surplus=False):
        self.steps, self.error, self.done, self.surplus = steps, error, done, surplus
        self.gate = threading.Semaphore(1000 if free else 0)
        self.started = threading.Semaphore(0)
        self.ran = []

    def capabilities(self, model):
        return Capabilities(requests=("generate",))

    def run(self, request, context):
        self.ran.append(request.seed)
        self.started.release()
        for step in range(self.steps):
            assert self.gate.acquire(timeout=WAIT)
            context.check_cancelled()
            yield Progress(stage="denoise", step=step, steps=self.steps)
        if self.error:
            raise self.error
        if self.done:
            yield Done(products=(), facts={"seed": request.seed})
        if self.surplus:
            yield Progress(stage="late", step=0, steps=1)

    def close(self):
        pass


def request(seed=0):
    return GenerateRequest(prompt=(Span(text="fox"),), seed=seed)


@pytest.fixture
def worker():
    worker = Worker()
    yield worker
    worker.close(WAIT)


def test_result_and_events(worker, blobs):
    job = worker.submit("a", request(5), StepBackend(), blobs)
    assert job.result(WAIT).facts == {"seed": 5}
    events = list(job.events())
    assert [event.kind for event in events] == ["progress"] * 3 + ["done"]
    assert list(job.events(start=2)) == events[2:]
    assert list(job.events(start=99)) == []
    assert (job.state, job.finished, job.position) == ("done", True, 0)


def test_many_listeners_see_the_same_whichever_moment_they_come(worker, blobs):
    backend = StepBackend(steps=20, free=False)
    job = worker.submit("a", request(), backend, blobs)
    heard = [[] for _ in range(4)]
    threads = []
    for number, mine in enumerate(heard):
        for _ in range(number):
            backend.gate.release()
        threads.append(threading.Thread(target=lambda mine=mine: mine.extend(job.events())))
        threads[-1].start()
    for _ in range(20):
        backend.gate.release()
    for thread in threads:
        thread.join(WAIT)
    assert heard[0] == heard[1] == heard[2] == heard[3] == list(job.events())
    assert len(heard[0]) == 21


def test_a_dead_listener_does_not_stop_its_job(worker, blobs):
    backend = StepBackend(free=False)
    job = worker.submit("a", request(), backend, blobs)
    backend.gate.release()
    listener = job.events()
    next(listener)
    listener.close()
    backend.gate.release(5)
    assert job.result(WAIT).facts


def test_owners_take_turns(worker, blobs):
    backend = StepBackend(steps=1, free=False)
    first = worker.submit("a", request(0), backend, blobs)
    assert backend.started.acquire(timeout=WAIT)
    jobs = [worker.submit(owner, request(seed), backend, blobs) for owner, seed in (("a", 1), ("a", 2), ("b", 3), ("c", 4), ("b", 5))]
    assert [job.position for job in jobs] == [2, 5, 1, 3, 4]
    expected = [job.request.seed for job in worker.jobs()]
    assert worker.jobs("b") == (jobs[2], jobs[4])
    assert first.position == 0
    backend.gate.release(10)
    for job in jobs:
        job.result(WAIT)
    assert backend.ran == expected
    assert backend.ran.index(3) < backend.ran.index(1), "b waited while a was served twice in a row"


def test_cancel_while_waiting(worker, blobs):
    backend = StepBackend(free=False)
    running = worker.submit("a", request(0), backend, blobs)
    assert backend.started.acquire(timeout=WAIT)
    waiting = worker.submit("a", request(1), backend, blobs)
    waiting.cancel()
    with pytest.raises(Cancelled):
        waiting.result(WAIT)
    backend.gate.release(5)
    assert running.result(WAIT) and backend.ran == [0]
    assert worker.find(waiting.id) is waiting


def test_cancel_while_running(worker, blobs):
    backend = StepBackend(free=False)
    job = worker.submit("a", request(), backend, blobs)
    backend.gate.release()
    next(job.events())
    job.cancel()
    backend.gate.release()
    with pytest.raises(Cancelled):
        job.result(WAIT)
    assert job.state == "cancelled" and len(list(job.events())) == 1
    job.cancel()
    assert job.state == "cancelled"


def test_errors_reach_whoever_asks_and_the_worker_goes_on(worker, blobs):
    bad = worker.submit("a", request(), StepBackend(error=Unsupported("no", "do that")), blobs)
    ugly = worker.submit("a", request(), StepBackend(error=ZeroDivisionError("x")), blobs)
    good = worker.submit("a", request(), StepBackend(), blobs)
    with pytest.raises(Unsupported):
        bad.result(WAIT)
    with pytest.raises(InternalError, match="ZeroDivisionError") as wrapped:
        ugly.result(WAIT)
    assert isinstance(wrapped.value.__cause__, ZeroDivisionError)
    assert good.result(WAIT) and (bad.state, ugly.state) == ("failed", "failed")


@pytest.mark.parametrize("backend", [StepBackend(done=False), StepBackend(surplus=True)], ids=["no result", "goes on after it"])
def test_a_backend_that_breaks_the_contract_is_an_internal_error(worker, blobs, backend):
    with pytest.raises(InternalError):
        worker.submit("a", request(), backend, blobs).result(WAIT)


def test_result_can_time_out(worker, blobs):
    backend = StepBackend(free=False)
    job = worker.submit("a", request(), backend, blobs)
    with pytest.raises(TimeoutError):
        job.result(0.01)
    backend.gate.release(5)
    assert job.result(WAIT)


def test_close_cancels_all_and_refuses_more(blobs):
    worker = Worker()
    backend = StepBackend(free=False)
    jobs = [worker.submit("a", request(seed), backend, blobs) for seed in range(3)]
    assert backend.started.acquire(timeout=WAIT)
    closer = threading.Thread(target=worker.close)
    closer.start()
    while not jobs[2].finished:
        jobs[2]._news.acquire()
        jobs[2]._news.wait(0.01)
        jobs[2]._news.release()
    backend.gate.release(5)
    closer.join(WAIT)
    assert not closer.is_alive()
    assert [job.state for job in jobs] == ["cancelled"] * 3
    worker.close()
    with pytest.raises(InternalError):
        worker.submit("a", request(), backend, blobs)


def test_find_gives_finished_jobs_for_a_while(worker, blobs):
    job = worker.submit("a", request(), StepBackend(), blobs)
    job.result(WAIT)
    assert worker.find(job.id) is job
    assert worker.find("nonsense") is None
