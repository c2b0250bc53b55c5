"""Does a passage support a sentence? An entailment heuristic of words, numbers and negation, for answers that a writer worded freely.

A sentence is supported when most of its telling words, all of its numbers, and its yes or no stand in the passage. It reads no meaning:
a sentence that turns words round (“A is faster than B”) passes. `checked` makes any writer honest with it.
"""

import re
from collections.abc import Sequence

from codirector.knowledge.answer import Draft, Writer, extract
from codirector.knowledge.articles import split_sentences
from codirector.knowledge.index import Hit
from codirector.knowledge.words import terms

SHARE = 0.75
"""Of a sentence's telling words, at least this share stands in the passage."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NO = re.compile(r"\b(?:not|no|never|none|nor|without|cannot|neither|nothing)\b|n[’']t\b", re.IGNORECASE)
_MARK = re.compile(r"\[(\d+)\]")


def supported(sentence: str, passage: str) -> bool:
    """Whether the passage says what the sentence says, as far as words tell. A sentence without telling words is not supported."""
    wanted, held = set(terms(sentence)), set(terms(passage))
    if not wanted or len(wanted & held) < SHARE * len(wanted):
        return False
    if not set(_NUMBER.findall(sentence)) <= set(_NUMBER.findall(passage)):
        return False
    nearest = max(split_sentences(passage), key=lambda one: _likeness(wanted, set(terms(one))), default="")
    return bool(_NO.search(sentence)) == bool(_NO.search(nearest))


def cited_sentences(text: str) -> list[tuple[str, tuple[int, ...]]]:
    """The sentences of an answer, each with the numbers of the sources it is said to rest on: the first marks at or after it in its
    paragraph; none where no mark follows."""
    found: list[tuple[str, tuple[int, ...]]] = []
    for paragraph in re.split(r"\n{2,}", text):
        waiting: list[str] = []
        for piece in re.split(r"((?:\s*\[\d+\])+)", paragraph):
            if _MARK.search(piece) and not _MARK.sub("", piece).strip():
                numbers = tuple(int(number) for number in _MARK.findall(piece))
                found += [(sentence, numbers) for sentence in waiting]
                waiting = []
            else:
                lines = [line.strip().removeprefix("- ") for line in piece.split("\n")]
                waiting += [one for line in lines for one in split_sentences(line) if re.search(r"\w", one)]
        found += [(sentence, ()) for sentence in waiting]
    return found


def checked(writer: Writer) -> Writer:
    """`writer`, with every sentence that its sources do not support left out; where less than half is left, the passages speak for
    themselves (`extract`)."""

    def write(question: str, hits: Sequence[Hit]) -> Draft:
        draft = writer(question, hits)
        passages = {source.number: source.passage for source in draft.sources}
        cited = cited_sentences(draft.text)
        kept = [
            (sentence, numbers) for sentence, numbers in cited if any(supported(sentence, passages.get(number, "")) for number in numbers)
        ]
        if not kept or 2 * len(kept) < len(cited):
            return extract(question, hits)
        text = " ".join(sentence + "".join(f" [{number}]" for number in numbers) for sentence, numbers in kept)
        used = {number for _, numbers in kept for number in numbers}
        return Draft(text=text, sources=tuple(source for source in draft.sources if source.number in used))

    return write


def _likeness(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(len(one | other), 1)
