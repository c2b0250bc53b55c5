"""The fields of the scene: setting, light, mood, style (and blends), camera, composition, medium; and fragments that are one of them."""

import re

from codirector.assistant.planner.assign import assignment
from codirector.assistant.planner.nouns import colour_of
from codirector.assistant.planner.reading import EXACT, LIKELY, SURE, Facts, Reading
from codirector.assistant.planner.references import FIELD_WORDS, resolve
from codirector.assistant.planner.rules.values import VAGUE, give_field, weather_of
from codirector.assistant.planner.terms import field_of, place_named, setting_of
from codirector.assistant.planner.text import key, trim
from codirector.prompts.change import AddDetail, SetField

_NAMES = "|".join(sorted(FIELD_WORDS, key=len, reverse=True))
_FIELD_IS = re.compile(
    rf"^(?:(?:change|set|make|switch|turn|give|use|put|have) )?(?:the |a |its )?(?:overall )?(?P<f>{_NAMES})(?: (?:of (?:the"
    r"|this) (?:picture|image|scene|photo|whole thing)))?(?: (?:(?:should|must|could|to|needs to|ought to) (?:be|look|feel)"
    r"|should|to|into|in|is|as|be|of)|:| =)? (?:like )?(?P<v>.+)$",
    re.I,
)
_VALUE_FIELD = re.compile(
    r"^(?:(?:use|give (?:it|this|the (?:picture|scene|image))|make it|add|with|apply|try|go for|have|want|do it (?:in|with)"
    rf"|put it in|switch to|change to|in|more|bring) )?(?:(?:an?|some|the|more) )?(?P<v>.+?) (?P<f>{_NAMES})s?$",
    re.I,
)
_AS = re.compile(
    r"^(?:do|make|paint|draw|render|show|see|want|turn|have|redo|convert|put|get|create|give|try|view|picture|shoot|imagine"
    r"|depict|present)(?: (?:it|this|that|everything|the (?:whole )?(?:picture|image|scene|thing|photo)"
    r"|me))? (?:as if it (?:was|were)|look like(?: it'?s)?|more like|as|like|in|into|to look like|with|on|to|be"
    r"|using) (?P<v>.+)$",
    re.I,
)
_MAKE_IT = re.compile(
    r"^(?:make|render|turn|get|have|let|do|want|see|set|paint|keep|switch|change|go|use|try|give|do it|apply|put"
    r"|bring)(?: (?:it|this|that|everything|them|the (?:whole )?(?:picture|image|scene|thing|photo|time"
    r"|time of day)))?(?: (?:be|to|look|feel|more|a bit|a little|some|all|with|on|for))* (?P<v>.+)$",
    re.I,
)
_WHAT_IF = re.compile(
    r"^(?:what (?:would|will|does) (?:it|this|that) look like if|how would (?:it|this|that) look(?: like)? if|what if"
    r"|how about if|imagine(?: if)?|as if|how about|what about|suppose) (?:it|this|it all|everything|the (?:scene"
    r"|picture)) (?:was|were|is|would be|took place|happened|looked|had been)(?: like| set)? (?P<v>.+)$",
    re.I,
)
_WHEN = re.compile(r"^(?:it(?:'s| is| should be| could be| was)|make it be) (?P<v>.+)$", re.I)
_SET_IN = re.compile(
    r"^(?:set|place|put|stage|locate|move|take|bring|send|transport)(?: (?:it|this|that|everything|them"
    r"|the (?:whole )?(?:picture|image|scene|thing|story|action)))? (?P<p>(?:in|into|to|on|onto|at|inside|under|near|by"
    r"|outside)\b.+)$",
    re.I,
)
_HAVE_IT = re.compile(
    r"^(?:rather |want |like |love |prefer |see |have |do )*(?:have |see |do |get )?(?:it|this|that|this one|everything) (?P<v>.+)$", re.I
)
_BLEND = re.compile(
    r"^(?:(?:blend|mix|combine|merge|fuse|cross|mash up)(?: together)? (?P<a>.+?) (?:and|with|\+|plus|into) (?P<b>.+)"
    r"|half (?P<c>.+?),? (?:and )?half (?P<d>.+)|(?:a )?(?:mix|blend|mixture|combination|cross) (?:of"
    r"|between) (?P<e>.+?) and (?P<f>.+)|(?P<g>[\w -]+?) \+ (?P<h>[\w -]+))$",
    re.I,
)
_BLEND_IN = re.compile(
    r"^(?:mix|blend|add|bring|put|throw|fold|weave)(?: in)? (?:some|a bit of|a touch of|a hint of|a little|elements of"
    r"|a dash of|in) (?P<v>.+?)(?: (?:style|influence|elements|too|into it|to it))?$|^(?:mix|blend) (?:it"
    r"|this) with (?P<w>.+)$|^(?:with )?(?:a touch|a hint|a bit|a dash|elements) of (?P<x>.+)$",
    re.I,
)
_FEEL = re.compile(
    r"^(?:(?:make|want|let|have|get) )?(?:it|this|the (?:whole )?(?:thing|picture|image|scene)|everything)(?: to| should"
    r"| could| must)? (?:feel|be feeling|seem)(?: (?:a bit|a little|more|really|very|like))* (?P<v>.+)$",
    re.I,
)
_COMPOSE = re.compile(
    r"^(?:follow|use|apply|respect|obey|cent(?:re|er)|balance|fill|leave|keep|give|make|have)(?: the| a"
    r"| it)? ?(?P<v>.*(?:rule of thirds|golden ratio|composition|frame|leading lines|negative space|empty space|symmetr\w+"
    r"|off[- ]cent\w+|cent(?:re|er)ed).*)$",
    re.I,
)


