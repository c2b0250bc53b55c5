"""A wholly new picture: the words that ask for one, and descriptions that only a new picture can mean."""

import re

from codirector.assistant.plan import Create
from codirector.assistant.planner.nouns import element_of
from codirector.assistant.planner.reading import EXACT, GUESS, LIKELY, SURE, Facts, Reading
from codirector.assistant.planner.references import resolve
from codirector.assistant.planner.rules.described import commissioned, refined
from codirector.assistant.planner.terms import field_of
from codirector.assistant.planner.text import is_plural, trim
from codirector.prompts.scene import Scene

_KINDS = r"(?:picture|image|photo|photograph|drawing|painting|illustration|render|scene|artwork|sketch|portrait|pic)"
_NEW = re.compile(
    r"^(?:(?:new|next|another|a new|a different|fresh|completely new|start a new|make a new|create a new|draw a new"
    rf"|do a new) {_KINDS}\b(?: (?:of|with|showing))?[\s:,-]*"
    r"|(?:let'?s )?(?:start|begin|try|do|make)(?: with)? (?:something|a thing) (?:new|else|different"
    r"|completely different)[\s:,.-]*(?:now )?"
    r"|(?:start over|start again|start fresh|start anew|from scratch|clean slate|new one|something(?: (?:totally"
    r"|completely|entirely|very|quite|altogether|wholly))?"
    r" (?:new|else|different))(?:,? (?:with|now|then|how about|maybe|like))?[\s:,.-]+"
    r"|(?:(?:another |a |new |next |different )+(?:idea|one|thing|topic|subject|scene)|change of (?:plan|subject)s?)\s*[:;,.-]+\s*"
    r"|(?:forget|scrap|drop|leave|discard|ditch|never mind|enough of|enough with) (?:all )?(?:the |that |this "
    r"|about )?[\w -]{2,40}?[,;:.]+ (?:and )?(?:now )?(?:i(?:'d)? (?:want|like|would like|need) |draw |make |give me "
    r"|show me |let'?s (?:have|do) |do )?)(?P<v>.+)$",
    re.I,
)
_DRAW = re.compile(
    r"^(?:draw|paint|sketch|generate|create|make|render|design|illustrate|imagine|depict|show|produce|compose|photograph"
    r"|visuali[sz]e|picture|i want to see|give)(?: (?:me|us))?(?: (?:up|out))?(?: (?:an?|another|the|some)(?: (?:new|nice"
    rf"|beautiful|quick|simple|detailed))? {_KINDS} (?:of|with|showing|where|in which|depicting))? (?P<v>(?!it\b|this\b"
    r"|that\b|him\b|her\b|them\b|everything\b|sure\b|the\b(?! (?:eiffel|great|grand|statue|taj|golden gate|moon|sea|ocean"
    r"|sun|alps|colosseum)))(?:an?|some|two|three|four|five|six|\d+|my|[\w-]+)\b.*)$",
    re.I,
)
_STRONG = re.compile(r"^(?:draw|paint|sketch|generate|design|illustrate|imagine|depict|produce|photograph|visuali[sz]e)\b", re.I)
_PICTURE_OF = re.compile(
    r"^(?:(?:i(?:'d)? (?:want|like|would like|need) |give me |show me |make |create |now |let'?s (?:see|have|do|make) "
    rf"|how about |do |get me |want |need )*)(?:an?|another|one|the|some)(?: [\w-]+)? {_KINDS}(?: for (?:my|our|an?"
    r"|the) [\w-]+(?: [\w-]+)?)? (?:of|with|showing|where|depicting|about) (?P<v>.+)$",
    re.I,
)
_NOW_A = re.compile(
    r"^(?:now|next|then|ok(?:ay)? now)[,:]? (?:(?:draw|paint|make|do|show me|give me|try|how about|let'?s (?:do|have|see"
    r"|draw|make)) )?(?P<v>(?:an?|some|two|three|\d+|portrait of) .+)$",
    re.I,
)


_A_CHANGE = re.compile(
    r"^(?:please )?(?:(?:make|turn|change|put|give|add|paint|keep|move|set) (?:it|this|that|him|her|them|the)\b"
    r"|(?:undo|go back|remove|lose|zoom|upscale"
    r"|add|replace|swap)\b)",
    re.I,
)
"""'forget the hat, make it blue' speaks of the picture at hand."""


def scene_of(text: str) -> tuple[Scene, tuple[str, ...]]:
    """The scene a description means, and sentences about what could not be placed."""
    from codirector.prompts.split import scene_from_text

    if match := re.match(
        r"^(?:something|a (?:picture|scene)) (?P<m>[\w-]+(?:,? (?:and )?[\w-]+)?)[:,] (?P<v>(?:an?|the|two|three|some)\b.+)$", text, re.I
    ):
        text = f"{match['v']}, {match['m']}"  # 'something cosy: a hedgehog' is a hedgehog, cosy
    text = trim(commissioned(text))
    reading = scene_from_text(text)
    scene, notes = refined(reading.scene, text)
    return scene, (*reading.notes, *notes)


_STRONG_WORD = re.compile(r"\b(?:draw|paint|show|picture of|make)\b", re.I)


