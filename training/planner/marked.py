"""Messages written and marked by people, as examples: the tagger's other teacher beside the grammar.

`marked/*.jsonl`, one message a line: `view` (a name of `benchmarks.planner.views` or a scene as JSON), `marked` (the message with
`[TAG:words]` around its spans and `||` before each further wish), `intents` (one a wish), `means` (the scene's thing that each wish is
about, '' for none; left out: taken from `expect`, as the benchmark sets have it). Every drawing of a line varies it: other nouns and
values of the same sort, slips of the finger, other case. It knows the grammar's lists, not how examples become tensors.
"""

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from benchmarks.planner.views import views
from codirector.prompts.scene import Scene
from training.planner.examples import Example
from training.planner.grammar import Piece, expand, parse
from training.planner.intents import TAGS
from training.planner.situations import situation
from training.planner.slips import slipped

FOLDER = Path(__file__).parent / "marked"
_MARK = re.compile(rf"\[(?P<tag>{'|'.join(TAGS)}):(?P<text>[^\[\]]*)\]|(?P<next>\|\|)")
_LEAD = re.compile(r"^(?:[\s,.;:!?+&/•*-]+|(?:and|also|then|but|plus|next|oh|finally)\b)+", re.I)
SORTS: Mapping[str, str] = {
    "colour": "<colour>", "material": "<material>", "light": "<light>", "mood": "<mood>", "style": "<style>", "camera": "<camera>",
    "weather": "<weather>", "setting": "<place>", "composition": "<composition>", "avoid": "<bad>", "ask": "<term>",
}  # fmt: skip
"""Intent -> the rule that gives other values of its sort."""


@dataclass(frozen=True)
class Marked:
    """One wish after another, each as pieces of text with their tags. `names` are the scene's things, with colour; `means` what each wish
    is about: an index of `names`, or -1."""

    wishes: tuple[tuple[Piece, ...], ...]
    intents: tuple[str, ...]
    names: tuple[str, ...]
    means: tuple[int, ...]
    focus: str

    @property
    def message(self) -> str:
        return "".join(piece.text for wish in self.wishes for piece in wish)


@lru_cache(maxsize=1)
def lines(folder: Path = FOLDER) -> tuple[Marked, ...]:
    """All marked messages. Raises ValueError for one whose marks and intents do not go together."""
    return tuple(line for path in sorted(folder.glob("*.jsonl")) for line in of_file(path))


