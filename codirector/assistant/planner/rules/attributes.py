"""Recolour, material, count, pose of a thing; and what sentences like 'make X Y' give to the picture."""

import re

from codirector.assistant.planner.assign import Assignment, assignment, splits
from codirector.assistant.planner.nouns import (
    BARE_POSES,
    NOT_DOING,
    colour_of,
    count_of,
    element_of,
    gerund,
    material_of,
    place_of,
    pose_of,
)
from codirector.assistant.planner.reading import EXACT, LIKELY, SURE, Facts, Reading
from codirector.assistant.planner.references import NOTHING, focus, resolve
from codirector.assistant.planner.rules.values import alter, give
from codirector.assistant.planner.terms import field_of
from codirector.assistant.planner.text import key, singular, trim, unquoted
from codirector.prompts.change import AddDetail, ReplaceElement, SetField

_OF_ATTRIBUTE = re.compile(
    r"^(?:change |set |make |switch |alter )?(?:the )?(?P<a>colou?r|material|number|count|amount|position|placement|pose"
    r"|text|lettering) of (?P<t>.+?) (?:to|into|be|is|should be|=) (?P<v>.+)$",
    re.I,
)
_ATTRIBUTE_OF = re.compile(
    r"^(?:change |set |make |switch |alter )?(?P<t>.+?)(?:'s|s'| its| his| her) (?P<a>colou?r|material|number|count|position"
    r"|placement|pose|text|lettering) (?:to|into|be|is|should be|=)? ?(?P<v>.+)$",
    re.I,
)
_PAINT = re.compile(r"^(?:paint|colou?r|recolou?r|dye|tint|spray|make) (?P<rest>.+)$", re.I)
_MORE_OF = re.compile(
    r"^(?:add |put in |include |show |want |draw )?(?:(?P<n>\d{1,2}|[a-z]+) more|(?P<another>another|one more|an extra"
    r"|an additional|a second)) (?P<noun>(?!steps?\b|sampling\b|pixels?\b)[\w -]+)$",
    re.I,
)
_FEWER = re.compile(
    r"^(?:(?:remove|delete|erase|lose|take away) (?P<n3>one|two|three|\d) (?:of the )?(?P<noun3>[\w-]+)|(?P<n>one|two|three"
    r"|\d) (?:fewer|less) (?P<noun>[\w-]+)|(?:fewer|less) (?P<noun2>[\w-]+s|people|children|mice))$",
    re.I,
)
_COUNT = re.compile(
    r"^(?:make (?:it|that|them|there be)? ?|want |have |show |change (?:it )?to |use |need |there should be |be "
    r"|i want )?(?P<n>\d{1,2}|[a-z]+(?: [a-z]+){0,2}?) (?P<noun>[\w-]+)$",
    re.I,
)
_LET = re.compile(r"^(?:make|have|let|get|want|see) (?P<t>.+?) (?:to )?(?P<v>(?:be |start |keep )?[\w'-]+(?: .+)?)$", re.I)


def named_attribute(text: str, facts: Facts) -> Reading | None:
    """'change the fox's colour to white', 'the colour of the bench should be red'."""
    match = _OF_ATTRIBUTE.match(text) or _ATTRIBUTE_OF.match(text)
    if match is None:
        return None
    target = resolve(match["t"], facts)
    if target.kind != "element":
        return None
    attribute = {"color": "colour", "number": "count", "amount": "count", "position": "placement", "lettering": "text"}.get(
        match["a"].lower(), match["a"].lower()
    )
    value = unquoted(match["v"])
    if attribute == "count":
        value = str(count_of(value) or 0)
        if value == "0":
            return None
    return alter(target.name, attribute, value, EXACT)  # type: ignore[arg-type]


def more_of(text: str, facts: Facts) -> Reading | None:
    """'two more foxes', 'another balloon', 'one fewer': the count of what is there."""
    if (match := _MORE_OF.match(text)) is not None:
        extra = 1 if match["another"] else count_of(match["n"])
        target = resolve(match["noun"], facts)
        if extra is None or target.kind != "element":
            return None
        element = facts.element(target.name)
        return alter(target.name, "count", str(min((element.count if element else 1) + extra, 99)), EXACT - 0.02)
    if (match := _FEWER.match(text)) is not None:
        target = resolve(match["noun"] or match["noun2"] or match["noun3"], facts)
        element = facts.element(target.name) if target.kind == "element" else None
        if element is None or element.count < 2:
            return None
        return alter(target.name, "count", str(max(1, element.count - (count_of(match["n"] or match["n3"] or "one") or 1))), SURE)
    return None


def count(text: str, facts: Facts) -> Reading | None:
    """'three foxes', 'make it two balloons' of a thing that is there."""
    match = _COUNT.match(text)
    if match is None:
        return None
    number = count_of(match["n"])
    if number is None or match["n"].lower() in ("a", "an"):
        return None
    same = [name for name in facts.names if key(name)[-1:] == (singular(match["noun"]),)]
    if len(same) != 1 or re.match(r"add|put|include", text, re.I):
        return None
    return alter(same[0], "count", str(number), EXACT - 0.02)


