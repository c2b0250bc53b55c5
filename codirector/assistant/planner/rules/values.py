"""What it means to give a thing, a field or the whole picture a value: 'the balloon' + 'dark green' -> its colour.

It does not know the sentence; `attributes` and `fields` find the target and the value in it.
"""

import re
from typing import Any

from codirector.assistant.planner import inside
from codirector.assistant.planner.assign import Form
from codirector.assistant.planner.lexicon import PLACE_NOUNS
from codirector.assistant.planner.nouns import colour_of, count_of, element_of, material_of, place_of, pose_of
from codirector.assistant.planner.reading import EXACT, LIKELY, SURE, Facts, Reading
from codirector.assistant.planner.references import Target, focus
from codirector.assistant.planner.terms import field_of, place_named, setting_of
from codirector.assistant.planner.text import key, singular, trim, unquoted
from codirector.prompts import sizes, vocabulary
from codirector.prompts.change import AddDetail, AddElement, AlterElement, Change, RemoveElement, ReplaceElement, Retouch, SetField
from codirector.prompts.scene import Attribute, Element, Retouching, SceneField

_TEXT = re.compile(r"^(?:to )?(?:say|says|read|reads|spell|spells|display|carry the words?)\s*[:,]?\s+(?P<v>.+)$", re.I)
_GONE = re.compile(r"^(?:to )?(?:gone|go|go away|vanish|disappear|removed|deleted|invisible|out)$", re.I)
_HEDGE = re.compile(
    r"^(?:be |look |a bit |a little |slightly |somewhat |kind of |sort of |really |very |all |completely |totally |actually "
    r"|like |more like |something like )+(?=\S)",
    re.I,
)
_SIZE = re.compile(
    r"^(?:(?:much|a bit|a little|a lot|slightly|somewhat|considerably|way|far|even|really|very|so|just|quite|rather) )*"
    r"(?:(?P<s>bigger|larger|taller|huge|giant|big|large|enormous|gigantic|massive|immense|colossal|oversized|smaller|tiny|tinier|little"
    r"|small|miniature|mini|teeny|smol)"
    r"|(?:twice|half|three times|\d+ ?(?:x|times)) (?:as (?:big|large|small|tall)|(?:the|its|that|their) size)"
    r"|double (?:the|its|their) size|(?:its |their |the )?(?:normal|usual|original) size|\d+ ?(?:%|percent) (?:bigger|larger|smaller))$",
    re.I,
)
"""How big a thing of the scene is drawn (see `prompts.sizes`)."""
_SHAPE = re.compile(
    r"^(?:much |a bit |a little |slightly |way |even |really |very |so )*(?P<s>shorter|longer|wider|thinner|thicker|fatter|slimmer|older"
    r"|younger)$",
    re.I,
)
_RELATIVE = re.compile(r"^(?:much |a bit |a little |slightly |way |even |far )*(?:more|less)\b", re.I)
_WEATHER = re.compile(
    r"^(?:a )?(?P<w>(?:it'?s )?(?:(?:light|heavy|heavily|lightly|gently|hard) )?(?:rain(?:ing|y)?|snow(?:ing|y)?|fogg?y?"
    r"|mist(?:y)?|storm(?:ing|y)?|thunder(?:ing|storm)?|wind(?:y)?|cloudy|overcast|hail(?:ing)?|drizzl(?:e|ing)"
    r"|pouring(?: down)?|sunny)(?: (?:heavily|lightly|hard|harder|gently))?)(?: (?:day|weather|outside|morning|night"
    r"|evening))?$",
    re.I,
)
_WEATHER_NOUNS = {
    "raining": "rain",
    "rainy": "rain",
    "snowing": "falling snow",
    "snowy": "falling snow",
    "snow": "falling snow",
    "pouring": "heavy rain",
    "pouring down": "heavy rain",
    "foggy": "fog",
    "misty": "mist",
    "stormy": "storm",
    "storming": "storm",
    "windy": "strong wind",
    "drizzling": "drizzle",
    "hailing": "hail",
    "cloudy": "cloudy sky",
    "overcast": "overcast sky",
    "sunny": "sunny weather",
}
_NO_QUALITY = re.compile(
    r"\b(?:me|you|i|we|us|him|her|it|them|my|your|is|are|was|be|do|does|have|has|not|the|to|of|and|like|than|look|looks|should|would)\b|'",
    re.I,
)
VAGUE = re.compile(
    r"^(?:much |a (?:bit|little|lot) |even |way |far |more )*(?:better|nicer|good|nice|best|cool|cooler|prettier|pretty"
    r"|great|perfect|different|interesting|other|fancy|fancier|epic|awesome|amazing|beautiful|right|correct|improved"
    r"|enhanced)$",
    re.I,
)


