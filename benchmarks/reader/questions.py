"""Question answering of our own reader on held-out renderings: the share of right answers per kind.

    python -m benchmarks.reader.questions [--number 300]

Questions are made from the truth of each picture (which the reader never sees) in several wordings a kind; half of the yes-no
questions have the answer no. Prints Markdown.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict

import numpy as np

from benchmarks.reader.scenes import SEED, paint
from benchmarks.reader.score import calibration_error
from codirector.tools.reader import load_reader
from codirector.tools.reader.answers import answer
from codirector.tools.reader.colours import NAMES as COLOURS
from codirector.tools.reader.look import known_names
from codirector.tools.reader.questions import understand
from codirector.tools.reader.reading import article

Asked = tuple[str, str, set[str]]
"""Kind, question, right facts."""


def questions(
    labels: dict[str, np.ndarray], at: int, names: list[str], fields: dict[str, list[str]], rng: np.random.Generator
) -> list[Asked]:
    """Up to twelve questions about picture `at`, with every fact that counts as right."""
    slots = np.flatnonzero(labels["things"][at] >= 0)
    there = [names[labels["things"][at, slot]] for slot in slots]
    counts = Counter(there)
    boxes = labels["boxes"][at]
    pick = lambda *words: str(rng.choice(words))  # noqa: E731
    asked: list[Asked] = []
    absent = str(rng.choice([name for name in names if name not in counts]))
    style, setting = fields["style"][labels["style"][at]], fields["setting"][labels["setting"][at]]
    asked.append(("style", pick("what style is it?", "which style is this?"), {style}))
    asked.append(("setting", pick("where is it?", "what is the setting?"), {setting}))
    if labels["time"][at] >= 0:
        time = fields["time"][labels["time"][at]]
        other = str(rng.choice(["night", "day", "sunset"]))
        asked.append(("time", "what time of day is it?", {time}))
        asked.append(("time, yes or no", f"is it {other}?", {"yes" if other == time else "no"}))
    asked.append(("presence, no", f"is there {article(absent)} {absent}?", {"no"}))
    if not len(slots):
        return asked
    slot = int(rng.choice(slots))
    name = names[labels["things"][at, slot]]
    asked.append(("presence, yes", pick(f"is there {article(name)} {name}?", f"do you see {article(name)} {name}?"), {"yes"}))
    asked.append(("count", f"how many {load_reader().plurals[name]} are there?", {str(counts[name])}))
    asked.append(("count of all", "how many things are there?", {str(len(slots))}))
    shares = labels["colours"][at, slot]
    if counts[name] == 1:
        x = boxes[slot, 0]
        asked.append(("where", f"where is the {name}?", {"left" if x < 0.4 else "right" if x > 0.6 else "centre"}))
        asked.append(("colour", f"what colour is the {name}?", {COLOURS[k] for k in np.flatnonzero(shares >= min(0.3, shares.max()))}))
    singles = [each for each in slots if counts[names[labels["things"][at, each]]] == 1]
    if len(singles) >= 2:
        one, other = (int(each) for each in rng.choice(singles, 2, replace=False))
        gap = boxes[one, 0] - boxes[other, 0]
        if abs(gap) > 0.1:
            first, second = names[labels["things"][at, one]], names[labels["things"][at, other]]
            side = pick("left", "right")
            right = "yes" if (gap < 0) == (side == "left") else "no"
            asked.append(("relation, yes or no", f"is the {first} {side} of the {second}?", {right}))
            side = "left" if gap < 0 else "right"
            beside = {
                names[labels["things"][at, each]] for each in slots
                if each != other and (boxes[other, 0] - boxes[each, 0]) * (1 if side == "left" else -1) > 0.02
            }  # fmt: skip
            asked.append(("relation", f"what is {side} of the {second}?", beside))
    return asked


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--number", type=int, default=300)
    arguments = parser.parse_args()
    reader, names, rng = load_reader(), known_names(), np.random.default_rng(SEED)
    right: Counter = Counter()
    all_asked: Counter = Counter()
    sure: dict[bool, list[float]] = defaultdict(list)
    for free in (0.0, 1.0):
        pictures, labels = paint(arguments.number // 2, SEED + 10 + int(free), free)
        for at, picture in enumerate(pictures):
            reading = reader.read(picture)
            for kind, question, facts in questions(labels, at, list(reader.things), reader.fields, rng):
                said = answer(understand(question, names), reading, reader.plurals)
                good = said is not None and said.fact in facts
                all_asked[kind] += 1
                right[kind] += good
                sure[good].append(said.sure if said else 0.0)
    print(f"| kind | right of asked ({arguments.number} held-out pictures) | |\n|---|---|---|")
    for kind, number in sorted(all_asked.items()):
        print(f"| {kind} | {right[kind]} of {number} | {100 * right[kind] / number:.1f} % |")
    total, whole = sum(right.values()), sum(all_asked.values())
    print(f"| **all** | {total} of {whole} | **{100 * total / whole:.1f} %** (promised: 85 %) |")
    print(f"\nMean certainty of right answers {np.mean(sure[True]):.2f}, of wrong ones {np.mean(sure[False] or [0.0]):.2f}.")
    gap = calibration_error([*sure[True], *sure[False]], [True] * len(sure[True]) + [False] * len(sure[False]))
    print(f"Expected calibration error of the answers: {100 * gap:.1f} %.")


if __name__ == "__main__":
    main()
