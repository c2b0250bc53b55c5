"""From the readings of a message's wishes to one plan: what is certain is done, what is not is asked, nothing is dropped.

Pure. It does not know models: where the rules have nothing trusted, `Undecided` says so and the caller may ask one.
"""

import re
from dataclasses import dataclass, replace

from codirector.assistant.plan import Animate, Branch, Clarify, Compare, Create, GoTo, Plan, Redo, Refine, Save, Undo, Wish
from codirector.assistant.planner import kept, lists, syntax, wishes
from codirector.assistant.planner.ask import between, question_for, said
from codirector.assistant.planner.corrections import correction
from codirector.assistant.planner.nouns import place_of
from codirector.assistant.planner.plain import exchange
from codirector.assistant.planner.plain import plain as in_plain_words
from codirector.assistant.planner.reading import EXACT, SURE, TRUSTED, Facts, Reading
from codirector.assistant.planner.rules import complaints, creation, elements, navigation, questions, readings
from codirector.assistant.planner.text import after_no, bare, correct, peel, tidy, trim, wants_a_thing
from codirector.prompts.change import AddElement, AlterElement, Change

_LIMIT = 200
MOST_OPTIONS = 3
"""A question has two or three answers to choose from; more are a form to fill in."""


@dataclass(frozen=True)
class Decision:
    """A plan, the sentences that go with it, which layer it came from, and how certain the reading of its first wish is."""

    plan: Plan
    notes: tuple[str, ...] = ()
    source: str = "rules"
    certainty: float = EXACT


@dataclass(frozen=True)
class Undecided:
    """No trusted reading. `wishes` are the message's wishes, `read` what is certain of them (None: not), `ask` a question that
    would settle it, if there is one; it may only be put when no question is pending."""

    wishes: tuple[str, ...]
    read: tuple[Reading | None, ...]
    ask: Clarify | None = None
    extra: tuple[Change, ...] = ()


def decide(message: str, facts: Facts) -> Decision | Undecided:
    """Reads a whole message. Raises InputError (from explicit syntax)."""
    raw = tidy(message)
    if (found := syntax.command(raw, facts)) is not None:
        return Decision(_as_plan(found), source="syntax")
    if facts.view.later and syntax.is_next(raw):
        return _next(facts)
    if (number := kept.taken(raw, facts.view.later)) is not None:
        return _next(facts, number)
    flagged = syntax.flags(raw)
    if flagged.changes and not flagged.text:
        return _flags_only(flagged, facts)
    if (weighed := syntax.weight(flagged.text, facts)) is not None:
        return Decision(Refine(change=weighed, later=_kept(flagged.changes)), flagged.notes, source="syntax")
    text, weights = syntax.weights(flagged.text, facts)
    extra = (*weights, *flagged.changes)
    said_first = correct(text)
    text = peel(said_first)
    if (reading := _best(questions.courtesy(text, facts))) is not None and not extra:
        return Decision(reading.plan, source="rules")  # type: ignore[arg-type]
    if facts.scene is None:
        return _without_scene(raw, text, facts)
    return _with_scene(text, said_first, facts, extra, flagged.notes)


_UNFRAMED = re.compile(
    r"^(?:(?:please )?(?:keep|leave) (?:everything|all|the rest|it)(?: else)?(?: (?:the same|as it is|as is|unchanged"
    r"|like this))?,? (?:but|except|and|only|just)(?: (?:only|just|now|for|please))*|(?:the |exactly the )?same(?: (?:thing"
    r"|picture|image|scene|one|again|prompt))?,? (?:but|only|just|except)(?: (?:now|with it|make it|have it|this time))*"
    r"|like this,? but)[\s,:]+(?=\w)",
    re.I,
)
"""'keep everything but ...', 'the same scene but ...': what is not named stays anyway."""


def _names_a_seed(text: str) -> bool:
    """'same but different seed' is one phrase of its own."""
    return re.search(r"\b(?:seed|variation|version|take|roll)\b", text, re.I) is not None


