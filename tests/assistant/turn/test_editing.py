"""Changes of one part, through the whole turn with small real backends: what may change, what stays, what is said, what is kept."""

import importlib.util
import io
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from codirector.assistant.director import Director
from codirector.assistant.plan import Create, Refine
from codirector.assistant.settings import Settings
from codirector.assistant.turn import exact
from codirector.assistant.turn.dispatch import sketch_of
from codirector.assistant.turn.regional import LEAST_SIDE, overlap, regional
from codirector.errors import InputError
from codirector.prompts.apply import apply
from codirector.prompts.change import AddElement, Adjust, AlterElement, RemoveElement, ReplaceElement, Retouch, SetField
from codirector.prompts.scene import Adjustment, Element, Render, Retouching, Scene
from codirector.tools import masks
from codirector.tools.editing import EditingBackend
from codirector.tools.registry import Registry

spec = importlib.util.spec_from_file_location("toy_for_editing", Path(__file__).with_name("toy.py"))
assert spec is not None and spec.loader is not None
toy = importlib.util.module_from_spec(spec)
sys.modules["toy_for_editing"] = toy
spec.loader.exec_module(toy)

SCENE = Scene(elements=(Element(name="fox"), Element(name="house")), setting="snow", style="cartoon", render=Render(seed=7))
BALLOON = AddElement(element=Element(name="balloon", colour="red"))
PLANS = {
    "a fox and a house": Create(scene=SCENE),
    "add a balloon": Refine(change=BALLOON),
    "blue fox": Refine(change=AlterElement(name="fox", attribute="colour", value="blue")),
    "remove the house": Refine(change=RemoveElement(name="house")),
    "night": Refine(change=SetField(field="lighting", value="night")),
    "sharper": Refine(change=Adjust(adjustment=Adjustment(kind="sharpness", amount=0.8))),
    "retouch the sky": Refine(change=Retouch(retouching=Retouching(region="top left", content="a kite"))),
}


class NoUpscale(toy.PaintBackend):
    """The toy painter for its own models only, so that regions are found by the region tool."""

    def capabilities(self, model: str):
        from codirector.errors import UnknownName

        if model:
            raise UnknownName("Not mine.")
        return super().capabilities(model)


@pytest.fixture
def director(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    # The reader knows drawings, not this painter's plain colours, and takes seconds to load.
    monkeypatch.setattr("codirector.assistant.turn.judging.the_reader", lambda: None)
    made = Director(Settings(home=tmp_path), registry=Registry([NoUpscale(), EditingBackend()]), planner=toy.TablePlanner(dict(PLANS)))
    made.store.create("s")
    yield made
    made.close()


def say(director: Director, message: str, **more):
    return director.submit("s", message, **more).result()


def pixels(director: Director, sha256: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(director.store.artifacts.read(sha256))).convert("RGB"))


def last(director: Director):
    return director.store.view("s").history[-1].turn


@pytest.mark.parametrize("message", ["add a balloon", "blue fox", "remove the house", "retouch the sky"])
def test_outside_the_region_no_pixel_changes_and_it_is_said(director: Director, message: str) -> None:
    first = say(director, "a fox and a house")
    second = say(director, message)
    assert second.reply.error == ""
    turn = last(director)
    mask = np.asarray(Image.open(io.BytesIO(director.store.artifacts.read(turn.request["mask"])))) > 0
    before, after = pixels(director, first.reply.pictures[0].sha256), pixels(director, second.reply.pictures[0].sha256)
    changed = (before != after).any(axis=2)
    assert changed[mask].any() and not changed[~mask].any() and 0 < mask.mean() < 0.9
    checks = {check.name: check for check in second.reply.checks}
    assert checks["pixels changed outside the region"].value == 0 and checks["similarity of the kept part"].value == 1.0
    assert checks["size of the region"].value == pytest.approx(mask.mean(), abs=1e-3)
    assert "0 pixels changed outside the region" in second.reply.text
    assert "mask" in {ref.role for ref in turn.artifacts}
    assert director.store.verify("s").ok


