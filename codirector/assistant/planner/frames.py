"""What the tagger marked -> a `Reading`: each intent's slots become one change or plan, in the wording the vocabulary and the rules know.

Values go through the same code as everywhere (`nouns`, `terms`, `rules`), so that 'a bit scarier' means the same from either side.
It does not decide whether the tagger is to be believed (see `hearing`).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from codirector.assistant.plan import Animate, Ask, Branch, Clarify, Create, GoTo, Plan, Read, Redo, Save, Talk, Undo
from codirector.assistant.planner.frame_values import as_colour, as_count, as_material, as_pose, counted, part_and_owner, tidy_value
from codirector.assistant.planner.lexicon import ORDINALS
from codirector.assistant.planner.nouns import colour_of, count_of, element_of, place_of
from codirector.assistant.planner.reading import LIKELY, SURE, TRUSTED, Facts, Reading
from codirector.assistant.planner.references import NOTHING, PRONOUNS, Target, focus, resolve
from codirector.assistant.planner.rules import film, navigation, questions, readings
from codirector.assistant.planner.rules.elements import placement_by_name
from codirector.assistant.planner.rules.strength import weighed
from codirector.assistant.planner.rules.values import alter, beside_pose, give_field, weather_of
from codirector.assistant.planner.tagger import Frame
from codirector.assistant.planner.terms import field_of, setting_of
from codirector.assistant.planner.text import key, trim, unquoted
from codirector.prompts import vocabulary
from codirector.prompts.change import (
    AddDetail,
    AddElement,
    Avoid,
    Change,
    Lock,
    RemoveDetail,
    RemoveElement,
    ReplaceElement,
    Retouch,
    SetField,
    SetMotion,
    SetRender,
)
from codirector.prompts.scene import Motion, Retouching, Scene, SceneField

POINTS = 0.5
"""Below this probability the thing pointed at is not believed."""
_SHORT = 200


@dataclass(frozen=True)
class Heard:
    """One wish as the tagger marked it, in its own words."""

    frame: Frame
    text: str
    facts: Facts

    def slot(self, *tags: str) -> str:
        return next((trim(found) for tag in tags if (found := self.frame.first(tag))), "")

    @property
    def certainty(self) -> float:
        return SURE if self.frame.sure > 0.8 else LIKELY


def reading_of(frame: Frame, text: str, facts: Facts) -> Reading | Clarify | None:
    """The reading of one wish, or None where its slots make no change. Needs a scene, except for plans and new pictures."""
    build = _BUILDERS.get(frame.intent)
    if build is None or (facts.scene is None and frame.intent not in _WITHOUT_SCENE):
        return None
    return build(Heard(frame, text, facts))


# -- what is meant


def target_of(heard: Heard, text: str | None = None) -> Target:
    """The thing meant: by its name, else what the tagger points at, else what a pronoun means."""
    facts, named = heard.facts, heard.slot("T") if text is None else text
    index, share = heard.frame.points
    pointed = Target("element", facts.names[index]) if 0 <= index < len(facts.names) and share >= POINTS else NOTHING
    found = resolve(named, facts) if named else NOTHING
    if found.kind == "element" and not found.pronoun:
        return found
    pronoun = named.lower() in PRONOUNS or not named
    if pronoun and pointed.kind == "element" and (len(facts.names) > 1 and not facts.focus):
        return pointed
    if pronoun:
        return found if found.kind == "element" else focus(facts)
    if found.kind == "picture":
        return focus(facts)
    return found if found.kind != "nothing" else pointed


def _said_as(heard: Heard, text: str, *kinds: str) -> Reading | None:
    """How the rules read the same wish in its plain wording, where that gives one of these kinds of change."""
    found = readings(text, heard.facts)
    best = found[0] if found and found[0].certainty >= TRUSTED else None
    if best is None or (kinds and (best.change is None or best.change.kind not in kinds)):
        return None
    return best


def _reading(heard: Heard, change: Change, focus: str = "", note: str = "") -> Reading:
    return Reading(heard.certainty, change, focus=focus, note=note, rule=f"heard {heard.frame.intent}")


def _detail(heard: Heard, words: str, focus: str = "") -> Reading | None:
    words = trim(words)[:_SHORT]
    return _reading(heard, AddDetail(detail=words), focus) if words else None


# -- things


def _add(heard: Heard) -> Reading | None:
    what = heard.slot("O", "V", "EL")
    if not what:
        return None
    if weather := weather_of(what):
        return _detail(heard, weather)
    place = heard.slot("P")
    element = element_of(what)
    if element is None:
        return _said_as(heard, f"add {what}")
    if (
        re.match(r"(?:another|one more|an extra|a second|more)\b", what, re.I)
        and (known := resolve(element.name, heard.facts)).kind == "element"
    ):
        return _said_as(heard, f"add another {known.name}", "alter_element")
    if place:
        element = element.evolve(placement=placement_by_name(place, heard.facts))
    return _reading(heard, AddElement(element=element), element.name)


def _remove(heard: Heard) -> Reading | None:
    target = target_of(heard)
    if target.kind == "element":
        return _reading(heard, RemoveElement(name=target.name))
    if target.kind == "detail":
        return _reading(heard, RemoveDetail(detail=target.name))
    named = heard.slot("T", "V")
    return _said_as(heard, f"remove {named}") if named else None


def _replace(heard: Heard) -> Reading | None:
    new, named = heard.slot("O", "V"), heard.slot("T")
    target, element = target_of(heard), element_of(new) if new else None
    if target.kind == "element" and element is not None:
        if colour := colour_of(new):
            return _reading(heard, alter(target.name, "colour", colour).change, target.name)  # type: ignore[arg-type]
        if re.search(r" one$", element.name) or element.name == "one":
            return _said_as(heard, f"make the {target.name} {element.material or element.colour or new}")
        return _reading(heard, ReplaceElement(name=target.name, element=element), element.name)
    return _said_as(heard, f"replace {named} with {new}") if named and new else None


def _colour(heard: Heard) -> Reading | None:
    return _attribute(heard, "colour", as_colour(heard.slot("V")))


def _material(heard: Heard) -> Reading | None:
    return _attribute(heard, "material", as_material(heard.slot("V")))


def _attribute(heard: Heard, attribute: str, value: str) -> Reading | None:
    target = target_of(heard)
    if not value:
        return None
    if target.kind == "element":
        return _reading(heard, alter(target.name, attribute, value).change, target.name)  # type: ignore[arg-type]
    return _given(heard, target, value)


def _given(heard: Heard, target: Target, value: str) -> Reading | None:
    """A value for what is no thing of the scene: by the rules, else as a detail that names it ('purple sky')."""
    named = heard.slot("T")
    if not named:
        return None
    plain = re.sub(r"^(?:the|a|an|his|her|its|their|that|this) (?=\S)", "", named, flags=re.I)
    if (said := _said_as(heard, f"make the {plain} {value}")) is not None:
        return said
    return _detail(heard, f"{value} {plain}")


def _count(heard: Heard) -> Reading | None:
    target = target_of(heard)
    if target.kind == "element" and (element := heard.facts.element(target.name)) is not None:
        number = as_count(heard.slot("V") or heard.text, element.count)
        return _reading(heard, alter(target.name, "count", str(number)).change, target.name) if number else None  # type: ignore[arg-type]
    named, number = heard.slot("T"), counted(heard.slot("V"))
    if named and number and (made := element_of(f"{number} {named}")) is not None:
        return _reading(heard, AddElement(element=made), made.name)
    return None


def _placement(heard: Heard) -> Reading | None:
    target, where = target_of(heard), heard.slot("V", "P")
    if target.kind != "element" or not where:
        return _said_as(heard, heard.text)
    if (said := _said_as(heard, f"move the {target.name} {where}", "alter_element", "set_field")) is not None:
        return said
    return _reading(heard, alter(target.name, "placement", placement_by_name(where, heard.facts)).change, target.name)  # type: ignore[arg-type]


def _pose(heard: Heard) -> Reading | None:
    value = as_pose(heard.slot("V"), heard.text)
    target = target_of(heard)
    if not value:
        return _said_as(heard, heard.text)
    if target.kind == "element":
        return _reading(heard, alter(target.name, "pose", beside_pose(target.name, value, heard.facts)).change, target.name)  # type: ignore[arg-type]
    named = heard.slot("T")
    if target.kind in ("field", "pose", "region") and (said := _said_as(heard, f"make {named} {value}")) is not None:
        return said
    plain = re.sub(r"^(?:the|a|an|that|this) (?=\S)", "", named, flags=re.I)
    return _detail(heard, f"{plain} {value}") if plain and plain.lower() not in PRONOUNS else None


def _give(heard: Heard) -> Reading | None:
    target, what = target_of(heard), heard.slot("O", "V")
    if target.kind != "element" or not what:
        return _said_as(heard, heard.text, "add_element", "add_detail", "alter_element")
    determined = what if re.match(r"(?:an?|some|two|three|\d+|the|his|her|its|their|another)\b", what, re.I) else f"some {what}"
    if re.search(r"\bwear|put(?:s|ting)? on\b|dress\b", heard.text, re.I):
        return _reading(heard, alter(target.name, "pose", beside_pose(target.name, f"wearing {what}", heard.facts)).change, target.name)  # type: ignore[arg-type]
    if (said := _said_as(heard, f"give the {target.name} {determined}", "add_element", "alter_element")) is not None:
        return said
    element = element_of(what)
    return _reading(heard, AddElement(element=element.evolve(placement=f"on the {target.name}")), element.name) if element else None


def _part(heard: Heard) -> Reading | None:
    value = heard.slot("V")
    part, owner = part_and_owner(heard.slot("T"))
    if not value:
        return _said_as(heard, heard.text)
    if part and owner and resolve(owner, heard.facts).kind == "element" and resolve(part, heard.facts).kind in ("nothing", "detail"):
        return _detail(heard, f"{tidy_value(value)} {part}", resolve(owner, heard.facts).name)
    target = resolve(part, heard.facts) if part else NOTHING
    if target.kind == "element":
        return _said_as(heard, f"make the {target.name} {value}") or _attribute(heard, "pose", as_pose(value, heard.text))
    if not part or (key(part)[-1:] and key(part)[-1] in {word for word in key(value)}):
        return _detail(heard, value)
    return _said_as(heard, f"make the {part} {tidy_value(value)}", "retouch", "add_detail", "set_field") or _detail(
        heard, f"{tidy_value(value)} {part}"
    )


def _size(heard: Heard) -> Reading | None:
    target, value = target_of(heard), heard.slot("V").lower()
    opposite = {"small": "bigger", "tiny": "bigger", "big": "smaller", "large": "smaller", "huge": "smaller"}
    if re.search(rf"\btoo {re.escape(value)}$", trim(heard.text), re.I):
        value = opposite.get(value, value)
    if re.match(r"(?:shrink|scale down|reduce|decrease)", value):
        value = "smaller"
    elif not value or re.match(r"(?:scale up|enlarge|blow up|supersize|increase)", value):
        value = "bigger"
    if target.kind != "element":
        return _given(heard, target, value)
    return _said_as(heard, f"make the {target.name} {value}", "add_detail", "weigh") or _detail(
        heard, f"{value} {target.name}", target.name
    )


def _text(heard: Heard) -> Reading | None:
    words, place = unquoted(heard.slot("V")), heard.slot("P")
    if not words:
        return _said_as(heard, heard.text)
    carrier = re.sub(r"^(?:on top of|on|onto|to|in|into|across|over|at) ", "", place, flags=re.I)
    target = target_of(heard) if heard.slot("T") else resolve(carrier, heard.facts) if carrier else NOTHING
    if target.kind == "element":
        return _reading(heard, alter(target.name, "text", words).change, target.name)  # type: ignore[arg-type]
    if carrier or heard.slot("T"):
        element = element_of(carrier or heard.slot("T"))
        if element is not None and not place_of(place or "x"):
            return _reading(heard, AddElement(element=element.evolve(text=words)), element.name)
    return _said_as(heard, f'write "{words}" {place or "on a sign"}')


# -- the scene


def _field(field: SceneField) -> Callable[[Heard], Reading | None]:
    def build(heard: Heard) -> Reading | None:
        value = heard.slot("V")
        if not value:
            return _said_as(heard, heard.text)
        return _set_field(heard, field, value)

    return build


def _set_field(heard: Heard, field: SceneField, value: str) -> Reading | None:
    value = re.sub(r"^(?:a bit|a little|much|way|slightly|really|very|kind of|something) (?=\S)", "", tidy_value(value), flags=re.I)
    term = field_of(value)
    if term is not None and term.field == field:
        return _reading(heard, SetField(field=field, value=term.value))
    found = give_field(field, value)
    return (
        found
        if found is not None and found.change is not None and found.change.kind == "set_field"
        else _reading(heard, SetField(field=field, value=value[:_SHORT]))
    )


def _setting(heard: Heard) -> Reading | None:
    value = heard.slot("V")
    if not value:
        return _said_as(heard, heard.text)
    if (place := setting_of(value)) or (field_of(value) or ("",))[0] == "setting":
        return _reading(heard, SetField(field="setting", value=place or field_of(value).value))  # type: ignore[union-attr]
    value = re.sub(r" (?:one|background|backdrop)$", " background", value) if re.search(r"\b(?:one|background|backdrop)$", value) else value
    return _set_field(heard, "setting", value)


def _light(heard: Heard) -> Reading | None:
    value = tidy_value(heard.slot("V"))
    low = value.lower()
    if not value:
        return _said_as(heard, heard.text)
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
        return _reading(heard, SetField(field="lighting", value=found))
    if low in ("off", "out", "down"):
        return _reading(heard, SetField(field="lighting", value="dark"))
    term = field_of(value) or field_of(f"{value} light") or field_of(f"{value} lighting")
    if term is not None and term.field == "lighting":
        return _reading(heard, SetField(field="lighting", value=term.value))
    if re.match(r"(?:from|with|by|coming) ", low):
        value = f"light {value}" if low.startswith(("from", "coming")) else f"lit {value}"
    elif (
        re.search(r"\b(?:light|lighting|lights)\b", heard.text, re.I)
        and not re.search(r"light|lit\b|shadow|glow|sun|moon|night|day|dark", low)
        and len(low.split()) <= 3
    ):
        value = f"{value} light"
    return _reading(heard, SetField(field="lighting", value=value[:_SHORT]))


def _weather(heard: Heard) -> Reading | None:
    value = heard.slot("V")
    if not value:
        return _said_as(heard, heard.text)
    if weather := weather_of(value) or weather_of(f"{value}ing"):
        return _detail(heard, weather)
    if match := re.match(r"(?:in|with) (?P<what>\w+.*)$", value, re.I):
        if re.search(r"\bcover", heard.text, re.I):
            covered = re.search(r"\bcover(?:ed)? (?P<t>.+?) (?:in|with)\b", heard.text, re.I)
            thing = covered["t"] if covered and not re.match(r"(?:everything|it|the scene)$", covered["t"], re.I) else ""
            return _detail(heard, f"{re.sub(r'^the ', '', thing)} covered {value}")
    if (term := field_of(value)) is not None and term.field in ("setting", "lighting"):
        return _reading(heard, SetField(field=term.field, value=term.value))
    if re.fullmatch(r"(?:winter|autumn|spring|summer|fall)", value, re.I):
        return _reading(heard, SetField(field="setting", value=f"in {value.lower()}"))
    return _detail(heard, re.sub(r"^(?:an?|some|the) (?=\S)", "", value, flags=re.I))


def _mood(heard: Heard) -> Reading | None:
    value = heard.slot("V")
    if not value:
        return _said_as(heard, heard.text)
    word = re.sub(r"^(?:more|a bit more|much more|a little more) ", "", value, flags=re.I)
    said = _said_as(heard, f"more {word}", "weigh")
    if said is not None and heard.facts.scene is not None and heard.facts.scene.mood:
        return said
    noun = {
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
    return _set_field(heard, "mood", noun.get(word.lower(), word))


def _style(heard: Heard) -> Reading | None:
    values = [trim(value) for value in heard.frame.all("V")]
    if not values:
        return _said_as(heard, heard.text)
    joined = " and ".join(values) if len(values) > 1 else values[0]
    if re.search(r"\b(?:blend|mix|meets|half|combine|cross between|fusion|mash)\b", heard.text, re.I):
        parts = [part for part in re.split(r",? (?:and|with|meets|\+|&) |, half |half ", joined) if part]
        found = [field_of(part) or field_of(f"{part} style") for part in parts]
        if len(parts) == 2:
            value = " + ".join(
                term.value if term is not None and term.field in ("style", "medium") else tidy_value(part)
                for term, part in zip(found, parts, strict=True)
            )
            return _reading(heard, SetField(field="style", value=value))
    value = tidy_value(values[-1])
    term = field_of(value) or field_of(f"{value} style")
    if term is not None and term.field in ("style", "medium"):
        return _reading(heard, SetField(field=term.field, value=term.value))
    found = vocabulary.lookup(value, "style")
    return _reading(heard, SetField(field="style", value=found.term if found else value[:_SHORT]))


def _camera(heard: Heard) -> Reading | None:
    value = heard.slot("V")
    for text in (value, bare_text(heard)):
        term = field_of(text) if text else None
        if term is not None and term.field == "camera":
            return _reading(heard, SetField(field="camera", value=term.value))
    if not value:
        return _said_as(heard, heard.text, "set_field", "set_render")
    if re.match(r"(?:way |a bit |further |farther )*(?:back|out|away)\b", value, re.I):
        return _reading(heard, SetField(field="camera", value="wide shot"))
    if re.match(r"(?:get |go |come |move |up )*close(?:r)?\b|nearer|in on\b", value, re.I):
        return _reading(heard, SetField(field="camera", value="close-up"))
    if re.search(r"\bblur", heard.text, re.I):
        return _reading(heard, SetField(field="camera", value="shallow depth of field"))
    return _set_field(heard, "camera", value)


def bare_text(heard: Heard) -> str:
    from codirector.assistant.planner.text import bare

    return bare(heard.text)


def _plain_detail(heard: Heard) -> Reading | None:
    value = heard.slot("V", "O")
    return _said_as(heard, heard.text, "add_detail") or (
        _detail(heard, re.sub(r"^(?:an?|some) (?=\S)", "", value, flags=re.I)) if value else None
    )


def _weigh(sign: int) -> Callable[[Heard], Reading | None]:
    def build(heard: Heard) -> Reading | None:
        named = heard.slot("T", "V")
        word = "more" if sign > 0 else "less"
        target = resolve(named, heard.facts) if named else NOTHING
        degree = re.search(r"\b(?:a bit|a little|slightly|much|a lot|way|far)\b", heard.text, re.I)
        if target.kind in ("element", "detail", "field") and not target.noun:
            return weighed(target, sign, degree[0] if degree else None, heard.facts, heard.certainty)
        if (said := _said_as(heard, heard.text)) is not None or (named and (said := _said_as(heard, f"{word} {named}")) is not None):
            return said
        plain = re.sub(r"^(?:the|a|an) (?=\S)", "", named, flags=re.I)[:_SHORT]
        if not plain:
            return None
        return _reading(heard, AddDetail(detail=plain) if sign > 0 else Avoid(term=plain))

    return build


def _avoid(heard: Heard) -> Reading | None:
    value = heard.slot("V", "T", "O")
    if not value:
        return _said_as(heard, heard.text)
    return _said_as(heard, f"no {value}", "avoid", "remove_element", "remove_detail") or _reading(
        heard, Avoid(term=tidy_value(value)[:_SHORT])
    )


def _allow(heard: Heard) -> Reading | None:
    value = heard.slot("V", "T")
    return _said_as(heard, f"allow {value} again", "avoid") if value else None


def _retouch(heard: Heard) -> Reading | None:
    if (said := _said_as(heard, heard.text, "retouch")) is not None:
        return said
    region = re.sub(r"^(?:the|his|her|its|their) (?=\S)", "", heard.slot("T"), flags=re.I)
    value = heard.slot("V", "O")
    if not region:
        return None
    content = (
        (f"{value} {region.split()[-1]}" if colour_of(value) or not re.match(r"(?:an?|some) ", value) else value)
        if value
        else f"{region}, clean and well drawn"
    )
    return _reading(heard, Retouch(retouching=Retouching(region=region[:_SHORT], content=trim(content)[:_SHORT])))


# -- settings and tones: the plain wording that the rules know, with the degree that was said


_PLAIN: Mapping[str, tuple[str, ...]] = {
    "brighter": ("brighter",), "darker": ("darker",), "contrast_up": ("more contrast",), "contrast_down": ("less contrast",),
    "saturation_up": ("more saturated",), "saturation_down": ("less saturated",), "warmer": ("warmer",), "cooler": ("cooler",),
    "sharper": ("sharper",), "softer": ("softer",), "seed": ("another seed",), "crop": ("crop it",), "rotate": ("rotate it",),
    "post": ("stabilise it",),
}  # fmt: skip


def _plain(heard: Heard) -> Reading | None:
    intent, value = heard.frame.intent, heard.slot("V")
    if (said := _said_as(heard, heard.text, *_KINDS.get(intent, ()))) is not None:
        return said
    if intent == "seed" and value.isdigit():
        return _reading(heard, SetRender(setting="seed", value=value))
    if intent == "rotate" and value:
        return _said_as(heard, f"rotate it {value}", "adjust")
    little = re.search(r"\b(?:a bit|a little|slightly|a touch|a tad)\b", heard.text, re.I)
    return next(
        (
            said
            for text in _PLAIN.get(intent, ())
            if (said := _said_as(heard, f"{'a bit ' if little else ''}{text}") or _said_as(heard, text))
        ),
        None,
    )


_KINDS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("brighter", "darker", "contrast_up", "contrast_down", "saturation_up", "saturation_down", "warmer", "cooler", "sharper", "softer", "crop", "rotate"), ("adjust",)),
    "seed": ("set_render",), "post": ("post",),
}  # fmt: skip


def _render(heard: Heard) -> Reading | None:
    intent, value = heard.frame.intent, heard.slot("V")
    if (said := _said_as(heard, heard.text, "set_render", "upscale")) is not None:
        return said
    low = heard.text.lower()
    match intent:
        case "steps":
            text = f"{value} steps" if value.isdigit() else "fewer steps" if re.search(r"\b(?:few|less|reduc|lower)", low) else "more steps"
        case "guidance":
            number = re.search(r"\d+(?:\.\d+)?", value)
            text = (
                f"cfg {number[0]}"
                if number
                else "lower guidance"
                if re.search(r"\b(?:less|lower|reduc|creativ|free)", low)
                else "higher guidance"
            )
        case "canvas":
            wide, tall = re.search(r"desktop|tv|wide|landscape|cinema|16", low), re.search(r"phone|story|vertical|portrait|tall|9:16", low)
            text = "landscape format" if wide else "portrait format" if tall else "square format"
        case _:
            return _reading(heard, SetRender(setting=intent, value=value)) if value else None  # type: ignore[arg-type]
    return _said_as(heard, text, "set_render")


def _upscale(heard: Heard) -> Reading | None:
    factor = re.search(r"\b(?P<n>[234]) ?(?:x|times)|\b(?P<w>twice|double|two times|three times|triple|four times)", heard.text, re.I)
    number = (
        int(factor["n"])
        if factor and factor["n"]
        else {"three": 3, "triple": 3, "four": 4}.get((factor["w"] if factor else "").lower().split(" ")[0], 2)
    )
    return _said_as(heard, f"upscale {number}x", "upscale")


# -- plans


def _animate(heard: Heard) -> Reading | None:
    camera, subject, keep = heard.slot("CM"), heard.slot("SM"), heard.slot("K")
    said = film.animate(heard.text, heard.facts) or film.animate(bare_text(heard), heard.facts)
    motion = said.plan.motion if said is not None and isinstance(said.plan, Animate) else Motion()
    timing = film.timing(heard.text)
    values: dict[str, object] = dict(timing)
    camera = re.sub(r"^(?:with )?(?:an?|the) (?=\S)", "", camera, flags=re.I) or motion.camera
    if heard.facts.film and not re.search(r"animat|video|film|clip|gif|life", heard.text, re.I):
        for name, value in (("camera", camera), ("subject", subject), ("continuity", keep), *((n, f"{v:g}") for n, v in timing.items())):
            if value:
                return _reading(heard, SetMotion(setting=name, value=value))  # type: ignore[arg-type]
    values |= {"camera": camera, "subject": _subject(subject, heard) or motion.subject, "continuity": keep or motion.continuity}
    return Reading(heard.certainty, plan=Animate(motion=Motion.model_validate(values)), rule="heard animate")


def _subject(text: str, heard: Heard) -> str:
    """'him slowly turns' with the pronoun's name."""
    words = text.split(" ", 1)
    if len(words) == 2 and words[0].lower() in PRONOUNS and (meant := target_of(heard, words[0])).kind == "element":
        return f"{meant.name} {words[1]}"
    return re.sub(r"^(?:the|a|an) (?=\S)", "", text, flags=re.I)