def blend(text: str, facts: Facts) -> Reading | None:
    """Two styles at once, written 'a + b'; 'mix in some ghibli' keeps the style there is."""
    text = re.sub(r" styles?$", "", text, flags=re.I)
    if (match := _BLEND.match(text)) is not None:
        pair = [part for part in match.groups() if part]
        terms = [_style(part) for part in pair]
        if all(terms):
            return Reading(EXACT - 0.02, SetField(field="style", value=" + ".join(str(term) for term in terms)), rule="blend of styles")
    if (match := _BLEND_IN.match(text)) is not None:
        found = _style(next(part for part in match.groups() if part))
        now = facts.scene.style if facts.scene else ""
        if found:
            return Reading(
                SURE + 0.03, SetField(field="style", value=f"{now} + {found}" if now and found not in now else found), rule="blend in"
            )
    return None


def _style(text: str) -> str:
    term = field_of(text) or field_of(f"{trim(text)} style")
    return term.value if term is not None and term.field in ("style", "medium") and term.known else ""


def named_field(text: str, facts: Facts) -> Reading | None:
    """'change the background to a beach', 'the mood should be lonely', 'use neon lighting', 'make the composition symmetrical'."""
    match = _FIELD_IS.match(text)
    if match is not None and not re.match(r"(?:the |a )?(?:view|shot|light|place|time|look|tone|action|feel|vibe|medium)\b", text, re.I):
        field = FIELD_WORDS[match["f"].lower()]
        value = trim(match["v"])
        as_is = field_of(text)
        if as_is is not None and as_is.field != field and as_is.known:
            return Reading(EXACT - 0.04, SetField(field=as_is.field, value=as_is.value), rule="field by its whole wording")
        if re.match(r"(?:more|less|stronger|weaker|better|nicer|different|as it is|the same|is|effect)\b", value, re.I) or VAGUE.match(
            value
        ):
            return None
        if match["f"].lower() == "tone" and re.search(r"\b(?:warm|cool|cold|bright|dark)er\b", value, re.I):
            return None
        if (
            re.match(r"(?:gone|away|removed|not)\b", value, re.I)
            or re.search(r"\b(?:was|were|before)\b|^use ", value, re.I)
            or not key(value)
        ):
            return None
        return give_field(field, value, EXACT - 0.04)
    found = assignment(text)
    if found is not None:
        target = resolve(found.target, facts)
        names_a_thing = target.noun and (target.name == "action" or re.match(r"(?:to )?(?:say|read|spell)s?\b", found.value, re.I))
        if target.kind == "field" and not names_a_thing:
            return give_field(target.name, found.value, EXACT - 0.03)  # type: ignore[arg-type]
    match = _VALUE_FIELD.match(text)
    if match is not None:
        value = trim(match["v"])
        whole = field_of(f"{value} {match['f']}")
        if (
            whole is not None
            and not VAGUE.match(value)
            and not re.match(
                r"(?:the|that|this|more|less|same|other|another|different|emphasise|emphasize|keep|lock|freeze|reduce|increase|change"
                r"|remove|no|without|play|stronger|weaker|tone)\b",
                value,
                re.I,
            )
        ):
            comparative = re.fullmatch(r"(?:more )?(?P<w>\w+?)(?:ier|er)", value)
            if comparative and (better := field_of(f"{comparative['w']}y") or field_of(comparative["w"])) is not None:
                whole = better
                if (field := FIELD_WORDS.get(match["f"].lower())) is not None and field != better.field:
                    word = f"{comparative['w']}y" if value.endswith("ier") else comparative["w"]
                    return Reading(
                        SURE + 0.02, SetField(field=field, value=word), rule="value and field"
                    )  # 'a darker mood' is no time of day
            return Reading(SURE + 0.02, SetField(field=whole.field, value=whole.value), rule="value and field")
    return None


