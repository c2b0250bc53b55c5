"""A storyboard in a conversation: a text to shots, every shot a branch refined alone, the whole as one film."""

import importlib.util
import sys
import threading
from pathlib import Path

import pytest

from codirector.assistant.plan import GoTo, Refine, Save, Storyboard, Undo
from codirector.assistant.session.record import SCHEMA
from codirector.assistant.turn import story
from codirector.assistant.turn.events import Attachment, Finished, Working
from codirector.assistant.turn.state import Known
from codirector.errors import InputError, RefusedChange, UnknownName
from codirector.prompts.change import SetField, SetMotion
from codirector.tools.film.container import film_facts

spec = importlib.util.spec_from_file_location("toy_story", Path(__file__).with_name("toy.py"))
assert spec is not None and spec.loader is not None
toy = importlib.util.module_from_spec(spec)
sys.modules["toy_story"] = toy
spec.loader.exec_module(toy)

TEXT = (
    "# The fox\nA fox sits in the snow at night. A red balloon flies over the village at sunrise.\n\n## Home\nTwo dogs sleep in a kitchen."
)
ASK = f"storyboard in watercolor, 3 seconds: {TEXT}"
PLANS = {
    "make it night": Refine(change=SetField(field="lighting", value="night")),
    "pan left": Refine(change=SetMotion(setting="camera", value="pan left")),
    "2 seconds": Refine(change=SetMotion(setting="seconds", value="2")),
    "undo": Undo(),
    "save": Save(),
}


@pytest.fixture
def painter():
    return toy.PaintBackend()


@pytest.fixture
def director(tmp_path, painter):
    made = toy.film_director(tmp_path, painter, PLANS)
    yield made
    made.close()


def say(director, message, **more) -> Finished:
    return director.submit("s", message, **more).result()


def seconds_of(director, turn: Finished) -> float:
    (ref,) = (ref for ref in turn.reply.pictures if ref.role == "film")
    return film_facts(director.store.artifacts.read(ref.sha256))["seconds"]


def known(text=TEXT, options="", threads=()) -> Known:
    plan = story.new_story(text, options, threads).plan
    assert isinstance(plan, Storyboard)
    return Known(plan, "main")


def test_a_text_becomes_a_film_and_a_branch_for_every_shot(director, painter):
    turn = say(director, ASK)
    assert turn.reply.outcome == "done" and turn.action == "storyboard" and turn.tool == "film"
    assert [ref.role for ref in turn.reply.pictures] == ["film", "strip"] and "3 shots" in turn.reply.text
    assert seconds_of(director, turn) == pytest.approx(3.0, abs=0.1) and len(painter.requests) == 3
    view = director.store.view("s")
    assert view.threads == ("main", "shot 1", "shot 2", "shot 3") and view.thread == "main"
    shot = director.store.view("s", "shot 2")
    assert shot.picture is not None and shot.scene is not None and shot.scene.elements[0].name == "balloon"
    assert shot.scene.style == "watercolor" and len(shot.history) == 1
    assert {request.seed for request in painter.requests} == {shot.scene.render.seed}
    assert director.store.verify("s").ok, director.store.verify("s").problems
    assert turn.reply.alt == "Storyboard: The fox" and "the-fox.mp4" in say(director, "save").reply.text


def test_a_shot_is_refined_alone_and_the_film_takes_it_over(director, painter):
    first = say(director, ASK)
    told = say(director, "shot 2: make it night")
    assert told.reply.scene is not None and told.reply.scene.lighting == "night" and len(painter.requests) == 4
    assert director.store.view("s").thread == "main", "one is still where one was"
    assert director.store.view("s", "shot 2").history[-1].turn.message == "shot 2: make it night", "what was typed is what is kept"
    assert director.store.view("s", "shot 1").scene != told.reply.scene and len(director.store.view("s", "shot 1").history) == 1
    say(director, "shot 3")
    assert director.store.view("s").thread == "shot 3"
    longer = say(director, "2 seconds")
    assert seconds_of(director, longer) == 2.0
    whole = say(director, "make the film")
    assert len(painter.requests) == 4, "every shot had its still"
    assert whole.reply.text.count("· new") == 2 and seconds_of(director, whole) > seconds_of(director, first) + 0.5
    assert director.store.view("s", "main").tip == whole.id, "the film is on the branch of its storyboard"
    assert director.store.view("s").thread == "shot 3"
    plan = director.store.view("s", "main").history[-1].turn
    assert plan.request is not None and [shot["image"] is None for shot in plan.request["shots"]] == [False] * 3
    assert say(director, "storyboard").reply.pictures == whole.reply.pictures
    assert "· new" not in say(director, "make the film").reply.text
    assert director.store.verify("s").ok


