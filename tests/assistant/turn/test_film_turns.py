"""Films in a conversation: Animate, one change a turn, undo, adjustments, Stop, provenance, and making it again."""

import importlib.util
import sys
from pathlib import Path

import pytest

from codirector.assistant.cli.replay_film import replay_turn
from codirector.assistant.plan import Animate, Create, GoTo, Refine, Save, Undo
from codirector.assistant.turn.events import Finished, Previewed, Working
from codirector.assistant.turn.film import request_of_film
from codirector.prompts.change import Adjust, ApplyPost, SetField, SetMotion
from codirector.prompts.scene import Adjustment, Element, Motion, Post, Scene
from codirector.tools.film.container import film_facts, frames_of

spec = importlib.util.spec_from_file_location("toy_film", Path(__file__).with_name("toy.py"))
assert spec is not None and spec.loader is not None
toy = importlib.util.module_from_spec(spec)
sys.modules["toy_film"] = toy
spec.loader.exec_module(toy)

SLOW = Motion(camera="slow zoom in", seconds=0.5, fps=12)
PLANS = {
    "a fox": Create(scene=Scene(elements=(Element(name="fox"),), setting="snow")),
    "a moving fox": Create(scene=Scene(elements=(Element(name="fox"),), setting="snow", motion=SLOW)),
    "animate it": Animate(motion=SLOW),
    "pan left instead": Refine(change=SetMotion(setting="camera", value="pan left")),
    "slower": Refine(change=SetMotion(setting="speed", value="slower")),
    "longer": Refine(change=SetMotion(setting="seconds", value="20")),
    "make it night": Refine(change=SetField(field="lighting", value="night")),
    "brighter": Refine(change=Adjust(adjustment=Adjustment(kind="brightness", amount=0.3))),
    "noir": Refine(change=ApplyPost(post=Post(kind="grade", value="noir"))),
    "undo": Undo(),
    "save": Save(),
    "save it as clip.gif": Save(name="clip.gif"),
    "go to 1": GoTo(turn=1),
    "sing": Animate(motion=SLOW.evolve(subject="the fox sings", camera="frobnicate")),
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


def film(director, turn):
    (ref,) = (ref for ref in turn.reply.pictures if ref.role == "film")
    return director.store.artifacts.read(ref.sha256)


def test_animate_makes_a_film_of_the_picture_and_draws_nothing(director, painter):
    still = say(director, "a fox")
    turn = say(director, "animate it")
    assert turn.action == "animate" and turn.tool == "film" and turn.reply.outcome == "done"
    assert [ref.role for ref in turn.reply.pictures] == ["film", "strip"] and turn.reply.pictures[0].media_type == "video/mp4"
    assert turn.reply.scene == still.reply.scene.evolve(motion=SLOW)
    assert film_facts(film(director, turn))["frames"] == 6 and "6 frames" in turn.reply.text
    assert len(painter.requests) == 1, "a film of a picture that is there draws nothing"
    assert director.store.view("s").picture == still.reply.pictures[0]
    assert director.store.verify("s").ok


def test_one_change_a_turn_holds_for_films(director, painter):
    say(director, "a fox")
    first = say(director, "animate it")
    second = say(director, "pan left instead")
    third = say(director, "slower")
    assert second.reply.scene.motion == SLOW.evolve(camera="pan left") and third.reply.scene.motion.speed == 0.66
    assert len({film(director, turn) for turn in (first, second, third)}) == 3 and len(painter.requests) == 1
    assert {check.name: check.passed for check in second.reply.checks}["scene parts changed"] is True


def test_a_change_of_the_picture_makes_its_film_anew(director, painter):
    say(director, "a fox")
    before = say(director, "animate it")
    night = say(director, "make it night")
    assert len(painter.requests) == 2 and night.reply.scene.motion == SLOW
    assert film(director, night) != film(director, before)
    stored = director.store.view("s").history[-1]
    assert {ref.role for ref in stored.turn.artifacts} >= {"film", "strip", "picture"}
    assert stored.turn.request["origin"]["kind"] == "generate" and stored.run.facts["still"]["model"] == "paint"
    bright = say(director, "brighter")
    assert len(painter.requests) == 2
    assert next(frames_of(film(director, bright))).mean() > next(frames_of(film(director, night))).mean()
    assert director.store.verify("s").ok


def test_a_scene_that_moves_from_the_start(director):
    turn = say(director, "a moving fox")
    assert turn.action == "create" and turn.reply.pictures[0].role == "film"
    assert director.store.view("s").picture is not None


def test_finishing_is_a_change_and_needs_a_film(director):
    say(director, "a fox")
    refused = say(director, "noir")
    assert refused.reply.outcome == "failed" and "does not move" in refused.reply.text
    say(director, "animate it")
    grey = next(frames_of(film(director, say(director, "noir"))))
    assert grey.std(axis=-1).mean() < 3


def test_undo_leads_back_to_the_film_before(director):
    say(director, "a fox")
    first = say(director, "animate it")
    say(director, "pan left instead")
    back = say(director, "undo")
    assert back.reply.pictures == first.reply.pictures and back.reply.scene.motion == SLOW
    assert [ref.role for ref in say(director, "go to 1").reply.pictures] == ["picture"]


def test_save_writes_what_is_shown(director, tmp_path):
    say(director, "a fox")
    say(director, "animate it")
    moving = film(director, say(director, "pan left instead"))
    assert ".mp4" in say(director, "save").reply.text
    (saved,) = (tmp_path / "saved").iterdir()
    assert saved.suffix == ".mp4" and saved.read_bytes() == moving
    assert "kept as MP4" in say(director, "save it as clip.gif").reply.text
    assert (tmp_path / "saved" / "clip.mp4").read_bytes() == moving
    say(director, "undo")
    say(director, "undo")
    assert ".png" in say(director, "save").reply.text


def test_nothing_to_animate_and_nothing_new(director):
    assert "no picture" in say(director, "animate it").reply.text
    say(director, "a fox")
    say(director, "animate it")
    assert "already" in say(director, "animate it").reply.text


def test_words_that_cannot_be_shown_are_said(director):
    say(director, "a fox")
    text = say(director, "sing").reply.text
    assert "sings" in text and "frobnicate" in text


def test_progress_previews_and_stop(director):
    say(director, "a fox")
    say(director, "animate it")
    before = director.store.view("s").scene
    job = director.submit("s", "longer")
    frames, previews = [], 0
    for event in job.events():
        previews += isinstance(event, Previewed)
        if isinstance(event, Working) and event.progress.stage == "film":
            frames.append(event.progress.step)
            if event.progress.step == 5:
                job.cancel()
    assert previews and frames[-1] <= 20
    assert job.result().reply.outcome == "cancelled" and director.store.view("s").scene == before


def test_a_film_carries_its_request_and_can_be_made_again(director):
    say(director, "a fox")
    say(director, "animate it")
    night = say(director, "make it night")
    stored = director.store.view("s").history[-1]
    assert request_of_film(film(director, night)).model_dump(mode="json") == stored.turn.request
    again = replay_turn(director, stored)
    assert again["same"] and not again["difference"]


def test_planning_alone_makes_no_film(director, painter):
    say(director, "a fox", render=False)
    planned = say(director, "animate it", render=False)
    assert planned.reply.outcome == "planned" and not painter.requests and not planned.reply.pictures
    assert director.store.verify("s").ok
