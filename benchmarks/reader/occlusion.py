"""Do the heat maps tell the truth? The occlusion check on held-out renderings.

    python -m benchmarks.reader.occlusion [--number 60]

For each thing seen (at most three a picture) and the setting: hide the hot part, and as much elsewhere; the map holds if the score
falls by a fifth or more, and lower than with the cold part hidden. So that the check is known to be one: how often made-up maps
(smooth noise) pass it beside them. Prints the rates and the maps that fail.
"""

from __future__ import annotations

import argparse
from collections import Counter

import cv2
import numpy as np

from benchmarks.reader.scenes import SEED, paint
from codirector.tools.reader import Reading, load_reader
from codirector.tools.reader.explain import field_score, thing_score
from codirector.tools.reader.reader import OwnReader
from codirector.tools.reader.report.occlusion import check, greyed
from codirector.tools.reader.report.own import heat_maps
from codirector.tools.reader.report.values import Occlusion


def checked_again(reader: OwnReader, reading: Reading, picture: np.ndarray, checked: Occlusion, rng: np.random.Generator) -> Occlusion:
    """The same check for a map of smooth noise."""
    noise = cv2.resize(rng.random((5, 5)).astype(np.float32), (16, 16), interpolation=cv2.INTER_CUBIC)
    thing = next((thing for thing in reading.things if thing.name == checked.label), None)
    if thing is None:
        return check(
            checked.label, picture, noise, lambda image: field_score(reader, image, "setting", checked.label), checked.area, greyed
        )
    return check(checked.label, picture, noise, lambda image: thing_score(reader, image, thing.name, thing.box), checked.area)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--number", type=int, default=60)
    arguments = parser.parse_args()
    reader = load_reader()
    held: Counter = Counter()
    made: Counter = Counter()
    chance: Counter = Counter()
    rng = np.random.default_rng(SEED)
    hot, cold, failing = [], [], []
    for free in (0.0, 1.0):
        pictures, _ = paint(arguments.number // 2, SEED + 20 + int(free), free)
        for picture in pictures:
            looked = reader.look(picture)
            reading = reader.reading_of(looked, picture.shape[1], picture.shape[0])
            for _, checked in heat_maps(reader, looked, reading, picture):
                kind = "things" if checked.label in reader.things else "settings"
                made[kind] += 1
                held[kind] += checked.holds
                chance[kind] += checked_again(reader, reading, picture, checked, rng).holds
                hot.append(1 - checked.hot_hidden / max(checked.before, 1e-6))
                cold.append(1 - checked.cold_hidden / max(checked.before, 1e-6))
                if not checked.holds:
                    failing.append(checked.words)
    for kind, number in made.items():
        print(
            f"{kind}: the check holds for {held[kind]} of {number} heat maps, {100 * held[kind] / number:.1f} %; for made-up ones"
            f" {100 * chance[kind] / number:.1f} %."
        )
    print(f"all: {100 * sum(held.values()) / sum(made.values()):.1f} % (promised: 90 %).")
    fall, control = 100 * np.median(hot), 100 * np.median(cold)
    print(f"The score falls by {fall:.0f} % (median) with the hot part hidden, by {control:.0f} % with the cold one.")
    for words in failing:
        print(f"- {words}")


if __name__ == "__main__":
    main()
