"""How a reading compares with the truth of a rendered scene. Pure: readings and labels in, counts out.

Every field is a set of statements, for instance (fox, 2) for the count; F1 is over all statements of all pictures.
"""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np

from codirector.tools.reader.colours import NAMES as COLOURS
from codirector.tools.reader.reading import Reading, SeenThing

Statements = dict[str, Counter]


COLOUR_SHARE = 0.3
"""A named colour is right if so much of the drawing has it: a fox is orange, and a panda as much white as black."""


def truth(labels: dict[str, np.ndarray], at: int, names: list[str], fields: dict[str, list[str]]) -> Statements:
    """The statements that hold for picture `at` of a pool's labels (see training/reader/pool.py)."""
    said: Statements = defaultdict(Counter)
    counts: Counter = Counter()
    for slot in np.flatnonzero(labels["things"][at] >= 0):
        name = names[labels["things"][at, slot]]
        x = labels["boxes"][at, slot, 0]
        counts[name] += 1
        said["subject"][name] = 1
        said["placement"][name, "left" if x < 0.4 else "right" if x > 0.6 else "centre"] += 1
        main = COLOURS[int(labels["colours"][at, slot].argmax())]
        said["colour"][name, main] += 1
        if labels["recoloured"][at, slot]:
            said["unusual colour"][name, main] += 1
    for name, count in counts.items():
        said["count"][name, count] = 1
    for field in ("style", "setting", "time", "framing"):
        if labels[field][at] >= 0:
            said[field][fields[field][labels[field][at]]] = 1
    if labels["plain"][at] >= 0:
        said["background"][fields["plain"][labels["plain"][at]]] = 1
    return said


def statements(reading: Reading, asked: Statements, labels: dict[str, np.ndarray], at: int, names: list[str]) -> Statements:
    """What a reading says, in the same form; fields without a truth in this picture are not asked for. A colour that makes up at
    least COLOUR_SHARE of the thing so called counts as its main one."""
    also: dict[tuple[str, str], str] = {}
    for slot in np.flatnonzero(labels["things"][at] >= 0):
        shares = labels["colours"][at, slot]
        for number in np.flatnonzero(shares >= COLOUR_SHARE):
            also[names[labels["things"][at, slot]], COLOURS[number]] = COLOURS[int(shares.argmax())]
    said: Statements = defaultdict(Counter)
    for thing in reading.things:
        said["subject"][thing.name] = 1
        said["placement"][thing.name, thing.placement] += 1
        said["colour"][thing.name, also.get((thing.name, thing.colour.value), thing.colour.value)] += 1
        if thing.recoloured > 0.5:
            said["unusual colour"][thing.name, thing.colour.value] += 1
    for name, count in reading.counts.items():
        said["count"][name, count] = 1
    for field, guess in (("style", reading.style), ("setting", reading.setting), ("time", reading.time), ("framing", reading.framing)):
        if asked.get(field):
            said[field][guess.value] = 1
    if asked.get("background"):
        said["background"][reading.background.value] = 1
    return said


class Score:
    """True positives, false positives and false negatives per field."""

    def __init__(self) -> None:
        self.counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])

    def add(self, right: Statements, said: Statements) -> None:
        for field in {*right, *said}:
            hit = sum((right.get(field, Counter()) & said.get(field, Counter())).values())
            row = self.counts[field]
            row[0] += hit
            row[1] += sum(said.get(field, Counter()).values()) - hit
            row[2] += sum(right.get(field, Counter()).values()) - hit

    def f1(self, field: str) -> float:
        hit, extra, missed = self.counts[field]
        return 2 * hit / max(2 * hit + extra + missed, 1)

    def table(self) -> str:
        lines = ["| field | F1 | precision | recall | statements |", "|---|---|---|---|---|"]
        for field in FIELDS:
            if field in self.counts:
                hit, extra, missed = self.counts[field]
                lines.append(
                    f"| {field} | {100 * self.f1(field):.1f} % | {100 * hit / max(hit + extra, 1):.1f} % "
                    f"| {100 * hit / max(hit + missed, 1):.1f} % | {hit + missed} |"
                )
        return "\n".join(lines)


FIELDS = ("subject", "count", "placement", "colour", "unusual colour", "style", "setting", "background", "time", "framing")
PROMISED = ("subject", "style", "setting", "time", "placement", "count", "colour")
"""The fields whose F1 is promised to be at least 0.85."""


def box_matches(things: tuple[SeenThing, ...], labels: dict[str, np.ndarray], at: int) -> tuple[int, int, list[tuple[int, str]]]:
    """-> (things found at the right place, things there, [(true class, name said)] of those found): overlap at least 0.5."""
    slots = np.flatnonzero(labels["things"][at] >= 0)
    found, pairs = 0, []
    for slot in slots:
        x, y, width, height = labels["boxes"][at, slot]
        best, name = 0.0, ""
        for thing in things:
            box = thing.box
            across = min(x + width / 2, box.x + box.width / 2) - max(x - width / 2, box.x - box.width / 2)
            down = min(y + height / 2, box.y + box.height / 2) - max(y - height / 2, box.y - box.height / 2)
            shared = max(0.0, across) * max(0.0, down)
            overlap = shared / (width * height + box.width * box.height - shared)
            if overlap > best:
                best, name = overlap, thing.name
        if best >= 0.5:
            found += 1
            pairs.append((int(labels["things"][at, slot]), name))
    return found, len(slots), pairs


def calibration_error(shares: list[float], right: list[bool], bins: int = 10) -> float:
    """The expected calibration error: the mean gap between certainty and hits, weighed by how many answers a bin has."""
    said, hit = np.array(shares), np.array(right, float)
    which = np.minimum((said * bins).astype(int), bins - 1)
    full = [which == k for k in range(bins) if (which == k).any()]
    return float(sum(abs(said[part].mean() - hit[part].mean()) * part.mean() for part in full))
