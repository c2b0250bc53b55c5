"""The vocabulary: synonyms fold to the usual term, every file is sound, and small English works."""

import json
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codirector.prompts.vocabulary import (
    canonical,
    classify,
    find_terms,
    fold,
    is_clothing,
    is_time,
    lookup,
    may_precede_noun,
    needs_preposition,
    relations,
    synonyms,
    terms,
    thing,
)
from codirector.prompts.words import article, is_plural, number_in_words, parse_number, plural, singular, with_article

KINDS = ("lighting", "camera", "composition", "style", "medium", "mood", "setting", "colour", "material", "placement", "quality")


@pytest.mark.parametrize(
    ("phrase", "field", "term"),
    [
        ("nighttime", "lighting", "night"),
        ("at night", "lighting", "night"),
        ("make it dark", "lighting", "night"),
        ("make it night", "lighting", "night"),
        ("Golden Hour light", "lighting", "golden hour"),
        ("lit by candles", "lighting", "candlelight"),
        ("dramatic light", "lighting", "dramatic lighting"),
        ("cartoonish", "style", "cartoon"),
        ("make it cartoon", "style", "cartoon"),
        ("black and white line drawing", "style", "ink line art"),
        ("in the style of Studio Ghibli", "style", "studio ghibli"),
        ("pixel art style", "style", "pixel art"),
        ("photo", "style", "photorealistic"),
        ("as a watercolour painting", "style", "watercolor"),
        ("vincent van gogh", "style", "van gogh"),
        ("8-bit", "style", "pixel art"),
        ("zoom out", "camera", "wide shot"),
        ("zoom in", "camera", "close-up"),
        ("closer", "camera", "close-up"),
        ("from above", "camera", "bird's-eye view"),
        ("bokeh", "camera", "shallow depth of field"),
        ("rule-of-thirds", "composition", "rule of thirds"),
        ("on a white background", "composition", "white background"),
        ("on canvas", "medium", "oil on canvas"),
        ("shot on 35mm film", "medium", "35mm film"),
        ("peaceful", "mood", "calm"),
        ("eerie", "mood", "spooky"),
        ("foggy", "mood", "misty"),
        ("snow", "setting", "in the snow"),
        ("in the snow", "setting", "in the snow"),
        ("beach", "setting", "on a beach"),
        ("in the woods", "setting", "in the woods"),
        ("underwater", "setting", "under water"),
        ("outer space", "setting", "in outer space"),
        ("make it a jungle", "setting", "in a jungle"),
        ("the blue sky", "setting", "in the blue sky"),
    ],
)
def test_synonyms(phrase: str, field: str, term: str) -> None:
    assert classify(phrase) == field
    known = lookup(phrase)
    assert known is not None
    assert (known.kind, known.term) == (field, term)


@pytest.mark.parametrize("phrase", ["fox", "castle", "zorblax", "", "red", "masterpiece", "on the left", "a fox at night", "x" * 5000])
def test_what_is_no_scene_field(phrase: str) -> None:
    assert classify(phrase) is None


def test_other_kinds_are_looked_up() -> None:
    assert lookup("golden", "colour") == ("colour", "gold")
    assert lookup("wooden", "material") == ("material", "wood")
    assert lookup("left side") == ("placement", "on the left")
    assert lookup("8k") == ("quality", "8k")
    assert lookup("night", "style") is None


def test_canonical_folds_blends_and_keeps_the_unknown() -> None:
    assert canonical("ghibli + photo", "style") == "studio ghibli + photorealistic"
    assert canonical("  frobnian   art ", "style") == "frobnian art"


def test_find_terms() -> None:
    text = "Two penguins on the left and a red balloon, pixel art, close-up, night"
    assert [(text[found.start : found.end], found.kind, found.term) for found in find_terms(text)] == [
        ("on the left", "placement", "on the left"),
        ("red", "colour", "red"),
        ("pixel art", "style", "pixel art"),
        ("close-up", "camera", "close-up"),
        ("night", "lighting", "night"),
    ]
    assert [found.term for found in find_terms(text, ("style",))] == ["pixel art"]
    assert find_terms("word " * 4000) == ()


