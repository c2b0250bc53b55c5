"""Corrections: 'no, blue', 'not red, orange', 'no, the fox', read against the change made last. Pure."""

import re

from codirector.assistant.plan import Clarify, Plan, Refine
from codirector.assistant.planner.ask import about
from codirector.assistant.planner.nouns import colour_of, element_of
from codirector.assistant.planner.reading import SURE, TRUSTED, Facts
from codirector.assistant.planner.references import resolve
from codirector.assistant.planner.rules import readings
from codirector.assistant.planner.terms import field_of
from codirector.assistant.planner.text import bare, key, trim
from codirector.prompts.change import AlterElement, ReplaceElement, SetField

_CORRECTS = re.compile(
    r"^(?:no+|nope|nah|not (?:that|this|it)(?: one)?|wrong(?: one)?|i meant|i said|sorry|wait"
    r"|actually)\b[\s,.:;!-]*(?:(?:not (?:that|this|it)(?: one)?|i meant|i said|i mean|rather|make it"
    r"|it should be)\b[\s,.:;-]*)*(?P<v>.+)$",
    re.I,
)
_NOT_BUT = re.compile(r"^not (?P<o>[\w -]+?)[,;:.] *(?:but |i meant |i want |rather |make it |i said |it should be |)(?P<v>.+)$", re.I)

_SAID_OF = re.compile(r"^(?:the|that|this) [\w -]+? (?:should|must|could|has to|needs to|ought to|is to) \w", re.I)


def correction(text: str, facts: Facts) -> Plan | None:
    """'no, blue' gives the value of the last change again; 'no, the fox' moves it to another thing: undo that or do both is asked."""
    match = _NOT_BUT.match(trim(text)) or _CORRECTS.match(trim(text))
    if match is None or facts.scene is None:
        return None
    value = bare(match["v"])
    if (old := match.groupdict().get("o")) is not None and not re.fullmatch(
        r"(?:that|this|it|him|her|them|those|these)(?: one)?", old, re.I
    ):
        gone, term = resolve(old, facts), field_of(value)
        if gone.kind == "element" and _SAID_OF.match(value) is not None:
            # 'not the man, the woman should wear a hat': what is said of her is the whole wish
            said = readings(value, facts)
            return Refine(change=said[0].change) if said and said[0].change is not None and said[0].certainty >= TRUSTED else None
        if gone.kind == "field" and term is not None:
            return Refine(change=SetField(field=term.field, value=term.value))
        if gone.kind == "element" and (element := element_of(value)) is not None and not colour_of(value):
            return Refine(change=ReplaceElement(name=gone.name, element=element))
    whole = readings(value, facts)
    if whole and whole[0].plan is not None and whole[0].certainty >= SURE:
        return whole[0].plan  # 'nah, the one before was better'
    change = next((stored.turn.change for stored in reversed(facts.view.history) if stored.turn.change is not None), None)
    if change is None:
        return None
    if change.kind == "alter_element":
        fits = (
            bool(colour_of(value))
            if change.attribute == "colour"
            else key(value)[-1:] != key(change.name)[-1:]
            and resolve(value, facts).kind == "nothing"
            and len(value.split()) <= 6
            and not readings(value, facts)
        )
        if fits:
            return Refine(change=change.evolve(value=colour_of(value) or value))
        other = resolve(value, facts)
        if other.kind in ("element", "region") and other.name != change.name and not facts.view.pending_question:
            again = (
                f"make the {other.name} {change.value}"
                if change.attribute in ("colour", "material", "pose")
                else f"the {other.name} {change.value}"
            )
            return Clarify(
                question=f"Take back the change of the {change.name} first, or change the {other.name} as well?",
                options=("undo", again),
            )
    if change.kind == "add_element" and colour_of(value):
        return Refine(change=AlterElement(name=change.element.name, attribute="colour", value=colour_of(value)))
    if change.kind == "set_field":
        found = [
            reading
            for reading in readings(value, facts)
            if reading.change is not None and reading.change.kind == "set_field" and reading.change.field == change.field
        ]
        if found:
            return Refine(change=found[0].change)  # type: ignore[arg-type]
    target = resolve(value, facts)
    if target.kind in ("element", "region") and not facts.view.pending_question:
        return about(target.name, facts, f"What should happen to the {target.name}?")
    return None