def is_size(text: str) -> bool:
    """'bigger', 'much taller', 'tiny', 'wider'."""
    return (_SIZE.match(text) or _SHAPE.match(text)) is not None


def weather_of(text: str) -> str:
    """'raining' -> 'rain', 'a foggy morning' -> 'fog'; '' where the text is no weather."""
    match = _WEATHER.match(trim(text))
    if match is None:
        return ""
    word = re.sub(r"^it'?s ", "", match["w"].lower())
    return _WEATHER_NOUNS.get(word, word)


def give(target: Target, value: str, form: Form, facts: Facts) -> Reading | None:
    """The change that gives `target` this value, or None where the value does not fit it."""
    value = trim(value)
    if not value:
        return None
    if target.noun and (lettering := _TEXT.match(value)) is not None:
        made = Element(name=target.noun, text=unquoted(lettering["v"]))
        return Reading(SURE, AddElement(element=made), focus=made.name, rule="lettering on a thing in a text")
    if (
        target.pronoun
        and facts.detail
        and (_SHAPE.match(value) or re.search(r"(?:dens|heavi|light|faint|strong|weak|patchi|wild)er$", value, re.I))
    ):
        return _give_detail(facts.detail, value)  # 'make it thicker' right after fog was added
    if target.kind == "picture" or (target.kind == "element" and target.pronoun):
        return give_picture(target, value, form, facts)
    if target.kind == "element":
        return give_element(target, value, form, facts)
    if target.noun:
        return give_inside(target, value, form, facts)
    if target.kind == "field":
        return give_field(target.name, value)  # type: ignore[arg-type]
    if target.kind == "detail":
        return _give_detail(target.name, value)
    if target.kind == "region":
        noun = target.name.split()[-1]
        content = f"{colour_of(value)} {noun}" if colour_of(value) else f"{noun} {pose_of(value)}" if pose_of(value) else value
        return Reading(SURE, Retouch(retouching=Retouching(region=target.name, content=content)), rule="value of a region")
    return None


def alter(name: str, attribute: Attribute, value: str, certainty: float = SURE, note: str = "") -> Reading:
    if attribute == "pose" and (lettering := re.match(r"saying (?P<v>.+)$", value, re.I)):
        attribute, value = "text", unquoted(lettering["v"])  # 'the sign saying MOTEL'
    return Reading(
        certainty, AlterElement(name=name, attribute=attribute, value=value), focus=name, note=note, rule=f"{attribute} of an element"
    )


def give_element(target: Target, value: str, form: Form, facts: Facts) -> Reading | None:
    """`value` as one attribute of an element, or what takes its place, or a detail about it."""
    name = target.name
    certainty = SURE if target.sure else LIKELY - 0.15
    if _RELATIVE.match(value):
        return None
    if match := _TEXT.match(value):
        return alter(name, "text", unquoted(match["v"]), certainty)
    if _GONE.match(value):
        return Reading(certainty, RemoveElement(name=name), rule="gone")
    if _SIZE.match(value):
        return alter(name, "size", sizes.wish_of(value) or value, certainty)
    if match := _SHAPE.match(value):
        detail = f"{match['s'].lower()} {name}"
        return Reading(
            certainty - 0.1, AddDetail(detail=detail), focus=name, note=f"Kept as the detail '{detail}'.", rule="shape of an element"
        )
    plain = _HEDGE.sub("", value)
    if colour := colour_of(re.sub(r"^(?:in|with) ", "", plain)):
        return alter(name, "colour", colour, certainty)
    if (count := count_of(plain)) is not None and plain.lower() not in ("a", "an"):
        return alter(name, "count", str(max(count, 1)), certainty)
    if material := material_of(value) or material_of(plain):
        return alter(name, "material", material, certainty)
    if place := place_of(value):
        return alter(name, "placement", place, certainty)
    if pose := pose_of(plain):
        return alter(name, "pose", beside_pose(name, pose, facts), certainty)
    if form == "into" or re.match(r"^(?:an?|some|\d+|two|three|four|five)\b", plain, re.I):
        element = element_of(plain)
        if element is not None and element.name in ("one", "ones"):  # 'a paper one': the thing itself, otherwise made
            attribute = "material" if element.material else "colour"
            return alter(name, attribute, element.material or element.colour, certainty) if element.material or element.colour else None
        if element is not None:
            if field_of(plain) is not None and form != "into":
                return Reading(LIKELY - 0.1, AddDetail(detail=f"{name} as {plain}"[:200]), focus=name, rule="as")
            return Reading(certainty, ReplaceElement(name=name, element=element), focus=element.name, rule="into")
    if form in ("make", "be") and len(plain.split()) <= 3 and not VAGUE.match(plain) and not _NO_QUALITY.search(plain):
        term = field_of(plain)
        if term is not None and term.field in ("camera", "composition"):
            return None
        detail = f"{plain} {name}"
        return Reading(
            LIKELY - 0.05, AddDetail(detail=detail), focus=name, note=f"Kept as the detail '{detail}'.", rule="quality of an element"
        )
    return None


