"""The NumPy encoder gives what sentence-transformers gives."""

import numpy as np
import pytest

from codirector.knowledge.encoder import Encoder, model_folder

TEXTS = ["What does the guidance scale do?", "Why are there six fingers?"]
FIRST_SIX = [
    [0.066677, 0.029789, -0.036651, 0.024303, 0.020001, 0.051044],
    [-0.040116, -0.064443, -0.015456, -0.022521, -0.077062, 0.029224],
]
"""Computed with sentence-transformers 6.2.0 from the same weights."""


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


def test_vectors_are_those_of_sentence_transformers(encoder: Encoder):
    found = encoder.encode(TEXTS)
    assert found.shape == (2, 384) and found.dtype == np.float32
    np.testing.assert_allclose(found[:, :6], FIRST_SIX, atol=2e-6)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)


def test_a_vector_does_not_depend_on_its_neighbours_in_the_batch(encoder: Encoder):
    many = ["a short one", "a much longer text about foxes " * 30, "cat " * 400, "", *TEXTS]
    together = encoder.encode(many)
    np.testing.assert_allclose(together[4], encoder.encode(TEXTS[:1])[0], atol=2e-6)
    assert np.isfinite(together).all() and encoder.encode([]).shape == (0, 384)


def test_a_question_is_nearer_to_its_answer_than_to_another(encoder: Encoder):
    question, answer, other = encoder.encode(
        ["How do I remove noise?", "Denoising takes the grain out of a picture.", "Copyright needs a human author."]
    )
    assert question @ answer > question @ other + 0.2


@pytest.mark.slow
def test_it_agrees_with_sentence_transformers_itself(encoder: Encoder):
    from sentence_transformers import SentenceTransformer

    texts = [*TEXTS, "cat " * 400, "$\\min_G \\max_D$ and Ünïcode 😀 " * 10]
    expected = SentenceTransformer(str(model_folder()), device="cpu").encode(texts, normalize_embeddings=True)
    np.testing.assert_allclose(encoder.encode(texts), expected, atol=5e-6)
