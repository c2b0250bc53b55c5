"""The size of a thing: what wishes about it mean, and that the layout and the part of the picture to be changed obey it."""

import pytest

from codirector.assistant.turn.dispatch import sketch_of
from codirector.assistant.turn.regional import regional
from codirector.errors import RefusedChange
from codirector.prompts.apply import apply
from codirector.prompts.change import AlterElement
from codirector.prompts.diff import diff
from codirector.prompts.find import describe
from codirector.prompts.layout import layout
from codirector.prompts.scene import Element, Scene
from codirector.prompts.sizes import sized, wish_of

SCENE = Scene(elements=(Element(name="fox", colour="red"), Element(name="balloon")), setting="in the snow")


@pytest.mark.parametrize(
    ("now", "said", "after"),
    [
        ("", "bigger", "big"),
        ("big", "bigger", "huge"),
        ("big", "a bit smaller", "slightly bigger"),
        ("small", "bigger", ""),
        ("", "too large", "small"),
        ("", "half that size", "small"),
        ("", "twice as big", "huge"),
        ("", "building sized", "gigantic"),
        ("", "smol", "small"),
        ("small", "ENORMOUS", "enormous"),
        ("huge", "its normal size", ""),
        ("", "round", None),
    ],
)
def test_what_a_wish_makes_of_a_size(now: str, said: str, after: str | None) -> None:
    assert sized(now, said) == after


def test_a_wish_in_plain_words() -> None:
    assert [wish_of(said) for said in ("rather too big", "scale it up a bit", "HUGE", "halved", "wooden")] == [
        "smaller", "slightly bigger", "huge", "halved the size", None,
    ]  # fmt: skip


def _with(said: str, scene: Scene = SCENE) -> Scene:
    return apply(scene, AlterElement(name="fox", attribute="size", value=said))


def test_the_boxes_obey_the_size() -> None:
    before = {box.name: box for box in layout(SCENE).boxes}
    bigger, smaller = ({box.name: box for box in layout(_with(said)).boxes} for said in ("bigger", "smaller"))
    assert bigger["fox"].height == pytest.approx(1.5 * before["fox"].height)
    assert smaller["fox"].height == pytest.approx(0.65 * before["fox"].height)
    assert bigger["balloon"].height == before["balloon"].height


def test_one_change_that_is_said_and_ends_somewhere() -> None:
    scene = _with("bigger")
    assert diff(SCENE, scene) == ("fox size: usual → big",) and describe(scene.elements[0]) == "big red fox"
    for _ in range(2):
        scene = _with("bigger", scene)
    with pytest.raises(RefusedChange, match="gigantic already"):
        _with("bigger", scene)
    with pytest.raises(RefusedChange, match="is no size"):
        _with("round")


@pytest.mark.parametrize(("said", "times"), [("bigger", 1.5), ("much smaller", 0.36), ("gigantic", 0.96 / 0.5)])
def test_the_part_of_the_picture_grows_where_the_thing_stands(said: str, times: float) -> None:
    part = regional(SCENE, _with(said), AlterElement(name="fox", attribute="size", value=said), sketch_of(SCENE))
    assert part is not None and part.way == "move"
    (gone,), (come,) = part.gone, part.come
    assert come.height == pytest.approx(times * gone.height) and come.y - come.height / 2 >= -1e-9 and come.x == gone.x
