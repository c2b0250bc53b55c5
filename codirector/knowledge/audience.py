"""The same passages for different readers: plain sentences for somebody new, formulae, numbers and names for an engineer.

Extractive as `answer.extract` is: it chooses other sentences, and words none itself.
"""

import re
from collections.abc import Sequence
from typing import Literal

from codirector.knowledge.answer import Draft, leans, source
from codirector.knowledge.articles import Sentence
from codirector.knowledge.index import Hit

Audience = Literal["new", "engineer"]
MOST = {"new": 3, "engineer": 6}
"""Sentences of an explanation."""
_TECHNICAL = re.compile(
    r"\$|`|\d|\b[A-Z]{2,}\b|\b(?:distribution|divergence|gradient|variational|solver|latent|vector|matrix|parameters)\b"
)


def explain(hits: Sequence[Hit], audience: Audience) -> Draft:
    """An explanation from the best passage, for an engineer also from the next of the same article. `hits` is not empty."""
    first = hits[0]
    others = [hit for hit in hits[1:] if hit.passage.article == first.passage.article][:1] if audience == "engineer" else []
    parts, sources = [], []
    for number, hit in enumerate((first, *others), start=1):
        chosen = _choose(hit.passage.sentences, audience, MOST[audience] - sum(map(len, parts)))
        if chosen:
            parts.append(chosen)
            sources.append(source(number, hit))
    text = "\n\n".join(f"{' '.join(part)} [{one.number}]" for part, one in zip(parts, sources, strict=True))
    return Draft(text=text, sources=tuple(sources))


def technical(sentence: str) -> float:
    """How much a sentence asks of its reader: marks of a formula, number or term of the trade for each ten words."""
    return 10 * len(_TECHNICAL.findall(sentence)) / max(len(sentence.split()), 1)


def _choose(sentences: Sequence[Sentence], audience: Audience, most: int) -> list[str]:
    """The first sentence, which says what it is about, and those that suit; in their order, none that leans on one left out."""
    ranked = sorted(range(1, len(sentences)), key=lambda place: technical(sentences[place].text), reverse=audience == "engineer")
    taken = {0}
    for place in ranked:
        plain = audience == "new" and technical(sentences[place].text) > 2
        if len(taken) >= most or plain:
            break
        if not leans(sentences[place].text) or place - 1 in taken:
            taken.add(place)
    return [sentences[place].text for place in sorted(taken)]
