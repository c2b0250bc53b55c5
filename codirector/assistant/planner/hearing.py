"""Rules and tagger together: explicit syntax and exact wordings stay with code, elsewhere the tagger decides or arbitrates by how sure
each of them is. The thresholds were chosen by measurement (see `benchmarks/planner`).

It does not know where the tagger's weights are, nor how plans are carried out.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Protocol

from codirector.assistant.plan import Animate, Branch, Clarify, Compare, Create, GoTo, Plan, Refine, Save, Wish
from codirector.assistant.planner import lists, wishes
from codirector.assistant.planner.ask import BOTH_POSSIBLE
from codirector.assistant.planner.decide import Decision, Undecided, assemble, decide, one
from codirector.assistant.planner.description import better_scene
from codirector.assistant.planner.frames import reading_of
from codirector.assistant.planner.plain import plain as in_plain_words
from codirector.assistant.planner.reading import EXACT, SURE, Facts, Reading, touched_by
from codirector.assistant.planner.rules import questions
from codirector.assistant.planner.tagger import Frame
from codirector.assistant.planner.text import correct, key, tidy, trim
from codirector.errors import RefusedChange
from codirector.prompts.apply import apply
from codirector.prompts.change import AlterElement, Change, SetField

BELIEVED = 0.4
"""A tagger less sure than this of one wish is not acted on where the rules have nothing."""
ASKS = 0.8
"""So sure that nothing definite is said, it asks although a rule knows the words."""
TRUSTED_PART = 0.6
"""So sure of a part of a message, it is believed before a rule that takes the part for another kind of wish."""
OVERRULES = 0.9
"""A tagger this sure wins over a rule that is not exact."""
CHANGES = 0.6
"""A tagger this sure of a change keeps a description from becoming another picture: that would lose the one at hand."""
SEVERAL = 0.7
"""So sure must it be of each wish to cut a message that the rules took as fewer wishes."""
PREFERRED = 0.5
"""So sure, it is believed before a rule that is not plain and takes the message for another kind of wish."""
UNKNOWN = 0.3
"""So sure, it is believed where no rule knows the message."""
PLAIN = 0.945
"""A rule this certain has met a plain wording: it stands."""
ONE_WISH = 0.93
"""So sure of fewer wishes, it is believed although the rules cut the message into more."""
OUTDOES = 0.9
"""So sure, it is believed before a plain wording too, unless that is met to the letter (`VERBATIM`)."""
VERBATIM = 0.985
ANOTHER = 0.6
"""So sure of anything else, a description of what might be another picture is none."""
LEAVES = 0.8
"""So sure, it keeps even an exact wording from leaving the picture at hand (another picture, another turn)."""
SAME_KIND = 0.95
"""So sure, its arguments are taken instead of a rule's that is not exact."""
_IDLE = frozenset({"talk", "vague", "gibberish"})
"""Intents of a part that wishes for nothing: another part of the message is what is done."""
_JOINT = re.compile(
    r"^(?:[\s,.;:!?-]+|(?:and|also|then|but|plus|next|oh|finally|afterwards|after that|as well as|while you're at it|first)\b(?=[\s,]))+",
    re.I,
)
_FILM = re.compile(r"\b(?:video|clip|film|gif|animat\w+|seconds?)\b", re.I)
_SEAM = re.compile(r"[,.;:!?\n&+]|\b(?:and|but|then|n|plus|also|with)\b", re.I)
"""Where one wish can end and another begin."""
_TRAIL = re.compile(r"(?:[\s,;:&+/-]+|[\s,]+(?:and|also|then|but|plus|oh and|while you're at it|after that|but first|as well as))+$", re.I)


class Reader(Protocol):
    """What hearing needs of a tagger."""

    def read(self, message: str, names: Sequence[str] = (), around: str = "") -> Frame: ...


