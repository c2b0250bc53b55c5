"""Trains the reader: `python -m training.reader.train --pool .runs/reader/pool1 .runs/reader/pool2 --minutes 70`. Resumes.

Pictures are shown at 64 px first (a quarter of the cost), then at 96, then at 128. Losses: CenterNet's focal loss for where
something is; cross-entropy for which thing, its colours, and the fields of the whole picture; L1 for boxes; and cross-entropy over
cosines with MiniLM word embeddings, which ties the cells of the grid to words. Knows the pool and the network; does not know how
it is judged.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, smooth_l1_loss

from codirector.tools.reader.colours import NAMES
from codirector.tools.reader.network import STRIDE, ReaderNetwork
from codirector.tools.sketch import meaning_encoder
from training.illustrator.captions import SETTING_WORDS
from training.illustrator.settings import SIZE
from training.illustrator.world import FRAMINGS, PLAIN_COLOURS, SETTINGS, STYLES, THINGS, TIMES
from training.reader.pool import FIELDS
from training.reader.scenes import CLASSES
from training.reader.wear import PatchNoise, wear

CHOICES = {"style": len(STYLES), "setting": len(SETTINGS), "plain": len(PLAIN_COLOURS), "time": len(TIMES), "framing": len(FRAMINGS)}
RUN = Path(".runs/reader")


def build() -> ReaderNetwork:
    return ReaderNetwork(len(CLASSES), len(NAMES), CHOICES)


class Pool:
    """Several painted pools as one."""

    def __init__(self, folders: list[Path]) -> None:
        self.pictures = [np.load(folder / "pictures.npy", mmap_mode="r") for folder in folders]
        parts = [np.load(folder / "labels.npz") for folder in folders]
        self.labels = {name: np.concatenate([part[name] for part in parts]) for name in parts[0].files}
        self.starts = np.cumsum([0] + [len(each) for each in self.pictures])

    def __len__(self) -> int:
        return int(self.starts[-1])

    def take(self, numbers: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        which = np.searchsorted(self.starts, numbers, side="right") - 1
        pictures = np.stack([self.pictures[part][number - self.starts[part]] for part, number in zip(which, numbers, strict=True)])
        return pictures, {name: values[numbers] for name, values in self.labels.items()}


def mirrored(pictures: np.ndarray, labels: dict[str, np.ndarray], which: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """The same with those of `which` [n] turned left to right, boxes along with them. The drawings of the world all look one way."""
    pictures, boxes = pictures.copy(), labels["boxes"].copy()
    pictures[which] = pictures[which][:, :, ::-1]
    boxes[which, :, 0] = 1 - boxes[which, :, 0]
    return pictures, {**labels, "boxes": boxes}


def word_targets() -> tuple[torch.Tensor, torch.Tensor]:
    """-> (unit embeddings of all words [w, 384], which class each belongs to [w]): things' names and synonyms, then settings."""
    words, owners = [], []
    for number, thing in enumerate(THINGS):
        for word in (thing.name, *thing.synonyms):
            words.append(word)
            owners.append(number)
    for number, setting in enumerate(SETTINGS):
        for word in ("plain background",) if setting == "plain" else (setting, SETTING_WORDS[setting][0]):
            words.append(word)
            owners.append(len(THINGS) + number)
    return torch.from_numpy(meaning_encoder()(tuple(words))), torch.tensor(owners)


