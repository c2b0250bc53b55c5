"""`python -m benchmarks.illustrator.guidance`: do prompt weights and guidance do what they say, and do they do it monotonically?

For the same prompts and seeds, the judge's probability of what is asked for, averaged, at every weight of the words for the thing, the
style and the setting, and at every guidance scale. The judge is our own reader, trained on renderings. A row is monotone if no value
lies below that at the weight before by more than the tolerance, which is printed: the standard error of the mean of the differences
between neighbours, twice. Results are kept, and continued, under `--name`. It knows what is promised and fails for nothing.
"""

import argparse
import itertools
import json
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from PIL import Image

from benchmarks.illustrator.__main__ import RUNS, drawn, request_of
from benchmarks.illustrator.prompts import Prompt, prompts
from codirector.assistant.backends import make_registry
from codirector.assistant.settings import Settings
from codirector.tools.reader import load_reader

WEIGHTS = (0.5, 0.8, 1.0, 1.2, 1.5)
GUIDANCE = (1.0, 1.5, 2.0, 3.0, 5.0)
PARTS = ("thing", "style", "setting")
SEED = 77


def chosen(number: int) -> list[Prompt]:
    """Prompts for one thing each, in every style and setting."""
    return [prompt for prompt in prompts(4 * number, SEED) if len(prompt.spec.items) == 1 and prompt.spec.items[0].count == 1][:number]


def with_weight(prompt: Prompt, part: str, weight: float) -> Prompt:
    """The prompt with the words for `part` weighed. The canonical order is thing, setting, style, light, framing."""
    words = prompt.text.split(", ")
    place = {"thing": 0, "setting": 1, "style": 2}[part]
    words[place] = f"({words[place]}:{weight})"
    return prompt._replace(text=", ".join(words))


def settings_of(parts: tuple[str, ...], guidance: bool) -> Iterator[tuple[str, float]]:
    for part in parts:
        yield from ((part, weight) for weight in WEIGHTS)
    if guidance:
        yield from (("guidance", scale) for scale in GUIDANCE)


def probabilities(reader: Any, picture: Image.Image, prompt: Prompt) -> dict[str, float]:
    """Of the thing, the style and the setting that were asked for."""
    import torch

    looked = reader._look(reader_array(picture))
    found = {"thing": reader.presence(looked, prompt.spec.items[0].name)}
    with torch.inference_mode():
        for name in ("style", "setting"):
            shares = reader.network.fields[name](looked.features.vector)[0].softmax(0)
            found[name] = float(shares[list(reader.fields[name]).index(getattr(prompt.spec, name))])
    return found


def reader_array(picture: Image.Image) -> Any:
    import numpy as np

    return np.array(picture)


def tolerance(before: list[float], after: list[float]) -> float:
    """Twice the standard error of the mean difference."""
    if len(before) < 3:
        return 1.0
    return 2 * statistics.stdev(b - a for a, b in zip(before, after, strict=True)) / len(before) ** 0.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=40, help="prompts")
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--no-guidance", action="store_true", help="weights only")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--name", default="guidance")
    parser.add_argument("--seconds", type=float, default=1e9, help="stop after so long with code 3; run it again to go on")
    arguments = parser.parse_args()
    folder = RUNS / arguments.name
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "rows.jsonl"
    rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()] if log.is_file() else []
    known = {(row["what"], row["value"], row["seed"]) for row in rows}
    settings = {"steps": arguments.steps} if arguments.steps else {}
    reader, backend = load_reader(), make_registry(Settings(home=folder)).find("", "generate")[0]
    began = time.monotonic()
    with log.open("a", encoding="utf-8") as out:
        for prompt in chosen(arguments.number):
            for what, value in settings_of(tuple(filter(None, arguments.parts.split(","))), not arguments.no_guidance):
                if (what, value, prompt.seed) in known:
                    continue
                if time.monotonic() - began > arguments.seconds:
                    backend.close()
                    sys.exit(3)
                wanted = prompt if what == "guidance" or value == 1.0 else with_weight(prompt, what, value)
                extra = {"guidance": value} if what == "guidance" else {}
                picture, _ = drawn(backend, request_of(wanted, True, settings | extra))
                picture.save(folder / f"{what}-{value}-{prompt.seed}.png")
                row = {"what": what, "value": value, "seed": prompt.seed} | probabilities(reader, picture, prompt)
                rows.append(row)
                out.write(json.dumps(row) + "\n")
                out.flush()
    backend.close()
    report(rows)


def report(rows: list[dict[str, Any]]) -> None:
    """One line a part: the mean probability at every weight, and whether it never falls by more than chance would have it."""
    found: dict[tuple[str, str], dict[float, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        for part in PARTS if row["what"] == "guidance" else (row["what"],):
            found[row["what"], part][row["value"]][row["seed"]] = row[part]
    for (what, part), values in found.items():
        seeds = sorted(set.intersection(*(set(each) for each in values.values())))
        if not seeds:
            continue
        lists = {value: [values[value][seed] for seed in seeds] for value in sorted(values)}
        means = {value: statistics.mean(each) for value, each in lists.items()}
        order = sorted(lists)
        falls = [
            (before, after)
            for before, after in itertools.pairwise(order)
            if means[after] < means[before] - tolerance(lists[before], lists[after])
        ]
        shown = "  ".join(f"{value}: {mean:.3f}" for value, mean in means.items())
        name = f"{what}" if what == part else f"{what} -> {part}"
        strictly = all(means[a] <= means[b] for a, b in itertools.pairwise(order))
        verdict = "monotone" if strictly else f"falls at {falls}" if falls else "monotone within chance"
        print(json.dumps({"what": what, "part": part, "prompts": len(seeds), "mean": means, "monotone": strictly, "falls": falls}))
        print(f"{name:22} {shown}   {verdict} ({len(seeds)} prompts)")


if __name__ == "__main__":
    main()
