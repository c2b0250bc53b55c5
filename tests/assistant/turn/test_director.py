"""The turn end to end, with a small real backend: what is stored, what is said, what is kept, what Stop and failure leave behind."""

import importlib.util
import sys
import threading
from pathlib import Path

import pytest

from codirector.assistant.director import Director
from codirector.assistant.plan import Branch, Create, GoTo, Redo, Refine, Save, Talk, Undo, Wish
from codirector.assistant.settings import Settings
from codirector.assistant.turn.events import Attachment, Finished, Previewed, Understood
from codirector.errors import InputError, UnknownName
from codirector.prompts.change import AddElement, Adjust, AlterElement, Lock, Retouch, SetField, SetMotion, SetRender
from codirector.prompts.scene import Adjustment, Element, Retouching, Scene
from codirector.tools.registry import Registry

spec = importlib.util.spec_from_file_location("toy", Path(__file__).with_name("toy.py"))
assert spec is not None and spec.loader is not None
toy = importlib.util.module_from_spec(spec)
sys.modules["toy"] = toy
spec.loader.exec_module(toy)

FOX = Scene(elements=(Element(name="fox"),), setting="snow", lighting="sunset", style="watercolor")
CARTOON = SetField(field="style", value="cartoon")
PLANS = {
    "a fox": Create(scene=FOX),
    "make it night": Refine(change=SetField(field="lighting", value="night")),
    "add a balloon, make it cartoon": Refine(
        change=AddElement(element=Element(name="balloon", colour="red")), later=(Wish(text="make it cartoon", change=CARTOON),)
    ),
    "next": Refine(change=CARTOON, later=(), taken=True),
    "undo": Undo(),
    "redo": Redo(),
    "go to 1": GoTo(turn=1),
    "branch": Branch(name="other"),
    "hello": Talk(reply="Hello."),
    "save": Save(),
    "brighter": Refine(change=Adjust(adjustment=Adjustment(kind="brightness", amount=0.2))),
    "lock the seed": Refine(change=Lock(target="seed")),
    "new seed": Refine(change=SetRender(setting="seed", value="5")),
    "retouch": Refine(change=Retouch(retouching=Retouching(region="fox", content="a wolf"))),
    "film": Refine(change=SetMotion(setting="camera", value="zoom in")),
    "paint the cat": Refine(change=AlterElement(name="cat", attribute="colour", value="blue")),
}


@pytest.fixture
def backend():
    return toy.PaintBackend()


@pytest.fixture
def director(tmp_path: Path, backend):
    made = Director(Settings(home=tmp_path), registry=Registry([backend]), planner=toy.TablePlanner(PLANS))
    made.store.create("s")
    yield made
    made.close()


def say(director: Director, message: str, **more) -> Finished:
    return director.submit("s", message, **more).result()


def test_create_refine_undo_redo(director):
    first = say(director, "a fox")
    second = say(director, "make it night")
    assert (first.action, second.action) == ("create", "refine")
    assert first.reply.scene.render.seed is not None
    assert second.reply.scene == first.reply.scene.evolve(lighting="night")
    assert second.parent == first.id and second.number == 2
    assert second.reply.pictures[0].sha256 != first.reply.pictures[0].sha256
    assert {check.name: check.passed for check in second.reply.checks}["seed kept"] is True
    assert {check.name: check.passed for check in second.reply.checks}["scene parts changed"] is True
    undone = say(director, "undo")
    assert undone.id == first.id and undone.reply.scene == first.reply.scene
    assert undone.reply.pictures == first.reply.pictures
    assert "night → sunset" in undone.reply.text
    assert say(director, "redo").id == second.id
    assert director.store.verify("s").ok


def test_one_change_a_turn_and_the_rest_is_kept(director):
    say(director, "a fox")
    both = say(director, "add a balloon, make it cartoon")
    assert [e.name for e in both.reply.scene.elements] == ["fox", "balloon"]
    assert both.reply.scene.style == "watercolor"
    assert [wish.text for wish in both.reply.later] == ["make it cartoon"]
    assert both.reply.suggestions[0] == "next" and "make it cartoon" in both.reply.text
    taken = say(director, "next")
    assert taken.reply.scene == both.reply.scene.evolve(style="cartoon")
    assert taken.reply.later == ()


def test_wishes_outlive_other_turns(director):
    say(director, "a fox")
    say(director, "add a balloon, make it cartoon")
    assert [wish.text for wish in say(director, "make it night").reply.later] == ["make it cartoon"]
    assert [wish.text for wish in say(director, "hello").reply.later] == ["make it cartoon"]


def test_a_kept_wish_taken_out_of_turn_is_no_longer_kept(director):
    say(director, "a fox")
    say(director, "add a balloon, make it cartoon")
    director.planner.plans["make it cartoon"] = Refine(change=CARTOON)
    assert say(director, "make it cartoon").reply.later == ()


def test_the_same_request_gives_the_same_bytes(director, tmp_path):
    say(director, "a fox")
    one = say(director, "new seed").reply.pictures[0].sha256
    say(director, "go to 1")
    again = say(director, "new seed").reply.pictures[0].sha256
    assert one == again