def rewritten(target: Target, text: str, rule: str) -> Reading | None:
    """The text that holds `target.noun`, written anew: a scene field, or the pose of the element `target.name`. '' changes nothing."""
    if target.kind == "pose":
        change = AlterElement(name=target.name, attribute="pose", value=text) if text else None
        return Reading(SURE, change, focus=target.name, rule=rule) if change is not None else None
    return Reading(SURE + 0.02, SetField(field=target.name, value=text), rule=rule) if text else None  # type: ignore[arg-type]


def holder_text(target: Target, facts: Facts) -> str:
    """The text `target.noun` stands in."""
    if target.kind == "pose":
        element = facts.element(target.name)
        return element.pose if element is not None else ""
    return getattr(facts.scene, target.name, "") if facts.scene is not None else ""


def give_inside(target: Target, value: str, form: Form, facts: Facts) -> Reading | None:
    """'make the octopus purple' where the octopus stands in 'playing chess with an octopus': the words around it stay."""
    text = holder_text(target, facts)
    if _RELATIVE.match(value) or VAGUE.match(value):
        return None
    if _GONE.match(value):
        left = inside.without(text, target.noun)
        return rewritten(target, left or "", "thing out of a text")
    plain = _HEDGE.sub("", value)
    if colour := colour_of(re.sub(r"^(?:in|with) ", "", plain)):
        return rewritten(target, inside.described(text, target.noun, colour, colour=True), "thing in a text")
    if form == "into" or re.match(r"^(?:an?|some|two|three|four|five|\d+) ", plain, re.I):
        return rewritten(target, inside.exchanged(text, target.noun, plain), "thing in a text")
    if material := material_of(value) or material_of(plain):
        return rewritten(target, inside.described(text, target.noun, material), "thing in a text")
    if (match := _SIZE.match(value) or _SHAPE.match(value)) and match["s"]:
        return rewritten(target, inside.described(text, target.noun, match["s"].lower()), "thing in a text")
    if target.name == "setting" and form != "make":
        return give_field("setting", value)
    if place_of(value) or pose_of(plain) or field_of(plain) or len(plain.split()) > 2 or _NO_QUALITY.search(plain):
        return None
    return rewritten(target, inside.described(text, target.noun, plain), "thing in a text")


def beside_pose(name: str, pose: str, facts: Facts) -> str:
    """Clothes are put on beside what somebody does; other poses take the place of the old one."""
    element = facts.element(name)
    if element is None or not element.pose or not re.match(r"wearing\b", pose, re.I):
        return pose
    before = trim(re.sub(r"(?:,? and |, |^)wearing\b.*$", "", element.pose, flags=re.I))
    return f"{before} and {pose}"[:200] if before else pose


_PREDICATE = re.compile(
    r"^(?:(?:have|has|had|go|goes|gone|is|are|was|were|isn't|aren't|seems?|looks?|feels?|needs?|gets?|lacks?|stays?|remains?|leaves?"
    r"|disappears?|vanish(?:es)?|show|shows)\b|\w+s (?:me|us|him|her|it|them)\b)",
    re.I,
)


