"""Things that are only named in an action: recoloured and made things of their own in their place."""

from codirector.assistant.turn.dispatch import sketch_of
from codirector.assistant.turn.regional import regional
from codirector.prompts.apply import apply
from codirector.prompts.change import AddElement, SetField
from codirector.prompts.scene import Element, Scene

CATS = Scene(elements=(Element(name="cat", count=2),), action="sleeping on a red sofa", style="cartoon")


def test_another_colour_in_the_action_is_a_tint_of_what_it_names() -> None:
    change = SetField(field="action", value="sleeping on a blue sofa")
    part = regional(CATS, apply(CATS, change), change, sketch_of(CATS))
    assert part is not None and part.way == "tint"
    assert [box.name for box in part.gone] == ["sofa"]
    assert [(box.name, box.colour) for box in part.come] == [("sofa", "blue")]


def test_another_action_is_about_the_whole_picture() -> None:
    change = SetField(field="action", value="chasing a ball")
    assert regional(CATS, apply(CATS, change), change, sketch_of(CATS)) is None


def test_what_was_named_is_changed_where_it_was_drawn() -> None:
    change = AddElement(element=Element(name="sofa", colour="red", size="big"))
    part = regional(CATS, apply(CATS, change), change, sketch_of(CATS))
    assert part is not None and [box.name for box in part.gone] == ["sofa"]
    assert part.come[0].width > part.gone[0].width
    assert abs(part.come[0].x - part.gone[0].x) < 0.01
