"""Fits what tells a question that the articles answer from one that only shares a word with them: `python -m training.knowledge.scope`.

A logistic regression on the question's MiniLM vector, and a second one that weighs its result (from ten-fold cross-validation, so that
it is no better than on unseen questions) with the nearness of the best passage and the share of the question's words that no article
has. Inside: every heading of the articles in five wordings, `lists/inside.txt`, the quiz, and things drawn (`own.txt`). Outside:
`lists/outside.txt`, each term of the field asked about in foreign trades (`terms.txt`, `fields.txt`), the words of the articles'
headings in more of them (`foreign.txt`, `trades.txt`; headings' plain words, `plain.txt`, left out), the same things asked about
otherwise (`other.txt`), and the tuning part of benchmarks/knowledge, whose other parts are never read. Writes the weights and prints
the cross-validation.
"""

import json
import random
import re
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from codirector.knowledge.index import ARTICLES, read_folder
from codirector.knowledge.library import Library
from codirector.knowledge.scope import SCOPE, STEPS, features
from codirector.knowledge.words import STOP, spelled_out

LISTS = Path(__file__).parent / "lists"
QUIZ = ARTICLES.parent / "quiz.json"
BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "knowledge"
WORDINGS = ("{}", "what is {}", "explain {}", "tell me about {}", "how does {} work in AI pictures")
WORLD = Path(__file__).parents[2] / "models" / "illustrator" / "world.json"
MADE = {"foreign": 3200, "other": 900, "own": 700}
"""How many questions are made of each list of wordings."""
FOREIGN = ("what is a {} in {}", "how do I choose a {} for {}")
PENALTY, MIX_PENALTY = 3e-4, 1e-5
"""L2 on the weights, beside the mean loss; the first chosen by cross-validation among 1e-4 ... 3e-2."""