def test_after_a_sharpening_the_finished_picture_keeps_to_the_region_too(director: Director) -> None:
    say(director, "a fox and a house")
    first = say(director, "sharper")
    second = say(director, "add a balloon")
    mask = np.asarray(Image.open(io.BytesIO(director.store.artifacts.read(last(director).request["mask"])))) > 0
    changed = (pixels(director, first.reply.pictures[0].sha256) != pixels(director, second.reply.pictures[0].sha256)).any(axis=2)
    assert changed.any() and not changed[~mask].any()


def test_a_change_of_the_whole_picture_is_drawn_anew_where_things_stand(director: Director) -> None:
    say(director, "a fox and a house")
    say(director, "add a balloon")
    placed = last(director).request["sketch"]["boxes"]
    say(director, "night")
    turn = last(director)
    assert turn.tool == "generate" and turn.request["sketch"]["boxes"] == placed


class Instructed(NoUpscale):
    """A model that edits by instruction, and can begin a picture, too."""

    def capabilities(self, model: str):
        return super().capabilities(model).evolve(instructed=True)


def test_a_model_that_takes_instructions_is_told_the_change_and_shown_the_picture(director: Director) -> None:
    director.registry = Registry([Instructed(), EditingBackend()])
    first = say(director, "a fox and a house")
    say(director, "night")
    whole = last(director).request
    assert (whole["kind"], whole["instruction"], whole["image"]) == ("edit", "change the light to night", first.reply.pictures[0].sha256)
    say(director, "add a balloon")
    part = last(director).request
    assert (part["kind"], part["instruction"]) == ("inpaint", "add a red balloon")


class Held(NoUpscale):
    """A model with a ControlNet for edges."""

    def capabilities(self, model: str):
        return super().capabilities(model).evolve(structures=("canny",))


def test_another_light_keeps_the_shapes_where_a_controlnet_can(director: Director) -> None:
    director.registry = Registry([Held(), EditingBackend()])
    first = say(director, "a fox and a house")
    say(director, "night")
    request = last(director).request
    assert (request["kind"], request["structure"], request["image"]) == ("edit", "canny", first.reply.pictures[0].sha256)


def test_a_painted_mask_needs_no_planner(director: Director) -> None:
    say(director, "a fox and a house")
    mask = masks.rectangle((0.1, 0.1, 0.4, 0.4), 64, 64)
    sha256 = director.store.artifacts.write(masks.to_png(mask), "image/png", "mask", 64, 64).sha256
    painted = say(director, f"a red hat here --mask {sha256}")
    assert painted.reply.error == "" and painted.change.retouching.content == "a red hat"
    assert last(director).request["mask"] and director.store.artifacts.read(last(director).request["mask"]) == masks.to_png(mask)
    away = say(director, f"remove this --mask {sha256}")
    assert away.tool == "repair"
    blue = say(director, f"make it blue --mask {sha256} --grow 0.1")
    assert blue.tool == "repair" and last(director).request["tint"] == "blue"
    lost = say(director, f"remove this --mask {'0' * 64}")
    assert "no stored file" in lost.reply.error
    assert director.store.verify("s").ok


def test_the_picture_grows_and_keeps_what_it_had(director: Director) -> None:
    first = say(director, "a fox and a house")
    wide = say(director, "extend the picture to the left by 50%")
    assert wide.reply.error == "" and (wide.reply.pictures[0].width, wide.reply.pictures[0].height) == (96, 64)
    assert (pixels(director, wide.reply.pictures[0].sha256)[:, 32:] == pixels(director, first.reply.pictures[0].sha256)).all()
    assert all(check.passed is not False for check in wide.reply.checks), wide.reply.checks


