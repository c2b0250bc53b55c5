"""Ways to find a region by words, compared: intersection over union with the true outline of a thing in composed scenes.

The scenes are held-out ones of our small world, composed by code, so every thing's outline is known (less what stands before it). Each
way is told the words only; the layout's outline, which a picture of our own has, is told the boxes and stands beside them.
"""

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from codirector.tools import masks, regions, word_regions
from codirector.tools.embedded import ILLUSTRATOR
from codirector.tools.sketch import Atlas
from training.illustrator.scenes import compose, lay_out, sample_spec

SIDE = 512


def compare(folder: Path, count: int) -> dict[str, Any]:
    """`count` scenes; of each, its first thing. 'found': the share in which the way gave a mask at all; IoU counts 0 where it did not.
    What was measured is kept in `folder`, and a run that was cut off goes on there."""
    file = folder / "regions.jsonl"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.is_file() else []
    atlas = Atlas.load(ILLUSTRATOR / "atlas")
    with file.open("a", encoding="utf-8") as out:
        for number in sorted(set(range(count)) - {row["scene"] for row in rows}):
            rows.append({"scene": number, "ways": _measure(number, atlas)})
            out.write(json.dumps(rows[-1]) + "\n")
            out.flush()
    table: dict[str, Any] = {}
    for way in rows[0]["ways"] if rows else ():
        found, seconds = zip(*(row["ways"][way] for row in rows), strict=True)
        table[way] = {
            "IoU": round(float(np.mean(found)), 3), "found": round(float(np.mean([each > 0 for each in found])), 3),
            "IoU over 0.7": round(float(np.mean([each > 0.7 for each in found])), 3), "seconds": round(float(np.median(seconds)), 3),
        }  # fmt: skip
    return table | {"scenes": len(rows)}


def _measure(number: int, atlas: Atlas) -> dict[str, tuple[float, float]]:
    """Way -> (intersection over union, seconds)."""
    rng = np.random.default_rng([20261122, 9, number])
    spec = sample_spec(rng, held=True)
    while any(item.count > 1 for item in spec.items):
        spec = sample_spec(rng, held=True)
    boxes = lay_out(spec, rng)
    small = Image.fromarray(compose(spec, atlas, rng, boxes)[0])
    picture = np.asarray(small.resize((SIDE, SIDE), Image.Resampling.LANCZOS))
    truth = masks.outline(boxes[:1], spec.style, atlas, SIDE, SIDE)
    truth = truth & (255 - masks.outline(boxes[1:], spec.style, atlas, SIDE, SIDE))
    names = [item.name for item in spec.items]
    place = f"{spec.plain_colour} background" if spec.setting == "plain" else spec.setting
    prompt, other = (f"{', '.join(each)}, {place}, {spec.style}, {spec.time}" for each in (names, names[1:] or ["nothing"]))
    box = boxes[0]
    sides = (box.x - box.width / 2, box.y - box.height / 2, box.x + box.width / 2, box.y + box.height / 2)
    ways = _ways(picture, names[0], prompt, other, sides, boxes[:1], spec.style, atlas)
    return {way: (_overlap(mask, truth), spent) for way, mask, spent in ways}


def _ways(
    picture: Any, name: str, prompt: str, other: str, sides: tuple[float, float, float, float], box: Any, style: str, atlas: Atlas
) -> Any:  # fmt: skip
    heats: dict[str, Any] = {}

    def heat(way: str) -> Any:
        if way not in heats:
            heats[way] = (
                word_regions.attention_heat(picture, prompt, name)
                if way == "attention"
                else word_regions.difference_heat(picture, prompt, other)
            )
        return heats[way]

    def marked(way: str, refined: bool) -> Any:
        found = heat(way)
        return None if found is None else word_regions.from_heat(picture, found, refined)

    ways = {
        "layout's outline (boxes known)": lambda: masks.outline(box, style, atlas, *picture.shape[1::-1]),
        "layout's box, GrabCut (boxes known)": lambda: regions.in_box(picture, sides),
        "what stands out from the rim, GrabCut": lambda: regions.subject(picture),
        "reader's box, GrabCut": lambda: word_regions.seen_by_reader(picture, name),
        "reader's box, outline of its drawing": lambda: word_regions.seen_by_reader(picture, name, atlas),
        "attention (DAAM)": lambda: marked("attention", False),
        "attention (DAAM), GrabCut": lambda: marked("attention", True),
        "two prompts (DiffEdit)": lambda: marked("difference", False),
        "two prompts (DiffEdit), GrabCut": lambda: marked("difference", True),
    }
    for way, work in ways.items():
        began = time.perf_counter()
        mask = work()
        yield way, mask, time.perf_counter() - began


def _overlap(mask: Any, truth: Any) -> float:
    if mask is None:
        return 0.0
    one, two = mask > 0, truth > 0
    return float((one & two).sum() / max(1, (one | two).sum()))
