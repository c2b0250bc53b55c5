"""Rules and tagger together: explicit syntax and exact wordings stay with code, elsewhere the tagger decides or arbitrates by how sure
each of them is. The thresholds were chosen by measurement (see `benchmarks/planner`).

It does not know where the tagger's weights are, nor how plans are carried out.
"""

import re
from collections.abc import Sequence
from typing import Protocol

from codirector.assistant.plan import Clarify, Plan, Refine
from codirector.assistant.planner.decide import Decision, Undecided, assemble, one
from codirector.assistant.planner.frames import reading_of
from codirector.assistant.planner.reading import Facts, Reading
from codirector.assistant.planner.rules import questions
from codirector.assistant.planner.tagger import Frame
from codirector.assistant.planner.text import correct, key, tidy, trim
from codirector.errors import RefusedChange
from codirector.prompts.apply import apply

BELIEVED = 0.55
"""A tagger less sure than this of one wish is not acted on where the rules have nothing."""
OVERRULES = 0.9
"""A tagger this sure wins over a rule that is not exact."""
_JOINT = re.compile(
    r"^(?:[\s,.;:!?-]+|(?:and|also|then|but|plus|next|oh|finally|afterwards|after that|as well as|while you're at it|first)\b(?=[\s,]))+",
    re.I,
)
_TRAIL = re.compile(r"(?:[\s,;:-]+|[\s,]+(?:and|also|then|but|plus|oh and|while you're at it|after that|but first|as well as))+$", re.I)


class Reader(Protocol):
    """What hearing needs of a tagger."""

    def read(self, message: str, names: Sequence[str] = (), around: str = "") -> Frame: ...


def frame_of(reader: Reader, text: str, facts: Facts) -> Frame:
    """The tagger's frame of a text in this scene, laid out as in training."""
    names = [f"{element.colour} {element.name}".strip() for element in facts.elements]
    names += [name for name in facts.names if facts.element(name) is None]
    scene = facts.scene
    around = [*(scene.details[:2] if scene else ()), *([f"now {facts.focus}"] if facts.focus else [])]
    return reader.read(text, names, "; ".join(around))


def parts_of(frame: Frame, text: str) -> tuple[str, ...]:
    """The wishes of a message, cut where the tagger hears them begin."""
    edges = [*frame.starts, len(text)]
    pieces = [text[a:b] for a, b in zip(edges, edges[1:], strict=False)]
    cut = tuple(
        trim(_TRAIL.sub("", _JOINT.sub("", piece.strip()))) if number else trim(_TRAIL.sub("", piece))
        for number, piece in enumerate(pieces)
    )
    return tuple(piece for piece in cut if piece and key(piece)) or (text,)


def heard(reader: Reader, message: str, facts: Facts) -> tuple[Decision | None, float]:
    """The tagger's own decision about a message with how sure it is of it (0..1); None where it makes nothing of it."""
    text = correct(tidy(message))
    frame = frame_of(reader, text, facts)
    parts = parts_of(frame, text) if len(frame.starts) > 1 and facts.scene is not None else (text,)
    parts = tuple(part for part in parts if questions.courtesy(part, facts) is None and not questions.hesitation(part)) or parts
    readings: list[Reading | None] = []
    sure, now = 1.0, facts
    for number, part in enumerate(parts):
        mine = frame if len(parts) == 1 else frame_of(reader, part, now)
        found = reading_of(mine, part, now)
        if isinstance(found, Clarify):
            if len(parts) == 1:
                return Decision(found, source="tagger"), mine.sure
            found = None
        if number == 0:
            sure = mine.sure
            if found is None or _refused(found, now):
                return None, mine.sure
        if found is None and number:
            found, _ = one(part, now)
        readings.append(found)
        if found is not None:
            now = now.after(found)
    return assemble(parts, tuple(readings), facts, (), (), "tagger"), sure


def arbitrate(decided: Decision | Undecided, message: str, facts: Facts, reader: Reader) -> Decision | Undecided:
    """What is done about a message: `decided` by the rules, or what the tagger hears."""
    mine, sure = heard(reader, message, facts)
    if isinstance(decided, Undecided):
        return mine if mine is not None and sure >= BELIEVED and not decided.extra else decided
    if mine is None or decided.source == "syntax":
        return decided
    if isinstance(decided.plan, Clarify):
        return mine if sure >= BELIEVED and not isinstance(mine.plan, Clarify) else decided
    if decided.certainty < 0.95 and sure >= OVERRULES and _kind(mine.plan) != _kind(decided.plan):
        return mine
    return decided


def _kind(plan: Plan) -> str:
    return plan.change.kind if isinstance(plan, Refine) else plan.action


def _refused(reading: Reading, facts: Facts) -> bool:
    """Whether the change does not apply to the scene."""
    if reading.change is None or facts.scene is None:
        return False
    try:
        apply(facts.scene, reading.change)
    except RefusedChange:
        return True
    return False
