"""Frames about things of the scene: add, remove, replace, colour, material, count, placement, pose, parts, size, lettering."""

import re

from codirector.assistant.plan import Clarify
from codirector.assistant.planner.ask import question_for
from codirector.assistant.planner.frame_parts import (
    SIGNS,
    Heard,
    change_reading,
    detail_reading,
    given,
    lettering,
    negated,
    of_its_own,
    said_as,
    target_of,
)
from codirector.assistant.planner.frame_values import (
    as_colour,
    as_count,
    as_material,
    as_pose,
    counted,
    is_colour,
    part_and_owner,
    tidy_value,
)
from codirector.assistant.planner.lexicon import PLACE_NOUNS, WEARABLES
from codirector.assistant.planner.nouns import colour_of, element_of, material_of
from codirector.assistant.planner.reading import Reading
from codirector.assistant.planner.references import NOTHING, PRONOUNS, changed_last, resolve
from codirector.assistant.planner.rules.elements import GENERIC, placement_by_name
from codirector.assistant.planner.rules.values import beside_pose, give_inside, weather_of
from codirector.assistant.planner.text import key, singular, trim, unquoted
from codirector.prompts import sizes, vocabulary
from codirector.prompts.change import AddElement, AlterElement, RemoveDetail, RemoveElement, ReplaceElement, SetField
from codirector.prompts.scene import Element


def add(heard: Heard) -> Reading | Clarify | None:
    what = heard.slot("O", "V", "EL")
    if not what:
        return None
    if weather := weather_of(what):
        return detail_reading(heard, weather)
    place = heard.slot("P")
    place = place or _where_said(heard)
    if place.lower().startswith("of "):  # 'jumping out' + 'of the water'
        what, place = f"{what} {place}", ""
    place = re.sub(r"^(?:on)?to (?=\S)", "on ", place, flags=re.I)  # 'add olives to the pizza'
    what = with_tail(heard, what)
    element = element_of(what)
    if element is None:
        return said_as(heard, f"add {what}")
    if GENERIC.fullmatch(element.name) and not element.pose and not element.colour:
        return question_for(f"add {what}", heard.facts)
    if (
        re.match(r"(?:another|one more|an extra|a second|more)\b", what, re.I)
        and (known := resolve(element.name, heard.facts)).kind == "element"
    ):
        return said_as(heard, f"add another {known.name}", "alter_element")
    if (
        not element.text
        and heard.slot("V")
        and re.search(r"\b(?:says?|saying|reads?|reading|the words?|written|called)\b", heard.text, re.I)
    ):
        element = element.evolve(text=unquoted(heard.slot("V"))[:200])
    if not element.pose and (does := _WHAT_IT_DOES.search(heard.text)) is not None and not heard.slot("V"):
        element = element.evolve(pose=trim(does["v"]))  # 'put a fisherman in it, he's mending his net'
    if re.match(r"\w{3,}ing\b", place) and not element.pose:
        element = element.evolve(pose=placement_by_name(place, heard.facts))
    elif place:
        element = element.evolve(placement=placement_by_name(place, heard.facts))
    return change_reading(heard, AddElement(element=element), element.name)


_SOMEWHERE = re.compile(
    r"(?:in|on|at|next to|behind|under|near|beside|in front of|on top of|above|over|between|by|inside|around) (?:the|a|an|his|her"
    r"|its|their|it|him|them)\b.*$",
    re.I,
)


_WHAT_IT_DOES = re.compile(r"[,;.] (?:he|she|it|they)(?:'s| is|'re| are) (?P<v>\w{3,}ing\b[^,.;!?]*)", re.I)


def _where_said(heard: Heard) -> str:
    """The place right after a new thing that the tagger left unmarked ('a scarecrow' + 'in the field')."""
    new = next((slot for slot in heard.frame.slots if slot.tag == "O"), None)
    tail = trim(re.split(r"[,;.!?]", heard.text[new.end :])[0]) if new is not None else ""
    return (
        tail
        if _SOMEWHERE.match(tail) and len(tail.split()) <= 5 and not re.search(r"\b(?:style|manner|moment|background of)\b", tail)
        else ""
    )


def with_tail(heard: Heard, what: str) -> str:
    """The thing with what is said of it right after ('a stray dog' + 'watching her'), which the tagger may leave outside."""
    new = next((slot for slot in heard.frame.slots if slot.tag == "O"), None)
    if new is None:
        return what
    others = [slot.start for slot in heard.frame.slots if slot.start >= new.end and slot.tag == "P"]
    tail = trim(heard.text[new.end : min(others, default=len(heard.text))])
    return f"{what} {tail}" if re.match(r"(?:\w{3,}ing|who|that is|with|made of|wearing)\b", tail, re.I) else what


