"""Frames about the scene as a whole: its fields, weather, details, weights, what to avoid."""

import re
from collections.abc import Callable

from codirector.assistant.planner.frame_parts import LONGEST_VALUE, Heard, bare_text, change_reading, detail_reading, said_as
from codirector.assistant.planner.frame_things import count
from codirector.assistant.planner.frame_values import tidy_value
from codirector.assistant.planner.reading import Reading
from codirector.assistant.planner.references import changed_last, resolve
from codirector.assistant.planner.rules.strength import weighed
from codirector.assistant.planner.rules.values import VAGUE, give_field, weather_of
from codirector.assistant.planner.terms import field_of, setting_of
from codirector.assistant.planner.text import trim
from codirector.prompts import vocabulary
from codirector.prompts.change import AddDetail, Avoid, SetField
from codirector.prompts.scene import SceneField


def field(field: SceneField) -> Callable[[Heard], Reading | None]:
    def build(heard: Heard) -> Reading | None:
        value = heard.slot("V")
        if not value:
            return said_as(heard, heard.text)
        return _set_field(heard, field, value)

    return build


def _set_field(heard: Heard, field: SceneField, value: str) -> Reading | None:
    if VAGUE.match(tidy_value(value)):
        return None
    value = re.sub(r"^(?:a bit|a little|much|way|slightly|really|very|kind of|something) (?=\S)", "", tidy_value(value), flags=re.I)
    term = field_of(value)
    if term is not None and term.field == field:
        return change_reading(heard, SetField(field=field, value=term.value))
    found = give_field(field, value)
    return (
        found
        if found is not None and found.change is not None and found.change.kind == "set_field"
        else change_reading(heard, SetField(field=field, value=value[:LONGEST_VALUE]))
    )


def setting(heard: Heard) -> Reading | None:
    value = heard.slot("V")
    if not value:
        return said_as(heard, heard.text)
    if (place := setting_of(value)) or (field_of(value) or ("",))[0] == "setting":
        return change_reading(heard, SetField(field="setting", value=place or field_of(value).value))  # type: ignore[union-attr]
    if (
        re.fullmatch(r"(?:very |all )?[a-z]+(?:y|ed|ic|ish|less|ful|ous|en)|wet|dry|dark|busy|empty|full|clean|calm", value, re.I)
        and (named := re.search(r"\b(?:the )?(?P<n>[\w-]+) (?:should|could|must|is|was|were|are|to) (?:be |look )?", heard.text, re.I))
        and named["n"].lower() not in ("it", "this", "everything", "background", "setting", "scene", "place")
    ):
        return detail_reading(heard, f"{value} {named['n']}")  # 'the street should be wet'
    value = re.sub(r" (?:one|background|backdrop)$", " background", value) if re.search(r"\b(?:one|background|backdrop)$", value) else value
    return _set_field(heard, "setting", value)


def light(heard: Heard) -> Reading | None:
    value = tidy_value(heard.slot("V"))
    low = value.lower()
    if not value:
        return said_as(heard, heard.text)
    if re.search(r"\bsun\b", heard.text, re.I) and (
        found := {
            "setting": "sunset",
            "set": "sunset",
            "low": "low sun",
            "rising": "sunrise",
            "rise": "sunrise",
            "come out": "sunlight",
            "high": "noon",
            "go down": "sunset",
        }.get(low)
    ):
        return change_reading(heard, SetField(field="lighting", value=found))
    if low in ("off", "out", "down"):
        return change_reading(heard, SetField(field="lighting", value="dark"))
    term = field_of(value) or field_of(f"{value} light") or field_of(f"{value} lighting")
    if term is not None and term.field == "lighting":
        return change_reading(heard, SetField(field="lighting", value=term.value))
    if re.match(r"(?:from|with|by|coming) ", low):
        value = f"light {value}" if low.startswith(("from", "coming")) else f"lit {value}"
    elif (
        re.search(r"\b(?:light|lighting|lights)\b", heard.text, re.I)
        and not re.search(r"light|lit\b|shadow|glow|sun|moon|night|day|dark", low)
        and len(low.split()) <= 3
    ):
        value = f"{value} light"
    return change_reading(heard, SetField(field="lighting", value=value[:LONGEST_VALUE]))