def frame_of(reader: Reader, text: str, facts: Facts) -> Frame:
    """The tagger's frame of a text in this scene, laid out as in training. Of the scene it sees what things are called and which was
    spoken of last; details and lettering may hold a caption's words, which are not to sway what a message means."""
    names = [f"{element.colour} {element.name}".strip() for element in facts.elements]
    names += [name for name in facts.names if facts.element(name) is None]
    return reader.read(text, names, f"now {facts.focus}" if facts.focus else "")


def parts_of(frame: Frame, text: str) -> tuple[str, ...]:
    """The wishes of a message, cut where the tagger hears them begin."""
    edges = [*frame.starts, len(text)]
    pieces = list[str]()
    for a, b in pairwise(edges):
        held = pieces and re.fullmatch(r"\W*(?:at|in|on|with|to|by|for|of|an?|the|from|as)\W*", pieces[-1], re.I)
        pieces[-1:] = [pieces[-1] + text[a:b]] if held else [*pieces[-1:], text[a:b]]
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
    parts = parts_of(frame, text) if len(frame.starts) > 1 and facts.scene is not None else (text,)
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
        if ruled is not None and (reading is None or (ruled.certainty >= SURE and (mine.sure < TRUSTED_PART or _alike(ruled, reading)))):
            reading, certainty = ruled, max(ruled.certainty, certainty)  # cut out of its message, a plain wish is one for the rules
        elif reading is None and number > 0:
            reading = one(part, now)[0]
        if number == 0 and (reading is None or _refused(reading, now)):
            whole = reading_of(frame, text, facts) if len(parts) > 1 and frame.sure >= SEVERAL else None
            if isinstance(whole, Reading) and not _refused(whole, facts):  # 'img2vid please, with the kittens tumbling' is one wish
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
    seams = [re.fullmatch(r"\s*(?:,|and|&|\+|plus|, and)\s*", part[a.end : b.start], re.I) for a, b in pairwise(things)]
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
    idle = [frame.intent if frame.intent in _IDLE and frame.sure >= CHANGES else "" for frame in frames]
    if all(idle):
        return parts, ()
    vague = [part for part, intent in zip(parts, idle, strict=True) if intent == "vague"]
    notes = (f"What exactly to change in “{'; '.join(vague)}” was not clear, so that part was left.",) if vague else ()
    return tuple(part for part, intent in zip(parts, idle, strict=True) if not intent), notes


def _loses(frame: Frame, worded: str) -> bool:
    """Whether a plainer wording leaves out a word that the tagger marked: 'the printer is out of blue, so the board has to be orange'."""
    left = set(key(worded))
    return any(slot.tag in ("T", "O", "V", "P") and not set(key(slot.text)) & left for slot in frame.slots if key(slot.text))


def _listed(decided: Decision | Undecided, message: str, facts: Facts, reader: Reader) -> Decision | None:
    """The message as a list of wishes, where every piece of it is one and the rules heard fewer."""
    if facts.scene is None or '"' in message or _FILM.search(message):
        return None
    parts, marked = lists.pieces(correct(message))
    if len(parts) < 2 or any(len(part.split()) > lists.LONGEST for part in parts):
        return None
    if any(questions.courtesy(part, facts) is not None or questions.hesitation(part) for part in parts):
        parts = tuple(part for part in parts if questions.courtesy(part, facts) is None and not questions.hesitation(part))
    known = len(_later(decided.plan)) + 1 if isinstance(decided, Decision) and isinstance(decided.plan, Refine) else 0
    whole = known > 0 and isinstance(decided, Decision) and all(wish.change is not None for wish in _later(decided.plan))
    if len(parts) < 2 or (whole and known >= len(parts)) or not (marked or lists.about_this(message, parts, facts)):
        return None
    if isinstance(decided, Decision) and (not isinstance(decided.plan, Refine | Create | Clarify) or _asked_for(decided)):
        return None
    found, now, adds = [], facts, not _verb(parts[0], facts)
    for number, part in enumerate(parts):
        listed = adds or (number > 0 and _ADDS.match(parts[0]) is not None)
        reading = _piece(part, now, reader, listed)
        if reading is None or reading.change is None or _refused(reading, now):
            return None
        if found and _same_slot(found[-1].change, reading.change):
            return None  # 'further away, near the horizon' says one thing twice
        found.append(reading)
        now = now.after(reading)
    return assemble(parts, tuple(found), facts, (), (), "rules" if known else "tagger")