def _lock(undo: bool) -> Callable[[Heard], Reading | None]:
    def build(heard: Heard) -> Reading | None:
        target = target_of(heard) if heard.slot("T") else resolve(heard.slot("V"), heard.facts)
        if target.kind in ("element", "field", "seed"):
            return _reading(heard, Lock(target=target.name, undo=undo))
        return _said_as(heard, heard.text, "lock")

    return build


def _steps_back(heard: Heard) -> int:
    number = count_of(heard.slot("V").split(" ")[0]) if heard.slot("V") else None
    return min(max(number or 1, 1), 1000)


def _plan(make: Callable[[Heard], Plan | None]) -> Callable[[Heard], Reading | None]:
    def build(heard: Heard) -> Reading | None:
        plan = make(heard)
        return Reading(heard.certainty, plan=plan, rule=f"heard {heard.frame.intent}") if plan is not None else None

    return build


def _goto(heard: Heard) -> Plan | None:
    said = _said_as(heard, heard.text)
    if said is not None and isinstance(said.plan, GoTo):
        return said.plan
    words = heard.slot("V").lower().lstrip("#")
    number = next((ORDINALS[word] for word in words.split() if word in ORDINALS), None) or next(
        (n for word in words.split() if (n := count_of(word))), None
    )
    if re.search(r"\b(?:start|beginning|original)\b", words):
        number = 1
    return GoTo(turn=number) if number else GoTo(branch=words) if re.search(r"\bbranch\b", heard.text, re.I) and words else None


