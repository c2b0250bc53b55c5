"""Which thing is meant: names, pronouns, 'the other one', 'the balloon you added', fields, regions. Pure.

It knows the scene and the focus of the conversation; it does not know what is wished for the thing.
"""

import re
from dataclasses import dataclass
from typing import Literal

from codirector.assistant.planner.inside import noun_in
from codirector.assistant.planner.lexicon import ORDINALS, word_set
from codirector.assistant.planner.reading import Facts
from codirector.assistant.planner.text import is_plural, key, one_slip, singular, trim
from codirector.prompts.scene import SCENE_FIELDS, SceneField

Kind = Literal["element", "detail", "field", "picture", "region", "seed", "avoided", "pose", "nothing"]

FIELD_WORDS: dict[str, SceneField] = {
    "style": "style",
    "art style": "style",
    "look": "style",
    "aesthetic": "style",
    "rendering style": "style",
    "visual style": "style",
    "background": "setting",
    "setting": "setting",
    "backdrop": "setting",
    "location": "setting",
    "place": "setting",
    "environment": "setting",
    "surrounding": "setting",
    "scenery": "setting",
    "lighting": "lighting",
    "light": "lighting",
    "time of day": "lighting",
    "time": "lighting",
    "illumination": "lighting",
    "mood": "mood",
    "atmosphere": "mood",
    "feeling": "mood",
    "vibe": "mood",
    "tone": "mood",
    "feel": "mood",
    "ambience": "mood",
    "emotion": "mood",
    "camera": "camera",
    "camera angle": "camera",
    "angle": "camera",
    "view": "camera",
    "viewpoint": "camera",
    "shot": "camera",
    "perspective": "camera",
    "lens": "camera",
    "point of view": "camera",
    "pov": "camera",
    "composition": "composition",
    "framing": "composition",
    "layout": "composition",
    "arrangement": "composition",
    "medium": "medium",
    "technique": "medium",
    "action": "action",
}
PICTURE_WORDS = word_set(
    "it this that everything all picture image scene photo render illustration artwork drawing painting thing result one "
    "frame canvas video film clip animation"
)
PRONOUNS = word_set("it he she him her them they his its their this that these those one")
PERSONS = word_set(
    "man woman girl boy guy lady person character subject figure hero heroine kid child creature animal being protagonist "
    "fellow dude gentleman"
)
_WOMEN = word_set("woman girl lady queen princess witch nun mother grandmother sister daughter aunt bride ballerina actress waitress wife")
_MEN = word_set("man boy gentleman king prince wizard monk father grandfather brother son uncle groom actor waiter husband guy lad")
_SAME: tuple[frozenset[str], ...] = (
    word_set("mum mom mummy mommy mam mama mother"),
    word_set("dad daddy papa father"),
    word_set("grandma granny gran nan nana grandmother"),
    word_set("grandpa granddad grandad gramps grandfather"),
    word_set("puppy pup doggo dog"),
    word_set("kitty kitten cat"),
    word_set("kid child"),
    word_set("sofa couch settee"),
    word_set("bike bicycle"),
    word_set("car automobile auto"),
    word_set("plane airplane aeroplane aircraft"),
    word_set("hound dog"),
    word_set("bunny rabbit hare"),
    word_set("chopper helicopter"),
    word_set("phone smartphone mobile"),
    word_set("lady woman"),
    word_set("guy man dude bloke fella fellow chap gentleman"),
    word_set("lass girl"),
    word_set("lad boy"),
    word_set("shoe sneaker trainer"),
    word_set("rug carpet"),
    word_set("curtain curtains drape drapes"),
)
"""Other words for the same thing, where the scene has only one that answers to them."""
EFFECTS = word_set("effect style look light lighting mood feel feeling atmosphere")
_ADDED = re.compile(
    r"^(?:the |that |this )?(?P<name>.*?)\s*(?:(?:that |which )?(?:you|we|i)(?:'ve| have)?(?: just)? (?:added|made|put in"
    r"|drew|put there|created|placed)|from (?:before|earlier|the last turn))(?: (?:last|just now|before|earlier))?$",
    re.I,
)
_ORDINAL = re.compile(rf"^(?:the )?(?P<n>{'|'.join(sorted(ORDINALS, key=len, reverse=True))}|last)(?: (?P<noun>.+))?$", re.I)
_SIDE = re.compile(
    r"^(?:the )?(?:one|(?P<noun>.+?)) (?:on|at|in|to) the (?:far )?(?P<side>left|right|middle|centre|center|top|bottom|back"
    r"|front|foreground|background)(?: side)?$"
    r"|^(?:the )?(?P<side2>left(?:most|hand)?|right(?:most|hand)?|middle|central|upper|lower|top|bottom|front|back|nearest"
    r"|farthest)(?:-hand)? (?P<noun2>.+)$",
    re.I,
)
_WHOLE = re.compile(
    r"^(?:the )?(?:whole|entire|full|complete) (?:thing|picture|image|scene|photo|painting|frame)$|^(?:the )?(?:picture"
    r"|image|scene|photo|painting|drawing|illustration|overall (?:picture|image|scene|look))$|^(?:everything|all of it"
    r"|it all|this|all|the result)$",
    re.I,
)