def _same_slot(one: Change | None, other: Change | None) -> bool:
    """Whether two changes would overwrite each other: the same attribute of a thing, or the same field."""
    if isinstance(one, AlterElement) and isinstance(other, AlterElement):
        return (one.name, one.attribute) == (other.name, other.attribute)
    return isinstance(one, SetField) and isinstance(other, SetField) and one.field == other.field


def _alike(one: Reading, other: Reading) -> bool:
    """Whether two readings change the same thing or field, perhaps in other words."""
    return one.change is not None and other.change is not None and _same_slot(one.change, other.change)


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


_REMARK = re.compile(
    r"^(?P<q>(?:is|are|do|does) (?:the|that|this|these|those) [^,?.!;]+)(?P<qm>[,?.!;]+ )(?P<qw>(?!(?:and|but|or)\b).+)$"
    r"|^(?P<c>(?!(?:make|add|remove|put|let|have|give|turn|change|set|use|replace|swap|move|paint|keep|lose|can|could|would|no|not|please"
    r"|undo|go|draw|show|i)\b)[^,?.!;]*\b(?:is|are|was|looks?|feels?|seems?|'s|has|isn't|aren't|doesn't|parked|again)\b[^,?.!;]*)"
    r"(?P<m>[,?.!;]+ )(?P<w>(?!(?:and|but)\b).+)$"
    r"|^(?P<c2>[^,?.!;]*\b(?:too|so|not so) [\w]+[^,?.!;]*)[,?.!;]+ (?P<w2>(?:i want|let|give|make|put|add|can we|how about|try).+)$",
    re.I,
)
_WISHES = re.compile(r"\b(?:should|must|needs?|want|could|would|ought|instead)\b|^(?:maybe|perhaps|what (?:if|about)|how about)\b", re.I)


def _remark(message: str, facts: Facts) -> tuple[str, Facts] | None:
    """A remark before the wish ('the girl is bored, let her build a sandcastle') says what the wish is about: the wish alone, with the
    thing remarked upon in focus. None where the message does not begin with one."""
    match = _REMARK.match(tidy(message))
    if match is None or facts.scene is None:
        return None
    said, wish = next((match[a], match[b]) for a, b in (("q", "qw"), ("c", "w"), ("c2", "w2")) if match[a])
    if _WISHES.search(said) or len(key(wish)) < 1:
        return None
    first = one(said, facts)[0]
    if first is not None and first.change is not None and first.certainty >= SURE:
        return None  # 'the poster has to go, make the rug round': the remark is a wish too
    about = next((name for name in facts.names if key(name)[-1:] and key(name)[-1] in key(said)), "")
    detail = next((text for text in facts.scene.details if set(key(text)) <= set(key(said))), "") if not about else ""
    if match["q"] and not about and not detail:
        return None
    return wish, replace(facts, focus=about or facts.focus, detail=detail or facts.detail)


def arbitrate(decided: Decision | Undecided, message: str, facts: Facts, reader: Reader) -> Decision | Undecided:
    """What is done about a message: `decided` by the rules, or what the tagger hears."""
    found = _chosen(decided, message, facts, reader)
    return _without_remarks(found, facts, reader) if isinstance(found, Decision) else found


def _without_remarks(decision: Decision, facts: Facts, reader: Reader) -> Decision:
    """Without kept wishes that wish for nothing ('we have 200 to hand out'), and a note that they were taken for remarks."""
    plan = decision.plan
    unread = [wish for wish in _later(plan) if wish.change is None]
    if facts.scene is None or not unread or isinstance(plan, Create):
        return decision
    remarks = [wish for wish in unread if _remarked(frame_of(reader, wish.text, facts), wish.text)]
    if not remarks:
        return decision
    note = f"Taken for a remark: {'; '.join(f'“{wish.text}”' for wish in remarks)}."
    kept = tuple(wish for wish in _later(plan) if wish not in remarks)
    return replace(decision, plan=plan.evolve(later=kept), notes=(*decision.notes, note))