def remove(heard: Heard) -> Reading | None:
    left = re.search(r"\b(?:but|except(?: for)?|apart from) (?P<n>one|two|three|four|five|\d{1,2})\b", heard.text, re.I)
    if left is not None and (those := target_of(heard)).kind == "element" and (number := counted(left["n"])):
        return change_reading(heard, AlterElement(name=those.name, attribute="count", value=str(number)), those.name)  # 'all but one'
    if re.match(r"one of (?:the|them|these|those|my)\b", heard.slot("T", "V"), re.I):
        return None  # which one is not said
    spoken = re.search(r"\b(?:it|that|this)\b", heard.text, re.I)
    target = changed_last(heard.slot("T") or (spoken[0] if spoken else ""), heard.facts)
    target = target if target.kind == "detail" else target_of(heard)
    if target.kind == "element":
        return change_reading(heard, RemoveElement(name=target.name))
    if target.kind == "detail":
        return change_reading(heard, RemoveDetail(detail=target.name))
    named = heard.slot("T", "V")
    return said_as(heard, f"remove {named}") if named else None


def replace(heard: Heard) -> Reading | None:
    new, named = heard.slot("O", "V"), heard.slot("T")
    found = resolve(named, heard.facts) if named else NOTHING
    if new and found.noun and (done := give_inside(found, new, "into", heard.facts)) is not None:
        return done  # 'change the ball to a basketball' where somebody is kicking a ball
    target, element = target_of(heard), element_of(new) if new else None
    if (
        named.lower() in ("it", "this", "that")
        and element is not None
        and key(element.name)[-1] in PLACE_NOUNS
        and re.match(r"an? ", new, re.I)
    ):
        return change_reading(heard, SetField(field="setting", value=f"in {new}"))
    if target.kind == "element" and SIGNS.search(target.name) and lettering(new):
        return change_reading(heard, AlterElement(name=target.name, attribute="text", value=unquoted(new)), target.name)
    if target.kind == "element" and element is not None:
        if colour := colour_of(new):
            return change_reading(heard, AlterElement(name=target.name, attribute="colour", value=colour), target.name)  # type: ignore[arg-type]
        if re.search(r" one$", element.name) or element.name == "one":
            return said_as(heard, f"make the {target.name} {element.material or element.colour or new}")
        return change_reading(heard, ReplaceElement(name=target.name, element=element), element.name)
    return said_as(heard, f"replace {named} with {new}") if named and new else None


def colour(heard: Heard) -> Reading | None:
    value = as_colour(heard.slot("V"))
    words = value.split(" ")
    if not heard.slot("T") and (named := resolve(words[0], heard.facts)).kind == "element" and colour_of(" ".join(words[1:])):
        return change_reading(
            heard, AlterElement(name=named.name, attribute="colour", value=" ".join(words[1:])), named.name
        )  # 'fox white'
    worn = element_of(value)
    if worn is not None and worn.colour and key(worn.name)[-1:] and key(worn.name)[-1] in WEARABLES and not colour_of(value):
        wearer = target_of(heard)  # 'woman: red coat'
        if wearer.kind == "element":
            return change_reading(heard, AddElement(element=worn.evolve(placement=f"on the {wearer.name}")), worn.name)
    if is_colour(value):
        return _attribute(heard, "colour", value)
    target, element = target_of(heard), element_of(singular(value)) if vocabulary.thing(singular(value)) else None
    if target.kind == "element" and element is not None:  # 'have the apples be oranges'
        return change_reading(heard, ReplaceElement(name=target.name, element=element), element.name)
    named = target.kind == "element" and 0 < len(words) <= 4 and key(target.name)[-1:] != key(value)[-1:]
    return _attribute(heard, "colour", value) if named else None  # 'oxblood', 'terracotta': colours that no list knows


def material(heard: Heard) -> Reading | None:
    made = re.search(
        r"\b(?:made|woven|built|carved|folded|knitted|crafted|cut|sewn|out|consists?)\b[^,.]*\b(?:of|from|with|in)\b", heard.text, re.I
    )
    if vocabulary.thing(singular(heard.slot("V"))) and not material_of(heard.slot("V")) and not made:
        return colour(heard)  # 'what if the cows were sheep'
    said = [trim(value) for value in heard.frame.all("V")]
    return _attribute(heard, "material", as_material(said[-1] if said else ""))  # 'woven' from 'old newspaper'