def weather(heard: Heard) -> Reading | None:
    value = heard.slot("V")
    if not value:
        return said_as(heard, heard.text)
    value = re.sub(r"^(?:(?:a )?(?:little |tiny )?bit(?: of)?|a little|some|a touch of|lots of|a lot of) (?=\S)", "", value, flags=re.I)
    value = re.sub(r"^(?:was|were|is|be|started(?: to)?|starts(?: to)?|would) (?=\S)", "", value, flags=re.I)
    value = re.sub(r"^(rain|snow|pour|hail|thunder|storm)(?:ed|s)$", r"\1", value, flags=re.I)  # 'what if it rained'
    if " and " not in value and (weather := weather_of(value) or weather_of(f"{value}ing")):
        return detail_reading(heard, weather)
    if re.search(r"\bcover", heard.text, re.I):
        covered = re.search(r"\bcover(?:ed)? (?P<t>.+?) (?P<w>(?:in|with)\b.+)$", trim(heard.text), re.I)
        if covered is not None:
            thing = "" if re.match(r"(?:everything|it|the scene)$", covered["t"], re.I) else tidy_value(covered["t"])
            return detail_reading(heard, f"{thing} covered {covered['w']}")
    if (term := field_of(value)) is not None and term.field in ("setting", "lighting"):
        return change_reading(heard, SetField(field=term.field, value=term.value))
    if re.fullmatch(r"(?:winter|autumn|spring|summer|fall)", value, re.I):
        return change_reading(heard, SetField(field="setting", value=f"in {value.lower()}"))
    return detail_reading(heard, re.sub(r"^(?:an?|some|the) (?=\S)", "", value, flags=re.I))


def mood(heard: Heard) -> Reading | None:
    value = heard.slot("V")
    if not value:
        return said_as(heard, heard.text)
    word = re.sub(r"^(?:more|a bit more|much more|a little more) ", "", value, flags=re.I)
    if weather := weather_of(word):
        return detail_reading(heard, weather)
    said = said_as(heard, f"more {word}", "weigh")
    if said is not None and heard.facts.scene is not None and heard.facts.scene.mood:
        return said
    return _set_field(heard, "mood", _MOODS.get(word.lower(), word))


_MOODS = {
    "drama": "dramatic",
    "magic": "magical",
    "mystery": "mysterious",
    "joy": "joyful",
    "melancholy": "melancholic",
    "romance": "romantic",
    "tension": "tense",
    "suspense": "suspenseful",
    "warmth": "warm",
    "humour": "funny",
    "life": "lively",
}
"""Nouns for moods."""


def _as_said(named: str, mood: str) -> str:
    """'the drama' is the mood where that is dramatic."""
    adjective = _MOODS.get(tidy_value(named).lower(), "")
    return "mood" if adjective and adjective in mood.lower() else named


def style(heard: Heard) -> Reading | None:
    values = [trim(value) for value in heard.frame.all("V")]
    if not values:
        return said_as(heard, heard.text)
    joined = " and ".join(values) if len(values) > 1 else values[0]
    if re.search(r"\b(?:blend|mix|meets|half|combine|cross between|fusion|mash)\b", heard.text, re.I):
        parts = [part for part in re.split(r",? (?:and|with|meets|\+|&) |, half |half ", joined) if part]
        found = [field_of(part) or field_of(f"{part} style") for part in parts]
        if len(parts) == 2:
            value = " + ".join(
                term.value if term is not None and term.field in ("style", "medium") else tidy_value(part)
                for term, part in zip(found, parts, strict=True)
            )
            return change_reading(heard, SetField(field="style", value=value))
    value = tidy_value(values[-1])
    term = field_of(value) or field_of(f"{value} style")
    if term is not None and term.field in ("style", "medium"):
        return change_reading(heard, SetField(field=term.field, value=term.value))
    found = vocabulary.lookup(value, "style")
    return change_reading(heard, SetField(field="style", value=found.term if found else value[:LONGEST_VALUE]))


