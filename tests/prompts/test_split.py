"""scene_from_text: descriptions and tag prompts, with the scenes they mean in golden/split.json.

Run this file to read the texts of the golden file anew, and read the difference before keeping it.
"""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codirector.errors import InputError
from codirector.prompts.a1111 import parse_prompt
from codirector.prompts.compile import compile
from codirector.prompts.dialects import EMBEDDED, SDXL
from codirector.prompts.scene import Element, Emphasis, Render, Scene
from codirector.prompts.split import scene_from_text

GOLDEN = Path(__file__).parent / "golden" / "split.json"
CASES: dict[str, dict] = json.loads(GOLDEN.read_text(encoding="utf-8"))


def fields(text: str) -> dict:
    return json.loads(scene_from_text(text).scene.model_dump_json(exclude_defaults=True))


@pytest.mark.parametrize("text", CASES, ids=lambda text: text[:50])
def test_descriptions(text: str) -> None:
    assert fields(text) == CASES[text]


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 100
    assert {field for case in CASES.values() for field in case} >= {
        "elements",
        "action",
        "setting",
        "style",
        "lighting",
        "mood",
        "camera",
        "composition",
        "medium",
        "details",
        "avoid",
        "emphasis",
        "render",
    }


def test_the_main_example() -> None:
    scene = scene_from_text("a fox in the snow at sunset, watercolor").scene
    assert scene == Scene(elements=(Element(name="fox"),), setting="in the snow", lighting="sunset", style="watercolor")


def test_the_long_example() -> None:
    scene = scene_from_text(
        "An old lighthouse keeper playing chess with an octopus inside a cosy kitchen, golden hour light, wide shot, "
        "in the style of studio ghibli + photorealistic, oil on canvas, no text"
    ).scene
    assert scene == Scene(
        elements=(Element(name="old lighthouse keeper"),),
        action="playing chess with an octopus",
        setting="inside a cosy kitchen",
        lighting="golden hour",
        camera="wide shot",
        style="studio ghibli + photorealistic",
        medium="oil on canvas",
        avoid=("text",),
    )


SOUP = """masterpiece, best quality, (golden armor:1.3), 1girl, castle, --steps 40 --cfg 8 --seed 777
Negative prompt: (blurry:1.4), lowres"""


def test_a_tag_soup_survives() -> None:
    reading = scene_from_text(SOUP)
    assert reading.scene.render == Render(steps=40, guidance=8, seed=777)
    assert reading.scene.avoid == ("blurry", "lowres")
    assert reading.scene.emphasis == (Emphasis(target="golden armor", weight=1.3), Emphasis(target="blurry", weight=1.4))
    compiled = compile(reading.scene, SDXL)
    words = {(span.text.strip(" ,"), span.weight) for span in (*compiled.spans, *compiled.negative)}
    for phrase, weight in [("golden armor", 1.3), ("blurry", 1.4)]:
        assert (phrase, weight) in words
    for phrase in ("masterpiece", "best quality", "1girl", "castle"):
        assert phrase in compiled.text
    assert "lowres" in compiled.negative_text


TAGS = [
    "1girl",
    "castle",
    "zorblax",
    "glowing eyes",
    "silver hair",
    "masterpiece",
    "absurdres",
    "dragon",
    "a red balloon",
    "holding sword",
    "qwertz",
]
WEIGHTED = st.lists(
    st.tuples(st.sampled_from(TAGS), st.sampled_from([0.5, 1.0, 1.1, 1.3, 2.0])), min_size=1, max_size=8, unique_by=lambda item: item[0]
)


@settings(max_examples=30, deadline=None)
@given(WEIGHTED, st.permutations(["blurry", "lowres", "bad hands"]))
def test_every_tag_and_weight_reaches_the_model(tags: list[tuple[str, float]], negative: list[str]) -> None:
    text = ", ".join(tag if weight == 1.0 else f"({tag}:{weight})" for tag, weight in tags) + f"\nNegative prompt: {', '.join(negative)}"
    compiled = compile(scene_from_text(text).scene, EMBEDDED.evolve(token_limit=500))
    for tag, weight in tags:
        assert any(tag.removeprefix("a ") in span.text and span.weight == weight for span in compiled.spans), (tag, weight, compiled.spans)
    assert compiled.negative_text == ", ".join(negative)


