"""Things named beside another: they get a box, where they belong, and the scene stays as it was."""

import pytest

from codirector.prompts.companions import named_things, seen_elements
from codirector.prompts.layout import layout
from codirector.prompts.scene import Element, Scene


@pytest.mark.parametrize(
    ("scene", "names"),
    [
        (Scene(elements=(Element(name="knight"),), action="fighting a dragon"), ["knight", "dragon"]),
        (Scene(elements=(Element(name="cat", count=2),), action="sleeping on a red sofa"), ["cat", "sofa"]),
        (Scene(elements=(Element(name="croissant", count=3),), setting="on a wooden table"), ["croissant", "table"]),
        (Scene(elements=(Element(name="cat"),), action="sleeping", setting="on a sofa in a living room"), ["cat", "sofa"]),
        (Scene(elements=(Element(name="girl", pose="wearing a hat"),)), ["girl"]),
        (Scene(elements=(Element(name="fox", placement="under the balloon"),)), ["fox"]),
        (Scene(elements=(Element(name="fox"),), setting="in a forest"), ["fox"]),
        (Scene(elements=(Element(name="knight"), Element(name="dragon")), action="fighting a dragon"), ["knight", "dragon"]),
        (Scene(setting="on a wooden table"), []),
    ],
)
def test_drawable_things_with_an_article_are_seen_once(scene: Scene, names: list[str]) -> None:
    assert [element.name for element in seen_elements(scene)] == names


def test_colours_and_materials_of_what_is_named_are_read() -> None:
    assert [(thing.name, thing.colour, thing.material) for thing in named_things("on a wooden bench beside a red car")] == [
        ("bench", "", "wooden"),
        ("car", "red", ""),
    ]


def test_a_sleeper_lies_on_the_sofa_and_not_beside_it() -> None:
    boxes = {box.name: box for box in layout(Scene(elements=(Element(name="cat"),), action="sleeping on a red sofa")).boxes}
    cat, sofa = boxes["cat"], boxes["sofa"]
    assert sofa.colour == "red"
    assert abs(cat.x - sofa.x) < 0.01
    assert sofa.y - sofa.height / 2 < cat.y + cat.height / 2 < sofa.y + sofa.height / 2


def test_at_most_three_companions_and_never_more_than_a_scene_holds() -> None:
    crowded = Scene(elements=tuple(Element(name="fox", pose="with a cat, a dog, a horse and a cow") for _ in range(40)))
    assert len(seen_elements(crowded)) == 43
    assert len(layout(crowded).boxes) <= 60


@pytest.mark.parametrize("more", [Element(name="lamp"), Element(name="fox", pose="with a cup"), Element(name="owl", placement="on a rock")])
@pytest.mark.parametrize("action", ["fighting a dragon", "sleeping on a red sofa", "chasing a ball beside a tree"])
def test_what_is_added_moves_neither_things_nor_what_they_name(action: str, more: Element) -> None:
    scene = Scene(elements=(Element(name="knight"),), action=action)
    before = layout(scene).boxes
    assert set(before) <= set(layout(scene.evolve(elements=(*scene.elements, more))).boxes)


def test_what_is_named_keeps_its_place_when_it_becomes_an_element() -> None:
    scene = Scene(elements=(Element(name="cat"),), action="sleeping on a red sofa")
    boxes = {box.name: box for box in layout(scene).boxes}
    after = {box.name: box for box in layout(scene.evolve(elements=(*scene.elements, Element(name="sofa", size="big")))).boxes}
    assert (after["sofa"].x, after["cat"].x) == (boxes["sofa"].x, boxes["cat"].x)
    assert after["sofa"].width > boxes["sofa"].width