def of_file(path: Path) -> tuple[Marked, ...]:
    """The marked messages of one file, in order. Raises ValueError as `lines`."""
    known = views()
    return tuple(_marked(json.loads(line), known) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def _marked(item: Mapping[str, Any], known: Mapping[str, Any]) -> Marked:
    view = known[item["view"]] if isinstance(item["view"], str) else None
    scene = view.scene if view is not None else Scene.model_validate(item["view"])
    wishes: list[list[Piece]] = [[]]
    end, text = 0, item["marked"]
    for match in _MARK.finditer(text):
        if match.start() > end:
            wishes[-1].append(Piece(text[end : match.start()]))
        if match["next"]:
            wishes.append([])
        else:
            wishes[-1].append(Piece(match["text"], match["tag"]))
        end = match.end()
    if end < len(text):
        wishes[-1].append(Piece(text[end:]))
    if len(wishes) != len(item["intents"]):
        raise ValueError(f"{len(wishes)} wishes, {len(item['intents'])} intents: {text}")
    elements = scene.elements if scene else ()
    plain = [element.name for element in elements]
    said = item["means"] if "means" in item else _means(item, len(wishes), plain)
    last = view.history[-1].turn.change if view is not None and len(view.history) > 1 else None
    focus = getattr(last, "name", "") or (last.element.name if last is not None and hasattr(last, "element") else "")
    return Marked(
        tuple(tuple(pieces) for pieces in wishes),
        tuple(item["intents"]),
        tuple(f"{element.colour} {element.name}".strip() for element in elements),
        tuple(plain.index(name) if name in plain else -1 for name in said),
        focus if focus in plain else "",
    )


def _means(item: Mapping[str, Any], count: int, names: Sequence[str]) -> list[str]:
    """From what was expected: the name that the first alternative of each wish changes."""
    expect = item.get("expect", {})
    wanted = [expect.get("change", ()), *expect.get("later", ())][:count]
    found = [next((each["name"] for each in alternatives if each.get("name") in names), "") for alternatives in wanted]
    return [*found, *[""] * (count - len(found))]


def examples(rng: random.Random) -> Iterator[Example]:
    """Examples without end: every line in turn, in a new order each time around, whole or (of several wishes) one wish alone."""
    pool = list(lines())
    while True:
        rng.shuffle(pool)
        for line in pool:
            line = varied(line, rng)
            if len(line.intents) > 1 and rng.random() < 0.4:
                number = rng.randrange(len(line.intents))
                line = Marked((_alone(line.wishes[number]),), (line.intents[number],), line.names, (line.means[number],), line.focus)
            yield _example(line, rng)


def _alone(wish: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """A wish cut out of its message, without what joined it."""
    first, *rest = wish
    cut = _LEAD.sub("", first.text) if not first.tag else first.text
    pieces = [Piece(cut, first.tag), *rest] if cut else rest
    return tuple(pieces) or wish


def varied(line: Marked, rng: random.Random) -> Marked:
    """Now and then with another noun for one of its things, other new things, other values."""
    made = situation(rng, held_out=False)
    if line.names and rng.random() < 0.35:
        line = _renamed(line, rng.randrange(len(line.names)), made.thing().name)
    rules = made.rules()
    wishes = []
    for pieces, intent in zip(line.wishes, line.intents, strict=True):
        swapped = []
        for piece in pieces:
            if piece.tag == "O" and rng.random() < 0.25:
                piece = Piece("".join(part.text for part in expand(parse("<np>"), rules, rng)), "O")
            elif piece.tag == "V" and intent in SORTS and rng.random() < 0.3:
                piece = Piece("".join(part.text for part in expand(parse(SORTS[intent]), rules, rng)), "V")
            swapped.append(piece)
        wishes.append(tuple(swapped))
    return Marked(tuple(wishes), line.intents, line.names, line.means, line.focus)


def _renamed(line: Marked, number: int, name: str) -> Marked:
    """The thing with that number called otherwise, in the scene and in the message; unchanged where the message calls it by other words
    that the new name would not fit."""
    old = line.names[number].split()[-1]
    pattern = re.compile(rf"\b{re.escape(old)}\b", re.I)
    if old not in line.message.lower() or any(old in other and at != number for at, other in enumerate(line.names)):
        return line
    wishes = tuple(tuple(Piece(pattern.sub(name, piece.text), piece.tag) for piece in wish) for wish in line.wishes)
    names = tuple(pattern.sub(name, each) if at == number else each for at, each in enumerate(line.names))
    return Marked(wishes, line.intents, names, line.means, name if line.focus == old else line.focus)


def _example(line: Marked, rng: random.Random) -> Example:
    slips, text = rng.random() < 0.12, ""
    spans: list[tuple[int, int, str]] = []
    starts = []
    for wish in line.wishes:
        # A wish begins at its first word, as the cut between two wishes does at run time.
        joint = _LEAD.match(wish[0].text) if text and not wish[0].tag else None
        starts.append(len(text) + (joint.end() if joint and (joint.end() < len(wish[0].text) or len(wish) > 1) else 0))
        for piece in wish:
            written = slipped(piece.text, rng) if slips else piece.text
            if piece.tag and written.strip():
                spans.append((len(text), len(text) + len(written), piece.tag))
            text += written
    starts[0] = 0
    roll = rng.random()
    if roll < 0.15:
        text = text.lower()
    elif roll < 0.25:
        text = text[:1].upper() + text[1:]
    if rng.random() < 0.2:
        text = text.rstrip(".!")
    spans = [(start, min(end, len(text)), tag) for start, end, tag in spans if start < len(text)]
    single = len(line.intents) == 1
    return Example(
        text,
        line.intents[0] if single else "",
        tuple(spans),
        tuple(starts),
        line.names,
        line.means[0] if single else -1,
        f"now {line.focus}" if line.focus else "",
    )
