"""The whole recipe in one command: `python -m training.illustrator`, on CUDA where there is some, else on the CPU. Every stage resumes
where it was left, and training stops after `--piece` minutes: run the command again, as often as it says so.

Knows the order of the stages. Each stage is a command of its own and knows the rest.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
from pathlib import Path

from training.illustrator.art import ATLAS
from training.illustrator.train import RUNS

UNFINISHED = 75
"""Exit code (sysexits' EX_TEMPFAIL) of a run whose training is not over."""
GRACE = 30.0
"""Seconds that an interrupted stage has to end."""
CPU = ("--helpers", "1")
CUDA = ("--bf16", "--ticket", "128", "--tickets", "1", "--painters", "12")


def device_of(wanted: str) -> str:
    """'auto' is CUDA where torch finds some, else the CPU. Raises SystemExit for a CUDA device that is not there."""
    import torch

    if wanted == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if wanted.startswith("cuda") and not torch.cuda.is_available():
        raise SystemExit("torch finds no CUDA device here: take --device cpu, or install a CUDA build of torch")
    return wanted


def trained_minutes(log: Path) -> float:
    """Minutes of training that the run's log knows of."""
    lines = log.read_text(encoding="utf-8").splitlines() if log.is_file() else []
    return json.loads(lines[-1])["minutes"] if lines else 0.0


def stages(device: str, minutes: float, decoder_minutes: float) -> list[list[str]]:
    """What is still to do before training, and training."""
    found: list[list[str]] = []
    if not (ATLAS / "index.json").exists():
        found += [["art"], ["grounds"]]
    if not (RUNS / "vae" / "config.json").exists():
        # The encoder is computed, and so is the stock decoder at export; only our own decoder is trained.
        found.append(["codec", "--minutes", "0"])
    if not (RUNS / "vae" / "patch_decoder.safetensors").exists():
        found.append(["patch_decoder", "--minutes", str(decoder_minutes)])
    speed = CUDA if device.startswith("cuda") else CPU
    return [*found, ["train", "--resume", "--minutes", str(minutes), "--device", device, "--save-minutes", "1", *speed]]


def run(stage: str, *options: str, timeout: float | None = None) -> bool:
    """Whether the stage came to its end; raises CalledProcessError where it failed. One that takes more than `timeout` seconds is
    interrupted, as by Ctrl-C, so that it ends its helpers; it goes on from its last checkpoint, at most a minute earlier."""
    command = [sys.executable, "-m", f"training.illustrator.{stage}", *options]
    with subprocess.Popen(command) as process:
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
            return False
    if code:
        raise subprocess.CalledProcessError(code, command)
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=100.0, help="training time of the denoiser, over all resumptions")
    parser.add_argument("--decoder-minutes", type=float, default=12.0)
    parser.add_argument("--piece", type=float, default=0.0, help="stop training after so many minutes; 0: never")
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    arguments = parser.parse_args()
    device = device_of(arguments.device)
    print(f"on {device}", flush=True)
    for stage, *options in stages(device, arguments.minutes, arguments.decoder_minutes):
        if not run(stage, *options, timeout=60 * arguments.piece if stage == "train" and arguments.piece else None):
            done = trained_minutes(RUNS / "train.jsonl")
            print(f"{done:.0f} of {arguments.minutes:.0f} minutes trained; run the same command again to go on", flush=True)
            sys.exit(UNFINISHED)
    for stage in ("export", "graphs", "sample"):
        run(stage)


if __name__ == "__main__":
    main()
