"""From passages to an answer. `extract` takes the sentences that answer, word for word, and numbers their sources.

A `Writer` is any function with the signature of `extract`: a language model that writes from the same passages takes its place.
It does not search (see `index`), and it does not know a fact of its own.
"""

import re
from collections.abc import Callable, Sequence

from codirector.knowledge.articles import Reference
from codirector.knowledge.index import Hit
from codirector.knowledge.words import terms
from codirector.values import Value

MOST_SENTENCES, MOST_WORDS = 4, 110
SECOND = 0.9
"""A second passage adds to the answer when its score is at least this share of the first one's."""

_LEANS = re.compile(
    r"(It|Its|This|That|These|Those|They|Their|Such|Both|The two|So|But|Then|Here|He|She|Each|Neither|Either|"
    r"Others?|Otherwise|Another|Hence|The (?:first|second|latter|former|other|same))\b"
)


class Source(Value):
    """What stands behind a number in an answer: the passage, and the works it rests on. `url` is the first of those, or empty."""

    number: int
    title: str
    heading: str
    passage: str
    article: str
    url: str = ""
    references: tuple[Reference, ...] = ()
    file: str = ""
    licence: str = ""
    date: str = ""


class Answer(Value):
    """`text` is Markdown with [1] marks that name `sources` by number. Not `confident`: nothing fits, and the text says so."""

    text: str
    sources: tuple[Source, ...] = ()
    confident: bool = False
    seconds: float = 0.0


class Draft(Value):
    """What a writer returns: the text, and the sources in the order of their numbers."""

    text: str
    sources: tuple[Source, ...]


Writer = Callable[[str, Sequence[Hit]], Draft]


def extract(question: str, hits: Sequence[Hit]) -> Draft:
    """Up to four sentences of the best passage, or three and two of the next if it fits nearly as well. Each run ends with its number."""
    first = hits[0]
    close = hits[1] if len(hits) > 1 and hits[1].score >= SECOND * first.score else None
    runs = [(first, _choose(question, first, MOST_SENTENCES - 1 if close else MOST_SENTENCES, MOST_WORDS))]
    if close:
        runs.append((close, _choose(question, close, 2, 60)))
    sources, lines = [], []
    for number, (hit, places) in enumerate(runs, start=1):
        sources.append(source(number, hit))
        lines.append(_run(hit, places, number))
    return Draft(text="\n\n".join(lines), sources=tuple(sources))


def source(number: int, hit: Hit) -> Source:
    """The source that opens a hit's passage."""
    passage = hit.passage
    return Source(
        number=number, title=passage.title, heading=passage.heading, passage=passage.text, article=passage.article,
        url=next((reference.url for reference in passage.references if reference.url), ""), references=passage.references,
        file=passage.file, licence=passage.licence, date=passage.date,
    )  # fmt: skip


def leans(sentence: str) -> bool:
    """Whether a sentence begins with a word that points back, so that it needs the one before it."""
    return bool(_LEANS.match(sentence))


def _choose(question: str, hit: Hit, most: int, words: int) -> list[int]:
    """Places of the sentences to take, in order: the first, which says what the passage is about, then the nearest; a sentence that
    leans on the one before it brings that one along."""
    sentences, query = hit.passage.sentences, set(terms(question))
    shared = [len(query & set(terms(sentence.text))) / max(len(query), 1) for sentence in sentences]
    near = hit.sentences or (0.0,) * len(sentences)
    ranked = sorted(range(1, len(sentences)), key=lambda place: -(near[place] + 0.3 * shared[place]))
    taken = {0}
    for place in ranked:
        group = {place}
        while min(group) > 0 and leans(sentences[min(group)].text):
            group.add(min(group) - 1)
        added = taken | group
        if len(added) <= most and sum(len(sentences[one].text.split()) for one in added) <= words:
            taken = added
    return sorted(taken)


def _run(hit: Hit, places: list[int], number: int) -> str:
    text, listed = "", False
    for place in places:
        sentence = hit.passage.sentences[place]
        if sentence.item:
            text, listed = f"{text}\n- {sentence.text}", True
        else:
            text, listed = f"{text}{chr(10) * 2 if listed else ' '}{sentence.text}", False
    return f"{text.strip()} [{number}]"