def assigned(text: str, facts: Facts) -> Reading | None:
    """Every sentence that gives a known thing a value."""
    if re.search(r"\bfeel(?:s|ing)?\b", text, re.I):
        return None
    found = assignment(text)
    if found is not None and (reading := _assign(found, facts)) is not None:
        return reading
    for cut in splits(text):
        if re.match(r"(?:more|less|much|a bit|a little|slightly|way|even|and|of|to|the|an?)$", cut.target.split()[-1], re.I):
            continue
        target = resolve(cut.target, facts)
        if target.kind in ("nothing", "seed", "avoided"):
            continue
        if (reading := give(target, cut.value, cut.form, facts)) is not None:
            return reading
    return None


def _assign(found: Assignment, facts: Facts) -> Reading | None:
    if not found.target:
        return _swap_value(found, facts)
    target = resolve(found.target, facts)
    if target.kind == "picture" and found.old:
        element = element_of(found.value)
        gone = resolve(found.old, facts)
        if gone.kind == "element" and element is not None and not colour_of(found.value):
            return Reading(EXACT - 0.02, ReplaceElement(name=gone.name, element=element), focus=element.name, rule="was X instead of Y")
    if (
        target.pronoun
        and found.old
        and (gone := resolve(found.old, facts)).kind == "element"
        and (element := element_of(found.value)) is not None
        and not colour_of(found.value)
    ):
        return Reading(EXACT - 0.02, ReplaceElement(name=gone.name, element=element), focus=element.name, rule="was X instead of Y")
    if target.kind in ("nothing", "seed", "avoided"):
        return None
    return give(target, found.value, found.form, facts)


def _swap_value(found: Assignment, facts: Facts) -> Reading | None:
    """'switch from red to blue': the thing that is red, the field that says so."""
    if facts.scene is None:
        return None
    if (old := colour_of(found.old)) and (new := colour_of(found.value)):
        having = [e.name for e in facts.elements if e.colour.lower() == old]
        return alter(having[0], "colour", new, EXACT) if len(having) == 1 else None
    gone = resolve(found.old, facts)
    return give(gone, found.value, found.form, facts) if gone.kind in ("element", "field") else None


def described(text: str, facts: Facts) -> Reading | None:
    """Verbless: 'bench in the foreground', 'the fox asleep', 'fox blue', 'bench in dark red'."""
    words = text.split()
    if not 2 <= len(words) <= 12 or not facts.names:
        return None
    for size in range(min(len(words) - 1, 4), 0, -1):
        target = resolve(" ".join(words[:size]), facts)
        if target.kind != "element" or target.pronoun:
            continue
        if target.name and re.search(r" (?:on|in|at) the ", " ".join(words[:size]), re.I):
            continue
        value = " ".join(words[size:])
        plain = re.sub(r"^(?:in|as) ", "", value, flags=re.I)
        term = field_of(value)
        if term is not None and term.field == "camera":
            return Reading(SURE - 0.02, SetField(field="camera", value=term.value), rule="thing and camera")
        for attribute, found in (
            ("colour", colour_of(plain)),
            ("material", _worked(plain) if plain != value else ""),
            ("placement", place_of(value)),
            ("pose", pose_of(value)),
            ("material", material_of(value)),
        ):
            if found and not (attribute == "pose" and field_of(text) is not None):
                return alter(target.name, attribute, found, SURE - 0.05)  # type: ignore[arg-type]
    match = re.match(r"^(?P<a>an? |the )?(?P<v>[\w-]+er|more [\w-]+|[\w-]+(?: [\w-]+)?) (?P<n>[\w-]+)$", text, re.I)
    target = resolve(match["n"], facts) if match is not None else NOTHING
    if match is None or target.kind not in ("element", "detail") or target.pronoun:
        return None
    term = field_of(match["v"])
    if term is not None and term.field == "style" and term.known and not colour_of(match["v"]):
        return Reading(SURE - 0.05, SetField(field="style", value=term.value), rule="style and thing")
    said = colour_of(match["v"]) or material_of(match["v"]) or re.fullmatch(r"[\w-]{2,}er", match["v"])
    return give(target, match["v"], "make", facts) if said else None


def _worked(text: str) -> str:
    """'hammered copper', 'polished oak': a material with how it is worked; '' for what is none."""
    words = text.split()
    return text if len(words) == 2 and words[0].lower().endswith("ed") and material_of(words[1]) else material_of(text)


def bare_colour(text: str, facts: Facts) -> Reading | None:
    """'blue': the colour of the focus, where it is clear what that is."""
    colour = colour_of(text)
    target = focus(facts)
    if not colour or colour == "black and white" or target.kind == "nothing" or not target.sure:
        return None
    return alter(target.name, "colour", colour, SURE)