def _attribute(heard: Heard, attribute: str, value: str) -> Reading | None:
    target = target_of(heard)
    if not value or negated(heard):
        return None
    if target.kind == "element":
        return change_reading(heard, AlterElement(name=target.name, attribute=attribute, value=value), target.name)  # type: ignore[arg-type]
    return of_its_own(heard, attribute, value) or given(heard, target, value)


def count(heard: Heard) -> Reading | None:
    target = target_of(heard)
    if target.kind == "element" and (element := heard.facts.element(target.name)) is not None:
        said = " ".join(heard.frame.all("V"))
        if (
            said
            and re.search(r"(?<!no )\b(?:more|extra|another|less|fewer)\b", heard.text, re.I)
            and not re.search(r"more|less|fewer", said, re.I)
        ):
            said += " fewer" if re.search(r"\b(?:less|fewer)\b", heard.text, re.I) else " more"
        number = as_count(said or heard.text, element.count)
        return change_reading(heard, AlterElement(name=target.name, attribute="count", value=str(number)), target.name) if number else None  # type: ignore[arg-type]
    named, number = heard.slot("T"), counted(heard.slot("V"))
    if number and (own := of_its_own(heard, "count", str(number))) is not None:
        return own
    if named and number and (made := element_of(f"{number} {named}")) is not None:
        return change_reading(heard, AddElement(element=made), made.name)
    return None


def placement(heard: Heard) -> Reading | None:
    target, where = target_of(heard), heard.slot("V", "P")
    if negated(heard):
        if not re.search(r"\b(?:close|near)\b", heard.text, re.I):
            return None
        where = "further away"
    if re.search(rf"\b(?:sit|stand|lie|kneel|crouch)\w* {re.escape(where)}", heard.text, re.I):
        posed = said_as(heard, heard.text, "alter_element")  # 'let her sit under the tree'
        if posed is not None and isinstance(posed.change, AlterElement) and posed.change.attribute == "pose":
            return posed
    if (
        target.kind != "element"
        and key(where)
        and (own := of_its_own(heard, "placement", placement_by_name(where, heard.facts))) is not None
    ):
        return own
    if target.kind != "element" or not key(where):
        return said_as(heard, heard.text)
    if (said := said_as(heard, f"move the {target.name} {where}", "alter_element", "set_field")) is not None:
        return said
    return change_reading(
        heard, AlterElement(name=target.name, attribute="placement", value=placement_by_name(where, heard.facts)), target.name
    )  # type: ignore[arg-type]


def pose(heard: Heard) -> Reading | None:
    value = as_pose(heard.slot("V"), heard.text)
    target = target_of(heard)
    if not value or negated(heard):
        return said_as(heard, heard.text) if not value else None
    if target.kind == "element":
        return change_reading(
            heard, AlterElement(name=target.name, attribute="pose", value=beside_pose(target.name, value, heard.facts)), target.name
        )  # type: ignore[arg-type]
    named = heard.slot("T")
    if (own := of_its_own(heard, "pose", value)) is not None:
        return own
    if re.fullmatch(r"(?:somebody|someone|anybody|people|a person|some people)", named, re.I):
        name = "people" if "people" in named.lower() else "person"
        return change_reading(heard, AddElement(element=Element(name=name, pose=value)), name)
    if target.kind in ("field", "pose", "region") and (said := said_as(heard, f"make {named} {value}")) is not None:
        return said
    plain = re.sub(r"^(?:the|a|an|that|this) (?=\S)", "", named, flags=re.I)
    return detail_reading(heard, f"{plain} {value}") if plain and plain.lower() not in PRONOUNS else None


def give(heard: Heard) -> Reading | None:
    target, what = target_of(heard), heard.slot("O", "V")
    if target.kind != "element" or not what:
        return said_as(heard, heard.text, "add_element", "add_detail", "alter_element")
    what = re.sub(r"^one of (?:those|these) (?P<w>.+?)s?$", r"a \g<w>", what, flags=re.I)
    determined = what if re.match(r"(?:an?|some|two|three|\d+|the|his|her|its|their|another)\b", what, re.I) else f"some {what}"
    if re.search(r"\bwear|put(?:s|ting)? on\b|dress\b", heard.text, re.I):
        return change_reading(
            heard,
            AlterElement(name=target.name, attribute="pose", value=beside_pose(target.name, f"wearing {what}", heard.facts)),
            target.name,
        )  # type: ignore[arg-type]
    if (said := said_as(heard, f"give the {target.name} {determined}", "add_element", "alter_element")) is not None:
        return said
    element = element_of(what)
    return change_reading(heard, AddElement(element=element.evolve(placement=f"on the {target.name}")), element.name) if element else None