def test_files_are_sound() -> None:
    folder = files("codirector.prompts") / "vocabulary"
    names = {entry.name for entry in folder.iterdir() if entry.name.endswith(".json")}
    assert len(names) == 14
    assert {kind: len(terms(kind)) for kind in KINDS} == {kind: len(set(terms(kind))) for kind in KINDS}
    assert sum(len(terms(kind)) + sum(len(synonyms(kind, term)) for term in terms(kind)) for kind in KINDS) > 2500
    for name in names:
        json.loads((folder / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", KINDS)
def test_every_term_and_synonym_is_found(kind: str) -> None:
    for term in terms(kind):
        for phrase in (term, *synonyms(kind, term)):
            known = lookup(phrase, kind)
            assert known is not None, phrase
            assert known.kind == kind
            if kind != "setting":
                assert known.term == term or phrase in synonyms(kind, known.term) or fold(phrase) == fold(known.term), phrase


def test_no_phrase_means_two_scene_fields() -> None:
    fields = [kind for kind in KINDS if kind not in ("colour", "material", "placement", "quality")]
    owner: dict[str, str] = {}
    for kind in fields:
        for term in terms(kind):
            for phrase in (term, *synonyms(kind, term)):
                assert owner.setdefault(fold(phrase), kind) == kind, phrase


def test_settings_have_a_preposition() -> None:
    assert [
        term for term in terms("setting") if term.split()[0] not in ("in", "on", "at", "by", "under", "among") and term != "outdoors"
    ] == []


def test_things() -> None:
    assert thing("old lighthouse keeper") == ("lighthouse keeper", "large", 0.6, False)
    assert thing("Penguins") is not None and thing("a red balloon").in_sky  # type: ignore[union-attr]
    assert thing("1girl") is not None
    assert thing("bowl of zorblax").name == "bowl"  # type: ignore[union-attr]
    assert thing("zorblax") is None


def test_small_questions() -> None:
    assert is_time("sunset") and not is_time("candlelight")
    assert may_precede_noun("watercolor") and not may_precede_noun("vintage")
    assert needs_preposition("a castle") and not needs_preposition("forest")
    assert is_clothing("a long red dress") and not is_clothing("a red house")
    assert relations()[0] == max(relations(), key=len)


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("fox", "foxes"),
        ("cat", "cats"),
        ("wolf", "wolves"),
        ("mouse", "mice"),
        ("woman", "women"),
        ("fireman", "firemen"),
        ("berry", "berries"),
        ("sheep", "sheep"),
        ("box", "boxes"),
        ("bus", "buses"),
        ("cup of tea", "cups of tea"),
        ("girl with long hair", "girls with long hair"),
        ("red panda", "red pandas"),
        ("octopus", "octopuses"),
        ("horse", "horses"),
        ("leaf", "leaves"),
        ("toy", "toys"),
        ("dress", "dresses"),
        ("child", "children"),
        ("goose", "geese"),
        ("human", "humans"),
        ("jellyfish", "jellyfish"),
        ("Mouse", "Mice"),
    ],
)
def test_plurals(one: str, many: str) -> None:
    assert plural(one) == many
    assert singular(many) == one
    assert singular(one) == one
    assert is_plural(many) == (many != one)


@pytest.mark.parametrize(
    ("noun", "expected"),
    [
        ("fox", "a fox"),
        ("owl", "an owl"),
        ("old fox", "an old fox"),
        ("unicorn", "a unicorn"),
        ("hour glass", "an hour glass"),
        ("snow", "snow"),
        ("glasses", "glasses"),
        ("penguins", "penguins"),
        ("Ada Lovelace", "Ada Lovelace"),
        ("1girl", "1girl"),
        ("the moon", "the moon"),
        ("UFO", "a UFO"),
        ("umbrella", "an umbrella"),
        ("", ""),
        ("golden armor", "golden armor"),
    ],
)
def test_articles(noun: str, expected: str) -> None:
    assert with_article(noun) == expected
    assert article(noun) in ("", "a", "an")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("-3", -3),
        ("7.5", 7.5),
        (".5", 0.5),
        ("three", 3),
        ("Twenty-five", 25),
        ("a dozen", 12),
        ("two dozen", 24),
        ("one hundred", 100),
        ("1,000", 1000),
        ("minus two", -2),
        ("lots", None),
        ("", None),
        ("9" * 30, None),
        ("²", None),
        ("three foxes", None),
        ("1e3", None),
    ],
)
def test_numbers(text: str, number: float | None) -> None:
    assert parse_number(text) == number


@given(st.integers(0, 20))
def test_numbers_in_words_read_back(number: int) -> None:
    assert parse_number(number_in_words(number)) == number


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=100))
def test_no_text_breaks_the_lookups(text: str) -> None:
    assert lookup(text) == lookup(text)
    assert all(0 <= found.start < found.end <= len(text) for found in find_terms(text))
    assert thing(text) == thing(text)
    assert isinstance(plural(text) + singular(text) + with_article(text), str)