def _with_scene(text: str, said_first: str, facts: Facts, extra: tuple[Change, ...], notes: tuple[str, ...]) -> Decision | Undecided:
    """`said_first` still has its interjections: 'wait, blue' and 'actually, blue' are corrections by theirs."""
    if (copied := _on_a_copy(text, facts)) is not None and not extra:
        return copied
    if (wrong := complaints.complaint(text, facts)) is not None and not extra:
        return assemble((text,), (wrong,), facts, extra, notes)
    text = text if _names_a_seed(text) else _UNFRAMED.sub("", text, count=1)
    text = re.sub(
        r"^change nothing (?:except|but)(?: for)? (?P<t>.+?)[:,]+ ?(?:make (?:it|them) )?(?P<v>.+)$", r"make \g<t> \g<v>", text, flags=re.I
    )
    if (exchanged := exchange(bare(text), facts)) is not None:
        text = exchanged
    elif len(wishes.split(text, facts)) == 1:
        text = in_plain_words(text, facts)
    asked = questions.looks(text, facts) or questions.knowledge(text, facts)
    plain = bare(text)
    if asked is not None and (compared := navigation.compare(plain, facts)) is not None:
        asked = compared
    if asked is not None and not extra and asked.certainty >= TRUSTED and not _is_request(plain, text, facts):
        return Decision(asked.plan, certainty=asked.certainty)  # type: ignore[arg-type]
    new = creation.asked(plain, text, facts)
    if new:
        return _create(new, facts, extra, notes)
    settled = _whole(plain, facts)
    parts = (text,) if settled else wishes.split(text, facts)
    another = creation.description(plain, facts) if not settled and not wants_a_thing(text) else None
    if another is not None and another.certainty >= TRUSTED and not any(_certain(part, facts) for part in parts[:1]):
        return replace(_create(plain, facts, extra, notes), certainty=another.certainty)
    if (corrected := correction(text, facts) or correction(said_first, facts)) is not None:
        return Decision(corrected)
    if not settled and (rest := after_no(text)) != text:
        return _with_scene(rest, rest, facts, extra, notes)
    return _refine(parts, facts, extra, notes)


_COPY = r"(?:on|in|as) (?:an?|another) (?:new |separate |different |second )?(?:copy|branch|fork|duplicate)"
_ON_A_COPY = re.compile(
    rf"^{_COPY}[\s,:]+(?P<after>(?!called\b|named\b).+)$|^(?P<before>.+?),? (?:but )?{_COPY}(?: of (?:it|this))?(?: please)?"
    r"(?:,? (?:(?:and|because|so(?: that)?) )?(?:i (?:want|would like|'d like) to )?(?:keep|lose|leave|touch)\b[^,.;]*)?$",
    re.I,
)


def _on_a_copy(text: str, facts: Facts) -> Decision | None:
    """'on a copy, make it night': a branch first, with the wish kept for it."""
    match = _ON_A_COPY.match(text)
    if match is None or navigation.branch(bare(text), facts) is not None:
        return None
    wish = match["after"] or match["before"]
    made = decide(wish, facts)
    if not isinstance(made, Decision) or not isinstance(made.plan, Refine) or made.plan.taken:
        return None
    later = (Wish(text=_wish_text(wish), change=made.plan.change), *made.plan.later)
    return Decision(Branch(later=later), made.notes)


def _whole(plain: str, facts: Facts) -> bool:
    """Whether the message as one wish has an explicit reading, so that an 'and' in it is no seam."""
    found = readings(plain, facts)
    if not found or found[0].certainty < EXACT - 0.02:
        return False
    further = re.search(r"(?:[,;.] ?(?:and )?|\b)(?:then|afterwards|after that|next)\b[ ,]|;", plain, re.I) is not None
    if further and found[0].plan is not None and len(wishes.split(plain, facts)) > 1:
        return False  # 'animate it, then make the fox blue'
    return not re.search(r",| and |;|\. | but | then ", plain) or found[0].rule in (
        "blend of styles",
        "compare",
        "undo",
        "undo n",
        "animate",
        "retouch",
        "lock",
        "text of an element",
        "replace only",
        "set seed",
        "redo",
        "branch",
        "save",
        "go to",
    )


def _refine(parts: tuple[str, ...], facts: Facts, extra: tuple[Change, ...], notes: tuple[str, ...]) -> Decision | Undecided:
    """Reads the wishes one after the other; what one of them names is what 'it' means in the next."""
    read: list[Reading | None] = []
    found_ask: Clarify | None = None
    now = facts
    if len(parts) > 1:  # thanks, greetings and hesitation beside a wish wish for nothing
        parts = tuple(after_no(part) for part in parts)
        parts = tuple(part for part in parts if questions.courtesy(part, facts) is None and not questions.hesitation(part)) or parts
    for part in parts:
        reading, ask = one(part, now)
        found_ask = found_ask or (ask if reading is None else None)
        read.append(reading)
        if reading is not None:
            now = now.after(reading)
    parts, read = _once(parts, read)
    if read[0] is None or (len(parts) == 1 and read[0].change is None and read[0].plan is None):
        return Undecided(parts, tuple(read), found_ask, extra)
    return assemble(parts, tuple(read), facts, extra, notes)