def _remarked(frame: Frame, text: str) -> bool:
    """Whether a tagger hears no wish in a text: small talk, or nothing marked and nothing sure."""
    if frame.intent in _IDLE:
        return frame.sure >= BELIEVED
    return not frame.slots and frame.sure < CHANGES and not wishes.starts_wish(text)


def _chosen(decided: Decision | Undecided, message: str, facts: Facts, reader: Reader) -> Decision | Undecided:
    own = heard(reader, message, facts)
    if (preferred := _preferred(decided, message, facts, own)) is not None:
        return preferred
    if (surely := _several_surely(decided, message, facts, own)) is not None:
        return surely
    if (several := _listed(decided, message, facts, reader)) is not None:
        return several
    certain = isinstance(decided, Decision) and decided.certainty >= EXACT - 0.01
    if not certain and (remark := _remark(message, facts)) is not None:
        wish, about = remark
        answer = _decided(decide(wish, about), about, reader, heard(reader, wish, about))
        if isinstance(answer, Decision) and isinstance(answer.plan, Refine | Compare | Animate):
            return answer
    return _redescribed(_decided(decided, facts, reader, own), message, facts, reader)


_Heard = tuple[Decision | None, float]
"""What `heard` says of the message: the tagger's own decision and how sure it is."""


def _preferred(decided: Decision | Undecided, message: str, facts: Facts, own: _Heard) -> Decision | None:
    """What the tagger hears, where by measurement it is the likelier reading; None leaves it to the steps that follow. It may not say less
    than the rules heard: a wish they cut out would be lost."""
    if "--" in message or (isinstance(decided, Undecided) and decided.extra):
        return None
    mine, sure = own
    if mine is None:
        return None
    if isinstance(decided, Undecided):
        return mine if sure >= UNKNOWN else None
    if isinstance(mine.plan, Clarify) and sure < ASKS:
        return None
    if len(_later(mine.plan)) < len(_later(decided.plan)) and (
        sure < ONE_WISH or decided.certainty >= VERBATIM or any(wishes.starts_wish(wish.text) for wish in _later(decided.plan))
    ):
        return None
    exact = decided.certainty >= PLAIN
    if _kind(mine.plan) == _kind(decided.plan):
        if len(_later(mine.plan)) > len(_later(decided.plan)) and sure >= SEVERAL and decided.certainty < EXACT - 0.01:
            return mine
        worded = isinstance(decided.plan, Branch | Save | Animate)  # a name, a move: the person's words, which the tagger cuts out better
        return mine if (sure >= SAME_KIND and not exact) or (worded and sure >= OUTDOES) else None
    if exact:
        leaves = isinstance(decided.plan, Create | GoTo) and facts.scene is not None
        needed = LEAVES if leaves else OUTDOES if decided.certainty < VERBATIM else 1.1
        return mine if sure >= needed else None
    another = isinstance(decided.plan, Create) and facts.scene is not None
    return mine if sure >= (ANOTHER if another else PREFERRED) else None


