"""Questions back: what to ask where a wording leaves something open, and readings as messages that would be read the same way. Pure.

Every option is a message that can be sent. It does not know whether a question may be put now.
"""

import re

from codirector.assistant.plan import Clarify
from codirector.assistant.planner.nouns import colour_of, element_of, place_of
from codirector.assistant.planner.reading import Facts, Reading
from codirector.assistant.planner.references import resolve
from codirector.assistant.planner.rules import creation, questions
from codirector.assistant.planner.rules.values import VAGUE
from codirector.assistant.planner.text import article

_LIMIT = 200
BOTH_POSSIBLE = "Into this picture, or a new one?"


_SORTS = {
    "animal": ("cat", "dog", "bird"), "creature": ("dragon", "cat", "owl"),
    "vehicle": ("car", "bicycle", "boat"), "thing": ("lantern", "balloon", "chair"),
}  # fmt: skip
"""What a word that names no one thing may stand for."""


def question_for(plain: str, facts: Facts) -> Clarify | None:
    """One short question with options that can be sent, where the wording shows what is missing; None where it does not."""
    colour = colour_of(re.sub(r"^(?:make|turn|paint|colou?r) (?:it|this|them|that) ", "", plain, flags=re.I))
    if colour and len(facts.names) > 1:
        options = [f"make the {name} {colour}" for name in facts.names[:3]]
        return Clarify(question=f"What should be {colour}?", options=tuple(options))
    if (
        (
            re.match(r"^(?:make|turn|get|have) (?:it|this|everything|the (?:picture|image|scene))(?: look)? ", plain, re.I)
            and VAGUE.match(
                re.sub(r"^(?:make|turn|get|have) (?:it|this|everything|the (?:picture|image|scene))(?: look)? ", "", plain, flags=re.I)
            )
        )
        or VAGUE.match(plain)
        or re.match(r"^(?:improve|enhance|fix|polish|beautify)(?: (?:it|this|the (?:picture|image)))?$", plain, re.I)
    ):
        return Clarify(question="Better in which way?", options=("highly detailed", "more contrast", "dramatic lighting"))
    if re.match(
        r"^(?:change|alter|edit|modify|do something (?:with|about|to)|update|adjust)(?: (?:it|this|that|something|the (?:picture"
        r"|image|scene)))?$",
        plain,
        re.I,
    ):
        return Clarify(question="What should change?", options=questions.examples(facts)[:3])
    if (match := re.match(r"^(?:move|shift|put|place) (?P<t>.+)$", plain, re.I)) and (
        target := resolve(match["t"], facts)
    ).kind == "element":
        name = target.name
        return Clarify(
            question=f"Where should the {name} go?",
            options=(f"move the {name} to the left", f"move the {name} to the right", f"put the {name} in the background"),
        )
    if (match := re.match(r"^(?:change|alter|edit|modify|recolou?r|do something with|repaint) (?P<t>.+)$", plain, re.I)) and (
        target := resolve(match["t"], facts)
    ).kind == "element":
        return about(target.name, facts, f"What about the {target.name} should change?")
    if (match := re.match(r"^(?:remove|delete|erase|get rid of|lose|drop) (?:it|this|that|them|one)$", plain, re.I)) and len(
        facts.names
    ) > 1:
        return Clarify(question="What should be removed?", options=tuple(f"remove the {name}" for name in facts.names[:3]))
    if re.match(
        r"^(?:start (?:over|again|fresh|anew)|(?:a )?new (?:picture|image|one|scene)|something (?:new|else|different"
        r"|completely different)|surprise me|from scratch|clean slate|another (?:picture|image)|reset|clear)$",
        plain,
        re.I,
    ):
        return Clarify(question="What should the new picture show?", options=tuple(f"new picture: {idea}" for idea in questions.IDEAS))
    if (
        match := re.match(
            r"^(?:(?:add|put|place|include|draw|have|insert|bring|show)(?: in| there)? )?(?:another|some|some other|one more|an?"
            r"|a different) "
            r"(?P<n>animal|creature|thing|object|item|plant|pet|vehicle|prop)(?: (?:in|there|here|too|as well|next to (?:it|him|her"
            r"|them)))*$",
            plain,
            re.I,
        )
    ) is not None:
        sorts = _SORTS.get(match["n"].lower(), _SORTS["thing"])
        return Clarify(question=f"Which {match['n'].lower()} should it be?", options=tuple(f"add {article(name)}" for name in sorts))
    if (match := re.match(r"^(?:an?|the|some) (?P<q>(?!other\b|same\b)[\w-]+(?: [\w-]+){0,2}) ones?$", plain, re.I)) and facts.names:
        name = facts.focus or facts.names[0]
        return Clarify(
            question=f"Change the {name}, or add another?", options=(f"make the {name} {match['q']}", f"add a {match['q']} {name}")
        )
    another = creation.description(plain, facts)
    element = element_of(plain) if another is not None else None
    if another is not None and element is not None and not re.search(r"\b(?:would|should|could|might|must|needs?)\b", plain, re.I):
        noun = plain if re.match(r"^(?:an?|two|three|four|\d)", plain, re.I) else article(plain)
        return Clarify(question=BOTH_POSSIBLE, options=(f"add {noun}"[:_LIMIT], f"new picture: {noun}"[:_LIMIT]))
    target = resolve(plain, facts)
    if target.kind == "element" and not place_of(plain):
        return about(target.name, facts, f"What should happen to the {target.name}?")
    return None


def about(name: str, facts: Facts, question: str) -> Clarify:
    element = facts.element(name)
    colour = "blue" if element is None or element.colour != "blue" else "red"
    return Clarify(question=question, options=(f"make the {name} {colour}", f"remove the {name}", f"move the {name} to the left"))


def between(best: Reading, other: Reading) -> Clarify:
    return Clarify(question="Which of these is meant?", options=tuple(dict.fromkeys((said(best), said(other)))))


def said(reading: Reading) -> str:
    """A reading as a message that would be read the same way."""
    change = reading.change
    if change is None:
        return reading.plan.action if reading.plan is not None else "undo"
    match change.kind:
        case "set_field":
            return f"set the {change.field} to {change.value}"
        case "add_element":
            return f"add {article(change.element.name)}"
        case "add_detail":
            return f"add the detail {change.detail}"
        case "remove_element":
            return f"remove the {change.name}"
        case "alter_element":
            return f"set the {change.name}'s {change.attribute} to {change.value}"
        case "replace_element":
            return f"replace the {change.name} with {article(change.element.name)}"
        case "weigh":
            return f"({change.target}:{change.weight:g})"
        case "retouch":
            return f"change only the {change.retouching.region} to {change.retouching.content}"
        case "avoid":
            return f"avoid {change.term}"
        case "upscale":
            return f"upscale {change.factor}x"
        case "remove_detail":
            return f"remove the {change.detail}"
        case "set_render":
            return f"set the {change.setting} to {change.value}"
        case "lock":
            return f"{'unlock' if change.undo else 'lock'} {change.target}"
        case "adjust":
            return f"{'more' if change.adjustment.amount > 0 else 'less'} {change.adjustment.kind}"
    return change.kind.replace("_", " ")