def _once(parts: tuple[str, ...], read: list[Reading | None]) -> tuple[tuple[str, ...], list[Reading | None]]:
    """The same change wished for twice in a row ('it looks flat, more contrast') is one wish, and so is one place said in two ways
    ('further away, near the horizon')."""
    if len(parts) == 2 and read[0] is not None and read[1] is not None:
        one, other = read[0].change, read[1].change
        if (
            isinstance(one, AlterElement)
            and one.attribute == "placement"
            and place_of(trim(parts[1]))
            and not isinstance(other, AddElement)
        ):
            both = one.evolve(value=f"{one.value}, {trim(parts[1])}")
            return parts[:1], [replace(read[0], change=both)]
    changes = [reading.change if reading is not None else None for reading in read]
    kept = [number for number, change in enumerate(changes) if number == 0 or change is None or change != changes[number - 1]]
    return tuple(parts[number] for number in kept), [read[number] for number in kept]


def one(part: str, facts: Facts) -> tuple[Reading | None, Clarify | None]:
    """The trusted reading of one wish, or None and a question that would settle it."""
    plain = in_plain_words(bare(part), facts)
    found = readings(plain, facts)
    if (not found or found[0].certainty < 0.93) and (instead := lists.instead_of(plain, facts)) is not None:
        return instead, None
    if (courtesy := questions.courtesy(part, facts)) is not None:
        return courtesy, None
    asked = questions.looks(part, facts) or questions.knowledge(part, facts)
    if asked is not None and (not found or asked.certainty > found[0].certainty):
        return asked, None
    if found and found[0].certainty >= TRUSTED:
        best = found[0]
        rivals = [
            other for other in found[1:] if other.certainty == best.certainty and other.outcome != best.outcome and other.rule != best.rule
        ]
        if rivals and best.certainty < SURE:
            return None, between(best, rivals[0])
        return best, None
    if wants_a_thing(part) and (reading := elements.add(f"add {plain}", facts)) is not None:
        return reading, None
    return None, question_for(plain, facts)


def assemble(
    parts: tuple[str, ...],
    read: tuple[Reading | None, ...],
    facts: Facts,
    extra: tuple[Change, ...],
    notes: tuple[str, ...],
    source: str = "rules",
) -> Decision:
    """One plan from the readings of all wishes: the first change is this turn's, every other wish is kept in order."""
    pairs = list(zip(parts, read, strict=True))
    said = [*notes, *(reading.note for _, reading in pairs if reading is not None and reading.note)]
    first = pairs[0][1] if pairs else None
    if first is None or (first.change is None and first.plan is None):
        raise AssertionError("the first wish has a reading")
    rest = [Wish(text=_wish_text(part), change=_lasting(reading)) for part, reading in pairs[1:]]
    rest += _kept(extra)
    if first.change is not None:
        return Decision(Refine(change=first.change, later=tuple(rest)), tuple(said), source, first.certainty)
    plan = first.plan
    if not rest:
        return Decision(plan, tuple(said), source, first.certainty)  # type: ignore[arg-type]
    if isinstance(plan, Create | Undo | Redo | GoTo | Save | Branch | Compare | Animate | Refine):
        return Decision(plan.evolve(later=(*plan.later, *rest)), tuple(said), source, first.certainty)
    if (
        getattr(plan, "action", "") in ("read", "ask")
        and (index := next((i for i, wish in enumerate(rest) if wish.change is not None), None)) is not None
    ):
        # A question can wait: the change is made and the question kept, for a question leaves no place to keep wishes.
        others = (Wish(text=_wish_text(pairs[0][0])), *rest[:index], *rest[index + 1 :])
        return Decision(Refine(change=rest[index].change, later=others), tuple(said), source)  # type: ignore[arg-type]
    if facts.view.pending_question:
        said.append("Only the first part was done; still to be said: " + "; ".join(wish.text for wish in rest) + ".")
        return Decision(plan, tuple(said), source)  # type: ignore[arg-type]
    wished = tuple(option[:_LIMIT] for option in (pairs[0][0], *(wish.text for wish in rest)))
    options = wished[:MOST_OPTIONS]
    if wished[MOST_OPTIONS:]:
        said.append("Also still to be said: " + "; ".join(wished[MOST_OPTIONS:]) + ".")
    return Decision(
        Clarify(question="These are separate steps. Which one first? The others can be said after it.", options=options),
        tuple(said),
        source,
    )


def _lasting(reading: Reading | None) -> Change | None:
    """The change a kept wish stands for. One that rewrites a text of the scene is read anew in its turn: the text may be another."""
    return None if reading is None or reading.rule.endswith("a text") else reading.change


def _create(text: str, facts: Facts, extra: tuple[Change, ...], notes: tuple[str, ...]) -> Decision:
    parts = wishes.steps(text)
    scene, more = creation.scene_of(_with_flags(parts[0], extra))
    later = [Wish(text=_wish_text(part)) for part in parts[1:]]
    return Decision(Create(scene=scene, later=tuple(later)), (*notes, *more))


