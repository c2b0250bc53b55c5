"""Which scene field a phrase belongs to: the vocabulary of `codirector.prompts`, plus how people say the same as a command
('zoom out' -> camera, wide shot). Pure.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from codirector.assistant.planner.text import trim
from codirector.prompts import vocabulary
from codirector.prompts.scene import SceneField


class Term(NamedTuple):
    field: SceneField
    value: str
    known: bool
    """True: a term of the vocabulary; False: recognised by its wording ('... style', 'in the manner of ...')."""


_CAMERA_COMMANDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"^(?:{pattern})$", re.I), value)
    for pattern, value in (
        (
            r"zoom(?:ed)?(?: the camera| it)? (?:way |far |right )?out(?: (?:a (?:bit|little|lot)|more|further|some))?|(?:pull|move"
            r"|step|go|take)(?: the camera| it)? (?:further |farther )?(?:back|out|away)(?: a (?:bit|little|lot))?"
            r"|(?:from )?(?:further|farther) (?:away|back|out)|from (?:a distance|far away|afar)|show more of the (?:scene"
            r"|surroundings|background)|wider (?:shot|view|angle|framing)|more distant|(?:a )?wide(?: (?:shot|view|framing))?",
            "wide shot",
        ),
        (
            r"zoom(?:ed)?(?: the camera| it)? (?:way |right )?in(?: (?:a (?:bit|little|lot)|more|closer|further|some|on (?:it|him"
            r"|her|them)))?|(?:(?:move|go|get|come|bring)(?: the camera| us)? (?:in )?|in )?(?:a (?:bit|little) |much "
            r"|even )?closer(?: (?:in|up|shot|view))?|(?:a )?close[ -]?up(?: shot)?|(?:a )?tighter (?:shot|framing|crop)",
            "close-up",
        ),
        (
            r"blur(?: out)? the background|(?:make |have )?the background (?:blurry|blurred|out of focus|soft)|(?:a )?(?:blurry"
            r"|blurred) background|focus on the (?:foreground|subject)",
            "shallow depth of field",
        ),
        (
            r"(?:seen |shot |viewed |shoot it |show it |look(?:ing)? |view )?(?:straight )?(?:from|down from) (?:high )?above"
            r"|looking (?:straight )?down(?: on (?:it|him|her|them))?|(?:a )?high[ -]angle(?: shot| view)?",
            "high angle",
        ),
        (
            r"(?:seen |shot |viewed |shoot it |show it |look(?:ing)? |view )?(?:up )?from (?:down )?below|looking up(?: at (?:it|him"
            r"|her|them))?|(?:a )?low[ -]angle(?: shot| view)?|(?:a )?worm'?s[ -]eye(?: view)?",
            "low angle",
        ),
        (
            r"(?:a |the )?(?:birds?'?s?[ -]eye|top[ -]?down|overhead|aerial|drone)(?: view| shot| perspective)?"
            r"|directly (?:from )?overhead",
            "bird's-eye view",
        ),
        (
            r"(?:seen |shot |viewed |show (?:it|him|her|them) |view )?(?:from|in) (?:the )?(?:side|profile)|(?:a |the )?(?:side"
            r"|profile)(?: view| shot)",
            "side view",
        ),
        (
            r"(?:seen |shot |viewed |show (?:it|him|her|them) |view )?from (?:the )?(?:back|behind)|(?:a |the )?(?:back"
            r"|rear)(?: view| shot)",
            "rear view",
        ),
        (
            r"(?:seen |shot |viewed |show (?:it|him|her|them) |view )?from (?:the )?front|(?:a |the )?front(?:al)?(?: view| shot)",
            "front view",
        ),
    )
)
_MEDIUM_WORDS = (
    "painting|drawing|print|sketch|photo|photograph|engraving|etching|illustration|sculpture|collage|mosaic|fresco|tapestry"
    "|mural|linocut|woodcut|lithograph|render|polaroid|"
    "daguerreotype|stained glass|embroidery|charcoal|pastels?|crayons?|gouache|acrylics?|ink wash|still|poster|postcard"
    "|screenshot|movie scene|comic strip|sticker"
)
_WORDING: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.I), field)
    for pattern, field in (
        (r"^(?:in )?(?:an? |the )?(?P<v>.+?)[ -](?:art )?style$", "style"),
        (r"^(?:in |after )?(?:the )?(?:style|manner|spirit|look|aesthetic)s? of (?P<v>.+)$", "style"),
        (r"^(?P<v>.+[ -]esque)$", "style"),
        (
            r"^(?:in |with |under |by )?(?:an? |some |the )?(?P<v>(?!more\b|less\b|better\b).+ (?:lighting|light|lights|sunlight"
            r"|moonlight|lamplight|glow|illumination|shadows))$",
            "lighting",
        ),
        (r"^(?:more |some )?(?P<v>(?:\w+ )?(?:light|lighting|sunlight) (?:from|coming from|through|shining) .+)$", "lighting"),
        (r"^(?:lit|illuminated)(?: only| just)? (?:by|with|from) (?P<v>.+)$", "lighting"),
        (r"^(?:back|side|rim|under|moon|sun|candle|fire|torch|dimly |brightly |softly )-?lit$", "lighting"),
        (r"^(?:an? |the )?(?P<v>(?!more\b|less\b|better\b).+) (?:mood|atmosphere|vibes?|feeling|feel|ambience)$", "mood"),
        (
            r"^(?:on |with |through |shot on |shot with )?(?:an? |the )?(?P<v>(?:.+ )?(?:\d+ ?mm|fisheye|fish-eye|macro|telephoto"
            r"|wide[ -]angle|tilt[ -]shift|anamorphic|zoom|prime)(?: lens)?)$",
            "camera",
        ),
        (r"^(?:an? |the |from an? )?(?P<v>.+ (?:angle|shot|view|viewpoint|perspective|lens))$", "camera"),
        (
            r"^(?:an? |the )?(?P<v>.+ composition|rule of thirds|golden ratio|leading lines|negative space|lots of (?:empty|negative"
            r"|open) space.*|centred|centered|symmetrical|symmetric|off-cent(?:re|er))$",
            "composition",
        ),
        (
            rf"^(?:as |like |in )?(?:an? |the )?(?P<v>(?:[\w'-]+ ){{0,4}}(?:{_MEDIUM_WORDS})(?: (?:from|by|taken|shot|made|on) .+)?)$",
            "medium",
        ),
        (
            r"^(?:as if |like )?(?:it (?:was|were|is|had been) )?(?:painted|drawn|made|photographed|directed|shot|illustrated"
            r"|designed|created) by (?P<v>.+)$",
            "style",
        ),
        (
            r"^(?:at |in the |during |by |just before |just after |around )(?:the )?(?P<v>(?:early |late |mid)?(?:night|day|dawn"
            r"|dusk|noon|midnight|morning|evening|afternoon|sunrise|sunset|twilight|daytime|night-?time|golden hour"
            r"|blue hour)(?: .+)?)$",
            "lighting",
        ),
    )
)
_COMMANDS = re.compile(
    r"^(?:stop|make|turn|do|change|set|switch|look|put|use|give|have|let|want|show|draw|paint|create|add|remove|replace|take"
    r"|get|keep|more|less|no|without|only|just|change|mix|blend|combine|convert|"
    r"shoot|try|render|apply|emphasi[sz]e|reduce|increase|lock|unlock|write|move|half|another|different|same|lose|the whole"
    r"|it|this|that|is|what|how|why|not|avoid|follow)\b",
    re.I,
)
_PLACE = re.compile(
    r"^(?:set )?(?P<p>in|on|at|inside|under|near|by|through|along|amid|among|beneath|over|above|outside) (?P<v>(?:the |an? "
    r"|some )?(?!it$|him$|her$|them$|front\b|top\b|middle\b|between\b).+)$",
    re.I,
)


@lru_cache(maxsize=4096)
def field_of(phrase: str) -> Term | None:
    """The scene field a whole phrase belongs to and the value it stands for, or None. Colours, things and places are not fields."""
    text = trim(phrase)
    if not text or len(text) > 120:
        return None
    for pattern, value in _CAMERA_COMMANDS:
        if pattern.match(text):
            return Term("camera", value, True)
    if (found := _vocabulary(text)) is not None:
        return found
    without = re.sub(r"^(?:in|as|at|with|like|by|during|under|on) (?:the |an? |some )?|^(?:the|an?|some) ", "", text, flags=re.I)
    if without != text and (found := _vocabulary(without)) is not None and found.field != "setting":
        return found
    if (compared := re.fullmatch(r"(?P<w>[a-z]{3,}?)(?P<e>ier|er)", text, re.I)) is not None:
        better = (
            _vocabulary(compared["w"] + "y") if compared["e"] == "ier" else _vocabulary(compared["w"]) or _vocabulary(compared["w"] + "e")
        )
        if better is not None and better.field == "mood":
            return better
    if _COMMANDS.match(text) or "," in text:
        return None
    for pattern, field in _WORDING:
        if match := pattern.match(text):
            value = match.groupdict().get("v") or text
            inner = _vocabulary(value)
            return inner if inner is not None and inner.field == field else Term(field, _plain(value), False)  # type: ignore[arg-type]
    return None


def _vocabulary(text: str) -> Term | None:
    found = vocabulary.lookup(text)
    field = vocabulary.classify(text)
    if found is None or field is None or found.kind != field:
        return None
    if field == "setting" and vocabulary.needs_preposition(text):
        return None
    if field == "mood" and (own := vocabulary.fold(text)) and " " not in own:
        # Moods are an open class that every prompt takes: the person's own word ('lonely') says more than the list's ('melancholic').
        return Term(field, own, True)
    return Term(field, found.term, True)


def _plain(value: str) -> str:
    return re.sub(r"^(?:an?|the|some) ", "", trim(value), flags=re.I)


def setting_of(text: str) -> str:
    """The place named by 'in a forest', 'on the moon', 'under a bridge', as the vocabulary words it; '' where it is no place."""
    match = _PLACE.match(trim(text))
    if match is None or not _plain(match["v"]):
        return ""
    phrase = trim(re.sub(r"^set ", "", trim(text), flags=re.I))
    found = vocabulary.lookup(phrase, "setting")
    return found.term if found else phrase


def place_named(text: str) -> str:
    """A place given as a background ('a beach', 'busy Tokyo street'), as the vocabulary words it."""
    found = vocabulary.lookup(text, "setting")
    return found.term if found else trim(text)