def composed(text: str, facts: Facts) -> Reading | None:
    """'follow the rule of thirds', 'centre the composition', 'leave lots of empty space'."""
    match = _COMPOSE.match(text)
    if match is None:
        return None
    if re.match(r"cent(?:re|er)", text, re.I):
        return Reading(SURE, SetField(field="composition", value="centered composition"), rule="centre")
    for piece in (match["v"], re.sub(r" (?:around|between|above|below|behind) .+$", "", match["v"])):
        term = field_of(piece)
        if term is not None and term.field == "composition":
            return Reading(SURE, SetField(field="composition", value=term.value), rule="composition")
    return None


def feeling(text: str, facts: Facts) -> Reading | None:
    match = _FEEL.match(text)
    if match is None or VAGUE.match(match["v"]):
        return None
    value = trim(match["v"])
    term = field_of(value)
    if term is not None and term.field != "setting":
        return Reading(SURE + 0.03, SetField(field=term.field, value=term.value), rule="feel")
    return Reading(LIKELY, SetField(field="mood", value=value), rule="feel")


def valued(text: str, facts: Facts) -> Reading | None:
    """A sentence about the whole picture whose value is a term of a field: 'make it night', 'do it as pixel art'."""
    for pattern in (_WHAT_IF, _SET_IN, _FEEL, _AS, _WHEN, _HAVE_IT, _MAKE_IT):
        match = pattern.match(text)
        if match is None:
            continue
        value = trim(match["p"] if pattern is _SET_IN else match["v"])
        if VAGUE.match(value) or not key(value):
            continue
        if pattern is _SET_IN:
            if (term := field_of(value)) is not None and term.field == "lighting":
                return Reading(SURE, SetField(field="lighting", value=term.value), rule="set at a time")
            place = setting_of(re.sub(r"^(?:into|to|onto)\b", "in", value, flags=re.I))
            if (
                place
                and (
                    re.search(r"\b(?:it|this|everything|scene|picture|story|action|thing)\b", text[: match.start("p")], re.I)
                    or text.lower().startswith("set ")
                )
                and not _frame_place(value)
            ):
                term = field_of(value)
                if term is not None and term.field not in ("setting",):
                    return Reading(SURE, SetField(field=term.field, value=term.value), rule="put it in")
                return Reading(SURE + 0.01, SetField(field="setting", value=term.value if term else place), rule="set in")
            continue
        if weather := weather_of(re.sub(r"^(?:snow|rain)$", "\\g<0>ing", value, flags=re.I)) if pattern in (_WHAT_IF, _WHEN) else "":
            return Reading(SURE + 0.01, AddDetail(detail=weather), rule="weather")
        term = field_of(value)
        if term is not None and term.field == "mood" and (weather := weather_of(value)):
            return Reading(SURE, AddDetail(detail=weather), rule="weather")
        if term is not None:
            return Reading(SURE, SetField(field=term.field, value=term.value), rule="value of the picture")
        if pattern is _AS and re.search(r" (?:as|like) ", text) and not re.match(r"(?:the|it|this|i|before)\b", value, re.I):
            shaped = field_of(f"{value} style") if len(value.split()) <= 3 else None
            if shaped is not None and shaped.known:
                return Reading(LIKELY, SetField(field=shaped.field, value=shaped.value), rule="as")
        if (
            pattern in (_WHAT_IF, _AS, _HAVE_IT)
            and (place := setting_of(value))
            and not _frame_place(value)
            and not colour_of(re.sub(r"^in ", "", value))
        ):
            return Reading(LIKELY + 0.05, SetField(field="setting", value=place), rule="place of the picture")
    return None


