"""Comparing in a chat: which cells there are, what is stored of them, and that the scene stays as it is."""

import importlib.util
import io
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from codirector.assistant.director import Director
from codirector.assistant.plan import Compare, Create
from codirector.assistant.session.provenance import read_from_png
from codirector.assistant.settings import Settings
from codirector.assistant.turn.comparing import variants
from codirector.errors import InputError
from codirector.prompts.scene import Element, Render, Scene
from codirector.tools.comparison import CELL, LABEL, MARGIN, MOST, columns_for, sheet
from codirector.tools.registry import Registry

spec = importlib.util.spec_from_file_location("toy", Path(__file__).with_name("toy.py"))
assert spec is not None and spec.loader is not None
toy = importlib.util.module_from_spec(spec)
sys.modules.setdefault("toy", toy)
spec.loader.exec_module(toy)

FOX = Scene(elements=(Element(name="fox"),), setting="snow", style="watercolor", render=Render(seed=7))
PLANS = {
    "a fox": Create(scene=FOX),
    "compare styles": Compare(styles=("flat design", "cartoon", "watercolor")),
    "compare steps": Compare(steps=(4, 8), guidances=(1.0, 3.0)),
    "compare models": Compare(),
}


@pytest.fixture
def director(tmp_path: Path):
    made = Director(Settings(home=tmp_path), registry=Registry([toy.PaintBackend()]), planner=toy.TablePlanner(PLANS))
    made.store.create("s")
    yield made
    made.close()


def test_a_comparison_shows_one_sheet_and_keeps_every_picture_with_its_own_request(director):
    director.submit("s", "a fox").result()
    finished = director.submit("s", "compare styles").result()
    assert finished.action == "compare" and not finished.reply.error
    assert [ref.role for ref in finished.reply.pictures] == ["comparison"]
    stored = director.store.view("s").history[-1].turn
    kept = [director.store.artifacts.read(ref.sha256) for ref in stored.artifacts if ref.role == "variant"]
    told = [read_from_png(data) for data in kept]
    assert [style for each in told for style in ("flat design", "cartoon", "watercolor") if style in each.request["prompt"][0]["text"]] == [
        "flat design",
        "cartoon",
        "watercolor",
    ]
    assert {each.request["seed"] for each in told} == {7} and all(each.intact for each in told)
    assert finished.reply.suggestions == ("make it flat design", "make it cartoon", "make it watercolor")


def test_the_scene_and_the_picture_stay_and_undo_skips_the_comparison(director):
    first = director.submit("s", "a fox").result()
    director.submit("s", "compare styles").result()
    view = director.store.view("s")
    assert view.scene == FOX and view.picture == first.reply.pictures[0]
    assert director.store.undo("s").view.scene in (None, Scene())


def test_axes_are_combined(director):
    director.submit("s", "a fox").result()
    director.submit("s", "compare steps").result()
    stored = director.store.view("s").history[-1].turn
    requests = [read_from_png(director.store.artifacts.read(ref.sha256)).request for ref in stored.artifacts if ref.role == "variant"]
    assert [(each["steps"], each["guidance"]) for each in requests] == [(4, 1.0), (4, 3.0), (8, 1.0), (8, 3.0)]


def test_nothing_to_compare_is_said_with_what_would_be(director):
    assert "Describe one first" in director.submit("s", "compare styles").result().reply.text
    director.submit("s", "a fox").result()
    assert "compare flat and cartoon" in director.submit("s", "compare models").result().reply.text


def test_too_many_are_refused_before_any_is_drawn():
    with pytest.raises(InputError, match="at most"):
        variants(FOX, Compare(steps=(1, 2, 3, 4), guidances=(1.0, 2.0, 3.0)))


def test_the_value_the_scene_has_already_is_a_cell_like_any_other():
    cells = variants(FOX, Compare(styles=("watercolor", "cartoon")))
    assert [cell.scene.style for cell in cells] == ["watercolor", "cartoon"] and cells[0].scene == FOX


@given(st.lists(st.sampled_from(("models", "styles", "steps", "guidances")), min_size=1, max_size=2, unique=True), st.integers(2, 3))
def test_each_cell_differs_from_the_scene_in_the_named_axes_only(axes, count):
    values = {
        "models": ("embedded", "org/b", "org/c"),
        "styles": ("ink", "flat design", "oil"),
        "steps": (3, 5, 9),
        "guidances": (2.0, 4.0, 6.5),
    }
    plan = Compare.model_validate({axis: values[axis][:count] for axis in axes})
    cells = variants(FOX, plan)
    assert len(cells) == count ** len(axes) and len({cell.label for cell in cells}) == len(cells)
    for cell in cells:
        kept = cell.scene.evolve(
            style=FOX.style if "styles" in axes else cell.scene.style,
            render=cell.scene.render.evolve(
                model="" if "models" in axes else cell.scene.render.model,
                steps=None if "steps" in axes else cell.scene.render.steps,
                guidance=None if "guidances" in axes else cell.scene.render.guidance,
            ),
        )
        assert kept == FOX


@pytest.mark.parametrize("count", [1, 2, 4, 5, MOST])
def test_the_sheet_has_a_cell_for_every_picture(count):
    colours = [(20 * number, 255 - 20 * number, 40) for number in range(count)]
    pictures = []
    for colour in colours:
        out = io.BytesIO()
        Image.new("RGB", (64, 64), colour).save(out, format="PNG")
        pictures.append(out.getvalue())
    whole = Image.open(io.BytesIO(sheet(pictures, ["a label far too long for its cell " * 4] * count)))
    columns = columns_for(count)
    for number, colour in enumerate(colours):
        left, top = MARGIN + (number % columns) * (CELL + MARGIN), MARGIN + (number // columns) * (CELL + LABEL)
        assert whole.getpixel((left + CELL // 2, top + CELL // 2)) == colour


@pytest.mark.parametrize("count", [0, MOST + 1])
def test_the_sheet_refuses_none_and_too_many(count):
    with pytest.raises(InputError):
        sheet([b""] * count, [""] * count)
