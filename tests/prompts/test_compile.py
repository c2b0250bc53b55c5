"""compile: golden prompts of a dozen scenes in every dialect, and what each dialect leaves out.

Run this file to write the golden file anew, and read the difference before keeping it.
"""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codirector.prompts.a1111 import parse_prompt
from codirector.prompts.compile import compile, estimate_tokens
from codirector.prompts.dialects import DIALECTS, EMBEDDED, NATURAL, SD15, SDXL, Dialect, dialect_for
from codirector.prompts.scene import Element, Emphasis, Motion, Scene

GOLDEN = Path(__file__).parent / "golden" / "compile.json"
SCENES: dict[str, Scene] = {
    "fox": Scene(elements=(Element(name="fox"),), setting="in the snow", style="watercolor", lighting="sunset"),
    "two things": Scene(
        elements=(Element(name="balloon", colour="red"), Element(name="fox")), setting="in the snow", style="watercolor", lighting="sunset",
        camera="close-up",
    ),
    "counts and places": Scene(
        elements=(Element(name="penguin", count=2, placement="on the left"), Element(name="balloon", colour="red"), Element(name="owl")),
        style="pixel art", lighting="night", camera="close-up",
    ),
    "keeper": Scene(
        elements=(Element(name="old lighthouse keeper"),), action="playing chess with an octopus", setting="inside a cosy kitchen",
        style="studio ghibli + photorealistic", lighting="golden hour", camera="wide shot", medium="oil on canvas", avoid=("text",),
    ),
    "weights": Scene(
        elements=(Element(name="fox", weight=1.3), Element(name="tree", weight=0.7)), style="ink line art + watercolor", lighting="night",
        details=("masterpiece", "golden armor"), avoid=("blurry", "text"),
        emphasis=(Emphasis(target="watercolor", weight=1.2), Emphasis(target="lighting", weight=0.8),
                  Emphasis(target="golden armor", weight=1.4), Emphasis(target="blurry", weight=1.5), Emphasis(target="gone", weight=2)),
    ),
    "weight zero": Scene(
        elements=(Element(name="fox"), Element(name="cat", weight=0)), details=("stars",), emphasis=(Emphasis(target="stars", weight=0),)
    ),
    "materials and text": Scene(
        elements=(Element(name="small sign", colour="blue", material="wooden", text="OPEN", pose="hanging"),
                  Element(name="sandwich", material="lego bricks")),
        composition="rule of thirds", mood="cheerful",
    ),
    "landscape": Scene(setting="in a misty forest", lighting="dawn", mood="calm", camera="panorama", composition="leading lines"),
    "bare setting": Scene(elements=(Element(name="deer", count=3),), setting="meadow", lighting="night, moonlight"),
    "brackets": Scene(elements=(Element(name="cat (siamese)"),), details=("a \\ b", "[x]"), style="van gogh"),
    "motion": Scene(elements=(Element(name="kite"),), lighting="day", motion=Motion(camera="slow zoom in", subject="rises")),
    "plain": Scene(elements=tuple(Element(name=name) for name in ("Ada Lovelace", "glasses", "armor", "hour glass", "unicorn"))),
    "empty": Scene(),
}  # fmt: skip


def compiled(scene: Scene) -> dict[str, dict]:
    return {name: compile(scene, dialect).model_dump(mode="json") for name, dialect in DIALECTS.items()}


@pytest.mark.parametrize("name", SCENES)
def test_golden(name: str) -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert set(golden) == set(SCENES)
    assert compiled(SCENES[name]) == golden[name]


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=lambda dialect: dialect.name)
@pytest.mark.parametrize("name", SCENES)
def test_spans_are_the_text(name: str, dialect: Dialect) -> None:
    result = compile(SCENES[name], dialect)
    if dialect.weights == "a1111":
        read = parse_prompt(f"{result.text}\nNegative prompt: {result.negative_text}")
        assert (read.spans, read.negative) == (result.spans, result.negative)
    else:
        assert "".join(span.text for span in result.spans) == result.text
        assert "".join(span.text for span in result.negative) == result.negative_text


LONG = Scene(
    elements=(Element(name="fox"), Element(name="owl")), action="reading the newspaper aloud", setting="in a library", style="watercolor",
    lighting="candlelight", mood="cosy", camera="close-up", composition="rule of thirds", medium="oil on canvas",
    details=("first detail", "second detail", "third detail"), emphasis=(Emphasis(target="third detail", weight=1.5),),
)  # fmt: skip
ORDER = [
    "second detail", "first detail", "third detail", "rule of thirds", "cosy", "close-up", "oil on canvas", "candlelight",
    "reading the newspaper aloud", "in a library", "watercolor", "an owl",
]  # fmt: skip