def fragment(text: str, facts: Facts) -> Reading | None:
    """A bare value: 'night', 'as an oil painting', 'in a forest', 'closer', 'at midnight with a full moon'."""
    text = re.sub(r",? (?:instead of|rather than|and not|not) .+$", "", text, flags=re.I)
    weather = weather_of(re.sub(r"^(?:make|let|turn|have) it (?:be |into )?", "", text, flags=re.I))
    if (term := field_of(text)) is not None and term.field == "mood" and weather:
        return Reading(SURE + 0.01, AddDetail(detail=weather), rule="weather")
    if term is not None and not (term.field == "setting" and weather):
        return Reading(SURE + 0.01, SetField(field=term.field, value=term.value), rule="fragment")
    if weather:
        return Reading(SURE, AddDetail(detail=weather), rule="weather")
    if place := setting_of(text):
        if _frame_place(text) or colour_of(re.sub(r"^in ", "", text)):
            return None
        resolved = resolve(re.sub(r"^\w+ ", "", text), facts)
        return None if resolved.kind == "element" else Reading(LIKELY + 0.05, SetField(field="setting", value=place), rule="place")
    return None


def stated(text: str, facts: Facts) -> Reading | None:
    """'lit only by candles', 'shoot it from below', 'seen from above', 'use a macro lens'."""
    plain = re.sub(
        r"^(?:shoot|film|photograph|show|view|see|frame|light|use|take|do|look at|try|have|want|with|go(?: for)?|switch to"
        r"|change to|make it|apply|give (?:it|him|her|them|this)|give me|be)(?: (?:it|this|him|her|them|the (?:scene|picture"
        r"|shot)|that))? (?:(?:with|using|in|on|to|some|as|by|through|to be) )?",
        "",
        text,
        flags=re.I,
    )
    if plain == text or not key(plain):
        return None
    term = field_of(plain)
    if term is None or VAGUE.match(plain):
        return None
    return Reading(SURE, SetField(field=term.field, value=term.value), rule="stated")


def _frame_place(text: str) -> bool:
    """'in the foreground', 'on the left': a spot in the frame, not a setting."""
    return (
        re.search(
            r"\b(?:foreground|background|middle|cent(?:re|er)|left|right|top|bottom|corner|front|edge|frame|picture|image|way)\b",
            text,
            re.I,
        )
        is not None
    )


_ZOOM_ON = re.compile(
    r"^(?:zoom(?: the camera)?(?: in)?|move in|close in|get(?: in)? closer|(?:go|move|come)(?: in)? closer|closer)(?: closer)? (?:on|to|at"
    r"|into|onto) (?P<t>(?!the (?:left|right)\b).+)$",
    re.I,
)
_SEASON = re.compile(
    r"^(?:(?:change|set|make|switch|turn) )?(?:the |it )?(?P<w>season|weather)(?: (?:should be|to be|to|into|is|be))? (?P<v>[\w -]+)$", re.I
)


def zoom_on(text: str, facts: Facts) -> Reading | None:
    """'zoom in on the face': a close-up of something."""
    match = _ZOOM_ON.match(text)
    if match is None or re.match(r"(?:it|him|her|them|that|this)$", match["t"], re.I):
        return None
    return Reading(EXACT - 0.03, SetField(field="camera", value=f"close-up of {trim(match['t'])}"), rule="zoom in on")


def season(text: str, facts: Facts) -> Reading | None:
    match = _SEASON.match(text)
    if match is None:
        return None
    if match["w"].lower() == "weather":
        weather = weather_of(match["v"]) or trim(match["v"])
        return Reading(SURE, AddDetail(detail=weather), rule="weather")
    return Reading(SURE, SetField(field="setting", value=place_named(match["v"])), rule="season")


RULES = (zoom_on, season, blend, named_field, composed, feeling, valued, stated, fragment)