def test_an_adjustment_is_taken_back_from_the_middle_of_the_stack(director: Director) -> None:
    first = say(director, "a fox and a house")
    say(director, "sharper")
    say(director, "--adjust warmth 0.4")
    say(director, "take back the sharpness")
    assert [item.kind for item in last(director).scene.adjustments] == ["warmth"]
    bare = say(director, "--unadjust warmth")
    assert (pixels(director, bare.reply.pictures[0].sha256) == pixels(director, first.reply.pictures[0].sha256)).all()
    assert "no crop" in say(director, "take back the crop").reply.error


@pytest.mark.parametrize(
    ("message", "mode", "content"),
    [
        ("remove this", "remove", ""), ("please erase that.", "remove", ""), ("make it blue", "fill", "blue"),
        ("put a red hat here", "fill", "a red hat"), ("replace it with a cat", "fill", "a cat"), ("a kite", "fill", "a kite"),
    ],
)  # fmt: skip
def test_what_becomes_of_a_painted_region(message: str, mode: str, content: str) -> None:
    found = exact.read(f"{message} --mask {'a' * 64}")
    assert found is not None and isinstance(found.plan, Refine) and isinstance(found.plan.change, Retouch)
    assert (found.plan.change.retouching.mode, found.plan.change.retouching.content) == (mode, content)


def test_exact_syntax_is_refused_with_a_sentence_and_leaves_the_rest_alone() -> None:
    assert exact.read("make the fox blue") is None and exact.read("remove the house") is None and exact.read("") is None
    for wrong, said in (("x --mask abc", "hash"), (f"--mask {'a' * 64}", "What should become"), ("--adjust glow 2", "no adjustment")):
        with pytest.raises(InputError, match=said):
            exact.read(wrong)


def changed_to(change) -> tuple[Scene, object]:
    return apply(SCENE, change), regional(SCENE, apply(SCENE, change), change, sketch_of(SCENE))


def test_what_nobody_asked_to_move_stands_where_it_stands() -> None:
    placed = sketch_of(SCENE).boxes
    house = next(box for box in placed if box.name == "house")
    _, without = changed_to(RemoveElement(name="fox"))
    assert without.sketch.boxes == (house,) and without.gone[0].name == "fox" and without.come == ()
    _, other = changed_to(ReplaceElement(name="fox", element=Element(name="penguin")))
    assert house in other.sketch.boxes and other.come[0].x == without.gone[0].x
    _, blue = changed_to(AlterElement(name="fox", attribute="colour", value="blue"))
    assert blue.way == "tint" and blue.draft.tint == "blue" and blue.come[0].x == blue.gone[0].x
    assert changed_to(SetField(field="lighting", value="night"))[1] is None


def test_what_comes_finds_room_inside_the_picture() -> None:
    _, added = changed_to(BALLOON)
    box = added.come[0]
    assert box.x - box.width / 2 >= -0.01 and box.x + box.width / 2 <= 1.01
    assert sum(overlap(box, other) for other in sketch_of(SCENE).boxes) < 0.3 * box.width * box.height
    assert set(added.sketch.boxes) == {*sketch_of(SCENE).boxes, box}
    assert box.width >= LEAST_SIDE


def test_what_takes_a_small_things_place_at_the_border_is_not_cut_off() -> None:
    before = SCENE.evolve(elements=(Element(name="fox"), Element(name="pear")))
    placed = sketch_of(before)
    pear = next(box for box in placed.boxes if box.name == "pear").model_copy(update={"x": 0.93, "width": 0.14, "height": 0.14})
    boxes = (*(box for box in placed.boxes if box.name != "pear"), pear)
    change = ReplaceElement(name="pear", element=Element(name="train"))
    (train,) = regional(before, apply(before, change), change, placed.model_copy(update={"boxes": boxes})).come
    assert train.x - train.width / 2 >= -0.001 and train.x + train.width / 2 <= 1.001
    assert abs(train.y + train.height / 2 - (pear.y + pear.height / 2)) < 0.11, "its feet stand elsewhere"