_PART = re.compile(
    r"^(?:(?:make|turn|paint|change|colou?r|dye|get|have) )?(?P<w>(?:the|that|this) [\w -]+?'s?|his|her|its"
    r"|their) (?P<p>[a-z-]+)(?: (?:to be|should be|must be|to|into|in|look))? (?P<v>.+)$",
    re.I,
)
_GIVE_PART = re.compile(
    r"^give (?P<w>the [\w -]+?|him|her|it|them) (?P<v>(?!an? |some |the |two |three |more |less |\d)[\w -]+ [a-z-]+)$", re.I
)
_OF_THEM = re.compile(
    r"^(?:make (?:it|that|them) |have |want )?(?P<n>\d{1,2}|[a-z]+(?: [a-z]+)?) of (?:them|it|these|those|him|her)$", re.I
)


def part_of(text: str, facts: Facts) -> Reading | None:
    """'her hair should be red', 'make the fox's fur darker', 'give her red hair': a part is no element, so it becomes a detail."""
    if (match := _PART.match(text)) is not None:
        target = resolve(re.sub(r"'s?$", "", match["w"]), facts)
        if (
            target.kind != "element"
            or match["p"].lower() in ("a", "an", "the", "too", "so", "not", "very", "really", "just", "still")  # "the truck's a bit close"
            or match["p"].lower() in ("colour", "color", "material", "size", "pose", "position", "style", "one", "own")
            or resolve(match["p"], facts).kind != "nothing"
        ):
            return None
        if place_of(match["v"]) or len(match["v"].split()) > 5 or re.match(r"(?:should|must|more|less|is|away|out)\b", match["v"], re.I):
            return None
        value = colour_of(match["v"]) or trim(match["v"])
        return Reading(SURE - 0.02, AddDetail(detail=f"{value} {match['p'].lower()}"), focus=target.name, rule="part of a thing")
    if (match := _GIVE_PART.match(text)) is not None and resolve(match["w"], facts).kind == "element" and field_of(match["v"]) is None:
        return Reading(SURE - 0.03, AddDetail(detail=trim(match["v"]).lower()), rule="give a part")
    return None


def of_them(text: str, facts: Facts) -> Reading | None:
    match = _OF_THEM.match(text)
    number = count_of(match["n"]) if match is not None else None
    target = resolve("them", facts)
    return alter(target.name, "count", str(number), SURE) if number and target.kind == "element" and target.sure else None


def bare_pose(text: str, facts: Facts) -> Reading | None:
    """'holding a lantern', 'asleep': what the subject does, where there is one to do it."""
    if facts.names and re.fullmatch(
        r"(?:sit|stand|lie|jump|run|sleep|smile|fly|dance|wave|swim|kneel|walk|laugh|cry|howl|leap|crouch)(?: (?:down|up|still"
        r"|away|around|over))?",
        text,
        re.I,
    ):
        return alter(facts.names[0], "pose", pose_of(text), SURE - 0.05 if len(facts.names) == 1 else LIKELY)
    if (
        not facts.names
        or text.split()[0].lower() in NOT_DOING
        or not re.match(r"^(?:\w+ing|asleep|awake|seated)\b", text, re.I)
        or not pose_of(text)
        or field_of(text) is not None
    ):
        return None
    if re.match(
        r"(?:nothing|something|anything|everything|during|using|painting|drawing|lighting|according|looking like|raining|snowing"
        r"|morning|evening)\b",
        text,
        re.I,
    ):
        return None
    return alter(facts.names[0], "pose", trim(text), SURE - 0.05 if len(facts.names) == 1 else LIKELY)


def let_do(text: str, facts: Facts) -> Reading | None:
    """'make the fox jump over the log', 'have her raise the sword': a verb after the thing becomes its pose."""
    match = re.match(r"^(?:make|have|let|get|want|see|show) (?P<rest>.+)$", text, re.I)
    if match is None:
        return None
    words = match["rest"].split()
    for size in range(min(len(words) - 1, 5), 0, -1):
        target = resolve(" ".join(words[:size]), facts)
        if target.kind != "element":
            continue
        doing = re.sub(r"^(?:to |be |start |go )(?=\w)", "", " ".join(words[size:]))
        first = doing.split()[0].lower()
        if re.match(
            r"(?:feel|seem|look(?!(?:ing)? (?:to|at|up|down|away|into|out|over|back|around|left|right|towards?|straight|through"
            r"|behind)\b))",
            doing,
            re.I,
        ):
            return None
        if first in BARE_POSES or (first.endswith("ing") and len(first) > 4):
            pose = doing if first.endswith("ing") and first not in BARE_POSES else f"{gerund(first)}{doing[len(first) :]}"
            return alter(target.name, "pose", pose, SURE + 0.01 if target.sure else LIKELY)
        return None
    return None


RULES = (named_attribute, more_of, of_them, count, let_do, part_of, assigned, described, bare_colour, bare_pose)