def _several_surely(decided: Decision | Undecided, message: str, facts: Facts, own: _Heard) -> Decision | None:
    """Several wishes as the tagger cuts and reads them, where it is sure of every one and has read them all: the rules cut at every comma
    before a word they know, and read each piece by itself. An exact wording stays with the rules."""
    if facts.scene is None or (isinstance(decided, Undecided) and (decided.extra or facts.view.pending_question)):
        return None
    if isinstance(decided, Decision) and not isinstance(decided.plan, Refine | Clarify | Create):
        return None
    if not facts.film and _FILM.search(message):
        return None  # 'see the balloon rise, as a short clip' is one wish
    mine, sure = own
    if mine is None or not isinstance(mine.plan, Refine) or sure < OVERRULES:
        return None
    if not mine.plan.later or any(wish.change is None for wish in mine.plan.later):
        return None
    if isinstance(decided, Decision) and isinstance(decided.plan, Refine):
        lost = decided.certainty >= EXACT - 0.01 and decided.plan.change != mine.plan.change
        flags = any(wish.text.startswith("--") for wish in decided.plan.later)
        one_wish = not decided.plan.later and decided.certainty >= SURE and not _SEAM.search(message)
        return None if lost or flags or one_wish else mine
    return mine if isinstance(decided, Undecided) or decided.certainty < EXACT - 0.01 else None


def _redescribed(decided: Decision | Undecided, message: str, facts: Facts, reader: Reader) -> Decision | Undecided:
    """A new picture as the tagger's marks have it, where that is the better reading of its description."""
    if not isinstance(decided, Decision) or not isinstance(decided.plan, Create) or decided.plan.later:
        return decided
    text = correct(tidy(message))
    better = better_scene(decided.plan.scene, text, frame_of(reader, text, facts))
    if better is None:
        return decided
    scene, notes = better
    return replace(decided, plan=decided.plan.evolve(scene=scene), notes=notes, source="tagger")


def _decided(decided: Decision | Undecided, facts: Facts, reader: Reader, own: _Heard) -> Decision | Undecided:
    mine, sure = own
    if isinstance(decided, Undecided):
        asked = decided.ask is not None and decided.ask.question != BOTH_POSSIBLE
        believed = mine is not None and sure >= (OVERRULES if asked else BELIEVED) and not decided.extra
        if asked and mine is not None and not isinstance(mine.plan, Refine):
            return decided
        return mine if believed and mine is not None else decided
    if mine is None or isinstance(decided.plan, Clarify) or isinstance(mine.plan, Clarify):
        return _filled(decided, facts, reader)  # what the rules ask outright is a correction that may be meant two ways
    if _kind(mine.plan) == _kind(decided.plan):
        swallowed = (
            isinstance(decided.plan, Refine) and re.search(r", (?:and|but)\b|; |\. ", str(decided.plan.change.model_dump())) is not None
        )
        enough = BELIEVED if swallowed else SEVERAL
        more = len(_later(mine.plan)) > len(_later(decided.plan)) and sure >= enough and decided.certainty < EXACT
        return mine if more else _filled(decided, facts, reader)
    if isinstance(decided.plan, Refine) and decided.plan.change.kind == "retouch":
        return _filled(decided, facts, reader)  # what a region is, the rules know from the layout's words
    another = isinstance(decided.plan, Create) and facts.scene is not None and decided.certainty < EXACT
    if sure >= (CHANGES if another else OVERRULES) and decided.certainty < 0.93:
        return mine
    return _filled(decided, facts, reader)


def _filled(decision: Decision, facts: Facts, reader: Reader) -> Decision:
    """Kept wishes that the rules could not read are read by the tagger, so that they too are certain when their turn comes."""
    plan = decision.plan
    if not isinstance(plan, Refine) or all(wish.change is not None for wish in plan.later) or facts.scene is None:
        return decision
    now = facts.after(Reading(decision.certainty, plan.change, focus=touched_by(plan.change)))
    later = []
    for wish in plan.later:
        if wish.change is None:
            frame = frame_of(reader, wish.text, now)
            reading = reading_of(frame, wish.text, now)
            if isinstance(reading, Reading) and reading.change is not None and frame.sure >= BELIEVED:
                wish = wish.evolve(change=reading.change)
        if wish.change is not None:
            now = now.after(Reading(decision.certainty, wish.change, focus=touched_by(wish.change)))
        later.append(wish)
    return replace(decision, plan=plan.evolve(later=tuple(later)))


def _later(plan: Plan) -> tuple[Wish, ...]:
    return getattr(plan, "later", ())


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
