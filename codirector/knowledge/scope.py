"""Does the best passage answer this question? How near it is, weighed with whether the question is about making pictures at all.

“What is a sampler in embroidery” is as near to the article on samplers as an honest question is, so nearness alone cannot tell them
apart; what else the question says must. Two logistic regressions, fitted by `training/knowledge/scope.py`: one on the question's vector,
one that weighs its result with the passage's nearness and with how many of the question's words no article has. What is nearly word for
word a known question of another subject (“why is the sky blue”, which the article on light would answer) is not answered whatever they
say. None of this is asked of a person's own notes, whose subject nobody knows beforehand.
"""

import math
from typing import Any

from codirector.knowledge.index import ARTICLES, Hit

SCOPE = ARTICLES / "scope.npz"
STEPS = 512
"""Known questions are kept in whole steps of 1/512, one byte a number; it moves a cosine by less than 0.01."""
SAME = 0.85
"""Cosine from which two questions are the same one. Weighing smaller ones was tried: it learned its examples by heart and refused fewer
of the held-out ones (33 of 40 against 37)."""


class Scope:
    """Reads 160 kB on construction; holds no other state."""

    def __init__(self) -> None:
        import numpy as np

        with np.load(SCOPE, allow_pickle=False) as stored:
            self._question: Any = stored["question"]
            self._mix: Any = stored["mix"]
            self._foreign: Any = stored["foreign"].astype(np.float32) / STEPS

    def certainty(self, vector: Any, hit: Hit, unknown: float) -> float:
        """0 to 1: how likely `hit`, the best passage, answers the question with the unit vector (384,), of whose words no passage at
        all has the share `unknown`."""
        if float((self._foreign @ vector).max()) >= SAME:
            return 0.0
        subject = float(self._question[:-1] @ vector + self._question[-1])
        logit = float(self._mix @ features(subject, hit, unknown))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def features(subject: float, hit: Hit, unknown: float) -> tuple[float, float, float, float, float, float]:
    """What the second regression weighs: the first one's logit, the passage's rank score, its nearness, the words covered, the words that
    no passage has, and 1."""
    return subject, hit.score, hit.near, hit.covered, unknown, 1.0
