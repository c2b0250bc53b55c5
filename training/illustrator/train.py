"""Training of the denoiser and its ControlNet together, on CPU or CUDA, resumable.

`python -m training.illustrator.train --minutes 100` trains by the clock and can be stopped at any time; run it again with
`--resume` to go on. Knows the model, batches, the optimiser and processes. Does not know how scenes are made or exported.

On CPU the work of one step is cut into tickets of a few pictures. This process and `--helpers` others take tickets until
none is left, each with one thread; so a core that is busy elsewhere slows a step down as little as possible.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.multiprocessing as mp
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from torch import nn

from training.illustrator.art import ATLAS
from training.illustrator.batches import paint_forever
from training.illustrator.codec import encoder_matrix, pixel_weights
from training.illustrator.model import build_controlnet, build_unet, flow_loss

RUNS = Path(".runs/illustrator")


@dataclass
class Progress:
    """How far a run is. Minutes count training only, over all resumptions."""

    step: int = 0
    pictures: int = 0
    minutes: float = 0.0


def learning_rate(base: float, step: int, share: float, warm_up: int = 40) -> float:
    """Warm-up by steps, constant until 45 % of the time, then linear down to 3 %."""
    decay = 1.0 if share < 0.45 else max(0.03, (1 - share) / 0.55)
    return base * min(1.0, (step + 1) / warm_up) * decay


@torch.no_grad()
def update_average(average: Iterable[torch.Tensor], now: Iterable[torch.Tensor], step: int, decay: float) -> None:
    """Exponential moving average whose memory grows with the run, so that early exports are not made of noise."""
    keep = min(decay, (1 + step) / (10 + step))
    torch._foreach_lerp_(list(average), list(now), 1 - keep)  # pyright: ignore[reportPrivateImportUsage]


def work_off(
    unet: nn.Module, control: nn.Module, queue, tickets, per_step: int, weights: torch.Tensor, device: str, bf16: bool
) -> tuple[float, int]:
    """Take tickets until none is left; gradients add up in the modules. -> (sum of losses, tickets done)."""
    total, done = 0.0, 0
    while True:
        with tickets.get_lock():
            if tickets.value >= per_step:
                return total, done
            tickets.value += 1
        *arrays, guided = queue.get()
        latents, texts, sketches, attention = (torch.from_numpy(each).to(device) for each in arrays)
        with torch.autocast(device.split(":")[0], dtype=torch.bfloat16, enabled=bf16):
            loss = flow_loss(unet, control, latents, texts.float(), sketches.float() / 255, guided, weights=weights, attention=attention)
        (loss / per_step).backward()
        total, done = total + float(loss.detach()), done + 1


def help_out(unet, control, gradients, queue, tickets, starts, ends, per_step: int, weights, report) -> None:
    """The body of a helper: shared weights in, gradients added to shared memory."""
    torch.set_num_threads(1)
    parameters = [*unet.parameters(), *control.parameters()]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = gradient
    while os.getppid() != 1:
        starts.wait()
        total, done = work_off(unet, control, queue, tickets, per_step, weights, "cpu", False)
        report[0], report[1] = total, done
        ends.wait()


def save(path: Path, unet, control, average, optimiser, progress: Progress) -> None:
    """A checkpoint that is either the old one or the new one, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    torch.save(
        {
            "unet": unet.state_dict(),
            "control": control.state_dict(),
            "average": average,
            "optimiser": optimiser.state_dict(),
            "progress": vars(progress),
        },
        part,
    )
    part.replace(path)


