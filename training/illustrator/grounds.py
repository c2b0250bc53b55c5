"""The rough settings of the atlas: a few of each setting and time of day, as patches of colour, and the words that lead to them.

Knows painted settings and captions' words. Does not know things or models. `python -m training.illustrator.grounds`
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from PIL import Image

from codirector.tools.sketch import COLOURS, GROUND_SIDE, GROUNDS
from training.illustrator.art import ATLAS
from training.illustrator.captions import SETTING_WORDS, TIME_WORDS
from training.illustrator.scenes import rough_ground
from training.illustrator.settings import paint
from training.illustrator.world import PLAIN_COLOURS, SETTINGS, TIMES

VARIANTS, COLUMNS = 8, 24
FILLERS = {"a", "an", "the", "in", "on", "at", "of", "up", "by", "among", "with", "behind", "front", "to"}


def plain_phrases(phrase: str) -> str:
    """'in a snowy landscape' -> 'snowy landscape': what is left when small words at both ends are gone."""
    words = phrase.split()
    while words and words[0] in FILLERS:
        words = words[1:]
    while words and words[-1] in FILLERS:
        words = words[:-1]
    return " ".join(words)


def write_grounds(folder: Path, seed: int = 3) -> int:
    """Paints and writes them; -> how many."""
    rng = np.random.default_rng(seed)
    tiles: list[np.ndarray] = []
    places: dict[str, dict[str, list[int]]] = {}
    for setting in SETTINGS[1:]:
        for time in TIMES:
            made = [rough_ground(paint(setting, time, rng)) for _ in range(VARIANTS)]
            places.setdefault(setting, {})[time] = list(range(len(tiles), len(tiles) + len(made)))
            tiles += made
    for colour in PLAIN_COLOURS:
        for time in TIMES:
            rgb = COLOURS[colour] if colour != "white" else (245, 245, 245)
            places.setdefault(f"plain {colour}", {})[time] = [len(tiles)]
            tiles.append(rough_ground(paint("plain", time, rng, rgb)))
    rows = -(-len(tiles) // COLUMNS)
    sheet = np.zeros((rows * GROUND_SIDE, COLUMNS * GROUND_SIDE, 3), np.uint8)
    for number, tile in enumerate(tiles):
        row, column = divmod(number, COLUMNS)
        sheet[row * GROUND_SIDE : (row + 1) * GROUND_SIDE, column * GROUND_SIDE : (column + 1) * GROUND_SIDE] = tile
    words = {setting: [setting, *(plain_phrases(phrase) for phrase in SETTING_WORDS[setting])] for setting in SETTINGS[1:]}
    lights = {time: [time, *(plain_phrases(phrase) for phrase in TIME_WORDS[time])] for time in TIMES}
    index = {
        "tile": GROUND_SIDE, "columns": COLUMNS, "tiles": places, "words": {key: list(dict.fromkeys(each)) for key, each in words.items()},
        "lights": {key: list(dict.fromkeys(each)) for key, each in lights.items()},
    }  # fmt: skip
    Image.fromarray(sheet).save(folder / f"{GROUNDS}.webp", lossless=True, method=6)
    (folder / f"{GROUNDS}.json").write_text(json.dumps(index) + "\n", encoding="utf-8")
    return len(tiles)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--atlas", type=Path, default=ATLAS)
    print(write_grounds(parser.parse_args().atlas), "rough settings")


if __name__ == "__main__":
    main()