def camera(heard: Heard) -> Reading | None:
    value = heard.slot("V")
    if value.lower() in ("zoom", "camera", "shot", "view", "frame", "further", "closer", "back"):
        value = re.split(r" so\b|,", bare_text(heard))[0]  # the tagger cut the move at its verb
        value = re.sub(r"^(?:zoom|move|pull|go) (?=(?:way |a bit |further )*(?:out|back|in|closer))", "", value, flags=re.I)
    for text in (value, bare_text(heard)):
        term = field_of(text) if text else None
        if term is not None and term.field == "camera":
            own = tidy_value(value).lower()
            view = (
                re.match(r"(?:seen |shot |viewed |looking |taken |straight |right |directly )*(?:from|through|down|up)\b", own) is not None
                and len(own.split()) <= 4
            )
            said = f"{own}, {term.value}" if view and not set(own.split()) & set(term.value.split()) else term.value
            return change_reading(heard, SetField(field="camera", value=said))  # 'from above' says more than 'high angle'
    if not value:
        first = re.split(r" so\b|,", bare_text(heard))[0]  # 'zoom out so there is more road'
        return said_as(heard, heard.text, "set_field", "set_render") or said_as(heard, first, "set_field")
    if re.match(r"(?:way |a bit |further |farther )*(?:back|out|away)\b", value, re.I):
        return change_reading(heard, SetField(field="camera", value="wide shot"))
    if re.match(r"(?:get |go |come |move |up )*close(?:r)?\b|nearer|in on\b", value, re.I):
        return change_reading(heard, SetField(field="camera", value="close-up"))
    if re.search(r"\bblur", heard.text, re.I):
        return change_reading(heard, SetField(field="camera", value="shallow depth of field"))
    return _set_field(heard, "camera", value)


def plain_detail(heard: Heard) -> Reading | None:
    value = heard.slot("V", "O")
    return said_as(heard, heard.text, "add_detail") or (
        detail_reading(heard, re.sub(r"^(?:an?|some) (?=\S)", "", value, flags=re.I)) if value else None
    )


def weigh(sign: int) -> Callable[[Heard], Reading | None]:
    def build(heard: Heard) -> Reading | None:
        named = _as_said(heard.slot("T", "V"), heard.facts.scene.mood if heard.facts.scene is not None else "")
        word = "more" if sign > 0 else "less"
        target = changed_last(named, heard.facts)
        target = resolve(named, heard.facts) if named and target.kind != "detail" else target
        counted = heard.facts.element(target.name) if target.kind == "element" else None
        if (
            counted is not None
            and counted.count > 1
            and (re.search(r"\b(?:fewer|too many|not so many)\b", heard.text, re.I) or heard.slot("V"))
        ):
            return count(heard)  # 'fewer apples', 'two palm trees less'
        degree = re.search(r"\b(?:a bit|a little|slightly|much|a lot|way|far)\b", heard.text, re.I)
        if target.kind in ("element", "detail", "field") and not target.noun:
            return weighed(target, sign, degree[0] if degree else None, heard.facts, heard.certainty)
        falls = bool(named) and bool(weather_of(tidy_value(named)))
        if not falls and (said := said_as(heard, heard.text) or (said_as(heard, f"{word} {named}") if named else None)) is not None:
            return said
        plain = re.sub(r"^(?:the|a|an) (?=\S)", "", named, flags=re.I)[:LONGEST_VALUE]
        if not plain:
            return None
        if weather_of(plain) and sign > 0:
            return change_reading(heard, AddDetail(detail=f"heavy {plain}"))
        return change_reading(heard, AddDetail(detail=plain) if sign > 0 else Avoid(term=plain))

    return build


def avoid(heard: Heard) -> Reading | None:
    value = heard.slot("V", "T", "O")
    if not value:
        return said_as(heard, heard.text)
    return said_as(heard, f"no {value}", "avoid", "remove_element", "remove_detail") or change_reading(
        heard, Avoid(term=tidy_value(value)[:LONGEST_VALUE])
    )


def allow(heard: Heard) -> Reading | None:
    value = heard.slot("V", "T")
    banned = heard.facts.scene.avoid if heard.facts.scene is not None else ()
    if _LETTERS.search(value):  # 'writing is fine again', where text was banned
        value = next((term for term in banned if _LETTERS.search(term)), value)
    return said_as(heard, f"allow {value} again", "avoid") if value else None


_LETTERS = re.compile(r"\b(?:text|writing|words?|letter(?:s|ing)|captions?|typography)\b", re.I)
