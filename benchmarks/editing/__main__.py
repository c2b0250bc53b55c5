"""python -m benchmarks.editing play [--first N] [--count N] | report | speed [--rounds N] | whole [--count N] | regions [--count N]"""

import argparse
import json
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / ".runs" / "editing"


def main() -> None:
    grammar = argparse.ArgumentParser(prog="python -m benchmarks.editing", description=__doc__)
    grammar.add_argument("what", choices=("play", "report", "speed", "whole", "regions"))
    grammar.add_argument("--first", type=int, default=0)
    grammar.add_argument("--count", type=int, default=200)
    grammar.add_argument("--rounds", type=int, default=8)
    grammar.add_argument("--threads", type=int, default=1)
    grammar.add_argument("--folder", type=Path, default=FOLDER, help="where sessions and results are kept")
    flags = grammar.parse_args()
    flags.folder.mkdir(parents=True, exist_ok=True)
    if flags.what == "play":
        from benchmarks.editing.sessions import play

        play(flags.folder, flags.first, flags.count)
        return
    if flags.what == "report":
        from benchmarks.editing.judge import report as measured
    elif flags.what == "speed":
        from benchmarks.editing.speed import measure as measured
    elif flags.what == "whole":
        from benchmarks.editing.whole import compare as measured
    else:
        from benchmarks.editing.regions import compare as measured
    arguments = {
        "report": (flags.folder,), "speed": (flags.rounds, flags.threads), "whole": (flags.count, flags.threads),
        "regions": (flags.folder, flags.count),
    }  # fmt: skip
    print(json.dumps(measured(*arguments[flags.what]), indent=2))


if __name__ == "__main__":
    main()
