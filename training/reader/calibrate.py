"""Calibrates the reader's certainties: writes `calibration` into `models/reader/config.json`. Before the gate is fitted.

    python -m training.reader.calibrate [--number 800]

Temperature scaling (Guo et al. 2017) of each field and of the colours, Platt scaling of things (is it there, under this name, at
this place?), fitted on half of freshly painted pictures with held-out pairs, half of them worn, and judged on the other half: expected
calibration error over ten bins of equal width, before and after. Knows pictures and the reader.
"""

from __future__ import annotations

import argparse
import json
import math

import numpy as np
import torch

from benchmarks.reader.scenes import SEED, paint
from benchmarks.reader.score import COLOUR_SHARE, calibration_error
from codirector.tools.reader import load_reader
from codirector.tools.reader.reader import OwnReader, platt
from training.reader.wear import PatchNoise, wear

Pairs = list[tuple[torch.Tensor, int]]


def heat_of(pairs: Pairs) -> float:
    """The temperature that makes the right answers likeliest."""
    logits, wanted = torch.stack([pair[0] for pair in pairs]), torch.tensor([pair[1] for pair in pairs])
    heats = np.exp(np.linspace(math.log(0.4), math.log(4), 60))
    losses = [float(torch.nn.functional.cross_entropy(logits / float(heat), wanted)) for heat in heats]
    return float(heats[int(np.argmin(losses))])


def platt_of(shares: list[float], right: list[bool]) -> tuple[float, float]:
    """Slope and offset by logistic regression on the log-odds."""
    said = torch.tensor(shares, dtype=torch.float64).clamp(1e-6, 1 - 1e-6).logit()
    hit = torch.tensor(right, dtype=torch.float64)
    found = torch.tensor([1.0, 0.0], dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([found], max_iter=100, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(said * found[0] + found[1], hit)
        loss.backward()
        return loss

    optimiser.step(closure)
    return float(found[0].detach()), float(found[1].detach())


def observed(reader: OwnReader, pictures: np.ndarray, labels: dict[str, np.ndarray]) -> tuple[dict[str, Pairs], list[float], list[bool]]:
    """Logits with the right answer per field and for colours; scores of things, and whether each is there under its name."""
    pairs: dict[str, Pairs] = {name: [] for name in (*reader.fields, "colour")}
    scores, right = [], []
    for at, picture in enumerate(pictures):
        looked = reader.look(picture)
        things = reader.reading_of(looked, picture.shape[1], picture.shape[0]).things
        with torch.inference_mode():
            for name in reader.fields:
                if labels[name][at] >= 0:
                    pairs[name].append((reader.network.fields[name](looked.features.vector)[0].clone(), int(labels[name][at])))
            rows, columns = looked.present.shape
            for thing in things:
                slots = [slot for slot in np.flatnonzero(labels["things"][at] >= 0) if overlap(thing.box, labels["boxes"][at, slot]) >= 0.5]
                named = [slot for slot in slots if reader.things[labels["things"][at, slot]] == thing.name]
                scores.append(thing.score)
                right.append(bool(named))
                if named:
                    row, column = min(int(thing.box.y * rows), rows - 1), min(int(thing.box.x * columns), columns - 1)
                    logits = reader.network.cells(looked.features.grid[0, :, row, column][None])["colour"][0]
                    shares = labels["colours"][at, named[0]].astype(float)
                    said = int(logits.argmax())
                    # A colour counts as right where it makes up enough of the thing, as in the benchmark.
                    pairs["colour"].append((logits.clone(), said if shares[said] >= COLOUR_SHARE else int(shares.argmax())))
    return pairs, scores, right


def overlap(box, truth: np.ndarray) -> float:
    x, y, width, height = (float(each) for each in truth)
    return box.overlap(type(box)(x=x, y=y, width=width, height=height))


def gap(pairs: Pairs, heat: float) -> float:
    shares = [(logits / heat).softmax(0) for logits, _ in pairs]
    right = [int(share.argmax()) == wanted for share, (_, wanted) in zip(shares, pairs, strict=True)]
    return calibration_error([float(share.max()) for share in shares], right)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--number", type=int, default=800)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    reader = load_reader()
    reader._calibration = {}
    halves = []
    for free in (0.0, 1.0):
        pictures, labels = paint(arguments.number // 2, SEED + 40 + int(free), free)
        count = len(pictures) // 2
        worn = wear(pictures[:count], np.random.default_rng(40), PatchNoise(pictures[:200]), torch.Generator().manual_seed(40), 1.0)
        pictures = pictures.copy()
        pictures[:count] = (worn.permute(0, 2, 3, 1).numpy() * 255 + 0.5).astype(np.uint8)
        halves.append((pictures, labels))
    pictures = np.concatenate([each for each, _ in halves])
    labels = {name: np.concatenate([kept[name] for _, kept in halves]) for name in halves[0][1]}
    fit, test = np.arange(0, len(pictures), 2), np.arange(1, len(pictures), 2)
    (pairs, scores, right), (held, held_scores, held_right) = (
        observed(reader, pictures[part], {name: values[part] for name, values in labels.items()}) for part in (fit, test)
    )
    heats = {name: round(heat_of(found), 3) for name, found in pairs.items()}
    slope, offset = (round(each, 4) for each in platt_of(scores, right))
    report = {name: [round(gap(held[name], 1.0), 4), round(gap(held[name], heats[name]), 4)] for name in heats}
    after = [platt(share, slope, offset) for share in held_scores]
    report["thing"] = [round(calibration_error(held_scores, held_right), 4), round(calibration_error(after, held_right), 4)]
    for name, (before, then) in report.items():
        found = heats.get(name, (slope, offset))
        print(f"{name}: expected calibration error {100 * before:.1f} % before, {100 * then:.1f} % after ({found}).")
    path = reader.folder / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config["calibration"] = {
        "fields": {name: heat for name, heat in heats.items() if name != "colour"}, "colour": heats["colour"], "thing": [slope, offset],
        "error": report, "pictures": len(fit),
    }  # fmt: skip
    path.write_text(json.dumps(config, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
