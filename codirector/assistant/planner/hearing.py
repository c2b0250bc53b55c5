"""What the tagger hears in a message: its wishes one after another, each as a reading, with how sure it is of them.

It does not decide whether the tagger is to be believed (see `arbitration`), nor where its weights are.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

from codirector.assistant.plan import Clarify
from codirector.assistant.planner import wishes
from codirector.assistant.planner.decide import Decision, assemble, one
from codirector.assistant.planner.frames import reading_of
from codirector.assistant.planner.plain import plain as in_plain_words
from codirector.assistant.planner.reading import SURE, Facts, Reading
from codirector.assistant.planner.rules import questions
from codirector.assistant.planner.tagger import Frame
from codirector.assistant.planner.text import correct, key, tidy, trim
from codirector.errors import RefusedChange
from codirector.prompts.apply import apply
from codirector.prompts.change import AlterElement, Change, SetField
from codirector.prompts.companions import seen_elements

BELIEVED = 0.4
"""A tagger less sure than this of one wish is not acted on where the rules have nothing."""
TRUSTED_PART = 0.6
"""So sure of a part of a message, it is believed before a rule that takes the part for another kind of wish."""
OVERRULES = 0.9
"""A tagger this sure wins over a rule that is not exact."""
CHANGES = 0.6
"""A tagger this sure of a change keeps a description from becoming another picture: that would lose the one at hand."""
SEVERAL = 0.7
"""So sure must it be of each wish to cut a message that the rules took as fewer wishes."""
PREFERRED = 0.6
"""So sure, it is believed before a rule that is not plain and takes the message for another kind of wish."""
IDLE = frozenset({"talk", "vague", "gibberish"})
"""Intents of a part that wishes for nothing: another part of the message is what is done."""
_JOINT = re.compile(
    r"^(?:[\s,.;:!?-]+|(?:and|also|then|but|plus|next|oh|finally|afterwards|after that|as well as|while you're at it|first)\b(?=[\s,]))+",
    re.I,
)
_TRAIL = re.compile(r"(?:[\s,;:&+/-]+|[\s,]+(?:and|also|then|but|plus|oh and|while you're at it|after that|but first|as well as))+$", re.I)


class Reader(Protocol):
    """What hearing needs of a tagger."""

    def read(self, message: str, names: Sequence[str] = (), around: str = "") -> Frame: ...


def frame_of(reader: Reader, text: str, facts: Facts) -> Frame:
    """The tagger's frame of a text in this scene, laid out as in training. Of the scene it sees what things are called and which was
    spoken of last; details and lettering may hold a caption's words, which are not to sway what a message means."""
    names = [f"{element.colour} {element.name}".strip() for element in facts.elements]
    names += [name for name in facts.names if facts.element(name) is None]
    if facts.scene is not None:  # what is only named in what another does can be spoken of too
        names += [f"{thing.colour} {thing.name}".strip() for thing in seen_elements(facts.scene)[len(facts.scene.elements) :]]
    return reader.read(text, names, f"now {facts.focus}" if facts.focus else "")


_NEXT_PAIR = re.compile(
    r"\s*(?:[,;.+&]|and|then|also)[\s,]*(?:(?:and|then|also|make|give|put|turn|have|let) )*(?:the |his |her |its )?", re.I
)


def begins_of(frame: Frame, text: str) -> tuple[int, ...]:
    """Where wishes begin: as heard, and where after a thing with its value comes another thing with one ('the elf gets a cloak, the dwarf
    an eyepatch')."""
    pairs = [slot for slot in frame.slots if slot.tag in ("T", "O", "V")]
    more = []
    for number in range(2, len(pairs) - 1):
        before, thing, value = pairs[number - 1], pairs[number], pairs[number + 1]
        paired = pairs[number - 2].tag == "T" and before.tag in ("O", "V") and thing.tag == "T" and value.tag == before.tag
        gap = text[before.end : thing.start]
        if paired and _NEXT_PAIR.fullmatch(gap) and not any(before.end <= start <= thing.start for start in frame.starts):
            more.append(before.end + len(gap) - len(gap.lstrip(" ,;.")))
    return tuple(sorted({*frame.starts, *more}))


def parts_of(frame: Frame, text: str) -> tuple[str, ...]:
    """The wishes of a message, cut where the tagger hears them begin."""
    edges = [*begins_of(frame, text), len(text)]
    pieces = list[str]()
    for a, b in pairwise(edges):
        held = pieces and re.fullmatch(r"\W*(?:at|in|on|with|to|by|for|of|an?|the|from|as)\W*", pieces[-1], re.I)
        joined = f"{pieces[-1][-12:] if pieces else ''}{text[a:b]}"
        all_but = re.search(r"\b(?:but|except(?: for)?) (?:one|two|three|four|\d{1,2})\W*$", joined, re.I)
        pieces[-1:] = [pieces[-1] + text[a:b]] if held or all_but else [*pieces[-1:], text[a:b]]
    if re.match(r"\W*1[.):]", text):
        pieces = [re.sub(r"^\W*\d[.):] *|[\s(]+\d[.):]?\s*$", "", piece) for piece in pieces]
    cut = tuple(
        trim(_TRAIL.sub("", _JOINT.sub("", piece.strip()))) if number else trim(_TRAIL.sub("", piece))
        for number, piece in enumerate(pieces)
    )
    idle = {"maybe", "perhaps", "please", "also", "then", "and", "so", "well", "ok", "yes", "no", "thanks", "after", "that", "next", "but"}
    return tuple(piece for piece in cut if set(key(piece)) - idle) or (text,)