def train(arguments: argparse.Namespace) -> None:
    torch.set_num_threads(1 if arguments.device == "cpu" else 8)
    torch.manual_seed(arguments.seed)
    vae = AutoencoderTiny.from_pretrained(arguments.runs / "vae")
    unet, control = build_unet(), build_controlnet()
    progress = Progress()
    path = arguments.runs / "last.pt"
    state = torch.load(path, map_location="cpu", weights_only=True) if arguments.resume and path.exists() else None
    if state:
        unet.load_state_dict(state["unet"])
        control.load_state_dict(state["control"])
        progress = Progress(**state["progress"])
    for module in (unet, control):
        nn.Module.to(module, arguments.device, memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
    parameters = [*unet.parameters(), *control.parameters()]
    average = [each.to(arguments.device) for each in state["average"]] if state else [each.detach().clone() for each in parameters]
    optimiser = torch.optim.AdamW(parameters, lr=arguments.rate, betas=(0.9, 0.99), weight_decay=0.01)
    if state:
        optimiser.load_state_dict(state["optimiser"])

    context = mp.get_context("spawn")
    queue, tickets = context.Queue(12), context.Value("i", 0)
    matrix, offset = encoder_matrix(vae)
    weights = pixel_weights(matrix)
    for number in range(arguments.painters):
        seed = arguments.seed + 1000 * (number + 1) + progress.step
        context.Process(target=paint_forever, args=(queue, arguments.atlas, matrix, offset, seed, arguments.ticket), daemon=True).start()
    starts, ends = context.Barrier(arguments.helpers + 1), context.Barrier(arguments.helpers + 1)
    helpers: list[tuple] = []
    if arguments.helpers:
        unet.share_memory()
        control.share_memory()
    for _ in range(arguments.helpers):
        gradients = [torch.zeros_like(each).share_memory_() for each in parameters]
        report = torch.zeros(2).share_memory_()
        helpers.append((gradients, report))
        context.Process(
            target=help_out, args=(unet, control, gradients, queue, tickets, starts, ends, arguments.tickets, weights, report), daemon=True
        ).start()

    log = (arguments.runs / "train.jsonl").open("a", encoding="utf-8")
    begun, saved, printed, losses, before = time.monotonic(), time.monotonic(), time.monotonic(), [], progress.minutes
    pictures_then = progress.pictures
    while progress.minutes < arguments.minutes:
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(arguments.rate, progress.step, progress.minutes / arguments.minutes)
        tickets.value = 0
        starts.wait()
        total, _ = work_off(
            unet, control, queue, tickets, arguments.tickets, weights.to(arguments.device), arguments.device, arguments.bf16
        )
        ends.wait()
        for gradients, report in helpers:
            total += float(report[0])
            torch._foreach_add_([each.grad for each in parameters if each.grad is not None], gradients)  # pyright: ignore[reportPrivateImportUsage]
            torch._foreach_zero_(gradients)  # pyright: ignore[reportPrivateImportUsage]
        norm = torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=False)
        update_average(average, [each.detach() for each in parameters], progress.step, arguments.average)
        progress.step += 1
        progress.pictures += arguments.tickets * arguments.ticket
        progress.minutes = before + (time.monotonic() - begun) / 60
        losses.append(total / arguments.tickets)
        if progress.step % 20 == 0:
            rate = (progress.pictures - pictures_then) / (time.monotonic() - printed)
            line = {
                "step": progress.step,
                "pictures": progress.pictures,
                "minutes": round(progress.minutes, 2),
                "loss": round(sum(losses) / len(losses), 4),
            }
            line |= {"pictures_per_second": round(rate, 2), "gradient": round(float(norm), 3), "rate": optimiser.param_groups[0]["lr"]}
            log.write(json.dumps(line) + "\n")
            log.flush()
            printed, losses, pictures_then = time.monotonic(), [], progress.pictures
        if time.monotonic() - saved > 60 * arguments.save_minutes:
            save(path, unet, control, average, optimiser, progress)
            saved = time.monotonic()
    save(path, unet, control, average, optimiser, progress)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=Path, default=RUNS, help="checkpoints, the VAE and the log")
    parser.add_argument("--atlas", type=Path, default=ATLAS)
    parser.add_argument(
        "--minutes", type=float, default=100.0, help="training time over all resumptions; the learning rate falls to its end"
    )
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--bf16", action="store_true", help="autocast; slower on a CPU without bf16 instructions, faster on a GPU")
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--average", type=float, default=0.998, help="decay of the moving average of the weights")
    parser.add_argument("--ticket", type=int, default=8, help="pictures a ticket")
    parser.add_argument("--tickets", type=int, default=4, help="tickets a step")
    parser.add_argument("--helpers", type=int, default=0, help="further training processes (CPU only)")
    parser.add_argument("--painters", type=int, default=1, help="processes that make batches")
    parser.add_argument("--save-minutes", type=float, default=4.0)
    parser.add_argument("--seed", type=int, default=1)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
