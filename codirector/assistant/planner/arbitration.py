"""Rules and tagger together: explicit syntax and exact wordings stay with code, elsewhere the tagger decides or arbitrates by how sure
each of them is. The thresholds were chosen by measurement (see `benchmarks/planner`).

It does not know where the tagger's weights are, nor how plans are carried out.
"""

import re
from dataclasses import replace

from codirector.assistant.plan import Animate, Branch, Clarify, Compare, Create, GoTo, Plan, Refine, Save, Wish
from codirector.assistant.planner import wishes
from codirector.assistant.planner.ask import BOTH_POSSIBLE
from codirector.assistant.planner.decide import Decision, Undecided, decide, one
from codirector.assistant.planner.description import better_scene
from codirector.assistant.planner.frames import reading_of
from codirector.assistant.planner.hearing import (
    BELIEVED,
    CHANGES,
    IDLE,
    OVERRULES,
    PREFERRED,
    SEVERAL,
    Reader,
    frame_of,
    heard,
)
from codirector.assistant.planner.listed import FILM, listed
from codirector.assistant.planner.reading import EXACT, SURE, Facts, Reading, touched_by
from codirector.assistant.planner.tagger import Frame
from codirector.assistant.planner.text import correct, key, tidy
from codirector.prompts.change import AddElement, Avoid, Change, ReplaceElement

ASKS = 0.8
"""So sure that nothing definite is said, it asks although a rule knows the words."""
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
_SEAM = re.compile(r"[,.;:!?\n&+]|\b(?:and|but|then|n|plus|also|with)\b", re.I)
"""Where one wish can end and another begin."""


def arbitrate(decided: Decision | Undecided, message: str, facts: Facts, reader: Reader) -> Decision | Undecided:
    """What is done about a message: `decided` by the rules, or what the tagger hears."""
    found = _chosen(decided, message, facts, reader)
    return _in_own_spelling(_without_remarks(found, facts, reader), message) if isinstance(found, Decision) else found


def _in_own_spelling(decision: Decision, message: str) -> Decision:
    """A name to save or branch under as it was typed: 'posterb' is no slip for 'poster'."""
    plan = decision.plan
    if not isinstance(plan, Branch | Save) or not plan.name:
        return decision
    typed, mended = tidy(message).split(), correct(tidy(message)).split()
    if len(typed) != len(mended):
        return decision
    as_typed = {after.strip(".,;:!?'\"").lower(): before.strip(".,;:!?'\"") for before, after in zip(typed, mended, strict=True)}
    name = " ".join(as_typed.get(word.lower(), word) for word in plan.name.split())
    return replace(decision, plan=plan.evolve(name=name))


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
    if frame.intent in IDLE:
        return frame.sure >= BELIEVED
    return not frame.slots and frame.sure < CHANGES and not wishes.starts_wish(text)


def _chosen(decided: Decision | Undecided, message: str, facts: Facts, reader: Reader) -> Decision | Undecided:
    own = heard(reader, message, facts)
    if (preferred := _preferred(decided, message, facts, own)) is not None:
        return preferred
    if (surely := _several_surely(decided, message, facts, own)) is not None:
        return surely
    if (several := listed(decided, message, facts, reader)) is not None:
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


_TALKING = re.compile(
    r"[&;]|^(?:him|her|it|them|he|she|they|should be|is|get \w+|me)$|\b(?:i|i'd|i'm|we|you|should|would|could|can|please|gonna|wants?)\b",
    re.I,
)


def _garbled(change: Change) -> bool:
    """Whether what is to be added or avoided is called by words of somebody talking: a sentence was cut wrongly."""
    match change:
        case AddElement(element=element) | ReplaceElement(element=element):
            return _TALKING.search(element.name) is not None
        case Avoid(term=term):
            return len(term.split()) > 3 and _TALKING.search(term) is not None
        case _:
            return False


def _preferred(decided: Decision | Undecided, message: str, facts: Facts, own: _Heard) -> Decision | None:
    """What the tagger hears, where by measurement it is the likelier reading; None leaves it to the steps that follow. It may not say less
    than the rules heard: a wish they cut out would be lost."""
    if "--" in message or (isinstance(decided, Undecided) and decided.extra):
        return None
    mine, sure = own
    if mine is None:
        return None
    if isinstance(decided, Undecided):
        return mine if sure >= (LEAVES if isinstance(mine.plan, Create) and facts.scene is not None else UNKNOWN) else None
    if isinstance(mine.plan, Clarify) and sure < ASKS:
        return None
    if len(_later(mine.plan)) < len(_later(decided.plan)) and (
        sure < ONE_WISH or decided.certainty >= VERBATIM or any(wishes.starts_wish(wish.text) for wish in _later(decided.plan))
    ):
        return None
    if isinstance(mine.plan, Refine) and _garbled(mine.plan.change):
        return None
    if isinstance(decided.plan, Refine) and _garbled(decided.plan.change) and sure >= BELIEVED:
        return mine
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
    if not facts.film and FILM.search(message):
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
        leaves = mine is not None and isinstance(mine.plan, Create) and facts.scene is not None
        believed = mine is not None and sure >= (OVERRULES if asked else LEAVES if leaves else BELIEVED) and not decided.extra
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


def _later(plan: Plan) -> tuple[Wish, ...]:
    return getattr(plan, "later", ())


def _kind(plan: Plan) -> str:
    return plan.change.kind if isinstance(plan, Refine) else plan.action
