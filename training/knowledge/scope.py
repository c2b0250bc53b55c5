"""Fits what tells a question that the articles answer from one that only shares a word with them: `python -m training.knowledge.scope`.

A logistic regression on the question's MiniLM vector, and a second one that weighs its result (from ten-fold cross-validation, so that
it is no better than on unseen questions) with the nearness of the best passage. Inside: every heading of the articles in five wordings,
and `lists/inside.txt`. Outside: `lists/outside.txt`, each term of the field asked about in foreign trades (`terms.txt`, `fields.txt`),
and the tuning part of benchmarks/knowledge, whose held-out parts are never read. Writes the weights and prints the cross-validation.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from codirector.knowledge.index import ARTICLES, read_folder
from codirector.knowledge.library import Library
from codirector.knowledge.scope import SCOPE, STEPS, features

LISTS = Path(__file__).parent / "lists"
BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "knowledge"
WORDINGS = ("{}", "what is {}", "explain {}", "tell me about {}", "how does {} work in AI pictures")
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
    marks = np.array([1.0] * len(inside) + [0.0] * len(outside))
    with tempfile.TemporaryDirectory() as cache:
        index = Library(Path(cache)).index()
        vectors = np.array([index.vector(question) for question in [*inside, *outside]])
        hits = [index.search(question, 1, vector)[0] for question, vector in zip([*inside, *outside], vectors, strict=True)]
    fold = np.random.default_rng(7).integers(0, 10, len(marks))
    subject = np.zeros(len(marks))
    for number in range(10):
        weights = fit(vectors[fold != number], marks[fold != number], PENALTY)
        subject[fold == number] = vectors[fold == number] @ weights[:-1] + weights[-1]
    rows = np.array([features(value, hit) for value, hit in zip(subject, hits, strict=True)])[:, :-1]
    # Headings are found by their own words: they would teach the mix that every question is near to its passage.
    headings = wordings()
    asked = np.array([question not in headings for question in inside] + [True] * len(outside))
    scores = np.zeros(len(marks))
    for number in range(10):
        weights = fit(rows[asked & (fold != number)], marks[asked & (fold != number)], MIX_PENALTY)
        scores[fold == number] = rows[fold == number] @ weights[:-1] + weights[-1]
    mix = fit(rows[asked], marks[asked], MIX_PENALTY)
    foreign = [place for place, question in enumerate([*inside, *outside]) if question in known()]
    examples = np.clip(np.round(vectors[foreign] * STEPS), -127, 127).astype(np.int8)
    np.savez(SCOPE, question=fit(vectors, marks, PENALTY).astype(np.float32), mix=mix.astype(np.float32), foreign=examples)
    kept, refused = np.mean(scores[asked & (marks == 1)] > 0), np.mean(scores[marks == 0] <= 0)
    print(f"{len(inside)} inside ({int((asked & (marks == 1)).sum())} of them no headings), {len(outside)} outside")
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