def heard(reader: Reader, message: str, facts: Facts) -> tuple[Decision | None, float]:
    """The tagger's own decision about a message with how sure it is of it (0..1): of its first wish, or of the least sure one where it
    hears several. None where it makes nothing of the first wish."""
    text = correct(tidy(message))
    frame = frame_of(reader, text, facts)
    parts = parts_of(frame, text) if len(begins_of(frame, text)) > 1 and facts.scene is not None else (text,)
    parts = tuple(part for part in parts if questions.courtesy(part, facts) is None and not questions.hesitation(part)) or parts
    parts = tuple(piece for part in parts for piece in _things_apart(frame if len(parts) == 1 else frame_of(reader, part, facts), part))
    found: list[Reading | None] = []
    sure, now = 1.0, facts
    parts, idle = _about_something(reader, parts, facts)
    for number, part in enumerate(parts):
        mine = frame if len(parts) == 1 else frame_of(reader, part, now)
        reading = reading_of(mine, part, now)
        unclear = reading is None or mine.sure < PREFERRED
        if unclear and (worded := in_plain_words(part, now)) != part and not _loses(mine, worded):
            part, mine = worded, frame_of(reader, worded, now)
            reading = reading_of(mine, part, now)
        if isinstance(reading, Clarify):
            if len(parts) == 1:
                return Decision(reading, source="tagger"), mine.sure
            reading = None
        certainty = mine.sure
        ruled = one(part, now)[0] if len(parts) > 1 and len(wishes.split(part, now)) == 1 else None
        if ruled is not None and (reading is None or (ruled.certainty >= SURE and (mine.sure < TRUSTED_PART or alike(ruled, reading)))):
            reading, certainty = ruled, max(ruled.certainty, certainty)  # cut out of its message, a plain wish is one for the rules
        elif reading is None and number > 0:
            reading = one(part, now)[0]
        if number == 0 and (reading is None or refused(reading, now)):
            whole = reading_of(frame, text, facts) if len(parts) > 1 and frame.sure >= SEVERAL else None
            if isinstance(whole, Reading) and not refused(whole, facts):  # 'img2vid please, with the kittens tumbling' is one wish
                return assemble((text,), (whole,), facts, (), (), "tagger"), frame.sure
            return None, mine.sure
        if number and certainty < BELIEVED:
            reading = None  # kept in its own words, to be asked about in its turn
            certainty = BELIEVED
        sure = min(sure, certainty)
        found.append(reading)
        if reading is not None:
            now = now.after(reading)
    return assemble(parts, tuple(found), facts, (), idle, "tagger"), sure


_ONE_VERB = {"add": ("O", "add"), "remove": ("T", "remove")}


def _things_apart(frame: Frame, part: str) -> tuple[str, ...]:
    """'add a balloon and a kite', heard as one wish with two things, as two wishes."""
    tag, verb = _ONE_VERB.get(frame.intent, ("", ""))
    things = [slot for slot in frame.slots if slot.tag == tag]
    before = re.escape(part[: things[0].start].split()[-1]) if things and part[: things[0].start].split() else "and"
    joint = re.compile(rf"\s*(?:,|and|&|\+|plus|, and)\s*(?:{before}\s+)?", re.I)  # 'the lamp, bin the poster'
    seams = [joint.fullmatch(part[a.end : b.start]) for a, b in pairwise(things)]
    if len(things) < 2 or not all(seams) or frame.sure < CHANGES:
        return (part,)
    ends = [*(slot.end for slot in things[:-1]), len(part)]
    first = part[: ends[0]]
    return (first, *(f"{verb} {part[slot.start : end]}" for slot, end in zip(things[1:], ends[1:], strict=True)))


def _about_something(reader: Reader, parts: tuple[str, ...], facts: Facts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The parts of a message of several without small talk and without what names nothing definite, and a note about the latter."""
    if len(parts) < 2:
        return parts, ()
    frames = [frame_of(reader, part, facts) for part in parts]
    idle = [frame.intent if frame.intent in IDLE and frame.sure >= CHANGES else "" for frame in frames]
    if all(idle):
        return parts, ()
    vague = [part for part, intent in zip(parts, idle, strict=True) if intent == "vague"]
    notes = (f"What exactly to change in “{'; '.join(vague)}” was not clear, so that part was left.",) if vague else ()
    return tuple(part for part, intent in zip(parts, idle, strict=True) if not intent), notes


def _loses(frame: Frame, worded: str) -> bool:
    """Whether a plainer wording leaves out a word that the tagger marked: 'the printer is out of blue, so the board has to be orange'."""
    left = set(key(worded))
    return any(slot.tag in ("T", "O", "V", "P") and not set(key(slot.text)) & left for slot in frame.slots if key(slot.text))


def same_slot(one: Change | None, other: Change | None) -> bool:
    """Whether two changes would overwrite each other: the same attribute of a thing, or the same field."""
    if isinstance(one, AlterElement) and isinstance(other, AlterElement):
        return (one.name, one.attribute) == (other.name, other.attribute)
    return isinstance(one, SetField) and isinstance(other, SetField) and one.field == other.field


def alike(one: Reading, other: Reading) -> bool:
    """Whether two readings change the same thing or field, perhaps in other words."""
    return one.change is not None and other.change is not None and same_slot(one.change, other.change)


def refused(reading: Reading, facts: Facts) -> bool:
    """Whether the change does not apply to the scene."""
    if reading.change is None or facts.scene is None:
        return False
    try:
        apply(facts.scene, reading.change)
    except RefusedChange:
        return True
    return False