@dataclass(frozen=True)
class Target:
    """`name` is the scene's own word for it (an element's name, a field, a detail), or the region in words. `sure` is False where
    a pronoun could mean several elements. `noun`: not the whole field is meant but the thing of that name in its text; the kind 'pose'
    is such a thing in the pose of the element `name`."""

    kind: Kind
    name: str = ""
    sure: bool = True
    pronoun: bool = False
    noun: str = ""


NOTHING = Target("nothing")


def resolve(text: str, facts: Facts) -> Target:
    """What `text` ('the balloon', 'him', 'the left fox', 'the style') refers to in this scene."""
    text = trim(text)
    low = text.lower()
    stripped = (
        re.sub(
            r"^(?:all (?:of )?)?(?:the|that|this|those|these|my|our|your|his|her|its|their|both|all|each|every|a|an)\b\s*", "", low
        ).strip()
        or low
    )
    if re.fullmatch(r"(?:random )?seed(?: number)?", stripped):
        return Target("seed", "seed")
    if _WHOLE.match(low):
        return Target("picture", pronoun=low in ("this", "all", "everything"))
    if stripped in PRONOUNS or stripped in ("the thing", "thing"):
        return _pronoun(stripped, facts)
    if match := _ADDED.match(low):
        named = match["name"].strip()
        found = _named(named, facts) if named and key(named) not in ((), ("thing",), ("one",)) else NOTHING
        return found if found.kind != "nothing" else (Target("element", facts.added) if facts.added else NOTHING)
    if re.fullmatch(r"(?:the )?other(?: one| thing)?", low):
        others = [name for name in facts.names if name != (facts.focus or (facts.names[0] if facts.names else ""))]
        return Target("element", others[0], sure=len(others) == 1) if others else NOTHING
    if match := re.fullmatch(r"(?:the )?other (?P<noun>.+)", low):
        same = [name for name in facts.names if key(name)[-1:] == key(match["noun"])[-1:] and name != facts.focus]
        if len(same) == 1:
            return Target("element", same[0])
    if (region := _region(low, facts)) is not None:
        return region
    if match := _ORDINAL.match(low):
        return _ordinal(match, facts)
    if (match := re.match(r"^(?P<n>one|two|some) of (?:them|these|those|the (?P<noun>[\w-]+))$", low)) is not None:
        several = [e for e in facts.elements if e.count > 1 and (not match["noun"] or key(e.name)[-1:] == key(match["noun"])[-1:])]
        return Target("region", f"{match['n']} {singular(several[0].name.split()[-1])}") if len(several) == 1 else NOTHING
    if (match := re.match(r"^one (?P<noun>[\w-]+)$", low)) is not None:
        several = [e for e in facts.elements if e.count > 1 and key(e.name)[-1:] == key(match["noun"])[-1:]]
        if len(several) == 1:
            return Target("region", f"one {singular(several[0].name.split()[-1])}")
    named = _named(low, facts)
    if named.kind == "nothing" and stripped != low:
        named = _named(stripped, facts)
    if (numbered := re.match(r"(?:two|three|four|five|six|\d+) (?P<n>.+)$", stripped)) and named.kind != "element":
        several = _named(numbered["n"], facts)  # 'the two robots'
        known = facts.element(several.name) if several.kind == "element" else None
        named = several if known is not None and known.count > 1 else named
    if named.kind != "nothing":
        return named
    field = re.sub(r"^(?:overall|general|whole) ", "", stripped)
    if (name := FIELD_WORDS.get(field) or FIELD_WORDS.get(singular(field))) is not None:
        return Target("field", name)
    if stripped in PICTURE_WORDS:
        return Target("picture")
    return NOTHING


