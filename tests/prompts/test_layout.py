"""layout: where things stand, and that adding one moves no other."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codirector.prompts.layout import GROUND, MAX_BOXES, LayoutBox, layout
from codirector.prompts.scene import Element, Scene


def boxes(*elements: Element, camera: str = "") -> dict[str, LayoutBox]:
    return {box.name: box for box in layout(Scene(elements=elements, camera=camera)).boxes}


FOX = Element(name="fox")


def test_the_main_subject_stands_in_the_middle() -> None:
    fox = boxes(FOX)["fox"]
    assert fox.x == 0.5
    assert fox.y + fox.height / 2 == pytest.approx(GROUND)


def test_an_empty_scene_has_no_boxes() -> None:
    assert layout(Scene(setting="in the snow")).boxes == ()


@pytest.mark.parametrize(
    ("placement", "test"),
    [
        ("on the left", lambda box, fox: box.x < 0.35),
        ("left side", lambda box, fox: box.x < 0.35),
        ("on the right", lambda box, fox: box.x > 0.65),
        ("at the top", lambda box, fox: box.y < 0.3),
        ("at the bottom", lambda box, fox: box.y > 0.6),
        ("at the top left", lambda box, fox: box.x < 0.35 and box.y < 0.35),
        ("bottom right", lambda box, fox: box.x > 0.65 and box.y > 0.6),
        ("above the fox", lambda box, fox: box.y + box.height / 2 <= fox.y and abs(box.x - fox.x) < 0.01),
        ("to the left of the fox", lambda box, fox: box.x + box.width / 2 <= fox.x - fox.width / 2 + 0.2),
        ("to the right of the fox", lambda box, fox: box.x > fox.x + fox.width / 2 - 0.1),
        ("next to the fox", lambda box, fox: abs(box.x - fox.x) > fox.width / 3),
        ("on top of the fox", lambda box, fox: box.y < fox.y and abs(box.x - fox.x) < 0.01),
        ("under the fox", lambda box, fox: box.y > fox.y),
    ],
)
def test_placements(placement: str, test) -> None:
    placed = boxes(FOX, Element(name="cat", placement=placement))
    assert test(placed["cat"], placed["fox"])


def test_drawing_order_is_far_to_near() -> None:
    scene = Scene(
        elements=(
            FOX,
            Element(name="house", placement="behind the fox"),
            Element(name="rabbit", placement="in front of the fox"),
            Element(name="hill", placement="in the background"),
        )
    )
    assert [box.name for box in layout(scene).boxes] == ["hill", "house", "fox", "rabbit"]


def test_framing_scales() -> None:
    close, normal, wide = (boxes(FOX, camera=camera)["fox"].height for camera in ("close-up", "", "zoom out"))
    assert close > normal > wide
    assert boxes(FOX, camera="low angle, close-up")["fox"].height == close


def test_things_of_the_sky_float_and_others_stand() -> None:
    placed = boxes(FOX, Element(name="red balloon"), Element(name="house"))
    assert placed["red balloon"].y < 0.35
    assert placed["house"].y + placed["house"].height / 2 == pytest.approx(GROUND)


def test_sizes_follow_the_thing() -> None:
    placed = boxes(FOX, Element(name="ladybug"), Element(name="castle"))
    assert placed["ladybug"].height < placed["fox"].height < placed["castle"].height


def test_counts_make_boxes() -> None:
    scene = Scene(elements=(Element(name="penguin", count=2, placement="on the left", colour="blue"), Element(name="owls")))
    names = [box.name for box in layout(scene).boxes]
    assert names.count("penguin") == 2
    assert names.count("owl") == 3
    left = [box for box in layout(scene).boxes if box.name == "penguin"]
    assert all(box.x < 0.5 and box.colour == "blue" for box in left)
    assert abs(left[0].x - left[1].x) >= left[0].width


def test_too_many_are_said() -> None:
    scene = Scene(elements=tuple(Element(name=f"bird{n}", count=99) for n in range(6)))
    result = layout(scene)
    assert len(result.boxes) == MAX_BOXES
    assert len(result.notes) == 6


ELEMENTS = st.builds(
    Element,
    name=st.sampled_from(["fox", "cat", "balloon", "castle", "penguin", "zorblax", "whale", "ladybug", "trees", "lighthouse"]),
    count=st.integers(1, 20),
    placement=st.sampled_from(
        [
            "",
            "on the left",
            "right",
            "in the centre",
            "at the top left",
            "behind the fox",
            "in front of the cat",
            "above the castle",
            "next to the fox",
            "under the balloon",
            "in the background",
            "on top of the whale",
            "inside the castle",
            "in the corner",
            "somewhere odd",
        ]
    ),
)
CAMERAS = st.sampled_from(["", "close-up", "extreme close-up", "wide shot", "establishing shot", "portrait", "odd"])


@settings(max_examples=60, deadline=None)
@given(st.lists(ELEMENTS, min_size=1, max_size=6), CAMERAS)
def test_boxes_stay_inside_and_the_same(elements: list[Element], camera: str) -> None:
    scene = Scene(elements=tuple(elements), camera=camera)
    result = layout(scene)
    assert result == layout(scene)
    for box in result.boxes:
        across = min(1, box.x + box.width / 2) - max(0, box.x - box.width / 2)
        down = min(1, box.y + box.height / 2) - max(0, box.y - box.height / 2)
        assert across * down >= 0.6 * box.width * box.height


@settings(max_examples=60, deadline=None)
@given(st.lists(ELEMENTS, min_size=1, max_size=5), ELEMENTS, CAMERAS)
def test_adding_a_thing_moves_no_other(elements: list[Element], added: Element, camera: str) -> None:
    before = layout(Scene(elements=tuple(elements), camera=camera)).boxes
    after = list(layout(Scene(elements=(*elements, added), camera=camera)).boxes)
    for box in before:
        after.remove(box)
    assert len({box.name for box in after}) <= 1


@settings(max_examples=60, deadline=None)
@given(ELEMENTS, st.lists(ELEMENTS, max_size=3), st.lists(ELEMENTS, max_size=3), CAMERAS)
def test_the_main_subject_depends_only_on_itself(main: Element, some: list[Element], others: list[Element], camera: str) -> None:
    alone = set(layout(Scene(elements=(main,), camera=camera)).boxes)
    assert alone <= set(layout(Scene(elements=(main, *some), camera=camera)).boxes)
    assert alone <= set(layout(Scene(elements=(main, *others), camera=camera)).boxes)