def targets(labels: dict[str, np.ndarray], side: int, rng: np.random.Generator) -> dict[str, torch.Tensor]:
    """Heat map [n, side, side] as in CenterNet, and one row for each sampled cell of a thing: its middle, and a cell near by."""
    things, boxes = labels["things"], labels["boxes"]
    heat = np.zeros((len(things), side, side), np.float32)
    rows, columns = np.mgrid[0:side, 0:side].astype(np.float32) + 0.5
    cells, owners, near = [], [], []
    for picture, slot in zip(*np.nonzero(things >= 0), strict=True):
        x, y, width, height = boxes[picture, slot] * side
        spread = max(0.6, 0.11 * (width + height))
        heat[picture] = np.maximum(heat[picture], np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * spread**2 / 3)))
        column, row = min(int(x), side - 1), min(int(y), side - 1)
        heat[picture, row, column] = 1
        for step in range(2):
            c, r = column, row
            if step:
                c = int(np.clip(column + rng.integers(-1, 2), 0, side - 1))
                r = int(np.clip(row + rng.integers(-1, 2), 0, side - 1))
            cells.append((picture, r, c))
            owners.append((picture, slot))
            near.append((x - c - 0.5, y - r - 0.5, math.log(max(width / side, 0.02)), math.log(max(height / side, 0.02))))
    at, own = np.array(cells).reshape(-1, 3), np.array(owners).reshape(-1, 2)
    return {
        "heat": torch.from_numpy(heat),
        "cells": torch.from_numpy(at),
        "thing": torch.from_numpy(things[own[:, 0], own[:, 1]].astype(np.int64)),
        "box": torch.tensor(near, dtype=torch.float32).reshape(-1, 4),
        "colour": torch.from_numpy(labels["colours"][own[:, 0], own[:, 1]].astype(np.float32)),
        "recoloured": torch.from_numpy(labels["recoloured"][own[:, 0], own[:, 1]].astype(np.float32)),
    }


def focal(logits: torch.Tensor, heat: torch.Tensor) -> torch.Tensor:
    """The penalty-reduced focal loss of CornerNet and CenterNet."""
    score = torch.sigmoid(logits).clamp(1e-4, 1 - 1e-4)
    middle = heat == 1
    gain = torch.where(middle, (1 - score) ** 2 * score.log(), (1 - heat) ** 4 * score**2 * (1 - score).log())
    return -gain.sum() / middle.sum().clamp_min(1)


