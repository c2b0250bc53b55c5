"""Things that a description only names beside another ('a knight fighting a dragon', 'cats asleep on a sofa') as things
with a place of their own.

What has no place in the layout is not drawn by the embedded model. Pure.
The scene itself is not changed: the words stay where they were said, and the layout gives what they name a place. Only things that the
vocabulary can draw are taken, neither places nor clothes nor parts of somebody. It does not look for things that are not named.
"""

import re
from collections.abc import Iterator, Sequence

from codirector.prompts.nouns import read_noun
from codirector.prompts.scene import Element, Scene
from codirector.prompts.vocabulary import fold, is_clothing, lookup, needs_preposition, relations, thing
from codirector.prompts.words import singular, without_article

MOST = 3
"""Companions that one description is given: what is named after that stays in its words."""
_NOUN = re.compile(
    r"(?:^|\s)(?P<d>an?|two|three|four|five|six|some)\s"
    r"(?P<n>(?:(?!(?:and|or|of|with|in|on|at|to|from|by|for|while|that|who|which|as|into|near|under|over|behind|beside|between|an?|the|his|her"
    r"|its|their)\b)[\w'-]+\s?){1,4})",
    re.I,
)
_STANDS = re.compile(
    rf"^(?:{'|'.join(re.escape(word) for word in relations())}|in) (?:an?|some|two|three) [\w' -]+?(?= (?:in|at|by|near|on) (?:an?|the) |$)"
)
_DONE_AT = re.compile(
    r"^(?P<v>(?:[a-z]+ly )?(?:\w+ing|asleep|parked|curled up|curled|perched|seated|crouched)(?: (?:up|down|peacefully|quietly|alone))?) "
    r"(?P<p>(?:on|in|inside|on top of|under|behind|beside|next to|in front of|near) (?:an?|the|some|two|three) [\w' -]+)$",
    re.I,
)
_WORN = re.compile(r"\b(?:wearing|dressed in)\s+(?:an?|the|his|her)?\s*$", re.I)


def seen_elements(scene: Scene) -> tuple[Element, ...]:
    """The scene's elements, each with the place that is only said in what it does or in the setting, and after them one element for each
    drawable thing that a pose, a placement or the action names, or that the setting is said to have ('in a bedroom with a window')."""
    elements = list(_where_it_happens(scene)) if scene.elements else []
    for companion in (found for text in _said(elements, scene) for found in named_things(text)):
        known = {head_of(element.name) for element in elements}
        if head_of(companion.name) not in known and len(elements) < len(scene.elements) + MOST:
            elements.append(companion)
    return tuple(elements)


def named_by(scene: Scene, number: int) -> tuple[str, ...]:
    """The heads of what the element with that number names: what it does, where it is; for the first also the action and the setting."""
    elements = _where_it_happens(scene)
    element = elements[number]
    texts = [element.placement, element.pose, *((scene.action, _furniture(scene)) if number == 0 else ())]
    return tuple(dict.fromkeys(head_of(thing.name) for text in texts for thing in named_things(text)))


def _said(elements: Sequence[Element], scene: Scene) -> list[str]:
    """The action first: it belongs to the first element, and what is added later is to change nothing of what was seen before."""
    return [scene.action, _furniture(scene), *(text for element in elements for text in (element.placement, element.pose))]


def _furniture(scene: Scene) -> str:
    return scene.setting.partition(" with ")[2]


def named_things(text: str) -> Iterator[Element]:
    """The drawable things with a determiner in a phrase, in order, with their colours, materials and counts."""
    for match in _NOUN.finditer(text):
        if _WORN.search(text[: match.start("d")]):
            continue
        words = match["n"].split()
        for size in range(len(words), 0, -1):
            noun = read_noun(f"{match['d']} {' '.join(words[:size])}")
            if not noun.thing or not _drawable(noun.name):
                continue
            head = thing(noun.name)
            if head is not None and fold(noun.name).endswith((head.name, singular(fold(noun.name)).split()[-1])):
                yield noun.element(1.0)
                break


def _drawable(name: str) -> bool:
    """Whether a name is that of a thing and not of a place, a garment or surroundings."""
    plain = without_article(fold(name))
    return not (lookup(plain, "setting") or needs_preposition(plain) or is_clothing(plain) or lookup(plain, "lighting"))


def _where_it_happens(scene: Scene) -> tuple[Element, ...]:
    """The elements on what they sleep, sit or lie: 'sleeping on a red sofa' as action or pose, 'on a wooden board' as the setting."""
    elements = [element if element.placement else element.evolve(placement=_place_in(element.pose)) for element in scene.elements]
    first = elements[0]
    place = _place_in(scene.action)
    stands = _STANDS.match(scene.setting)
    if not place and stands is not None and any(True for _ in named_things(stands[0])):
        place = stands[0]
    return (first if first.placement else first.evolve(placement=place), *elements[1:])


def _place_in(doing: str) -> str:
    """The place in what somebody does, where it is something to be seen; else ''."""
    match = _DONE_AT.match(doing)
    return match["p"] if match is not None and any(True for _ in named_things(match["p"])) else ""


def head_of(name: str) -> str:
    """The noun of a name, in the singular: 'red sofas' is a sofa."""
    return singular(fold(name).split()[-1])