def asked(text: str, raw: str, facts: Facts) -> str | None:
    """The description in a message that asks for a new picture in so many words, else None. `raw` still has 'now' at its front."""
    if re.match(r"^(?:make|draw|paint|put|add) (?:it|this|that|the|him|her|them)\b", text, re.I):
        return None
    if (inner := commissioned(raw)) != raw:
        return trim(inner)
    if re.search(r"^never mind\b|\bit (?:was|looked) \w+", text, re.I) and not _STRONG_WORD.search(text):
        return None  # of what was there before
    if (match := _NEW.match(text) or _NEW.match(raw)) is not None and not _A_CHANGE.match(re.split(r"[,;:.]\s*", text, maxsplit=1)[-1]):
        inner = match["v"]
        drawn = _DRAW.match(inner)
        return (
            trim(drawn["v"])
            if drawn and _STRONG.match(inner)
            else trim(re.sub(r"^(?:an? |the )?(?:picture|image|photo) of ", "", inner, flags=re.I))
        )
    if (match := _PICTURE_OF.match(text)) is not None:
        return _with_kind(text, match)
    if (match := _NOW_A.match(raw)) is not None and facts.scene is not None:
        return trim(match["v"])
    match = _DRAW.match(text)
    if match is None:
        return None
    described = re.match(rf"^(?:an?|some|another|the)? ?(?:{_KINDS}) (?:of|with|showing) (?P<v>.+)$", match["v"], re.I)
    if (
        facts.scene is None
        or described
        or (
            _STRONG.match(text)
            and re.match(r"(?:an?|some|two|three|four|five|six|\d+|my)\b", match["v"], re.I)
            and not _in_frame(match["v"])
        )
        or (re.match(r"^(?:draw|paint|sketch|show|give) (?:me|us) (?:an?|some|two|three|\d+)\b", text, re.I) and not _in_frame(match["v"]))
    ):
        return trim(match["v"])
    return None


def _with_kind(text: str, match: re.Match[str]) -> str:
    """'a photograph of a cat' keeps its medium; 'a picture of a cat' has none to keep."""
    kind = re.search(
        r"\b((?:[\w-]+ )?(?:photo|photograph|drawing|painting|illustration|render|sketch|portrait)) (?:of|with|showing|where|depicting) ",
        text[: match.start("v")],
        re.I,
    )
    if kind is None:
        return trim(match["v"])
    medium = re.sub(r"^(?:an?|another|the|some|one|me|new|nice|beautiful) ", "", kind[1], flags=re.I)
    return f"{medium} of {trim(match['v'])}" if medium.lower().endswith("portrait") else f"{trim(match['v'])}, {medium}"


def _in_frame(text: str) -> bool:
    return (
        re.search(
            r"\b(?:in|at|to|on) the (?:\w+ )?(?:corner|background|foreground|left|right|middle|cent(?:re|er)|top|bottom|sky)\b"
            r"|\b(?:next to|behind|beside|on|above|under|near|in front of) (?:him|her|it|them|the)\b",
            text,
            re.I,
        )
        is not None
    )


def description(text: str, facts: Facts) -> Reading | None:
    """With a scene at hand: a noun phrase that brings its own place, action, light or style describes another picture. A bare thing
    ('a red balloon') may be meant for this picture or for a new one: below the trusted certainty, so it is asked."""
    bare_plural = re.match(r"^(?:\w+ )?\w+ (?:on|in|at|near|above|behind|under|around|falling|flying)\b", text, re.I) and any(
        is_plural(word) for word in text.split()[:2]
    )
    if facts.scene is None or (
        not bare_plural
        and not re.match(
            r"^(?:an?|two|three|four|five|six|seven|eight|\d+|portrait of|closeup of|close-up of|photo of|the inside of)\b", text, re.I
        )
    ):
        return None
    if resolve(text, facts).kind != "nothing" or field_of(text) is not None:
        return None
    segments = [trim(part) for part in text.split(",") if trim(part)]
    first = element_of(segments[0])
    fields = sum(1 for segment in segments[1:] if field_of(segment) is not None)
    busy = first is not None and bool(first.placement or first.pose)
    refers = first is not None and ((bool(first.placement) and _refers(first.placement, facts)) or _names_a_thing(text, facts))
    if refers:
        return None
    if fields or (busy and len(text.split()) >= 8) or len(segments) >= 3 or re.match(r"portrait of|photo of", text, re.I):
        scene, notes = scene_of(text)
        return Reading(SURE - 0.02, plan=Create(scene=scene), note=" ".join(notes), rule="description of another picture")
    if busy:
        scene, notes = scene_of(text)
        return Reading(LIKELY - 0.15, plan=Create(scene=scene), rule="short description")
    return Reading(GUESS, plan=Create(scene=scene_of(text)[0]), rule="bare thing") if first is not None else None


def _names_a_thing(text: str, facts: Facts) -> bool:
    """'a window behind the table with sunlight', 'a sandcastle in front of her': said of what is there."""
    said = [*re.findall(r"\b(?:the|his|her|their) [\w-]+", text, re.I), *re.findall(r"\b(?:him|her|them)\b", text, re.I)]
    return any(resolve(words, facts).kind == "element" for words in said)


def _refers(placement: str, facts: Facts) -> bool:
    return any(
        resolve(piece, facts).kind == "element" for piece in re.split(r"^(?:\w+ ){1,3}?(?=the |him|her|it|them)", placement) if piece
    )


def first(text: str, raw: str, facts: Facts) -> Reading | None:
    """Before there is any scene: whatever describes something is what to draw."""
    wanted = asked(text, raw, facts) or re.sub(
        r"^(?:make|add|show|give me|there (?:is|are)|put|have|do|want|need) (?=(?:an?|some|two|three|\d+)\b)", "", text, flags=re.I
    )
    scene, notes = scene_of(wanted)
    if scene == Scene():
        return None
    return Reading(EXACT, plan=Create(scene=scene), note=" ".join(notes), rule="first picture")
