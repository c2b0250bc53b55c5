"""The A1111 syntax: what it means, round trips, and that nothing crashes or hangs it."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codirector.errors import InputError
from codirector.prompts.a1111 import FLAGS, ParsedPrompt, parse_parameters, parse_prompt, write_parameters, write_prompt
from codirector.prompts.parameters import Parameters
from codirector.prompts.scene import Render
from codirector.prompts.weights import BREAK, merge_spans, read_weighted
from codirector.values import Span


def spans(text: str) -> list[tuple[str, float]]:
    return [(span.text, span.weight) for span in parse_prompt(text).spans]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a fox", [("a fox", 1.0)]),
        ("(a)", [("a", 1.1)]),
        ("((a))", [("a", 1.21)]),
        ("(a:1.3)", [("a", 1.3)]),
        ("(a : 1.3) b", [("a ", 1.3), (" b", 1.0)]),
        ("[a]", [("a", 0.9091)]),
        ("[a:0.5]", [("a", 0.5)]),
        ("((a:1.2) b:1.5)", [("a", 1.8), (" b", 1.5)]),
        ("([a])", [("a", 1.0)]),
        ("a (b:.5) c", [("a ", 1.0), ("b", 0.5), (" c", 1.0)]),
        (r"\(a\) \[b\] \\ c", [("(a) [b] \\ c", 1.0)]),
        (r"a \d", [("a \\d", 1.0)]),
        ("a) b]", [("a) b]", 1.0)]),
        ("a :1.3) b", [("a :1.3) b", 1.0)]),
        ("(a", [("a", 1.1)]),
        ("a: b", [("a: b", 1.0)]),
        ("a BREAK b", [("a", 1.0), ("BREAK", 1.0), ("b", 1.0)]),
        ("(a BREAK b:1.2)", [("a", 1.2), ("BREAK", 1.0), ("b", 1.2)]),
        ("BREAKING news", [("BREAKING news", 1.0)]),
        ("[a:b:0.5] c", [("a c", 1.0)]),
        ("[:b:0.5] c", [("b c", 1.0)]),
        ("[a::0.5] c", [("a c", 1.0)]),
        ("[a|b] c", [("a c", 1.0)]),
        ("[a:10]", [("a", 1.0)]),
        ("(a:0)", [("a", 0.0)]),
        ("(a:-1)", [("a", 0.0)]),
        ("(a:99)", [("a", 10.0)]),
        ("(" * 100 + "a" + ")" * 100, [("a", 10.0)]),
        ("a <lora:x:0.8> b", [("a  b", 1.0)]),
        ("", []),
        ("()", []),
    ],
)
def test_weights(text: str, expected: list[tuple[str, float]]) -> None:
    assert spans(text) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<lora:x:0.8>", "<lora:x:0.8>"),
        ("[a:b:0.5]", "schedule"),
        ("[a|b]", "Alternation"),
        ("[a:10]", "schedule"),
        ("(a", "never closed"),
        ("(a:-1)", "below 0"),
        ("(a:99)", "above 10"),
        ("--seed 1 --seed 2", "given twice"),
        ("--ar 16:9", "680x384"),
    ],
)
def test_what_is_not_honoured_is_noted(text: str, words: str) -> None:
    assert any(words in note for note in parse_prompt(text).notes)


def test_networks_are_named_and_kept() -> None:
    parsed = parse_prompt("a <lora:first:0.8>, b <hypernet:second:1>")
    assert parsed.networks == ("lora:first:0.8", "hypernet:second:1")
    assert parse_prompt(write_prompt(parsed)).networks == parsed.networks


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("--seed 7 --steps 40 --cfg 8", Render(seed=7, steps=40, guidance=8)),
        ("a --guidance 3.5 b", Render(guidance=3.5)),
        ("--size 512x768", Render(width=512, height=768)),
        ("--width 512 --height 640", Render(width=512, height=640)),
        ("--size=256", Render(width=256, height=256)),
        ("--ar 1:1", Render(width=512, height=512)),
        ("--ar 16:9 --width 1024", Render(width=1024, height=576)),
        ("--ar 2:1 --height 256", Render(width=512, height=256)),
        ("--sampler DPM++ 2M Karras --steps 5", Render(sampler="DPM++ 2M Karras", steps=5)),
        ("--sampler euler a, snow", Render(sampler="euler a")),
        ('--model "my model, v2" x', Render(model="my model, v2")),
        ("--model stabilityai/sdxl-turbo", Render(model="stabilityai/sdxl-turbo")),
        ("—seed 7", Render(seed=7)),
        ("(fox --seed 7)", Render(seed=7)),
        ("--layout 0.5", Render(layout=0.5)),
        ("Seed of life", Render()),
        ("a -- b, c --", Render()),
        ("a fox — red", Render()),
        ("a\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x768",
         Render(steps=20, sampler="Euler a", guidance=7, seed=1, width=512, height=768)),
    ],
)  # fmt: skip
def test_settings(text: str, expected: Render) -> None:
    assert parse_prompt(text).settings == expected


@pytest.mark.parametrize(
    ("text", "positive", "negative"),
    [
        ("a fox\nNegative prompt: blurry, (lowres:1.4)", "a fox", [("blurry, ", 1.0), ("lowres", 1.4)]),
        ("a fox negative prompt: blurry", "a fox", [("blurry", 1.0)]),
        ("a fox --no text, hands --seed 7", "a fox", [("text, hands", 1.0)]),
        ('a fox --neg "text -- hands" in snow', "a fox in snow", [("text -- hands", 1.0)]),
        ("a --no b\nNegative prompt: c", "a", [("c, b", 1.0)]),
        ("Negative prompt: c", "", [("c", 1.0)]),
    ],
)
def test_negative(text: str, positive: str, negative: list[tuple[str, float]]) -> None:
    parsed = parse_prompt(text)
    assert "".join(span.text for span in parsed.spans) == positive
    assert [(span.text, span.weight) for span in parsed.negative] == negative


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("--foo 3", "'--foo' is not a setting"),
        ("--seed", "needs a value"),
        ("--seed --steps 3", "needs a value"),
        ("--seed -1", "cannot be -1"),
        ("--seed 4294967296", "cannot be"),
        ("--seed abc", "no value for seed"),
        ("--steps 0", "cannot be 0"),
        ("--steps -5", "cannot be -5"),
        ("--steps 1e3", "no value for steps"),
        ("--steps " + "9" * 5000, "no value for steps"),
        ("--cfg 51", "cannot be 51"),
        ("--cfg -1", "cannot be -1"),
        ("--size 510x512", "not a multiple of 8"),
        ("--size 0x0", "cannot be 0"),
        ("--size big", "not a size"),
        ("--size 99999x8", "cannot be 99999"),
        ("--ar 0:5", "not a usable ratio"),
        ("--ar 100:1", "not a usable ratio"),
        ("--ar 1:1 --size 512x512", "given together"),
        ("--no", "needs a value"),
    ],
)
def test_bad_flags_are_refused(text: str, words: str) -> None:
    with pytest.raises(InputError) as error:
        parse_prompt(f"a fox {text}")
    assert words in error.value.message
    assert error.value.hint


def test_an_unknown_flag_is_told_what_is_known() -> None:
    with pytest.raises(InputError) as error:
        parse_prompt("--foo")
    assert all(f"--{flag}" in error.value.hint for flag in FLAGS if len(flag) > 1)


PIECES = [
    "fox", " ", "(", ")", "[", "]", ":", "1.2", ":1.3)", "\\", "BREAK", "<lora:a:1>", "<", "|", ",", "\n", "-", "--", "Negative prompt:",
    "Steps: 20, Seed: 1", "—", "x", "é",
]  # fmt: skip
SYNTAX = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
LITERAL = st.one_of(
    st.text(max_size=30), SYNTAX, st.sampled_from(["--seed 3", "—seed 3", "Negative prompt: x", "Steps: 20, Seed: 1", "a BREAK b"])
)
SPANS = st.lists(
    st.builds(Span, text=LITERAL, weight=st.one_of(st.just(1.0), st.floats(0, 10).map(lambda weight: round(weight, 4)))), max_size=6
)
NAMES = st.one_of(st.just(""), st.text(min_size=1, max_size=30).map(lambda text: " ".join(text.split())))
RENDER = st.builds(
    Render,
    seed=st.none() | st.integers(0, 2**32 - 1),
    steps=st.none() | st.integers(1, 200),
    guidance=st.none() | st.floats(0, 50).map(lambda number: round(number, 3)),
    width=st.none() | st.integers(8, 512).map(lambda number: number * 8),
    height=st.none() | st.integers(8, 512).map(lambda number: number * 8),
    sampler=NAMES,
    model=NAMES,
    layout=st.none() | st.floats(0, 1).map(lambda number: round(number, 3)),
)
PROMPTS = st.builds(
    ParsedPrompt,
    spans=SPANS.map(merge_spans),
    negative=SPANS.map(merge_spans),
    settings=RENDER,
    networks=st.lists(st.from_regex(r"lora:[a-z0-9_]{1,8}:0\.[1-9]", fullmatch=True), max_size=2).map(tuple),
)


@settings(max_examples=80, deadline=None)
@given(PROMPTS)
def test_written_prompts_read_back(prompt: ParsedPrompt) -> None:
    assert parse_prompt(write_prompt(prompt)).evolve(notes=()) == prompt


@settings(max_examples=80, deadline=None)
@given(st.one_of(st.text(max_size=300), SYNTAX))
def test_any_text_reads_or_is_an_input_error(text: str) -> None:
    try:
        parsed = parse_prompt(text)
    except InputError as error:
        assert "--" in error.message or error.hint
        return
    written = write_prompt(parsed)
    assert parse_prompt(written).evolve(notes=()) == parsed.evolve(notes=())
    assert all(0 <= span.weight <= 10 and math.isfinite(span.weight) for span in parsed.spans)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="abc ()[]:,\\.5", max_size=200))
def test_normal_form_is_stable(text: str) -> None:
    read = read_weighted(text).spans
    assert merge_spans(read) == read
    assert all(span.text for span in read)
    assert BREAK not in read


@pytest.mark.parametrize(
    "piece",
    ["(", "(a", "[a:", "(a:1.1)", "<a:", "\\", ":", " ", "BREAK ", "[a|", "--no a ", "negative prompt:", "a: b, ", "negative ",
     '--neg "', "-", "Steps: 20, ", "a, ", ",", ".", "\n", "[[", "((a)", "—", "a:1.1)"],
)  # fmt: skip
def test_the_longest_message_is_read(piece: str) -> None:
    """20,000 characters of one piece of syntax: anything worse than linear would not come back within the patience of a test run."""
    text = (piece * 20_000)[:20_000]
    try:
        parsed = parse_prompt(text)
    except InputError:
        return
    assert sum(len(span.text) for span in (*parsed.spans, *parsed.negative)) <= 20_000
    parse_parameters(text)


A1111_PNG = """a red fox, (snow:1.2)
second line
Negative prompt: blurry, lowres
more of it
Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7.5, Seed: 1234, Size: 512x768, Model hash: 6ce0161689, Model: v1-5-pruned, Lora hashes: "a: 1, b: 2", Version: v1.10.1"""  # noqa: E501


def test_a_real_parameters_text() -> None:
    read = parse_parameters(A1111_PNG)
    assert read.prompt == "a red fox, (snow:1.2)\nsecond line"
    assert read.negative == "blurry, lowres\nmore of it"
    assert read.settings == Render(seed=1234, steps=20, guidance=7.5, width=512, height=768, sampler="DPM++ 2M", model="v1-5-pruned")
    assert read.extra == (("Schedule type", "Karras"), ("Model hash", "6ce0161689"), ("Lora hashes", "a: 1, b: 2"), ("Version", "v1.10.1"))
    assert parse_parameters(write_parameters(read)) == read


@pytest.mark.parametrize(
    ("text", "prompt"),
    [("just a prompt", "just a prompt"), ("a: b, c: d, e: f", "a: b, c: d, e: f"), ("", ""), ("Steps: 20, oops", "Steps: 20, oops")],
)
def test_what_is_no_settings_line_is_prompt(text: str, prompt: str) -> None:
    assert parse_parameters(text) == Parameters(prompt=prompt)


def test_impossible_settings_are_kept_and_noted() -> None:
    read = parse_parameters("x\nSteps: 9999, Seed: -1, Size: 500x512, Sampler: a")
    assert read.settings == Render(sampler="a")
    assert read.extra == (("Steps", "9999"), ("Seed", "-1"), ("Size", "500x512"))
    assert len(read.notes) == 3


def tidy(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().split("\n")).strip()


PLAIN = st.text(st.characters(exclude_categories=["Cs"]), max_size=60).map(tidy).filter(lambda text: "Negative prompt:" not in text)
KEYS = st.from_regex(r"[A-Z][a-z]{2,8}( [a-z]{1,6})?", fullmatch=True).filter(
    lambda key: key not in ("Steps", "Sampler", "Seed", "Size", "Model")
)
PARAMETERS = st.builds(
    Parameters,
    prompt=PLAIN,
    negative=PLAIN,
    settings=st.builds(
        Render,
        steps=st.integers(1, 200),
        seed=st.none() | st.integers(0, 2**32 - 1),
        guidance=st.none() | st.floats(0, 50).map(lambda number: round(number, 3)),
        width=st.just(512),
        height=st.just(768),
        sampler=NAMES,
        model=NAMES,
    ),
    extra=st.lists(st.tuples(KEYS, st.text(max_size=30)), max_size=3).map(tuple),
)


@settings(max_examples=80, deadline=None)
@given(PARAMETERS)
def test_parameters_read_back(parameters: Parameters) -> None:
    assert parse_parameters(write_parameters(parameters)) == parameters


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.text(max_size=300), SYNTAX))
def test_any_text_reads_as_parameters(text: str) -> None:
    read = parse_parameters(text)
    assert parse_parameters(write_parameters(read)).settings == read.settings