STRANGE = [
    "zorblax",
    "flumph",
    "quibble",
    "in the snow",
    "a",
    "red",
    "fox",
    "with",
    "and",
    "two",
    "near",
    ",",
    ".",
    "at night",
    "the",
    "sitting",
    "who",
    "mirth",
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(STRANGE), max_size=14).map(" ".join))
def test_unknown_words_are_never_lost(text: str) -> None:
    scene = scene_from_text(text).scene
    kept = scene.model_dump_json()
    for word in ("zorblax", "flumph", "quibble", "mirth", "fox", "snow", "night"):
        assert (word in text) <= (word in kept), word


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=200))
def test_any_text_gives_a_scene(text: str) -> None:
    try:
        parse_prompt(text)
    except InputError:
        with pytest.raises(InputError):
            scene_from_text(text)
        return
    scene = scene_from_text(text).scene
    assert compile(scene, EMBEDDED).text == compile(scene, EMBEDDED).text
    assert scene_from_text(text).scene == scene


@pytest.mark.parametrize(
    "piece", ["a fox and ", "word ", "tag, ", "x", "(a:1.2), ", "in the snow ", "with a hat ", "a + b + ", ". ", "of a ", '"']
)
def test_the_longest_message_gives_a_scene_and_says_what_it_left_out(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    reading = scene_from_text(text)
    assert len(reading.scene.details) <= 60
    assert len(reading.scene.elements) <= 40


def test_many_different_tags_are_packed_and_the_rest_is_said() -> None:
    text = ", ".join(f"tag{number}" for number in range(2500))
    reading = scene_from_text(text)
    kept = ", ".join((*reading.scene.details, *(element.name for element in reading.scene.elements)))
    assert "tag0" in kept and "tag1000" in kept
    assert any("left out" in note for note in reading.notes)
    few = scene_from_text(", ".join(f"tag{number}" for number in range(200)))
    kept = {tag for detail in few.scene.details for tag in detail.split(", ")} | {element.name for element in few.scene.elements}
    assert kept == {f"tag{number}" for number in range(200)}
    assert few.notes == ()


def test_notes_of_the_prompt_come_along() -> None:
    notes = scene_from_text("a fox <lora:x:0.8> BREAK [a:b:0.5], (snow:9)").notes
    assert any("lora" in note for note in notes)
    assert any("BREAK" in note for note in notes)
    assert any("schedule" in note for note in notes)
    assert any("count as 3" in note for note in notes)


def test_bad_flags_are_refused() -> None:
    with pytest.raises(InputError):
        scene_from_text("a fox --frobnicate 3")


def test_things_beside_each_other_are_two_things() -> None:
    for said in ("a cat left of a dog", "a cat on the left of a dog", "a cat to the left side of a dog"):
        cat, dog = scene_from_text(said).scene.elements
        assert (cat.name, cat.placement, dog.name, dog.placement) == ("cat", "", "dog", "to the right of the cat")
    cube, spheres = scene_from_text("a red cube right of two blue spheres").scene.elements
    assert (cube.colour, spheres.count, spheres.colour, spheres.placement) == ("red", 2, "blue", "to the left of the cube")
    assert scene_from_text("a fox at the left of the picture").scene.elements[0].placement == "on the left"


def test_single_quotes_are_lettering_where_they_are_called_so() -> None:
    assert scene_from_text("a wooden sign that says 'KEEP OUT'").scene.elements[0].text == "KEEP OUT"
    assert scene_from_text("a mug that says 'it's fine' on a desk").scene.elements[0].text == "it's fine"
    assert scene_from_text("the dogs' bowls in a girl's room").scene.elements[0].text == ""


def test_an_adjective_before_ing_keeps_a_place_whole() -> None:
    scene = scene_from_text("two boxers hugging in a rainy parking lot").scene
    assert (scene.action, scene.setting) == ("hugging", "in a rainy parking lot")


if __name__ == "__main__":
    GOLDEN.write_text("{\n" + ",\n".join(f"{json.dumps(text)}: {json.dumps(fields(text))}" for text in CASES) + "\n}\n", encoding="utf-8")