def test_what_is_said_of_a_picture_is_not_done_to_another_one(director, painter):
    say(director, ASK)
    told = say(director, "make it night")
    assert told.reply.outcome == "failed" and "shot 2: make it night" in told.reply.text and len(painter.requests) == 3


def test_the_whole_is_changed_one_thing_a_turn(director, painter):
    say(director, ASK)
    titled = say(director, "shot 1: caption: A cold night")
    assert titled.action == "storyboard" and "“A cold night”" in titled.reply.text and len(painter.requests) == 3
    assert "the wipe takes 0." in say(director, "wipe to shot 2 over 1 second").reply.text
    shots = director.store.view("s").history[-1].turn.request["shots"]
    assert shots[0]["caption"] == "A cold night" and shots[1]["transition"]["kind"] == "wipe"
    say(director, "move shot 3 before 1")
    assert [shot["caption"] for shot in director.store.view("s").history[-1].turn.request["shots"]][1] == "A cold night"
    dropped = say(director, "drop shot 3")
    assert "2 shots" in dropped.reply.text
    back = say(director, "undo")
    assert back.reply.pictures and len(director.store.view("s").history) == 4
    assert "no shot 9" in say(director, "shot 9: make it night").reply.text
    assert director.store.verify("s").ok


def test_a_second_storyboard_has_branches_of_its_own(director):
    say(director, ASK)
    say(director, "storyboard, 1 shot, 2 seconds: A cat in the garden.")
    assert director.store.view("s").threads[-1] == "film 2 shot 1"
    told = say(director, "shot 1: make it night")
    assert director.store.view("s", "film 2 shot 1").tip == told.id


def test_stop_and_send_again_goes_on_and_leaves_no_branches(director, painter):
    painter.gate.clear()
    job = director.submit("s", ASK)
    assert painter.at_gate.wait(20)
    job.cancel()
    assert job.result().reply.outcome == "cancelled" and director.store.view("s").threads == ("main",)
    painter.gate.set()
    stopped, cancelled = director.submit("s", ASK), threading.Event()
    for event in stopped.events():
        if isinstance(event, Working) and event.progress.stage == "film" and event.progress.step == 9:
            stopped.cancel()
            cancelled.set()
    assert cancelled.is_set() and stopped.result().reply.outcome == "cancelled"
    drawn = len(painter.requests)
    done = say(director, ASK)
    assert done.reply.outcome == "done" and len(painter.requests) == drawn, "the stills were on the disk"
    facts = director.store.view("s").history[-1].run.facts
    assert facts["resumed_frames"] >= 9


def test_planning_alone_draws_nothing_and_is_drawn_later(director, painter):
    planned = say(director, ASK, render=False)
    assert planned.reply.outcome == "planned" and not painter.requests and director.store.view("s", "shot 3").scene is not None
    made = say(director, "make the film")
    assert made.reply.outcome == "done" and len(painter.requests) == 3 and director.store.verify("s").ok


def clicks(tempo=120.0, seconds=8.0, rate=22_050):
    import io
    import wave

    import numpy as np

    signal = np.zeros(int(seconds * rate))
    for time in np.arange(0.25, seconds - 0.2, 60 / tempo):
        burst = np.arange(int(0.05 * rate))
        signal[int(time * rate) : int(time * rate) + len(burst)] += np.sin(burst / 8) * np.exp(-burst / (0.01 * rate))
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((signal * 20_000).astype("<i2").tobytes())
    return Attachment(name="song.png", data=out.getvalue())