def test_too_long_leaves_out_in_the_stated_order() -> None:
    limits = range(1, 61)
    results = [compile(LONG, EMBEDDED.evolve(token_limit=limit)) for limit in limits]
    for limit, result in zip(limits, results, strict=True):
        left_out = [line.split("'")[1] for line in result.dropped if "main subject" not in line]
        assert left_out == ORDER[: len(left_out)]
        assert estimate_tokens(result.text) <= limit or limit < 2
        assert all(words in result.text for words in ORDER[len(left_out) :])
    assert results[-1].dropped == ()
    assert len(results[2].dropped) == len(ORDER)


def test_a_main_subject_that_is_too_long_is_cut_and_said() -> None:
    scene = Scene(elements=(Element(name=" ".join(["very"] * 30) + " long dragon"),))
    result = compile(scene, EMBEDDED.evolve(token_limit=10))
    assert estimate_tokens(result.text) <= 10
    assert any("main subject" in line and "long dragon" in line for line in result.dropped)


def test_a_long_negative_is_cut_and_said() -> None:
    scene = Scene(elements=(Element(name="fox"),), avoid=tuple(f"word{n}" for n in range(60)))
    result = compile(scene, EMBEDDED)
    assert estimate_tokens(result.negative_text) <= 60
    assert any("word59" in line for line in result.dropped)


def test_the_token_counter_is_an_argument() -> None:
    assert compile(LONG, EMBEDDED, count_tokens=lambda text: 0).dropped == ()
    assert len(compile(LONG, EMBEDDED, count_tokens=lambda text: 20 * len(text)).dropped) == len(ORDER) + 1


def test_a_suffix_is_added_and_none_by_default() -> None:
    assert all(dialect.suffix == () for dialect in DIALECTS.values())
    assert compile(SCENES["fox"], SD15.evolve(suffix=("masterpiece", "sharp"))).text.endswith("sunset, masterpiece, sharp")
    assert compile(SCENES["fox"], NATURAL.evolve(suffix=("sharp",))).text.endswith("Sharp.")
    assert compile(Scene(), SD15.evolve(suffix=("sharp",))).text == "sharp"


@pytest.mark.parametrize(
    ("model", "dialect"),
    [
        ("", EMBEDDED), ("embedded", EMBEDDED), ("black-forest-labs/FLUX.1-schnell", NATURAL), ("Qwen/Qwen-Image", NATURAL),
        ("stabilityai/stable-diffusion-3.5-large", NATURAL), ("stabilityai/stable-diffusion-xl-base-1.0", SDXL),
        ("/models/ponyDiffusionV6XL.safetensors", SDXL),
        ("stable-diffusion-v1-5/stable-diffusion-v1-5", SD15), ("Lykon/dreamshaper-8", SD15),
        ("C:\\models\\mystery.safetensors", SD15), ("sdxl", SDXL),
        ("natural", NATURAL), ("stabilityai/sdxl-turbo", SDXL),
    ],
)  # fmt: skip
def test_dialect_for(model: str, dialect: Dialect) -> None:
    assert dialect_for(model) == dialect


WORDS = st.sampled_from(["fox", "red owl", "two cats", "night", "x" * 30, "a b c d e f g", "(odd)", "été"])


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.builds(Element, name=WORDS, count=st.integers(1, 3), weight=st.sampled_from([0.0, 1.0, 1.4])), max_size=5),
    st.lists(WORDS, max_size=6, unique=True),
    st.lists(WORDS, max_size=3, unique=True),
    st.sampled_from(list(DIALECTS.values())),
    st.integers(3, 80),
)
def test_everything_is_in_the_prompt_or_in_dropped(elements: list, details: list, avoid: list, dialect: Dialect, limit: int) -> None:
    scene = Scene(elements=tuple(elements), details=tuple(details), avoid=tuple(avoid), style="watercolor")
    result = compile(scene, dialect.evolve(token_limit=limit, windows=1))
    plain = "".join(span.text for span in result.spans).casefold()
    lost = " ".join(result.dropped).casefold()
    for word in (*details, "watercolor"):
        assert word.casefold() in plain or word.casefold() in lost
    for word in avoid:
        assert any(word in span.text for span in result.negative) or word in lost
    assert all(span.text for span in (*result.spans, *result.negative))


if __name__ == "__main__":
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(
        json.dumps({name: compiled(scene) for name, scene in SCENES.items()}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