def test_adjustments_start_from_the_drawn_picture(director, backend):
    drawn = say(director, "a fox").reply.pictures[0]
    bright = say(director, "brighter")
    assert len(backend.requests) == 1
    assert bright.reply.pictures[0].sha256 != drawn.sha256
    brighter = say(director, "make it night")
    assert len(backend.requests) == 2
    assert brighter.reply.scene.adjustments == bright.reply.scene.adjustments


def test_a_lock_draws_nothing_and_keeps_the_picture(director, backend):
    drawn = say(director, "a fox").reply.pictures[0]
    locked = say(director, "lock the seed")
    assert len(backend.requests) == 1
    assert locked.reply.pictures[0].sha256 == drawn.sha256
    refused = say(director, "new seed")
    assert refused.reply.outcome == "failed" and "seed" in refused.reply.error
    assert refused.reply.scene == locked.reply.scene


def test_retouching_leaves_the_rest_alone(director):
    say(director, "a fox")
    retouched = say(director, "retouch")
    outside = next(check for check in retouched.reply.checks if "outside" in check.name)
    assert retouched.tool == "inpaint" and outside.value == 0.0 and outside.passed


@pytest.mark.parametrize(("message", "words"), [("paint the cat", "cat"), ("film", "make a film"), ("gibberish", "did not understand")])
def test_what_cannot_be_done_is_said_and_nothing_is_lost(director, message, words):
    before = say(director, "a fox")
    failed = say(director, message)
    assert failed.reply.outcome == "failed" and words in failed.reply.text
    assert failed.reply.scene == before.reply.scene
    assert say(director, "undo").id is None
    assert director.store.verify("s").ok


@pytest.mark.parametrize("message", ["", "   ", "x" * 20_000])
def test_messages_that_are_none_are_refused_before_anything_is_stored(director, message):
    with pytest.raises(InputError):
        say(director, message)
    assert director.store.view("s").tip is None
    assert say(director, "a fox").number == 1


def test_talk_before_the_first_picture_makes_nothing_to_change(director):
    say(director, "hello")
    assert "no picture to change" in say(director, "make it night").reply.text
    assert say(director, "a fox").reply.outcome == "done"


def test_changing_nothing_yet_is_said(director):
    assert "no picture to change" in say(director, "make it night").reply.text


def test_an_upload_that_is_none_is_refused(director):
    with pytest.raises(InputError, match="not"):
        say(director, "a fox", attachments=(Attachment(name="cat.png", data=b"hello"),))
    assert director.store.view("s").tip is None


def test_an_unknown_session_is_said(director):
    with pytest.raises(UnknownName):
        director.submit("nobody", "a fox")


def test_stop_ends_the_turn_and_keeps_what_was(director, backend):
    before = say(director, "a fox")
    backend.gate.clear()
    backend.at_gate.clear()
    job = director.submit("s", "make it night")
    assert backend.at_gate.wait(5)
    assert director.running("s") is job
    job.cancel()
    finished = job.result()
    assert finished.reply.outcome == "cancelled"
    assert finished.reply.scene == before.reply.scene
    assert director.running("s") is None
    backend.gate.set()
    assert say(director, "make it night").reply.outcome == "done"


def test_a_late_listener_hears_everything(director, backend):
    backend.gate.clear()
    job = director.submit("s", "a fox")
    assert backend.at_gate.wait(5)
    heard = []
    listener = threading.Thread(target=lambda: heard.extend(job.events()))
    listener.start()
    backend.gate.set()
    listener.join(5)
    assert [type(event) for event in heard if isinstance(event, Understood | Finished)] == [Understood, Finished]
    assert any(isinstance(event, Previewed) for event in heard)
    assert heard == list(job.events())


def test_turns_of_a_session_wait_for_each_other(director, backend):
    backend.gate.clear()
    first, second = director.submit("s", "a fox"), director.submit("s", "make it night")
    backend.gate.set()
    assert (first.result().number, second.result().number) == (1, 2)


def test_branch_and_go_to(director):
    first = say(director, "a fox")
    assert "other" in say(director, "branch").reply.text
    say(director, "make it night")
    assert director.store.view("s", "main").tip == first.id
    assert say(director, "go to 1").id == first.id


def test_saving_writes_a_file_and_never_over_another(director, tmp_path):
    say(director, "a fox")
    one = say(director, "save").reply.text
    say(director, "make it night")
    say(director, "save")
    assert len(list((tmp_path / "saved").glob("*.png"))) == 2
    assert "saved" in one


def test_planning_alone_draws_nothing(director, backend):
    planned = director.submit("s", "a fox", render=False).result()
    assert planned.reply.outcome == "planned" and planned.reply.scene.setting == "snow"
    assert backend.requests == []
    assert director.submit("s", "make it night", render=False).result().reply.scene.lighting == "night"


def test_warming_up_loads_the_default_model_and_survives_a_missing_one(tmp_path: Path):
    asked = threading.Event()

    class Loading(toy.PaintBackend):
        def preload(self, model: str = "") -> None:
            assert model == ""
            asked.set()

    warm = Director(Settings(home=tmp_path / "a"), registry=Registry([Loading()]), planner=toy.TablePlanner(PLANS))
    warm.warm_up()
    assert asked.wait(5)
    warm.close()
    cold = Director(Settings(home=tmp_path / "b"), registry=Registry([]), planner=toy.TablePlanner(PLANS))
    cold.warm_up()
    cold.close()
