"""Questions with four answers about the articles. The hand-written ones lie in `quiz.json`; for a subject that has none they are made
from the passages' first sentences, word for word.

It asks and explains; who is asked what, and how they did, is kept elsewhere.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from codirector.knowledge.answer import Source, source
from codirector.knowledge.articles import Article, Passage
from codirector.knowledge.index import ARTICLES, Hit, name_of, read_folder
from codirector.knowledge.words import ABBREVIATIONS, terms
from codirector.values import Value

FILE = Path(__file__).parent / "quiz.json"
LEVELS = (1, 2, 3)
EXPLAINED = 2
"""Sentences of the passage that explain an answer."""
LONGEST_CHOICE = 170
"""Characters of a sentence that may stand as a choice."""


class Question(Value):
    """`level` 1 (to begin with) to 3; `choices` in the order they are shown, `right` the place of the right one. `explanation` stands word
    for word in the passage that `source` opens."""

    id: str
    level: int
    ask: str
    choices: tuple[str, ...]
    right: int
    explanation: str
    source: Source


@cache
def questions() -> tuple[Question, ...]:
    """The hand-written questions, in the order of the file."""
    passages = {(passage.article, passage.heading): passage for article in _articles() for passage in article.passages}
    found = []
    for row in json.loads(FILE.read_text(encoding="utf-8"))["questions"]:
        passage = passages[row["article"], row["heading"]]
        found.append(_question(row["id"], row["level"], row["ask"], row["right"], row["wrong"], passage))
    return tuple(found)


@cache
def lesson() -> tuple[Question, ...]:
    """Ten questions that take a newcomer through the subject, in their order."""
    known = {question.id: question for question in questions()}
    return tuple(known[name] for name in json.loads(FILE.read_text(encoding="utf-8"))["lesson"])


@cache
def about(topic: str) -> tuple[Question, ...]:
    """Questions about a subject: those written by hand, then made ones of every level. Empty where no article's name or heading has half
    of its words."""
    wanted = set(terms(" ".join(ABBREVIATIONS.get(word, word) for word in topic.casefold().split())))
    if not wanted:
        return ()
    chosen = [
        passage
        for article in _articles()
        for passage in article.passages
        if 2 * len(wanted & set(terms(f"{name_of(passage)} {article.title} {article.name}"))) >= len(wanted)
    ]
    places = {(passage.article, passage.heading) for passage in chosen}
    written = [one for one in questions() if (one.source.article, one.source.heading) in places]
    taken = {(one.source.article, one.source.heading) for one in written}
    made = [one for passage in chosen if (passage.article, passage.heading) not in taken for one in _made(passage)]
    return (*written, *made)


def known(id: str) -> Question | None:
    """A question by its id; made ones are found by the heading in it."""
    if not id.startswith("made:"):
        return next((question for question in questions() if question.id == id), None)
    _, article, heading, level = id.split(":", 3)
    passage = next((one for found in _articles() for one in found.passages if (one.article, one.heading) == (article, heading)), None)
    return next((one for one in _made(passage) if str(one.level) == level), None) if passage else None


def _made(passage: Passage) -> list[Question]:
    """“What is said of ...?”, with first sentences of other passages: from other articles (1), nearby ones (2) or its own (3)."""
    right = passage.sentences[0].text
    if not _fits(right):
        return []
    articles = _articles()
    here = next(place for place, article in enumerate(articles) if article.name == passage.article)
    pools = {1: [articles[here - 7], articles[here - 13]], 2: [articles[here - 1], articles[here - 2]], 3: [articles[here]]}
    found = []
    for level, pool in pools.items():
        wrong = [one for one in _firsts(pool) if one != right]
        wrong = sorted(wrong, key=lambda one: _mixed(passage.heading, one))[:3]
        if len(wrong) == 3:
            name = f"made:{passage.article}:{passage.heading}:{level}"
            found.append(_question(name, level, f"What do the articles say of “{name_of(passage)}”?", right, wrong, passage))
    return found


def _firsts(articles: Sequence[Article]) -> list[str]:
    firsts = [passage.sentences[0].text for article in articles for passage in article.passages]
    return [one for one in firsts if _fits(one)]


def _fits(sentence: str) -> bool:
    """A choice is short, has no formula, and none of the quotation marks that choices are listed in."""
    return len(sentence) <= LONGEST_CHOICE and not re.search(r"[$“”]", sentence)


def _question(id: str, level: int, ask: str, right: str, wrong: Sequence[str], passage: Passage) -> Question:
    choices = sorted((right, *wrong), key=lambda choice: _mixed(id, choice))
    explanation = " ".join(sentence.text for sentence in passage.sentences[:EXPLAINED])
    hit = Hit(passage, 1.0, 1.0, 1.0, ())
    return Question(
        id=id, level=level, ask=ask, choices=tuple(choices), right=choices.index(right), explanation=explanation, source=source(1, hit)
    )


def _mixed(*parts: str) -> str:
    """A fixed order that looks mixed: the same question always has its answers in the same places."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@cache
def _articles() -> tuple[Article, ...]:
    return tuple(read_folder(ARTICLES))