def losses(
    model: ReaderNetwork,
    pictures: torch.Tensor,
    labels: dict[str, np.ndarray],
    words: tuple[torch.Tensor, torch.Tensor],
    rng: np.random.Generator,
) -> dict[str, torch.Tensor]:
    """The loss of each part."""
    found = model.features(pictures)
    wanted = targets(labels, pictures.shape[2] // STRIDE, rng)
    out = {"present": focal(model.present(found.grid)[:, 0], wanted["heat"])}
    picture, row, column = wanted["cells"].T
    cells = model.cells(found.grid.permute(0, 2, 3, 1)[picture, row, column])
    out["thing"] = cross_entropy(cells["thing"], wanted["thing"], label_smoothing=0.03)
    out["box"] = 2 * smooth_l1_loss(cells["box"], wanted["box"], beta=0.1)
    out["colour"] = 0.6 * cross_entropy(cells["colour"], wanted["colour"])
    out["recoloured"] = 0.5 * binary_cross_entropy_with_logits(cells["recoloured"], wanted["recoloured"])
    out["word"] = 0.5 * word_loss(model, found.grid, cells["word"], wanted, labels, words, rng)
    for field in FIELDS:
        right = torch.from_numpy(labels[field].astype(np.int64))
        if bool((right >= 0).any()):
            logits = model.fields[field](found.vector)
            out[field] = 0.5 * cross_entropy(logits, right, ignore_index=-1, label_smoothing=0.02)
    return out


def word_loss(model, grid, vectors, wanted, labels, words, rng) -> torch.Tensor:
    """Cells of things to their words, empty cells to the setting's word; another synonym counts as right, too."""
    empty = torch.nonzero(wanted["heat"] < 0.02)
    picked = empty[torch.from_numpy(rng.permutation(len(empty))[: len(grid)])]
    ground = model.cells(grid.permute(0, 2, 3, 1)[picked[:, 0], picked[:, 1], picked[:, 2]])["word"]
    settings = torch.from_numpy(labels["setting"].astype(np.int64))[picked[:, 0]] + len(CLASSES)
    embedding, owner = words
    cosines = torch.cat([vectors, ground]) @ embedding.T * model.word_scale.exp()
    right = torch.cat([wanted["thing"], settings])
    same = owner[None] == right[:, None]
    return (cosines.logsumexp(1) - cosines.masked_fill(~same, -1e9).logsumexp(1)).mean()


def train(arguments: argparse.Namespace) -> None:
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    rng = np.random.default_rng(arguments.seed)
    generator = torch.Generator().manual_seed(arguments.seed)
    pool, words = Pool(arguments.pool), word_targets()
    code = PatchNoise(pool.take(np.arange(min(400, len(pool))))[0])
    model = build().to(memory_format=torch.channels_last)
    average = copy.deepcopy(model)
    plain = [each for each in model.parameters() if each.ndim < 2]
    heavy = [each for each in model.parameters() if each.ndim >= 2]
    optimiser = torch.optim.AdamW([{"params": heavy, "weight_decay": 0.03}, {"params": plain, "weight_decay": 0}], lr=0, betas=(0.9, 0.98))
    minutes = step = 0
    path = RUN / "checkpoint.pt"
    if path.exists() and arguments.resume:
        saved = torch.load(path, weights_only=False)
        model.load_state_dict(saved["model"])
        average.load_state_dict(saved["average"])
        optimiser.load_state_dict(saved["optimiser"])
        minutes, step = saved["minutes"], saved["step"]
    log = (RUN / "log.jsonl").open("a")
    order, sums, since, stored = np.array([], int), {}, time.monotonic(), time.monotonic()
    model.train()
    while minutes < arguments.minutes:
        begun = time.monotonic()
        if len(order) < arguments.batch:
            order = np.concatenate([order, rng.permutation(len(pool))])
        numbers, order = np.sort(order[: arguments.batch]), order[arguments.batch :]
        pictures, labels = pool.take(numbers)
        pictures, labels = mirrored(pictures, labels, rng.random(len(pictures)) < arguments.mirrored)
        done = minutes / arguments.minutes
        side = 64 if done < arguments.small else 96 if done < arguments.middle else SIZE
        if side < SIZE:
            how = cv2.INTER_AREA if rng.random() < 0.7 else cv2.INTER_LINEAR
            pictures = np.stack([cv2.resize(picture, (side, side), interpolation=how) for picture in pictures])
        worn = wear(pictures, rng, code, generator, 0.3 + 0.5 * min(1, 2 * done))  # drawings first, worn ones bit by bit
        worn = worn.contiguous(memory_format=torch.channels_last)
        rate = arguments.rate * min(1, (step + 1) / 100) * (1 if done < 0.3 else 0.5 * (1 + math.cos(math.pi * (done - 0.3) / 0.7)) + 0.005)
        for group in optimiser.param_groups:
            group["lr"] = rate
        parts = losses(model, worn, labels, words, rng)
        optimiser.zero_grad()
        sum(parts.values()).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        step += 1
        keep = min(0.998, 1 - 1 / (1 + step / 3))
        with torch.no_grad():
            for mine, theirs in zip(average.state_dict().values(), model.state_dict().values(), strict=True):
                mine.copy_(mine * keep + theirs * (1 - keep) if mine.is_floating_point() else theirs)
        minutes += (time.monotonic() - begun) / 60
        for name, value in parts.items():
            sums[name] = sums.get(name, 0.0) + float(value.detach())
        if step % 50 == 0:
            line = {"step": step, "pictures": step * arguments.batch, "minutes": round(minutes, 2)}
            line |= (
                {"side": side}
                | {name: round(value / 50, 3) for name, value in sums.items()}
                | {"per_second": round(50 * arguments.batch / (time.monotonic() - since), 1)}
            )
            log.write(json.dumps(line) + "\n")
            log.flush()
            sums, since = {}, time.monotonic()
        if time.monotonic() - stored > 120 or minutes >= arguments.minutes:
            state = {
                "model": model.state_dict(),
                "average": average.state_dict(),
                "optimiser": optimiser.state_dict(),
                "minutes": minutes,
                "step": step,
            }
            torch.save(state, path.with_suffix(".new"))
            path.with_suffix(".new").replace(path)
            stored = time.monotonic()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pool", type=Path, nargs="+", default=[RUN / "pool1", RUN / "pool2"])
    parser.add_argument("--minutes", type=float, default=45, help="training time over all resumptions; the learning rate falls to its end")
    parser.add_argument("--small", type=float, default=0.5, help="until this share of the time at 64 px")
    parser.add_argument("--middle", type=float, default=0.75, help="until this share of the time at 96 px")
    parser.add_argument("--mirrored", type=float, default=0.15, help="the share of pictures turned left to right")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resume", action="store_true")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
