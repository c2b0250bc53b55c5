"""A summary of pasted notes: their most central sentences, word for word and in their order.

A sentence is central when it is near in meaning to all others; one that says the same again is passed over. Sources: Erkan and Radev,
LexRank, 2004; Carbonell and Goldstein, maximal marginal relevance, 1998. It adds nothing, and misses what only several sentences say.
"""

import re

from codirector.errors import InputError
from codirector.knowledge.answer import leans
from codirector.knowledge.articles import plain, split_sentences
from codirector.knowledge.encoder import Encoder

FEWEST = 4
"""Sentences below which there is nothing to leave out."""
MOST = 400
SAME = 0.5
"""How much nearness to a sentence taken already counts against one."""


def summarise(text: str, encoder: Encoder) -> tuple[str, ...]:
    """A quarter of the sentences, three to seven. Raises InputError for a text with fewer than four, or more than 400."""
    import numpy as np

    sentences = sentences_of(text)
    if len(sentences) < FEWEST:
        raise InputError("There is too little to summarise.", f"Paste at least {FEWEST} sentences after “summarise:”.")
    if len(sentences) > MOST:
        raise InputError(f"These are {len(sentences)} sentences; up to {MOST} are summarised.", "Paste a part of them.")
    vectors = encoder.encode(sentences)
    near = vectors @ vectors.T
    central = (near.sum(axis=1) - 1) / (len(sentences) - 1)
    # One that points back (“They start ...”) says little without the sentence before it.
    central -= np.array([0.2 * (place > 0 and leans(sentence)) for place, sentence in enumerate(sentences)])
    taken: list[int] = []
    for _ in range(min(7, max(3, round(len(sentences) / 4)))):
        again = near[:, taken].max(axis=1) if taken else np.zeros(len(sentences))
        worth = central - SAME * again
        worth[taken] = -np.inf
        taken.append(int(worth.argmax()))
    return tuple(sentences[place] for place in sorted(taken))


def sentences_of(text: str) -> list[str]:
    """Its sentences; lines of a list count as one each."""
    found = []
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-*•]|\d+[.)])\s)", text):
        words = re.sub(r"^\s*(?:[-*•]|\d+[.)])\s+", "", " ".join(block.split()))
        found += [one for sentence in split_sentences(words) if re.search(r"\w\W+\w", one := plain(sentence))]
    return found
