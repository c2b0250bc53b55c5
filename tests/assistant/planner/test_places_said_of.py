"""What is said of the place is no other place."""

import pytest

from benchmarks.planner.views import view
from codirector.assistant.planner import Planner
from codirector.assistant.planner.make import tagger
from codirector.errors import CannotUnderstand
from codirector.prompts.scene import Element, Scene

FOREST = Scene(elements=(Element(name="knight"),), setting="in the forest", style="cartoon")


@pytest.mark.parametrize(
    "message",
    ["that forest bores me, make it evening", "the forest should have more trees", "the forest has to go", "the forest is too dark"],
)
@pytest.mark.parametrize("reader", [None, tagger])
def test_a_predicate_never_becomes_the_setting(message, reader):
    try:
        plan = Planner(reader=reader).plan(view(FOREST), message).plan
    except CannotUnderstand:
        return
    for change in [getattr(plan, "change", None), *(wish.change for wish in getattr(plan, "later", ()))]:
        if change is not None and change.kind == "set_field" and change.field == "setting":
            assert not any(word in change.value.split() for word in ("bores", "have", "go", "is", "has"))


def test_more_of_something_in_the_place_is_more_to_see_there():
    plan = Planner(reader=tagger).plan(view(FOREST), "the forest should have more trees").plan
    said = plan.change.detail if plan.change.kind == "add_detail" else plan.change.element.name
    assert plan.change.kind in ("add_detail", "add_element") and "tree" in said
