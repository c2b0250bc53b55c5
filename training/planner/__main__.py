"""`python -m training.planner train --minutes 40`, `... export`, `... show`: the recipe of the planner's tagger.

`... lora --minutes 4` trains a LoRA adapter for SmolLM2 on the same examples (again: goes on), `... lora-score --set outside_dev` measures
it beside the tagger, each alone.
"""

import argparse
import itertools
from pathlib import Path

HERE = Path(__file__).resolve().parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.planner", description=__doc__)
    parser.add_argument("step", choices=("show", "train", "export", "lora", "lora-score"))
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--size", type=int, default=32, help="examples a batch")
    parser.add_argument("--peak", type=float, default=2e-4, help="highest learning rate of the encoder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=Path, help="weights (a tagger.pt) to begin from")
    parser.add_argument("--resume", action="store_true", help="go on with the interrupted run in --folder, if there is one")
    parser.add_argument("--folder", type=Path, default=HERE / ".runs" / "planner", help="where the checkpoint lies")
    parser.add_argument("--out", type=Path, default=HERE / "models" / "planner", help="where export writes")
    parser.add_argument("--set", default="outside_dev", help="which set of benchmarks/planner lora-score uses")
    parser.add_argument("--limit", type=int, default=0, help="at most so many of its messages")
    chosen = parser.parse_args()
    if chosen.step == "show":
        from training.planner.examples import stream

        for example in itertools.islice(stream(chosen.seed), 40):
            print(example.intent or "several", "|", example.message, "|", [(example.message[a:b], tag) for a, b, tag in example.spans])
    elif chosen.step == "train":
        from training.planner.train import train

        train(chosen.folder, chosen.minutes, chosen.size, chosen.peak, chosen.seed, chosen.start, chosen.resume)
    elif chosen.step == "lora":
        from training.planner.lora.train import train as tune

        tune(chosen.folder / "lora", chosen.minutes, chosen.size, chosen.peak, chosen.seed)
    elif chosen.step == "lora-score":
        from benchmarks.planner.run import load
        from codirector.assistant.planner.tagger import Tagger
        from training.planner.lora.reader import DecoderReader
        from training.planner.lora.score import alone

        items = load(HERE / "benchmarks" / "planner" / f"{chosen.set}.jsonl")[: chosen.limit or None]
        print(f"tagger alone:  {alone(Tagger(), items)}")
        reader = DecoderReader(chosen.folder / "lora" / "adapter.gguf")
        try:
            print(f"decoder alone: {alone(reader, items)}; {reader.tokens} tokens")
        finally:
            reader.close()
    else:
        from training.planner.export import export

        export(chosen.folder / "tagger.pt", chosen.out)


if __name__ == "__main__":
    main()