def changed_last(text: str, facts: Facts) -> Target:
    """The detail that 'it' means right after it was added ('add fog', 'a bit less of it'); nothing where `text` is no such word."""
    plain = re.sub(r"^(?:the |all )?(?:of )?", "", text.lower())
    return Target("detail", facts.detail) if facts.detail and plain in ("it", "this", "that") else NOTHING


def focus(facts: Facts) -> Target:
    """What a pronoun means: the element last spoken of, else the only element, else the main subject (then not sure)."""
    if facts.focus:
        return Target("element", facts.focus, pronoun=True)
    if facts.names:
        return Target("element", facts.names[0], sure=len(facts.names) == 1, pronoun=True)
    return NOTHING


def _pronoun(word: str, facts: Facts) -> Target:
    if not facts.names:
        return Target("picture", pronoun=True)
    if word in ("him", "he", "her", "she", "his"):
        # A person or an animal is spoken of: the thing in focus may be a balloon, the main subject is the better guess.
        # A person goes before both.
        own, others, ending = (_MEN, _WOMEN, "man") if word in ("him", "he", "his") else (_WOMEN, _MEN, "woman")
        people = [name for name in (facts.focus, *facts.names) if name and _is_person(name, own, others, ending)]
        if people:
            return Target("element", people[0], pronoun=True)
        fitting = [name for name in (facts.names[0], facts.focus, *facts.names) if name and key(name)[-1:] and key(name)[-1] not in others]
        return Target("element", fitting[0] if fitting else facts.names[0], pronoun=True)
    if word in ("them", "they", "these", "those", "their"):
        several = [element.name for element in facts.elements if element.count > 1]
        if len(several) == 1:
            return Target("element", several[0], pronoun=True)
    return focus(facts)


def _is_person(name: str, own: frozenset[str], others: frozenset[str], ending: str) -> bool:
    """'fisherman' for he, 'old woman' for she; people of no told kind for both."""
    last = (key(name) or ("",))[-1]
    ends = last.endswith(ending) and (ending == "woman" or not last.endswith("woman"))
    return last not in others and (last in own or ends or last in PERSONS - {"creature", "animal", "being"})


def _region(low: str, facts: Facts) -> Target | None:
    """'the left fox', 'the one on the right': an element that stands there, or, where one element is several things, a region."""
    match = _SIDE.match(low)
    if match is None:
        return None
    side = re.sub(r"most$|hand$", "", match["side"] or match["side2"] or "")
    noun = (match["noun"] or match["noun2"] or "").strip()
    noun = "" if key(noun) in ((), ("one",), ("thing",)) else noun
    found = _named(noun, facts) if noun else NOTHING
    if noun and found.kind != "element":
        return None
    standing = [e.name for e in facts.elements if side in e.placement.lower() and (not noun or key(e.name)[-1:] == key(noun)[-1:])]
    if len(standing) == 1:
        return Target("element", standing[0])
    several = next((e for e in facts.elements if e.count > 1 and (not noun or e.name == found.name)), None)
    if several is not None:
        return Target("region", f"{side} {singular(several.name.split()[-1])}")
    if not noun:
        return Target("region", f"the one on the {side}") if facts.names else NOTHING
    return found


