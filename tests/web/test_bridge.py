"""The bridge from a job's thread to asyncio: order, lateness, errors, leaving early, and that the loop never stands still."""

import asyncio
import threading

import pytest

from codirector.assistant.jobs import TurnJob
from codirector.assistant.turn.events import Finished, Previewed, Queued, Reply, Working
from codirector.assistant.web.bridge import follow, latest
from codirector.errors import InputError
from codirector.tools.events import Preview, Progress

END = Finished(action="talk", id=None, parent=None, number=1, message="hello", reply=Reply(text="Hello."))


def preview(step: int) -> Previewed:
    return Previewed(preview=Preview(step=step, steps=9, data=b"x", width=8, height=8))


def progress(step: int) -> Working:
    return Working(progress=Progress(stage="draw", step=step, steps=9))


def test_latest_keeps_order_and_drops_only_what_is_overtaken() -> None:
    queued = Queued(position=1)
    assert latest([queued, progress(1), preview(1), progress(2), preview(2), END]) == [queued, progress(2), preview(2), END]
    assert latest([queued, queued]) == [queued, queued]
    assert latest([]) == []


async def test_every_event_arrives_in_order_without_blocking_the_loop() -> None:
    gate = threading.Event()

    def work(job: TurnJob) -> Finished:
        job.emit(Queued(position=0))
        assert gate.wait(10)
        job.emit(progress(1))
        return END

    job = TurnJob("s", "hello", work).start()
    seen = []
    async for event in follow(job):
        seen.append(event)
        if isinstance(event, Queued):
            await asyncio.sleep(0)  # the loop runs while the job's thread stands at the gate
            gate.set()
    assert seen == [Queued(position=0), progress(1), END]


async def test_late_and_repeated_listeners_get_the_whole_story_or_the_rest_of_it() -> None:
    job = TurnJob("s", "hello", lambda job: (job.emit(Queued(position=0)), END)[1]).start()
    job.result()
    assert [event async for event in follow(job)] == [Queued(position=0), END]
    assert [event async for event in follow(job)] == [Queued(position=0), END]
    assert [event async for event in follow(job, start=1)] == [END]


async def test_what_the_job_raises_reaches_the_listener_after_the_events_before_it() -> None:
    def work(job: TurnJob) -> Finished:
        job.emit(Queued(position=0))
        raise InputError("The message is empty.", "Say something.")

    seen = []
    with pytest.raises(InputError, match="empty"):
        async for event in follow(TurnJob("s", "", work).start()):
            seen.append(event)
    assert seen == [Queued(position=0)]


async def test_leaving_early_leaves_the_job_alone() -> None:
    gate = threading.Event()

    def work(job: TurnJob) -> Finished:
        job.emit(Queued(position=0))
        assert gate.wait(10)
        return END

    job = TurnJob("s", "hello", work).start()
    listening = follow(job)
    async for _ in listening:
        break
    await listening.aclose()
    assert not job.ended
    gate.set()
    assert await asyncio.to_thread(job.result) == END
