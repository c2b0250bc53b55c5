"""Whether a passage supports a sentence, and a writer that invents."""

from collections.abc import Sequence

import pytest

from codirector.knowledge.answer import Draft, extract, source
from codirector.knowledge.articles import Passage, Sentence
from codirector.knowledge.index import Hit
from codirector.knowledge.support import checked, cited_sentences, supported

PASSAGE = "Euler is a first-order sampler. It needs 20 to 30 steps and does not add noise. Ancestral samplers add noise at every step."
SENTENCES = tuple(Sentence(text=one + ".") for one in PASSAGE[:-1].split(". "))
HIT = Hit(
    Passage(article="samplers", title="Samplers", heading="Euler", sentences=SENTENCES),
    1.0, 0.9, 1.0, (0.9, 0.5, 0.5),
)  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "yes"),
    [
        ("Euler is a first-order sampler.", True),
        ("Ancestral samplers add noise at each step.", True),
        ("The sampler Euler needs 20 to 30 steps.", False),  # the passage's nearest sentence also denies something
        ("Euler needs 50 steps.", False),
        ("Ancestral samplers do not add noise at every step.", False),
        ("Euler was invented in Basel by a friend of Bernoulli.", False),
        ("It is.", False),
    ],
)
def test_words_numbers_and_negation_decide(sentence: str, yes: bool):
    assert supported(sentence, PASSAGE) is yes


def test_each_sentence_has_the_marks_that_follow_it():
    assert cited_sentences("One is. Two is. [1] Three is. [2][3]\n\n- Four is. [1]\n\nFive is.") == [
        ("One is.", (1,)), ("Two is.", (1,)), ("Three is.", (2, 3)), ("Four is.", (1,)), ("Five is.", ()),
    ]  # fmt: skip


def test_a_writer_keeps_what_is_supported_and_loses_the_rest():
    def writer(question: str, hits: Sequence[Hit]) -> Draft:
        text = "Euler is a first-order sampler. [1] Ancestral samplers add noise at every step. [1] Euler was made in Basel. [1] So there."
        return Draft(text=text, sources=(source(1, hits[0]),))

    draft = checked(writer)("what is Euler?", [HIT])
    assert draft.text == "Euler is a first-order sampler. [1] Ancestral samplers add noise at every step. [1]"
    assert [one.number for one in draft.sources] == [1]


def test_a_writer_that_invents_is_not_heard():
    def liar(question: str, hits: Sequence[Hit]) -> Draft:
        return Draft(text="Everything is a sampler of cheese from 1907. [1]", sources=(source(1, hits[0]),))

    assert checked(liar)("what is Euler?", [HIT]) == extract("what is Euler?", [HIT])