def _compare(heard: Heard) -> Plan | None:
    said = navigation.compare(bare_text(heard), heard.facts)
    if said is not None:
        return said.plan
    return navigation.comparison(heard.frame.all("V"), heard.text)


def _talk(heard: Heard) -> Plan | None:
    said = questions.courtesy(heard.text, heard.facts)
    if said is not None:
        return said.plan
    hello = re.match(r"\W*(?:hi|hey|hello|good (?:morning|evening|day)|how are|who are|are you)\b", heard.text, re.I)
    return Talk(reply=questions.greeting(heard.facts) if hello else questions.thanks(heard.facts))


def _new_scene(heard: Heard) -> Plan | None:
    from codirector.assistant.planner.rules.creation import scene_of

    tags = {"EL", "ACT", "SET", "STY", "LIG", "MOO", "CAM", "COM", "DET", "AVO", "P"}
    begins = [slot.start for slot in heard.frame.slots if slot.tag in tags]
    text = heard.text[min(begins) :] if begins and heard.frame.intent == "newscene" else bare_text(heard)
    scene, _ = scene_of(text)
    return Create(scene=scene) if scene != Scene() else None


def _vague(heard: Heard) -> Clarify | None:
    from codirector.assistant.planner.ask import question_for

    return question_for(bare_text(heard), heard.facts) or Clarify(
        question="Better in which way?", options=("highly detailed", "more contrast", "dramatic lighting")
    )


