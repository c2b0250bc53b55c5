"""`python -m benchmarks.planner.talk`: plays the conversations of `talks.txt` and prints, turn by turn, what was understood.

Plans are applied to real sessions in a folder of their own; nothing is drawn. Whether a line is right is for a reader to say.
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks.planner.score import describe
from codirector.assistant.director import Director
from codirector.assistant.settings import Settings
from codirector.errors import CodirectorError

HERE = Path(__file__).parent


def talks(path: Path) -> list[list[str]]:
    """The messages of each conversation."""
    blocks = path.read_text(encoding="utf-8").split("\n\n")
    return [[line for line in block.splitlines() if line and not line.startswith("#")] for block in blocks]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.planner.talk", description=__doc__)
    parser.add_argument("--planner", default="embedded")
    parser.add_argument("--file", type=Path, default=HERE / "talks.txt")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        director = Director(Settings(home=Path(folder), planner=chosen.planner))
        for number, messages in enumerate(talks(chosen.file), 1):
            director.store.create(name := f"talk-{number}")
            print(f"== conversation {number}")
            for message in messages:
                print(f"> {message}")
                try:
                    finished = director.submit(name, message, render=False).result()
                except CodirectorError as error:
                    print(f"  refused: {error}")
                    continue
                view = director.store.view(name)
                turn = view.history[-1].turn if view.history and finished.action not in ("undo", "redo", "goto", "branch") else None
                plan = turn.plan if turn is not None else None
                text = describe(plan) if plan is not None else f"{finished.action}: {finished.reply.text.splitlines()[0]}"
                kept = f"   (kept: {'; '.join(wish.text for wish in view.later)})" if view.later else ""
                print(f"  {text}{kept}")
        director.close()


if __name__ == "__main__":
    main()
