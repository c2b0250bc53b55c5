"""`python -m benchmarks.planner`: scores the planner on the hand-written sets, or on a file from outside.

python -m benchmarks.planner --planner rules
python -m benchmarks.planner --file edits.csv --message-column instruction --kind-column type --kind-map "color=alter_element"
"""

import argparse
from pathlib import Path

from benchmarks.planner.gold import run_marked
from benchmarks.planner.outside import load_outside
from benchmarks.planner.run import load, report, run, with_own_scenes
from benchmarks.planner.views import views
from codirector.assistant.planner import make_planner

HERE = Path(__file__).parent
SETS = (
    "dev",
    "held_out",
    "hard",
    "outside_dev",
    "outside_final",
    "oblique_dev",
    "oblique_final",
    "several_dev",
    "several_final",
    "creates",
    "second_dev",
    "second_final",
    "second_several_dev",
    "second_several_final",
    "second_creates_dev",
    "second_creates_final",
    "third_dev",
    "fourth_final",
    "fourth_several_final",
    "fourth_creates_final",
    "third_final",
    "third_several_final",
    "third_creates_final",
)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.planner", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--planner", default="embedded", help="'rules', 'embedded', or 'openai:…', 'ollama:…'")
    parser.add_argument("--set", choices=(*SETS, "all"), default="all", help="which of the hand-written sets")
    parser.add_argument("--quiet", action="store_true", help="figures only, not every message that went wrong")
    parser.add_argument("--labelled", type=Path, nargs="*", default=(), help="files in the format of our own sets")
    parser.add_argument("--gold", action="store_true", help="the marks of --labelled files instead of the tagger")
    parser.add_argument("--file", type=Path, help="a CSV or JSONL file of edit instructions from outside")
    parser.add_argument("--message-column", default="message")
    parser.add_argument("--kind-column", help="column with the expected change kind or action")
    parser.add_argument("--target-column", help="column with the expected element or field")
    parser.add_argument("--value-column", help="column with the expected value")
    parser.add_argument("--scene-column", help="column with a description of the picture before the edit")
    parser.add_argument("--kind-map", default="", help="their=ours pairs, comma separated")
    parser.add_argument("--limit", type=int, default=0)
    chosen = parser.parse_args()
    planner = make_planner(chosen.planner)
    try:
        if chosen.file is not None:
            items, scenes = load_outside(chosen)
            print(report(chosen.file.name, run(planner, items, scenes), not chosen.quiet))
            return
        names = SETS if chosen.set == "all" else (chosen.set,)
        for path in chosen.labelled or [HERE / f"{name}.jsonl" for name in names]:
            items = load(path)
            known = with_own_scenes(items, views())
            outcomes = run_marked(path, items, known) if chosen.gold else run(planner, items, known)
            print(report(path.stem, outcomes, not chosen.quiet), end="\n\n")
    finally:
        planner.close()


if __name__ == "__main__":
    main()