def give_field(field: SceneField, value: str, certainty: float = SURE) -> Reading | None:
    """A scene field by its name. The vocabulary's term is used where it knows one for that field."""
    if VAGUE.match(value) or re.match(r"(?:way |much |far )?too\b|not\b|stronger|weaker", value, re.I):
        return None
    text = re.sub(
        r"^(?:be |look |feel |a bit |a little |slightly |something (?:more )?like |more like |like |as )+(?=\S)", "", value, flags=re.I
    )
    text = re.sub(r"^(?:more|much more|less) (?=\S)", "", text, flags=re.I) if field in ("mood", "lighting", "style") else text
    if field == "setting" and _PREDICATE.match(text):
        return None  # 'the forest bores me', 'the city should have more windows': said of the place, not another place
    if field == "setting" and (other := field_of(f"{text} background")) is not None and other.field in ("camera", "composition"):
        return Reading(certainty, SetField(field=other.field, value=other.value), rule="kind of background")
    if field == "setting":
        text = setting_of(text) or place_named(text)
    else:
        # A mood in one word stays the person's own: 'peaceful' says more than the list's 'calm', and every prompt takes it.
        own = field == "action" or (field == "mood" and " " not in text)
        known: Any = field
        text = vocabulary.canonical(text, known) if not own and vocabulary.lookup(text, known) else text
        term = field_of(text)
        text = term.value if term is not None and term.field == field else text
        text = re.sub(r"^(?:an?|the|some) (?=\S)", "", text, flags=re.I)
    return Reading(certainty, SetField(field=field, value=text), rule=f"{field} by name") if text else None


def give_picture(target: Target, value: str, form: Form, facts: Facts) -> Reading | None:
    """'it', 'this', 'the picture': a field's value is the picture's; a colour, a material, a pose or a thing is the focused element's."""
    value = re.sub(r"^(?:look like |feel like |look |feel )(?=\S)", "", value, flags=re.I)
    plain = _HEDGE.sub("", value)
    if VAGUE.match(value) or _RELATIVE.match(value):
        return None
    if weather := weather_of(plain):
        return Reading(SURE - 0.02, AddDetail(detail=weather), rule="weather")
    if target.name != "him" and key(plain)[-1:] and key(plain)[-1] in PLACE_NOUNS and re.match(r"an? ", plain, re.I):
        return Reading(
            SURE + 0.03, SetField(field="setting", value=f"in {plain}"), rule="place of the picture"
        )  # 'it could be a little bakery'
    if (term := field_of(plain)) is not None:
        return Reading(SURE, SetField(field=term.field, value=term.value), rule="value of the picture")
    element = target if target.kind == "element" else focus(facts)
    if element.kind == "nothing":
        return None
    if match := re.match(r"^(?P<n>\d{1,2}|[a-z]+(?: [a-z]+)?) (?P<noun>[\w-]+)$", plain, re.I):
        same = next((name for name in facts.names if key(name)[-1:] == (singular(match["noun"]),)), "")
        count = count_of(match["n"])
        if same and count is not None and match["n"].lower() not in ("a", "an"):
            return alter(same, "count", str(count), EXACT - 0.02)
    if place := setting_of(value):
        if form != "make":
            return Reading(LIKELY, SetField(field="setting", value=place), rule="place of the picture")
        if not place_of(value):
            return None
    if (colour := colour_of(plain)) in ("black and white", "black white"):
        return Reading(SURE, SetField(field="style", value="black and white"), rule="black and white")
    reading = give_element(Target("element", element.name, sure=element.sure), plain, form, facts)
    if reading is None:
        return None
    if colour and not element.sure:
        return None
    if isinstance(reading.change, ReplaceElement) and (not element.sure or (target.kind == "picture" and not target.pronoun)):
        return None  # 'the whole thing' is the picture, not the thing spoken of last
    if isinstance(reading.change, AddDetail) and (len(plain.split()) > 2 or not element.sure or form not in ("make", "be")):
        return None
    return reading


def _give_detail(detail: str, value: str) -> Reading | None:
    """A detail is free text: its new wording takes a second move, so the better word is added and the old one kept."""
    colour = colour_of(value)
    words = [word for word in detail.split() if not colour_of(word)] if colour else detail.split()
    if is_size(value):
        words = [word for word in words if not is_size(word) and word.lower() != "long"] or words[-1:]  # 'shorter hair' is not long
    if _RELATIVE.match(value) or VAGUE.match(value):
        return None
    if _GONE.match(value):
        return None
    change: Change = AddDetail(detail=f"{trim(value)} {' '.join(words)}"[:200])
    return Reading(LIKELY, change, rule="value of a detail")