_WITHOUT_SCENE = frozenset({"create", "newscene", "talk", "ask", "read", "how", "undo", "redo", "goto", "compare", "save"})
_BUILDERS: Mapping[str, Callable[[Heard], Reading | Clarify | None]] = {
    "add": _add, "remove": _remove, "replace": _replace, "colour": _colour, "material": _material, "count": _count, "placement": _placement,
    "pose": _pose, "give": _give, "part": _part, "size": _size, "text": _text, "setting": _setting, "light": _light, "weather": _weather,
    "mood": _mood, "style": _style, "camera": _camera, "composition": _field("composition"), "detail": _plain_detail, "more": _weigh(1),
    "less": _weigh(-1), "avoid": _avoid, "allow": _allow, "retouch": _retouch, "steps": _render, "guidance": _render, "canvas": _render,
    "sampler": _render, "model": _render, "upscale": _upscale, "animate": _animate, "lock": _lock(False), "unlock": _lock(True),
    "undo": _plan(lambda heard: Undo(steps=_steps_back(heard))), "redo": _plan(lambda heard: Redo()), "goto": _plan(_goto),
    "branch": _plan(lambda heard: Branch(name=unquoted(heard.slot("V")))), "compare": _plan(_compare),
    "save": _plan(lambda heard: Save(name=unquoted(heard.slot("V")))), "read": _plan(lambda heard: Read(question=trim(heard.text)[:2000])),
    "how": _plan(lambda heard: Read(question=trim(heard.text)[:2000], how=True)), "ask": _plan(lambda heard: Ask(question=trim(heard.text)[:200])),
    "talk": _plan(_talk), "newscene": _plan(_new_scene), "create": _plan(_new_scene), "vague": _vague,
    **dict.fromkeys(_PLAIN, _plain),
}  # fmt: skip