def questions() -> tuple[list[str], list[str]]:
    """(inside, outside), each question once, in a fixed order."""
    inside = lines("inside.txt")
    inside += sorted(wordings())
    fields = lines("fields.txt")
    outside = lines("outside.txt")
    for place, term in enumerate(lines("terms.txt")):
        # Every term with a third of the trades: all of them would drown the plain questions.
        outside += [wording.format(term, field) for wording in FOREIGN for field in fields[place % 3 :: 3]]
    rows = [json.loads(line) for line in (BENCHMARK / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
    inside += [row["question"] for row in rows if row["split"] == "tune" and row["article"]]
    outside += [row["question"] for row in rows if row["split"] == "tune" and not row["article"]]
    near = (line.split("\t") for line in (BENCHMARK / "outside.txt").read_text(encoding="utf-8").splitlines())
    outside += [question for split, question in near if split == "tune"]
    return list(dict.fromkeys(inside)), list(dict.fromkeys(outside))


def made() -> dict[str, list[str]]:
    """Questions made by rule, by the list of their wordings; the same ones every time."""
    chance = random.Random(7)
    trades, things = lines("trades.txt"), list(json.loads(WORLD.read_text(encoding="utf-8"))["things"])
    terms = heading_terms()
    found = {}
    for name, count in MADE.items():
        forms = lines(f"{name}.txt")
        asked = [
            chance.choice(forms).format(term=chance.choice(terms), trade=chance.choice(trades), thing=chance.choice(things))
            for _ in range(count)
        ]
        found[name] = list(dict.fromkeys(asked))
    return found


def heading_terms() -> list[str]:
    """The words of the articles' headings and of `terms.txt` that are terms of the field."""
    headings = " ".join(passage.heading for article in read_folder(ARTICLES) for passage in article.passages)
    words = {word if word.isupper() else word.lower() for word in re.findall(r"[A-Za-z][A-Za-z0-9+-]{2,}", headings)}
    return sorted({*words, *lines("terms.txt")} - STOP - set(lines("plain.txt")))


def lines(name: str) -> list[str]:
    return (LISTS / name).read_text(encoding="utf-8").split("\n")[:-1]


def fit(vectors: Any, marks: Any, penalty: float) -> Any:
    """Weights and, last, the bias, by Newton's method; both classes count alike."""
    rows = np.hstack([vectors, np.ones((len(vectors), 1))]).astype(np.float64)
    share = np.where(marks == 1, 0.5 / marks.sum(), 0.5 / (1 - marks).sum())
    ridge = np.full(rows.shape[1], penalty)
    ridge[-1] = 0.0
    weights = np.zeros(rows.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (share * (chance - marks)) + ridge * weights
        bend = (rows * (share * chance * (1 - chance))[:, None]).T @ rows + np.diag(ridge)
        step = np.linalg.solve(bend + 1e-9 * np.eye(len(bend)), slope)
        weights -= step
        if np.abs(step).max() < 1e-7:
            break
    return weights


def main() -> None:
    inside, outside = questions()
    by_rule = made()
    quiz = [row["ask"] for row in json.loads(QUIZ.read_text(encoding="utf-8"))["questions"]]
    own, foreign = [*by_rule["own"], *quiz], [*by_rule["foreign"], *by_rule["other"]]
    marks = np.array([1.0] * len(inside) + [0.0] * len(outside))
    more_marks = np.array([1.0] * len(own) + [0.0] * len(foreign))
    with tempfile.TemporaryDirectory() as cache:
        index = Library(Path(cache)).index()
        vectors = index.encoder.encode([spelled_out(question) for question in [*inside, *outside]])
        more = index.encoder.encode([spelled_out(question) for question in [*own, *foreign]])
        hits = [index.search(question, 1, vector)[0] for question, vector in zip([*inside, *outside], vectors, strict=True)]
        unknown = [index.unknown(question) for question in [*inside, *outside]]
    fold = np.random.default_rng(7).integers(0, 10, len(marks))
    subject = np.zeros(len(marks))
    for number in range(10):
        weights = fit(np.vstack([vectors[fold != number], more]), np.concatenate([marks[fold != number], more_marks]), PENALTY)
        subject[fold == number] = vectors[fold == number] @ weights[:-1] + weights[-1]
    rows = np.array([features(value, hit, share) for value, hit, share in zip(subject, hits, unknown, strict=True)])[:, :-1]
    # Headings are found by their own words: they would teach the mix that every question is near to its passage.
    headings = wordings()
    asked = np.array([question not in headings for question in inside] + [True] * len(outside))
    scores = np.zeros(len(marks))
    for number in range(10):
        weights = fit(rows[asked & (fold != number)], marks[asked & (fold != number)], MIX_PENALTY)
        scores[fold == number] = rows[fold == number] @ weights[:-1] + weights[-1]
    mix = fit(rows[asked], marks[asked], MIX_PENALTY)
    word_for_word = [place for place, question in enumerate([*inside, *outside]) if question in known()]
    examples = np.clip(np.round(vectors[word_for_word] * STEPS), -127, 127).astype(np.int8)
    subject_weights = fit(np.vstack([vectors, more]), np.concatenate([marks, more_marks]), PENALTY)
    np.savez(SCOPE, question=subject_weights.astype(np.float32), mix=mix.astype(np.float32), foreign=examples)
    kept, refused = np.mean(scores[asked & (marks == 1)] > 0), np.mean(scores[marks == 0] <= 0)
    print(f"{len(inside)} inside ({int((asked & (marks == 1)).sum())} of them no headings), {len(outside)} outside")
    print(f"by rule: {len(own)} inside, {len(foreign)} outside")
    print(f"ten-fold: inside kept {kept:.3f}, outside refused {refused:.3f}; mix {np.round(mix, 2).tolist()}; written: {SCOPE}")


def known() -> set[str]:
    """The questions of other subjects that are refused word for word: all but those made by rule."""
    near = (line.split("\t") for line in (BENCHMARK / "outside.txt").read_text(encoding="utf-8").splitlines())
    return {*lines("outside.txt"), *(question for split, question in near if split == "tune")}


def wordings() -> set[str]:
    """Every heading of the articles in the five wordings."""
    headings = {passage.heading.lower() for article in read_folder(ARTICLES) for passage in article.passages}
    return {wording.format(heading) for heading in headings for wording in WORDINGS}


if __name__ == "__main__":
    main()