def _with_flags(text: str, extra: tuple[Change, ...]) -> str:
    """Settings said with a new picture go into its description again, where the scene reader takes them up."""
    names = {"guidance": "cfg"}
    flags = [f"--{names.get(c.setting, c.setting)} {c.value}" for c in extra if c.kind == "set_render"]
    flags += [f"--no {c.term}" for c in extra if c.kind == "avoid"]
    return " ".join([text, *flags])


def _without_scene(raw: str, text: str, facts: Facts) -> Decision | Undecided:
    """Nothing is there yet: a description is drawn; navigation and questions work; a change has nothing to change."""
    plain = bare(text)
    asked = questions.looks(text, facts) or questions.knowledge(text, facts)
    if asked is not None and asked.certainty >= TRUSTED:
        return Decision(asked.plan)  # type: ignore[arg-type]
    found = readings(plain, facts)
    if found and found[0].certainty >= SURE:
        return Decision(found[0].plan)  # type: ignore[arg-type]
    parts = wishes.steps(correct(raw) if not raw.lower().startswith("negative prompt") else raw)
    first_text = bare(parts[0])
    reading = None if _nothing_to_draw(first_text) else creation.first(first_text, parts[0], facts)
    if reading is None or not isinstance(reading.plan, Create):
        question = Clarify(question="There is no picture yet. What should it show?", options=questions.examples(facts)[:3])
        return Undecided((plain,), (None,), question)
    later = tuple(Wish(text=_wish_text(part)) for part in parts[1:])
    return Decision(reading.plan.evolve(later=later), (reading.note,) if reading.note else ())


def _nothing_to_draw(plain: str) -> bool:
    """'make it blue', 'remove the fox', 'brighter' before there is a picture."""
    return (
        re.match(
            r"^(?:make|turn|change|set|move|recolou?r|paint) (?:it|this|that|him|her|them)\b|^(?:remove|delete|erase|undo|redo"
            r"|replace|swap|zoom|crop|rotate|upscale|brighter|darker|closer|more|less|move|lock|unlock)\b|^(?:yes|no|ok|it|this|that"
            r"|h+m+|hm|uh+|um+|lol|test|idk|why|what|how|please|thanks|nothing|something|anything|[\W\d_]+)$",
            plain,
            re.I,
        )
        is not None
    )


def _next(facts: Facts, number: int = 0) -> Decision | Undecided:
    """One of the wishes kept in the view, usually the first, becomes this turn's; the others stay kept, in order."""
    wish, rest = facts.view.later[number], (*facts.view.later[:number], *facts.view.later[number + 1 :])
    if wish.change is not None:
        return Decision(Refine(change=wish.change, later=rest, taken=True), source="syntax")
    decided = decide(wish.text, replace(facts, view=facts.view.evolve(later=())))
    if isinstance(decided, Undecided):
        return decided
    if isinstance(decided.plan, Refine):
        return replace(decided, plan=decided.plan.evolve(later=(*decided.plan.later, *rest), taken=True))
    return decided


def _flags_only(flagged: syntax.Flags, facts: Facts) -> Decision | Undecided:
    if facts.scene is None:
        return Undecided(
            ("settings",),
            (None,),
            Clarify(question="These are settings. What should the picture show?", options=questions.examples(facts)[:3]),
        )
    return Decision(Refine(change=flagged.changes[0], later=_kept(flagged.changes[1:])), flagged.notes, source="syntax")


def _is_request(plain: str, text: str, facts: Facts) -> bool:
    """'could you make it night?', 'is it possible to add a cat?' are requests in the form of questions."""
    if plain == trim(text) or not re.match(
        r"^(?:can|could|would|will|is it|are you|do you think|how about|what about|what if|why don't|may|shall|should)\b",
        text.strip(),
        re.I,
    ):
        return False
    return any(reading.certainty >= TRUSTED for reading in readings(plain, facts))


def _certain(part: str, facts: Facts) -> bool:
    found = readings(in_plain_words(bare(part), facts), facts)
    return bool(found) and found[0].certainty >= SURE


def _best(reading: Reading | None) -> Reading | None:
    return reading if reading is not None and reading.certainty >= TRUSTED else None


def _kept(changes: tuple[Change, ...]) -> tuple[Wish, ...]:
    return tuple(
        Wish(
            text=said(Reading(EXACT, change)) if change.kind != "set_render" else f"--{change.setting} {change.value}",
            change=change,
        )
        for change in changes
    )


def _wish_text(text: str) -> str:
    return trim(re.sub(r"^(?:(?:and|also|then|plus|but|oh) )+(?=\S)", "", trim(text), flags=re.I))[:2000]


def _as_plan(found: Plan | Change) -> Plan:
    return found if hasattr(found, "action") else Refine(change=found)  # type: ignore[arg-type,return-value]
