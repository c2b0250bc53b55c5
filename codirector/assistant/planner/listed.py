"""A message as a list of wishes, each piece read as a fragment, by the rules or by the tagger, where the rules heard fewer.

How a list is cut is `lists`' business; whether the list is believed, `arbitration`'s.
"""

import re

from codirector.assistant.plan import Clarify, Create, Refine
from codirector.assistant.planner import lists, wishes
from codirector.assistant.planner.decide import Decision, Undecided, assemble, one
from codirector.assistant.planner.frames import reading_of
from codirector.assistant.planner.hearing import (
    BELIEVED,
    CHANGES,
    Reader,
    frame_of,
    refused,
    same_slot,
)
from codirector.assistant.planner.plain import plain as in_plain_words
from codirector.assistant.planner.reading import EXACT, SURE, Facts, Reading
from codirector.assistant.planner.rules import questions
from codirector.assistant.planner.text import correct

FILM = re.compile(r"\b(?:video|clip|film|gif|animat\w+|seconds?)\b", re.I)
"""A film's wish is one, whatever it lists."""


def listed(decided: Decision | Undecided, message: str, facts: Facts, reader: Reader) -> Decision | None:
    """The message as a list of wishes, where every piece of it is one and the rules heard fewer."""
    if facts.scene is None or '"' in message or FILM.search(message):
        return None
    parts, marked = lists.pieces(correct(message))
    if len(parts) < 2 or any(len(part.split()) > lists.LONGEST for part in parts):
        return None
    if any(questions.courtesy(part, facts) is not None or questions.hesitation(part) for part in parts):
        parts = tuple(part for part in parts if questions.courtesy(part, facts) is None and not questions.hesitation(part))
    plan = decided.plan if isinstance(decided, Decision) and isinstance(decided.plan, Refine) else None
    known = len(plan.later) + 1 if plan is not None else 0
    whole = plan is not None and all(wish.change is not None for wish in plan.later)
    if len(parts) < 2 or (whole and known >= len(parts)) or not (marked or lists.about_this(message, parts, facts)):
        return None
    if isinstance(decided, Decision) and (not isinstance(decided.plan, Refine | Create | Clarify) or _asked_for(decided)):
        return None
    found, now, adds = [], facts, not _verb(parts[0], facts)
    for number, part in enumerate(parts):
        bare = adds or (number > 0 and _ADDS.match(parts[0]) is not None)
        reading = _piece(part, now, reader, bare)
        if reading is None or reading.change is None or refused(reading, now):
            return None
        if found and same_slot(found[-1].change, reading.change):
            return None  # 'further away, near the horizon' says one thing twice
        found.append(reading)
        now = now.after(reading)
    return assemble(parts, tuple(found), facts, (), (), "rules" if known else "tagger")


def _asked_for(decided: Decision) -> bool:
    """Whether a new picture was asked for in so many words."""
    return isinstance(decided.plan, Create) and decided.certainty >= EXACT - 0.01


_ADDS = re.compile(
    r"^(?:please |could you |can you )?(?:add|put|place|include|insert|bring|draw|i(?:'d)? (?:want|like|need)|with|there should be)\b", re.I
)


def _verb(part: str, facts: Facts) -> bool:
    """Whether a piece is an order or a sentence rather than a bare value."""
    bare_value = re.match(r"(?:more|less|fewer|no|without|as|in|with|at|half|another|\w+er)\b", part, re.I)
    return wishes.starts_wish(part) and not bare_value and lists.fragment(part, facts, False) is None


def _piece(part: str, facts: Facts, reader: Reader, listed: bool) -> Reading | None:
    """One piece of a list: as a fragment, by the rules, by the tagger."""
    if (
        not listed
        and re.match(r"(?:an?|some|two|three|\d+) ", part, re.I)
        and not re.search(r" (?:on|in|at|next|behind|under|above|beside) ", part)
    ):
        return None  # 'replace the dog with a cat and a bird': not said what to do with the bird
    if (reading := lists.fragment(in_plain_words(part, facts), facts, listed)) is not None:
        return reading
    ruled = one(part, facts)[0]
    if ruled is not None and ruled.certainty >= SURE - 0.1:
        return ruled
    frame = frame_of(reader, part, facts)
    reading = reading_of(frame, part, facts)
    return reading if isinstance(reading, Reading) and frame.sure >= (CHANGES if ruled is not None else BELIEVED) else ruled
