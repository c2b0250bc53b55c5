"""How long reading takes, warm: a caption, an answer, the full report, a photograph's caption and report.

    python -m benchmarks.reader.seconds [--threads 2]

Medians of five runs after one that warms up, with the load of the machine beside them.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable

import numpy as np


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    import torch

    torch.set_num_threads(arguments.threads)
    from PIL import Image

    from benchmarks.reader.photographs import where
    from benchmarks.reader.scenes import SEED, paint
    from codirector.tools.reader import load_reader
    from codirector.tools.reader.look import look, reply
    from codirector.tools.reader.report.html import to_html
    from codirector.tools.reader.report.make import make_report

    picture = paint(1, SEED + 30, 0.0)[0][0]
    with Image.open(where("scikit-image", "skimage/data/chelsea.png")) as opened:
        photograph = np.asarray(opened.convert("RGB"))
    jobs: dict[str, Callable[[], object]] = {
        "our own reader alone": lambda: load_reader().read(picture),
        "caption and measures of a rendering (promised: 1 s)": lambda: look(picture),
        "answer to a question": lambda: reply(picture, "what colour is the fox?"),
        "full report of a rendering with its page (promised: 6 s)": lambda: to_html(make_report(picture)),
        "caption and measures of a photograph (promised: 1 s)": lambda: look(photograph),
        "full report of a photograph with its page (promised: 6 s)": lambda: to_html(make_report(photograph)),
    }
    print(f"| what, warm, {arguments.threads} thread(s) | median | slowest |\n|---|---|---|")
    for name, job in jobs.items():
        job()
        spent = []
        for _ in range(arguments.runs):
            begun = time.perf_counter()
            job()
            spent.append(time.perf_counter() - begun)
        print(f"| {name} | {np.median(spent):.2f} s | {max(spent):.2f} s |")
    print(f"\nLoad of the machine at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.")


if __name__ == "__main__":
    main()
