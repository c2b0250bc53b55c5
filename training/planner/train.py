"""Trains the tagger for a number of minutes, evaluates on held-out examples, keeps a checkpoint that an interrupted run goes on from.

`training.pt` is the whole state (weights, optimizer, minutes and examples so far); `tagger.pt` the weights alone, for the export.
"""

import itertools
import math
import signal
import time
from pathlib import Path

import torch

from training.planner.batches import batches
from training.planner.intents import INTENTS, TAGS
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
    resume: bool = False,
    keep_every: float = 5,
) -> None:
    """Writes `training.pt` and `tagger.pt` into `folder` every `keep_every` minutes and at the end. `minutes` is the whole schedule, by the
    clock. `start`: weights to begin from. `resume`: goes on where the interrupted run in `folder` was kept, with examples it has not
    seen; without one there it begins anew."""
    torch.manual_seed(seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = Tagger(INTENTS, TAGS)
    kept = torch.load(folder / "training.pt", weights_only=True) if resume and (folder / "training.pt").is_file() else None
    if kept is not None:
        model.load_state_dict(kept["model"])
    elif start is not None:
        model.load_state_dict(torch.load(start, weights_only=True))
    model.to(device).train()
    heads = [p for name, p in model.named_parameters() if p.requires_grad and not name.startswith("body.")]
    body = [p for name, p in model.named_parameters() if p.requires_grad and name.startswith("body.")]
    optimizer = torch.optim.AdamW([{"params": body, "factor": 1.0}, {"params": heads, "factor": 5.0}], lr=peak, weight_decay=0.01)
    before, seen = 0.0, 0
    if kept is not None:
        optimizer.load_state_dict(kept["optimizer"])
        before, seen = kept["minutes"], kept["seen"]
    check = list(itertools.islice(batches(10_000_019, 64, held_out=True), 16))
    folder.mkdir(parents=True, exist_ok=True)
    ended: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: ended.append(number))  # a run that is asked to end keeps what it has learnt
    began = saved = time.monotonic()
    first, running, passed = seen, 0.0, before
    # The seed moves with the examples seen: a resumed run would otherwise read its first examples again.
    for step, batch in enumerate(batches(seed + seen, size)):
        passed = before + (time.monotonic() - began) / 60
        if passed >= minutes or ended:
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
        if step % 100 == 0:
            rate = (seen - first) / max(1, 60 * (passed - before))
            print(f"{passed:6.2f} min  {seen:7d} examples  loss {running:.3f}  {rate:.1f}/s", flush=True)
        if time.monotonic() - saved > 60 * keep_every:
            saved = time.monotonic()
            _keep(folder, model, optimizer, passed, seen)
            print(evaluate(model, check, device), flush=True)
    _keep(folder, model, optimizer, passed, seen)
    print(evaluate(model, check, device), flush=True)


def _keep(folder: Path, model: Tagger, optimizer: torch.optim.Optimizer, minutes: float, seen: int) -> None:
    """Both files, each written beside its place first: a run ended in the middle of writing leaves the last whole one."""
    whole = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "minutes": minutes, "seen": seen}
    for name, value in (("training.pt", whole), ("tagger.pt", model.state_dict())):
        torch.save(value, folder / f"{name}.part")
        (folder / f"{name}.part").replace(folder / name)


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
