"""What the language model is asked and how its slots become a reading: the schema, the few-shot prompt, the compact scene, and the
code that builds and checks. The model never writes a plan.

The prompt begins with what never changes (so that its prefix stays cached); scene and message come last.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from codirector.assistant.plan import Ask, Create, Read, Redo, Undo
from codirector.assistant.planner.lexicon import NUMBERS
from codirector.assistant.planner.nouns import colour_of, count_of, element_of
from codirector.assistant.planner.reading import LIKELY, TRUSTED, Facts, Reading
from codirector.assistant.planner.references import resolve
from codirector.assistant.planner.rules import readings
from codirector.assistant.planner.rules.strength import weighed
from codirector.assistant.planner.terms import field_of
from codirector.assistant.planner.text import bare, key, trim
from codirector.prompts.change import (
    AddDetail,
    AddElement,
    AlterElement,
    Avoid,
    Change,
    RemoveDetail,
    RemoveElement,
    ReplaceElement,
    SetField,
)
from codirector.prompts.scene import SCENE_FIELDS, Scene
from codirector.prompts.vocabulary import synonyms

ATTRIBUTES = ("colour", "material", "count", "placement", "pose", "text")
MOVES = (
    "create", "add", "remove", "replace", *ATTRIBUTES, *SCENE_FIELDS, "detail", "avoid", "more", "less", "undo", "redo",
    "look", "question", "reword", "unclear",
)  # fmt: skip
SCHEMA: dict[str, Any] = {
    "title": "Move",
    "description": "The one thing a message asks for.",
    "type": "object",
    "properties": {
        "move": {"type": "string", "enum": list(MOVES)},
        "target": {"type": "string", "maxLength": 60},
        "value": {"type": "string", "maxLength": 120},
    },
    "required": ["move", "target", "value"],
    "additionalProperties": False,
}
SYSTEM = (
    "You sort requests about a picture. Answer with JSON: move (what is asked), target (the thing it is about, in the scene's words), "
    "value (the new value, in the message's words). For anything else that the program can do, use reword, with the request in plain words "
    "as value: brighter, more contrast, warmer colours, crop it tighter, upscale 2x, make it square, 30 steps, another seed, zoom in, "
    "lock the background, compare flat and cartoon, animate it: slow zoom in for 3 seconds, go back to 2, save, make the fox bigger. "
    "Use unclear when nothing fits."
)
_EXAMPLES: tuple[tuple[str, str, str], ...] = (
    (
        "fox; setting in the snow; lighting sunset",
        "I was hoping for something more like a stormy night",
        '{"move": "lighting", "target": "", "value": "stormy night"}',
    ),
    (
        "fox; setting in the snow",
        "a little friend for him would be lovely, maybe a mouse",
        '{"move": "add", "target": "", "value": "a mouse"}',
    ),
    ("cat, sofa; style anime", "honestly the sofa annoys me", '{"move": "remove", "target": "sofa", "value": ""}'),
    ("ship; setting at sea", "could the ship rather be a whale", '{"move": "replace", "target": "ship", "value": "a whale"}'),
    ("car; setting on a city street", "I picture the car more of a mint thing", '{"move": "colour", "target": "car", "value": "mint"}'),
    ("girl, horse", "she might as well ride it", '{"move": "pose", "target": "girl", "value": "riding the horse"}'),
    ("dog; setting in a park", "somewhere with palm trees would suit him", '{"move": "setting", "target": "", "value": "with palm trees"}'),
    ("castle; style watercolor", "it has too much of that scary feel", '{"move": "less", "target": "", "value": "scary"}'),
    ("owl; lighting night", "I can't make out a thing", '{"move": "reword", "target": "", "value": "brighter"}'),
    ("owl; lighting night", "hm, purple monkey dishwasher", '{"move": "unclear", "target": "", "value": ""}'),
    ("owl; lighting night", "what was it painted with", '{"move": "look", "target": "", "value": ""}'),
)


def compact(scene: Scene | None) -> str:
    """The scene in a few words."""
    if scene is None:
        return "empty"
    parts = [", ".join(element.name for element in scene.elements[:8])]
    parts += [f"{name} {value}" for name in SCENE_FIELDS if (value := getattr(scene, name))]
    return "; ".join(part for part in parts if part)[:400]


def messages(wish: str, facts: Facts, problem: str = "") -> list[tuple[str, str]]:
    """The whole prompt for one wish; `problem` is why the answer before was not usable."""
    shots: list[tuple[str, str]] = [("system", SYSTEM)]
    for scene, message, answer in _EXAMPLES:
        shots += [("human", f"Scene: {scene}\nMessage: {message}"), ("ai", answer)]
    last = f"Scene: {compact(facts.scene)}\nMessage: {wish[:400]}"
    return [*shots, ("human", f"{last}\nNot that: {problem}" if problem else last)]


def reading_of(slots: Mapping[str, Any], wish: str, facts: Facts, trusted: bool) -> Reading | str:
    """The reading the slots mean, or a sentence saying why they cannot be believed or built."""
    move, target, value = _parts(slots)
    if move not in MOVES:
        return f"'{move}' is no move."
    if move == "unclear":
        return "The message is unclear."
    if not trusted and (doubt := _doubt(move, target, value, wish, facts)):
        return doubt
    return _build(move, target, value, wish, facts)


def doubt_of(slots: Mapping[str, Any], wish: str, facts: Facts) -> str:
    """Why valid slots of a small model are not borne out by the message; '' where they are, or where they are not valid."""
    move, target, value = _parts(slots)
    return _doubt(move, target, value, wish, facts) if move in MOVES else ""


def _parts(slots: Mapping[str, Any]) -> tuple[str, str, str]:
    return str(slots.get("move", "")), trim(str(slots.get("target", ""))), trim(str(slots.get("value", "")))


def _build(move: str, target: str, value: str, wish: str, facts: Facts) -> Reading | str:
    if move in ("undo", "redo"):
        return Reading(LIKELY, plan=Undo() if move == "undo" else Redo(), rule="model")
    if move == "look":
        return Reading(LIKELY, plan=Read(question=wish[:2000]), rule="model")
    if move == "question":
        return Reading(LIKELY, plan=Ask(question=wish[:200]), rule="model")
    if move == "reword":
        said = readings(bare(value), facts) if value else []
        return replace(said[0], rule="model") if said and said[0].certainty >= TRUSTED else f"'{value}' is nothing the program can read."
    if move == "create":
        from codirector.assistant.planner.rules.creation import scene_of

        scene, notes = scene_of(value or wish)
        return (
            Reading(LIKELY, plan=Create(scene=scene), note=" ".join(notes), rule="model")
            if scene != Scene()
            else "There is nothing to draw in it."
        )
    if facts.scene is None:
        return "There is no picture to change yet."
    change = _change(move, target, value, facts)
    return change if isinstance(change, str | Reading) else Reading(LIKELY, change, rule="model")


def _change(move: str, target: str, value: str, facts: Facts) -> Change | Reading | str:
    if move in ("more", "less"):
        found = resolve(target or value, facts)
        if found.kind in ("element", "detail", "field"):
            return weighed(found, 1 if move == "more" else -1, None, facts, LIKELY)
        return AddDetail(detail=value) if move == "more" and value else Avoid(term=value) if value else "Nothing is named to weigh."
    if move in SCENE_FIELDS:
        if not value:
            return f"No value for {move}."
        term = field_of(value)
        return SetField(field=move, value=term.value if term and term.field == move else value)  # type: ignore[arg-type]
    if move in ("detail", "avoid"):
        return (AddDetail(detail=value[:200]) if move == "detail" else Avoid(term=value[:200])) if value else f"No value for {move}."
    element = element_of(value) if value else None
    if move == "add":
        return AddElement(element=element) if element is not None else "Nothing is named to add."
    thing = resolve(target, facts) if target else resolve("it", facts)
    if move == "remove" and thing.kind == "detail":
        return RemoveDetail(detail=thing.name)
    if thing.kind != "element":
        return f"There is no '{target}' in the scene."
    if move == "remove":
        return RemoveElement(name=thing.name)
    if move == "replace":
        return ReplaceElement(name=thing.name, element=element) if element is not None else "Nothing is named to take its place."
    if not value:
        return f"No value for {move}."
    if move == "count":
        number = count_of(value)
        return AlterElement(name=thing.name, attribute="count", value=str(number)) if number else f"'{value}' is no number."
    if move == "colour":
        value = colour_of(value) or value
    return AlterElement(name=thing.name, attribute=move, value=value)  # type: ignore[arg-type]


_SIGNS: dict[str, re.Pattern[str]] = {
    "undo": re.compile(r"\b(?:undo|back|before|revert|previous|earlier|old|original|last)\b", re.I),
    "redo": re.compile(r"\b(?:redo|again|forward|restore|after all)\b", re.I),
    "remove": re.compile(
        r"\b(?:remov\w*|without|no|not|don't|gone|go|away|out|less|rid|delete\w*|hide|eras\w*|annoy\w*|hate|unnecessary|unwanted"
        r"|disappear\w*|vanish\w*)\b",
        re.I,
    ),
    "avoid": re.compile(r"\b(?:no|not|never|without|avoid\w*|don't|stop|less|too|hate)\b", re.I),
    "look": re.compile(r"\?|^(?:what|who|where|which|how|why|is|are|does|do|can you see|describe)\b", re.I),
    "question": re.compile(r"\?|^(?:what|how|why|which|when|explain|tell)\b", re.I),
    "more": re.compile(r"\b(?:more|stronger|extra|emphas\w*|enough|bigger|louder)\b", re.I),
    "less": re.compile(r"\b(?:less|weaker|too|fewer|reduce\w*|tone|subtle\w*|down)\b", re.I),
    "replace": re.compile(r"\b(?:instead|rather|replace\w*|swap\w*|become\w*|into|turn\w*|be|prefer|change\w*|exchange\w*|better)\b", re.I),
    "add": re.compile(
        r"\b(?:add\w*|with|need\w*|want|would|like|put|more|also|another|some|an?|have|include\w*|give|miss\w*|could|friend|company)\b",
        re.I,
    ),
    "create": re.compile(r"\b(?:draw|paint|picture|new|create|make me|generate|imagine|sketch|portrait|scene|image)\b", re.I),
}


def _doubt(move: str, target: str, value: str, wish: str, facts: Facts) -> str:
    """Why a small model's answer is not borne out by the message; '' where it is."""
    said = set(key(wish))
    if (sign := _SIGNS.get(move)) is not None and not sign.search(wish):
        return f"Nothing in the message asks to {move}."
    if target and not set(key(target)) <= said and resolve(target, facts).kind == "nothing":
        return f"'{target}' is not in the message."
    if (
        target
        and move in (*ATTRIBUTES, "remove", "replace")
        and not (set(key(target)) & said)
        and len(facts.names) > 1
        and not _pronoun_in(wish)
    ):
        return f"The message does not speak of '{target}'."
    words = set(key(value)) - {"with", "in", "on", "at", "of", "and"}
    missing = words - said - set(NUMBERS)
    if value and missing:
        term = field_of(value)
        heard = term is not None and any(set(key(other)) <= said for other in synonyms(term.field, term.value))  # type: ignore[arg-type]
        if not heard:
            return f"'{value}' is not what the message says."
    if move in SCENE_FIELDS:
        term = field_of(value)
        if term is None or term.field != move:
            return f"'{value}' is not known as {move}."
    if move == "colour" and not colour_of(value):
        return f"'{value}' is no colour."
    if move == "reword":
        return "A small model's other words could be anybody's."
    if move == "count" and count_of(value) is None:
        return f"'{value}' is no number."
    if move in ("more", "less") and resolve(target or value, facts).kind not in ("element", "detail", "field"):
        return f"'{target or value}' is nothing of the scene."
    if move == "detail":
        return "A detail could be anything."
    if move == "add" and (field_of(value) is not None or resolve(value, facts).kind == "element" or len(value.split()) > 8):
        return f"'{value}' is nothing new to add."
    if move in ("pose", "placement", "material", "text", "detail") and not value:
        return f"No value for {move}."
    return ""


def _pronoun_in(wish: str) -> bool:
    return re.search(r"\b(?:it|him|her|them|he|she|they)\b", wish, re.I) is not None
