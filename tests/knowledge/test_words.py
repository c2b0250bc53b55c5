"""Search terms and BM25."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codirector.knowledge.words import Bm25, spelled_out, stem, terms

DOCUMENTS = [
    terms(text) for text in ("A red fox sleeps in the snow", "The fox chases a mouse", "Snow and ice, snow and wind", "A blue door")
]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("diffused", "diffusing"),
        ("fingers", "finger"),
        ("colours", "color"),
        ("upscaling", "upscale"),
        ("stories", "story"),
        ("hands", "hand"),
    ],
)
def test_endings_do_not_matter(one: str, other: str):
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    ("text", "expected"), [("DPM++ 2M Karras", ["dpm++", "2m", "karra"]), ("in-painting", ["inpaint"]), ("what's the VAE", ["vae"])]
)
def test_terms_of_the_field_survive(text: str, expected: list[str]):
    assert terms(text) == expected


def test_abbreviations_are_spelled_out_beside_themselves():
    assert spelled_out("what does CFG do in SD1.5?") == "what does CFG (guidance scale) do in SD1.5 (stable diffusion 1.5)?"
    assert spelled_out("what is a fox") == "what is a fox"


def test_bm25_prefers_documents_with_more_and_rarer_words():
    bm25 = Bm25(DOCUMENTS)
    scores = bm25.scores(terms("fox in the snow"))
    assert scores[0] == max(scores) and scores[3] == 0
    assert bm25.weight("mous") > bm25.weight("fox") and bm25.weight("unheard") > bm25.weight("mous")


def test_coverage_counts_words_nobody_has_against_all():
    bm25 = Bm25(DOCUMENTS)
    assert bm25.coverage(terms("red fox"))[0] == 1.0
    assert bm25.coverage(terms("red fox stock market"))[0] < 0.5
    assert bm25.coverage([]) == [0.0] * 4


@given(st.text(max_size=200))
def test_no_score_exceeds_the_most(text: str):
    bm25 = Bm25(DOCUMENTS)
    query = terms(text)
    assert all(0 <= score <= bm25.most(query) + 1e-9 for score in bm25.scores(query))
    assert all(0 <= share <= 1 + 1e-9 for share in bm25.coverage(query))
