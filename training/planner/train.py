"""Trains the tagger for a number of minutes, evaluates on held-out examples, keeps a checkpoint that a later run goes on from."""

import itertools
import math
import time
from pathlib import Path

import torch

from training.planner.batches import batches
from training.planner.examples import INTENTS, TAGS
from training.planner.model import Tagger, loss


def learning_rate(share: float, peak: float, warm: float = 0.02) -> float:
    """Warm-up, then a cosine to a fiftieth of the peak. `share` is the part of the time that has passed, 0..1."""
    if share < warm:
        return peak * share / warm
    return peak * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (share - warm) / (1 - warm))))


def train(
    folder: Path,
    minutes: float,
    size: int = 32,
    peak: float = 2e-4,
    seed: int = 1,
    start: Path | None = None,
    offset: float = 0,
    keep_every: float = 4,
) -> None:
    """Writes `tagger.pt` into `folder`. `start`: a checkpoint to go on from (its weights only); `offset`: minutes of the schedule already
    spent on it. `minutes` is the whole schedule."""
    torch.manual_seed(seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = Tagger(INTENTS, TAGS)
    if start is not None:
        model.load_state_dict(torch.load(start, weights_only=True))
    model.to(device).train()
    heads = [p for name, p in model.named_parameters() if p.requires_grad and not name.startswith("body.")]
    body = [p for name, p in model.named_parameters() if p.requires_grad and name.startswith("body.")]
    optimizer = torch.optim.AdamW([{"params": body, "factor": 1.0}, {"params": heads, "factor": 5.0}], lr=peak, weight_decay=0.01)
    check = list(itertools.islice(batches(10_000_019, 64, held_out=True), 16))
    folder.mkdir(parents=True, exist_ok=True)
    began = kept = time.monotonic()
    seen, running = 0, 0.0
    for step, batch in enumerate(batches(seed, size)):
        passed = offset + (time.monotonic() - began) / 60
        if passed >= minutes:
            break
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(passed / minutes, peak) * group["factor"]
        batch = type(batch)(*(part.to(device) for part in batch))
        now = loss(model(batch), batch)
        optimizer.zero_grad(set_to_none=True)
        now.backward()
        torch.nn.utils.clip_grad_norm_(body + heads, 1.0)
        optimizer.step()
        seen += len(batch.ids)
        running = 0.98 * running + 0.02 * now.item() if step else now.item()
        if step % 50 == 0:
            print(f"{passed:6.2f} min  {seen:7d} examples  loss {running:.3f}  {seen / max(1, 60 * (passed - offset)):.1f}/s", flush=True)
        if time.monotonic() - kept > 60 * keep_every:
            kept = time.monotonic()
            torch.save(model.state_dict(), folder / "tagger.pt")
            print(evaluate(model, check, device), flush=True)
    torch.save(model.state_dict(), folder / "tagger.pt")
    print(evaluate(model, check, device), flush=True)


@torch.no_grad()
def evaluate(model: Tagger, check: list, device: str = "cpu") -> str:
    """Accuracy of intent, of all tags of a message at once, of wish starts, and of the thing pointed at."""
    model.eval()
    intent, whole, starts, point = [], [], [], []
    for batch in check:
        batch = type(batch)(*(part.to(device) for part in batch))
        intents, tags, begins, points = model(batch)
        one = batch.intent >= 0
        intent += (intents.argmax(-1) == batch.intent)[one].tolist()
        whole += ((tags.argmax(-1) == batch.tags) | (batch.tags < 0)).all(-1).tolist()
        starts += (((begins > 0).long() == batch.starts) | (batch.starts < 0)).all(-1).tolist()
        asked = batch.point >= 0
        point += (points.argmax(-1) == batch.point)[asked].tolist()
    model.train()
    shares = (100 * sum(values) / max(1, len(values)) for values in (intent, whole, starts, point))
    return "held out: intent {:.1f} %, all tags {:.1f} %, wish starts {:.1f} %, thing meant {:.1f} %".format(*shares)
