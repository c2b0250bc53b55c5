"""Questions about the articles: complete, answerable from the passage they name, and explained by it word for word."""

import pytest

from codirector.errors import InputError
from codirector.knowledge.audience import explain, technical
from codirector.knowledge.encoder import Encoder
from codirector.knowledge.index import ARTICLES, Hit, read_folder
from codirector.knowledge.quiz import LEVELS, Question, about, known, lesson, questions
from codirector.knowledge.summary import sentences_of, summarise
from codirector.knowledge.words import terms

PASSAGES = {(one.article, one.heading): one for article in read_folder(ARTICLES) for one in article.passages}


def complete(question: Question) -> bool:
    return len(set(question.choices)) == 4 and 0 <= question.right < 4 and question.level in LEVELS and bool(question.ask)


def test_every_written_question_is_complete_and_explained_by_its_passage():
    assert len(questions()) >= 36 and len({one.id for one in questions()}) == len(questions())
    for question in questions():
        passage = PASSAGES[question.source.article, question.source.heading]
        assert complete(question) and question.explanation in passage.text and question.source.references is not None
        assert known(question.id) == question
        assert all("“" not in choice and "”" not in choice for choice in question.choices)


def test_the_right_answer_is_not_always_in_the_same_place():
    places = [question.right for question in questions()]
    assert {places.count(place) > 2 for place in range(4)} == {True}


def test_every_level_has_questions_and_the_lesson_ten():
    assert all(sum(one.level == level for one in questions()) >= 5 for level in LEVELS)
    assert len({one.id for one in lesson()}) == 10 and all(one.level == 1 for one in lesson())


@pytest.mark.parametrize("topic", ["samplers", "CFG", "light", "copyright", "Upscaling"])
def test_a_subject_has_questions_of_its_own(topic: str):
    found = about(topic)
    assert found and all(complete(one) for one in found)
    assert all(known(one.id) == one for one in found)


def test_made_questions_have_the_passage_s_own_sentence_as_the_right_answer():
    made = [one for one in about("copyright") if one.id.startswith("made:")]
    assert {one.level for one in made} == set(LEVELS)
    for one in made:
        passage = PASSAGES[one.source.article, one.source.heading]
        assert one.choices[one.right] == passage.sentences[0].text
        own = [
            choice
            for choice in one.choices
            if any(choice == other.sentences[0].text for key, other in PASSAGES.items() if key[0] == one.source.article)
        ]
        assert len(own) == (4 if one.level == 3 else 1)


def test_an_unknown_subject_has_none():
    assert about("cheese") == () and about("  ") == () and known("nope") is None and known("made:x:y:1") is None


def test_an_engineer_gets_the_formulae_and_a_newcomer_does_not():
    passage = PASSAGES["guidance", "What classifier-free guidance does"]
    hit = Hit(passage, 1.0, 1.0, 1.0, ())
    simple, full = explain([hit], "new"), explain([hit], "engineer")
    assert "\\hat" in full.text and "\\hat" not in simple.text
    assert len(full.text) > len(simple.text) and simple.sources == full.sources
    assert technical("$x$ is 3") > technical("It removes noise.") == 0


NOTES = """- Diffusion models learn to remove noise from pictures.
- The model starts from pure noise and removes it step by step.
- My cat is called Minka.
- A diffusion model needs many steps to remove all noise from a picture.
- The seed fixes the noise that the model starts from.
- Guidance pushes each step of the model towards the prompt."""


def test_a_summary_keeps_what_the_notes_are_about_word_for_word():
    kept = summarise(NOTES, Encoder())
    sentences = sentences_of(NOTES)
    assert len(sentences) == 6 and 3 <= len(kept) < 6 and set(kept) <= set(sentences)
    assert [sentences.index(one) for one in kept] == sorted(sentences.index(one) for one in kept)
    assert not any("Minka" in one for one in kept) and set(terms(" ".join(kept))) >= {"diffusion", "nois", "model"}


def test_too_little_is_not_summarised():
    with pytest.raises(InputError, match="too little"):
        summarise("One thing. Another thing.", Encoder())
