"""The whole recipe in one command: `python -m training.illustrator [--device cuda]`. Every stage resumes where it was left.

Knows the order of the stages. Each stage is a command of its own and knows the rest.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

from training.illustrator.art import ATLAS
from training.illustrator.train import RUNS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=100.0, help="training time of the denoiser, over all resumptions")
    parser.add_argument("--decoder-minutes", type=float, default=15.0)
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    arguments = parser.parse_args()
    on_gpu = arguments.device.startswith("cuda")
    speed = (
        ["--device", arguments.device, "--bf16", "--ticket", "128", "--tickets", "1", "--painters", "12"] if on_gpu else ["--helpers", "1"]
    )
    stages: list[list[str]] = []
    if not (ATLAS / "index.json").exists():
        stages.append(["art"])
    if not (RUNS / "vae" / "config.json").exists():
        stages.append(["codec", "--minutes", str(arguments.decoder_minutes)])
    stages.append(["train", "--resume", "--minutes", str(arguments.minutes), *speed])
    stages.append(["export"])
    stages.append(["sample"])
    for stage, *options in stages:
        subprocess.run([sys.executable, "-m", f"training.illustrator.{stage}", *options], check=True)


if __name__ == "__main__":
    main()
