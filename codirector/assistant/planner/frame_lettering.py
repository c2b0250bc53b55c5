"""Frames about lettering: words on a thing of the scene, on one of its faces, on something new, or on the picture."""

import re

from codirector.assistant.planner.frame_parts import DETERMINERS, SIGNS, Heard, change_reading, said_as, target_of
from codirector.assistant.planner.frame_things import with_tail
from codirector.assistant.planner.nouns import element_of, place_of
from codirector.assistant.planner.reading import Reading
from codirector.assistant.planner.references import NOTHING, Target, resolve
from codirector.assistant.planner.rules.elements import placement_by_name
from codirector.assistant.planner.text import key, unquoted
from codirector.prompts.change import AddElement, AlterElement
from codirector.prompts.scene import Element

_SURFACE = re.compile(
    r" (?:screen|display|front|side|back|lid|cover|label|top|surface|face|door|wall|window|page|spine|hull|bonnet|roof|banner)$", re.I
)


def _carrier(words: str, heard: Heard) -> Target:
    """The thing of the scene that lettering goes on: by its name, or by one of its faces ('the smartphone screen')."""
    found = resolve(words, heard.facts)
    if found.kind != "element" and (face := re.match(r"(?:the )?[\w-]+ of (?P<whole>.+)$", words, re.I)) is not None:
        whole = resolve(face["whole"], heard.facts)
        found = whole if whole.kind == "element" else found  # 'the side of the truck'
    if found.kind == "element" or not _SURFACE.search(words):
        return found
    whole = resolve(re.sub(r"'s$", "", _SURFACE.sub("", words)), heard.facts)
    return whole if whole.kind == "element" else found


_WORDS = re.compile(
    r"(?:it|(?:the |its |that |this )?(?:words?|text|lettering|writing|caption|inscription|title|headline|slogan|name))", re.I
)


def _lettered(heard: Heard) -> Target | None:
    """The one thing of the scene that has lettering, or else is there to have some."""
    said = set(key(heard.text))
    spoken = [e.name for e in heard.facts.elements if SIGNS.search(e.name) and key(e.name)[-1:] and key(e.name)[-1] in said]
    found = spoken or [e.name for e in heard.facts.elements if e.text] or [e.name for e in heard.facts.elements if SIGNS.search(e.name)]
    return Target("element", found[0]) if len(found) == 1 else None


def text(heard: Heard) -> Reading | None:
    words, place = unquoted(heard.slot("V")), heard.slot("P")
    if not words:
        return said_as(heard, heard.text)
    if (other := re.match(r"(?P<new>(?:[A-Z0-9][\w'&!.-]*\s?)+?) (?:not|instead of|rather than) [a-z\"']", words)) is not None:
        words = other["new"]  # 'HOTEL not noodles'
    if (new := element_of(heard.slot("O"))) is not None:  # 'a card leaning on the jar that says ...'
        made = element_of(with_tail(heard, heard.slot("O"))) or new
        where = made.placement or (placement_by_name(place, heard.facts) if place and not made.pose else "")
        return change_reading(heard, AddElement(element=made.evolve(text=words[:200], placement=where)), made.name)
    carrier = re.sub(r"^(?:on top of|upon|on|onto|to|in|into|across|over|at|along) ", "", place, flags=re.I)
    target = target_of(heard) if heard.slot("T") else _carrier(carrier, heard) if carrier else NOTHING
    if (target.kind != "element" and not carrier) or _WORDS.fullmatch(heard.slot("T")) or heard.slot("T").lower() in DETERMINERS:
        target = _lettered(heard) or target
    if target.kind == "element":
        return change_reading(heard, AlterElement(name=target.name, attribute="text", value=words), target.name)  # type: ignore[arg-type]
    if carrier or heard.slot("T"):
        element = element_of(carrier or heard.slot("T"))
        if element is not None and not place_of(place or "x"):
            return change_reading(heard, AddElement(element=element.evolve(text=words)), element.name)
    if (said := said_as(heard, f'write "{words}" {place or "on a sign"}')) is not None:
        return said
    return change_reading(heard, AddElement(element=Element(name="lettering", text=words[:200], placement=place[:200])), "lettering")
