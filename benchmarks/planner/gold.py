"""A reader that says what an annotator marked: what the code behind the tagger is worth where the tagger makes no mistake.

Knows the marks of a labelled message (see `training.planner.marked`) and finds any part of it that the planner asks about again.
`python -m benchmarks.planner --gold --labelled benchmarks/planner/third_dev.jsonl`
"""

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.planner.run import Item, Outcome, run
from codirector.assistant.planner import Planner
from codirector.assistant.planner.tagger import Frame, Slot
from codirector.assistant.session.record import SessionView
from training.planner.marked import Marked, of_file


def run_marked(path: Path, items: Sequence[Item], views: Mapping[str, SessionView]) -> list[Outcome]:
    """Every message of a file that carries marks, planned with its own marks in the tagger's place."""
    return [run(_planner(marked), [item], views)[0] for item, marked in zip(items, of_file(path), strict=True)]


def _planner(marked: Marked) -> Planner:
    reader = GoldReader(marked)
    return Planner(reader=lambda: reader)


class GoldReader:
    """Answers for one message."""

    def __init__(self, marked: Marked) -> None:
        self.marked = marked
        self.message = marked.message
        self.spans: list[tuple[int, int, str]] = []
        self.begins: list[int] = []
        end = 0
        for wish in marked.wishes:
            self.begins.append(end)
            for piece in wish:
                if piece.tag:
                    self.spans.append((end, end + len(piece.text), piece.tag))
                end += len(piece.text)

    def read(self, message: str, names: Sequence[str] = (), around: str = "") -> Frame:
        """The marks that lie in `message`, which may be a part of the whole, or mended in its spelling."""
        low, part = self.message.lower(), message.lower()
        at = low.find(part)
        if at >= 0:
            place = {number: at + number for number in range(len(part) + 1)}
        else:
            place = {}
            for block in difflib.SequenceMatcher(None, part, low, autojunk=False).get_matching_blocks():
                place |= {block.a + offset: block.b + offset for offset in range(block.size)}
        back = {whole: number for number, whole in place.items()}
        slots = []
        for start, end, tag in self.spans:
            inside = [back[number] for number in range(start, end) if number in back]
            if inside:
                slots.append(Slot(tag, message[min(inside) : max(inside) + 1], min(inside), max(inside) + 1))
        seen = sorted(place.values())
        first, last = (seen[0], seen[-1]) if seen else (0, 0)
        middle = (first + last) / 2
        covered = [number for number, begin in enumerate(self.begins) if first - 3 <= begin < last]
        starts = [0, *(back.get(self.begins[number], 0) for number in covered if self.begins[number] > first + 3)]
        current = max((number for number, begin in enumerate(self.begins) if begin <= (first if len(starts) > 1 else middle)), default=0)
        return Frame(((self.marked.intents[current], 1.0),), tuple(slots), tuple(dict.fromkeys(starts)), (self.marked.means[current], 1.0))