_PART_SAID = re.compile(
    r"^(?:an? )?(?:(?:very|much|really|bright|dark|light|pale) )*[\w-]+ (?:hair|eyes?|nose|ears?|tail|mouth|lips|teeth|skin|fur|feathers"
    r"|wings|beak|horns?|face|hands?|beard|moustache|sleeves|collar|wheels|sails|leaves|petals|legs|windows|walls|roof|door)$",
    re.I,
)
"""A part with its look."""


def _looking(part: str, value: str) -> str:
    """A part with its look: 'blue apron', but 'apron blue with white dots'."""
    plain = tidy_value(value)
    return f"{part} {plain}" if re.search(r" (?:with|in|of|on|like)\b", plain) else f"{plain} {part}"


def part(heard: Heard) -> Reading | None:
    value = heard.slot("V")
    part, owner = part_and_owner(heard.slot("T"))
    if not value:
        return said_as(heard, heard.text)
    hair = next((word for word in re.findall(r"[a-z]+", heard.text.lower()) if _PART_SAID.match(f"plain {word}")), "")
    if hair and hair not in key(part) and hair not in value.lower() and (part in PRONOUNS or resolve(part, heard.facts).kind == "element"):
        return detail_reading(heard, _looking(hair, value), target_of(heard).name)  # 'give her shorter hair'
    if part and owner and resolve(part, heard.facts).kind in ("nothing", "detail", "region"):
        return detail_reading(heard, _looking(part, value), resolve(owner, heard.facts).name)
    target = resolve(part, heard.facts) if part else NOTHING
    if target.kind == "element" and _PART_SAID.match(value):
        return detail_reading(heard, value, target.name)  # 'the girl had red hair'
    if target.kind == "element":
        return said_as(heard, f"make the {target.name} {value}") or _attribute(heard, "pose", as_pose(value, heard.text))
    if not part and len(value.split()) < 2:
        return said_as(heard, heard.text)
    if not part or key(part)[-1:] == key(value)[-1:]:
        return detail_reading(heard, value)
    if _PART_SAID.match(f"plain {part}"):  # of somebody, whoever it is
        return detail_reading(heard, _looking(part, value))
    return said_as(heard, f"make the {part} {tidy_value(value)}", "retouch", "add_detail", "set_field") or detail_reading(
        heard, _looking(part, value)
    )


def size(heard: Heard) -> Reading | None:
    """A thing made bigger or smaller; of what is no thing of the scene, a detail that says so."""
    target, said = target_of(heard), re.sub(r"^(?:way|far|much|just|really|simply|still) (?=too\b)", "", heard.slot("V"), flags=re.I)
    if (too := re.search(r"\btoo (?:\w+ )?(?P<w>small|little|tiny|short|big|large|huge|tall)\b", heard.text, re.I)) is not None:
        said = f"too {too['w']}"
    if re.search(rf"\btoo {re.escape(said)}\b|\b(?:is|are|'s|looks?|seems?) so {re.escape(said)}$", trim(heard.text), re.I):
        said = f"too {said}"
    value = (sizes.wish_of(said) if said else None) or _size_in(heard.text)
    if not value:  # 'the table round' is a shape
        if target.kind != "element" or not said:
            return said_as(heard, heard.text)
        looks = change_reading(heard, AlterElement(name=target.name, attribute="pose", value=as_pose(said, heard.text)), target.name)
        return said_as(heard, f"make the {target.name} {said}", "add_detail") or looks  # 'a lot fatter', 'down to the ankles'
    if target.kind != "element":
        return of_its_own(heard, "size", sizes.sized("", value) or value) or given(heard, target, value)
    return change_reading(heard, AlterElement(name=target.name, attribute="size", value=value), target.name)


def _size_in(text: str) -> str:
    """The size that is said anywhere in a wish, or ''."""
    if sizes.growth(text) is not None:
        return sizes.wish_of(text) or ""
    words = trim(text).split(" ")
    return next((said for number, word in enumerate(words) if number and word and (said := sizes.wish_of(word))), "")