def _ordinal(match: re.Match[str], facts: Facts) -> Target:
    noun = (match["noun"] or "").strip()
    count = ORDINALS.get(match["n"].lower(), len(facts.names))
    if key(noun) in ((), ("one",), ("thing",), ("element",)):
        return Target("element", facts.names[count - 1]) if 0 < count <= len(facts.names) else NOTHING
    same = [e for e in facts.elements if key(e.name)[-1:] == key(noun)[-1:]]
    if len(same) >= count:
        return Target("element", same[count - 1].name)
    if len(same) == 1 and same[0].count >= count:
        return Target("region", f"{match['n'].lower()} {singular(noun)}")
    return NOTHING


def _named(text: str, facts: Facts) -> Target:
    """By name: whole, by its last word, with an attribute before it ('the red balloon'), then mistyped."""
    wanted = key(text)
    if not wanted:
        return NOTHING
    names = [(name, key(name)) for name in facts.names]
    for name, words in names:
        if words == wanted:
            return Target("element", name)
    heads = [
        name
        for name, words in names
        if words and words[-1] == wanted[-1] and (set(wanted[:-1]) <= _attributes(name, facts) | set(words) or len(wanted) == 1)
    ]
    if heads:
        return Target("element", heads[0], sure=len(heads) == 1)
    heads = [name for name, words in names if wanted == words[: len(wanted)]]
    if len(heads) == 1:
        return Target("element", heads[0])
    same = [name for name, words in names if words and any({words[-1], wanted[-1]} <= group for group in _SAME)]
    if len(same) == 1 and (len(wanted) == 1 or set(wanted[:-1]) <= _attributes(same[0], facts)):
        return Target("element", same[0])
    scene = facts.scene
    if scene is not None:
        for detail in scene.details:
            words = key(detail)
            if words == wanted or (set(wanted) <= set(words) and len(wanted[-1]) > 2):
                return Target("detail", detail)
            if len(wanted) == 1 and any(word in (f"{wanted[0]}y", f"{wanted[0]}{wanted[0][-1]}y") for word in words):
                return Target("detail", detail)  # 'the fog' where it is 'foggy'
        for term in scene.avoid:
            if key(term) == wanted:
                return Target("avoided", term)
        for field in SCENE_FIELDS:
            words = key(re.sub(r"\bstyle$", "", getattr(scene, field)))
            if words and (
                words == wanted or (wanted[-1] in EFFECTS and words == wanted[:-1]) or (len(wanted) == 1 and wanted[0] == words[-1])
            ):
                thing = field == "action" or (field == "setting" and len(words) > len(wanted))
                return Target("field", field, noun=noun_in(getattr(scene, field), text) if thing else "")
        for field in ("action", "setting"):
            if noun := noun_in(getattr(scene, field), text):
                return Target("field", field, noun=noun)
        for element in scene.elements:
            if noun := noun_in(element.pose, text):
                return Target("pose", element.name, noun=noun)
    if (
        len(wanted) == 1
        and wanted[0] in PERSONS
        and facts.names
        and not is_plural(text.split()[-1])
        and not any(wanted[0] in words for _, words in names)
    ):
        return Target("element", facts.names[0])
    if len(wanted[-1]) >= 4:
        slips = [name for name, words in names if words and one_slip(wanted[-1], words[-1])]
        if len(slips) == 1 and len(wanted) <= 2:
            return Target("element", slips[0])
    return NOTHING


def _attributes(name: str, facts: Facts) -> set[str]:
    element = facts.element(name)
    if element is None:
        return set()
    words = set(key(f"{element.colour} {element.material} {element.pose} {element.placement}"))
    return words | {"big", "large", "little", "small", "tiny"}