def test_a_text_file_and_a_sound_track_make_a_film_cut_on_its_beats(director, painter):
    script = Attachment(name="fox.md", data=TEXT.encode())
    turn = say(director, "storyboard, 6 seconds, cut on the beat", attachments=[script, clicks()])
    assert "120" in turn.reply.text and "beats a minute" in turn.reply.text and turn.reply.outcome == "done"
    stored = director.store.view("s").history[-1].turn
    ends, total = [], 0.0
    for shot in stored.request["shots"]:
        assert shot["transition"]["kind"] == "cut"
        ends.append(total := total + shot["seconds"])
    off = [(end - 0.25) / 0.5 - round((end - 0.25) / 0.5) for end in ends]
    assert max(map(abs, off)) < 0.12, ends
    (ref,) = (ref for ref in turn.reply.pictures if ref.role == "film")
    assert film_facts(director.store.artifacts.read(ref.sha256))["sound"]
    assert [ref.role for ref in stored.attachments] == ["sound"] and TEXT.splitlines()[1] in stored.message
    say(director, "don't cut on the beat")
    assert {shot["transition"]["kind"] for shot in director.store.view("s").history[-1].turn.request["shots"][1:]} == {"crossfade", "fade"}
    silent = say(director, "without sound")
    (ref,) = (ref for ref in silent.reply.pictures if ref.role == "film")
    assert not film_facts(director.store.artifacts.read(ref.sha256))["sound"]
    assert "no sound track" in say(director, "cut on the beat").reply.text
    assert director.store.verify("s").ok


def test_sound_needs_a_film_and_files_are_what_they_hold(director):
    assert "there is none here" in say(director, "use this as the music", attachments=[clicks()]).reply.text
    with pytest.raises(InputError, match="sound file cannot be read"):
        say(director, "music", attachments=[Attachment(name="a.wav", data=b"RIFF0000WAVE" + b"x" * 400)])
    with pytest.raises(InputError, match="no text"):
        say(director, "storyboard", attachments=[Attachment(name="a.txt", data=b"\xff\xfe\x00\x01")])


def test_words_for_a_new_storyboard():
    plan = story.read("Please make a storyboard of this text in 2 shots, without captions:\n" + TEXT, None, "main", ())
    assert plan is not None and isinstance(plan.plan, Storyboard) and len(plan.plan.shots) == 2 and not plan.plan.captions
    styled = story.read("turn this into a storyboard in frobnicated style: A fox. A cat.", None, "main", ())
    assert styled is not None and any("frobnicated" in note for note in styled.notes)
    assert story.read("a storyboard artist at work", None, "main", ()) is None
    assert story.read("make the film", None, "main", ()) is None
    with pytest.raises(InputError, match="500 shots"):
        story.read("storyboard, 500 shots: A fox.", None, "main", ())
    with pytest.raises(InputError, match="nothing"):
        story.read("storyboard: ...", None, "main", ())


@pytest.mark.parametrize(
    ("message", "branch"),
    [
        ("shot 2", "shot 2"),
        ("go to shot three", "shot 3"),
        ("next shot", "shot 2"),
        ("last shot", "shot 3"),
        ("back to the storyboard", "main"),
    ],
)
def test_ways_to_a_shot(message, branch):
    read = story.read(message, known(), "shot 1", ("main",))
    assert read is not None and read.plan == GoTo(branch=branch)


@pytest.mark.parametrize(
    ("message", "thread", "said"),
    [
        ("shot 2: make it night", "shot 2", "make it night"),
        ("in shot 1, add a hat", "shot 1", "add a hat"),
        ("make it night in shot 3", "shot 3", "make it night"),
        ("make the film", "main", "make the film"),
        ("make it night", "shot 1", "make it night"),
        ("shot 2: caption: Hello", "main", "caption of shot 2: Hello"),
        ("shot 8: make it night", "shot 1", "shot 8: make it night"),
    ],
)
def test_where_a_message_goes(message, thread, said):
    assert story.addressed(message, known(), "shot 1") == story.Told(thread, said)


def test_what_makes_no_sense_is_refused():
    with pytest.raises(UnknownName, match="no previous shot"):
        story.read("previous shot", known(), "shot 1", ())
    with pytest.raises(RefusedChange, match="follows no other"):
        story.read("fade to shot 1", known(), "main", ())
    with pytest.raises(RefusedChange, match="already"):
        story.read("with captions", known(), "main", ())
    with pytest.raises(RefusedChange, match="only shot"):
        story.read("drop shot 1", known("A fox."), "main", ())


def test_sessions_of_before_are_read_as_they_were():
    assert SCHEMA == 1, "a storyboard is a plan more; no earlier turn is read differently"
