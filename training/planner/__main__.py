"""`python -m training.planner train --minutes 40`, `... export`, `... show`: the recipe of the planner's tagger."""

import argparse
import itertools
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.planner", description=__doc__)
    parser.add_argument("step", choices=("show", "train", "export"))
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--size", type=int, default=32, help="examples a batch")
    parser.add_argument("--peak", type=float, default=2e-4, help="highest learning rate of the encoder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=Path, help="weights (a tagger.pt) to begin from")
    parser.add_argument("--resume", action="store_true", help="go on with the interrupted run in --folder, if there is one")
    parser.add_argument("--folder", type=Path, default=HERE / ".runs" / "planner", help="where the checkpoint lies")
    parser.add_argument("--out", type=Path, default=HERE / "models" / "planner", help="where export writes")
    chosen = parser.parse_args()
    if chosen.step == "show":
        from training.planner.examples import stream

        for example in itertools.islice(stream(chosen.seed), 40):
            print(example.intent or "several", "|", example.message, "|", [(example.message[a:b], tag) for a, b, tag in example.spans])
    elif chosen.step == "train":
        from training.planner.train import train

        train(chosen.folder, chosen.minutes, chosen.size, chosen.peak, chosen.seed, chosen.start, chosen.resume)
    else:
        from training.planner.export import export

        export(chosen.folder / "tagger.pt", chosen.out)


if __name__ == "__main__":
    main()
