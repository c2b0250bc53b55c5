"""Frames about the finished picture or film: a region of it, tones, settings, size, finishing steps.

Tones and settings take the plain wording that the rules know, with the degree that was said.
"""

import re
from collections.abc import Mapping

from codirector.assistant.planner.frame_parts import LONGEST_VALUE, Heard, change_reading, said_as
from codirector.assistant.planner.frame_values import tidy_value
from codirector.assistant.planner.nouns import colour_of
from codirector.assistant.planner.reading import Reading
from codirector.assistant.planner.text import trim, unquoted
from codirector.prompts.change import Adjust, ApplyPost, Retouch, SetRender
from codirector.prompts.scene import Adjustment, Post, Retouching
from codirector.prompts.words import parse_number

_LARGER = re.compile(
    r"\b(?:extend|outpaint|uncrop|expand|widen|enlarge)\w*\b"
    r"|\b(?:image|picture|photo|canvas|scene|frame|it)\b[^,.;]*\b(?:continue|go(?:es)? on|reach(?:es)?|stops?)\b",
    re.I,
)
"""'extend it', 'the picture should go on': more of the picture, not something else in a part of it."""
_MORE_ROOM = re.compile(
    r"\b(?:more|extra|additional|some|empty|bit of)\b[^,.;]*\b(?:room|space|sky|ground|floor|wall|margin|border|headroom|breathing"
    r"|picture|background"
    r"|foreground|canvas|image)\b",
    re.I,
)
_SIDES: Mapping[str, str] = {
    "left": "left", "right": "right", "top": "top", "bottom": "bottom", "above": "top", "upwards": "top", "upward": "top", "up": "top",
    "over": "top", "headroom": "top", "below": "bottom", "under": "bottom", "beneath": "bottom", "downwards": "bottom",
    "downward": "bottom", "down": "bottom", "sideways": "left right", "sides": "left right", "side": "left right",
    "round": "left right top bottom", "around": "left right top bottom", "edges": "left right top bottom",
}  # fmt: skip
_FLAW = re.compile(
    r"\b(?:remov\w+|eras\w+|get rid|getting rid|clean\w*|clear\w*|t(?:ake|ook|aken) (?:[\w ]+ )?(?:out|away|off)|gone|vanish|disappear"
    r"|paint(?:ed)? (?:it |that |this )?(?:over|out)"
    r"|fix\w*|heal|mend|clon\w+|wip\w+|rub\w*|delete\w*|lose|smudges?|blobs?|blemish\w*|artifacts?|artefacts?|stains?|specks?"
    r"|scratch\w*|smears?|glitch\w*"
    r"|weird|odd|strange|messy|thumb)\b",
    re.I,
)
_PUT_THERE = re.compile(r"\b(?:with|into|instead|should be|becomes?|make (?:it|that)|turn|fill\w*|put|add|there)\b", re.I)


def retouch(heard: Heard) -> Reading | None:
    """A part of the picture drawn anew, cleared, or the picture made larger on some sides."""
    if (said := said_as(heard, heard.text, "retouch")) is not None:
        return said
    where, value = heard.slot("P", "T") if not _is_thing(heard) else heard.slot("T"), heard.slot("V", "O")
    if sides := _extended(heard, where):
        return change_reading(heard, Retouch(retouching=Retouching(mode="extend", region=sides, content=value[:LONGEST_VALUE])))
    flaw = _FLAW.search(heard.text) is not None and not (value and _PUT_THERE.search(heard.text))
    region = re.sub(
        r"^(?:(?:over |down |up )?(?:in|on|at|to|along|from|near|around|across|behind|inside|of) )+(?=\S)", "", where, flags=re.I
    )
    region = re.sub(r"^(?:the|a|an|his|her|its|their|that|this) (?=\S)", "", region or (value if flaw else ""), flags=re.I)
    if not region:
        return None
    if flaw:
        return change_reading(heard, Retouch(retouching=Retouching(mode="remove", region=region[:LONGEST_VALUE])))
    content = (f"{value} {region.split()[-1]}" if colour_of(value) else tidy_value(value)) if value else f"{region}, clean and well drawn"
    return change_reading(heard, Retouch(retouching=Retouching(region=region[:LONGEST_VALUE], content=trim(content)[:LONGEST_VALUE])))


def _is_thing(heard: Heard) -> bool:
    """Whether the region is something shown ('the sky', 'her left eye') and not a place alone."""
    return bool(heard.slot("T")) and not re.fullmatch(r"(?:it|this|that|the (?:picture|image|photo|frame|canvas))", heard.slot("T"), re.I)


def _extended(heard: Heard, where: str) -> str:
    """The sides on which the picture is wished larger, or ''."""
    larger = _LARGER.search(heard.text) is not None
    if not larger and not _MORE_ROOM.search(heard.text):
        return ""
    words = re.findall(r"[a-z]+", (where if not larger and where else heard.text).lower())
    named = [word for word in words if word in _SIDES]
    plain = [word for word in named if " " not in _SIDES[word]] or named  # the 'left side' is one side
    return " ".join(dict.fromkeys(" ".join(_SIDES[word] for word in plain).split()))


_POSTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("grade", re.compile(r"\bgrad(?:e|ed|ing)\b|\blut\b|\b(?:look|tint|colou?rs?) (?:to|on|over|for) (?:the|this|it)\b", re.I)),
    ("motion_blur", re.compile(r"\bmotion[ -]blur", re.I)),
    ("speed_ramp", re.compile(r"\bslow[ -]?mo|\bspeed[ -]?ramp|\b(?:slow|speed)\w* (?:it |that |things )?(?:down|up)\b", re.I)),
    ("sound", re.compile(
        r"\b(?:music|musik|sounds?|audio|song|tune|soundtrack|track|score|choir|drums?|drumroll|violins?|piano|guitar|cello|organ|flute"
        r"|hum|humming"
        r"|voices?|voice-?over|narrat\w+|noise|hear|heard|chatter|applause|whistl\w+|beats?|jazz|techno|ambien\w+|silen\w+|mute|roar|sfx"
        r"|bells?|birdsong|crackl\w+|rumbl\w+|under(?:neath)?(?: it| the (?:clip|film|video))?$)\b", re.I)),
    ("title", re.compile(
        r"\b(?:titles?|credits?|caption|intertitle|end ?card|lettering|words|text|says?|reads?|called|writing|subtitle|logo"
        r"|name fad\w+)\b", re.I)),
    ("denoise", re.compile(r"\b(?:denois\w+|nois[ey]|grainy|clean(?:er)? (?:up )?the (?:footage|film|clip|video))\b", re.I)),
    ("stabilise", re.compile(
        r"stead|stab|shak|jitter|jerk|wobbl|smooth|bumpy|jump(?:s|y|ing)|on a (?:bus|boat|horse|bike)|drunk|seasick", re.I)),
)  # fmt: skip


def post(heard: Heard) -> Reading | None:
    """A finishing step of a film by what is said of it; what is not said is not done to it."""
    value = unquoted(heard.slot("V", "O", "SM"))
    if (said := said_as(heard, heard.text, "post", "set_motion")) is not None:
        return said
    kind = next((kind for kind, pattern in _POSTS if pattern.search(heard.text)), None)
    if kind is None or (kind in ("title", "sound", "grade") and not value):
        return None
    words = value if kind == "title" else tidy_value(value) if kind in ("sound", "grade", "speed_ramp") else ""
    return change_reading(heard, ApplyPost(post=Post(kind=kind, value=words[:LONGEST_VALUE])))  # type: ignore[arg-type]


PLAIN: Mapping[str, tuple[str, ...]] = {
    "brighter": ("brighter",),
    "darker": ("darker",),
    "contrast_up": ("more contrast",),
    "contrast_down": ("less contrast",),
    "saturation_up": ("more saturated",),
    "saturation_down": ("less saturated",),
    "warmer": ("warmer",),
    "cooler": ("cooler",),
    "sharper": ("sharper",),
    "softer": ("softer",),
    "seed": ("another seed",),
    "crop": ("crop it",),
}


def plain(heard: Heard) -> Reading | None:
    intent, value = heard.frame.intent, heard.slot("V")
    if intent == "seed" and value.isdigit():
        return change_reading(heard, SetRender(setting="seed", value=value))
    if (said := said_as(heard, heard.text, *_KINDS.get(intent, ()))) is not None:
        return said
    little = re.search(r"\b(?:a bit|a little|slightly|a touch|a tad)\b", heard.text, re.I)
    return next(
        (said for text in PLAIN.get(intent, ()) if (said := said_as(heard, f"{'a bit ' if little else ''}{text}") or said_as(heard, text))),
        None,
    )


_CROOKED = re.compile(
    r"\b(?:horizon\w*|crooked|level\w*|straight\w*|lean\w*|slop\w+|slant\w*|wonky|skew\w*|tilted|not even|uneven|drunk)\b", re.I
)


def rotate(heard: Heard) -> Reading | None:
    """Straightened where something is crooked, turned by what is said otherwise; a picture on its side by a quarter."""
    value = heard.slot("V")
    if (said := said_as(heard, heard.text, "adjust")) is not None:
        return said
    words = re.sub(r"[a-z]+(?:-[a-z]+)?", lambda word: f"{n:g}" if (n := parse_number(word[0])) is not None else word[0], value.lower())
    degrees = re.search(r"\d+(?:\.\d+)?", words)
    if _CROOKED.search(heard.text) and (degrees is None or float(degrees[0]) <= 20):
        left = re.search(r"\b(?:counter|anti)|\b(?:to the )?left\b", heard.text, re.I) is not None
        leans_right = re.search(r"\b(?:lean|slop|slant|tilt)\w*\b.*\bright\b", heard.text, re.I) is not None
        amount = float(degrees[0]) if degrees else 2.0
        signed = -amount if (left if degrees else leans_right) else amount
        note = (
            "" if degrees else f"How crooked it is was not measured: it was turned by {signed:g} degrees. Say straighten by another number."
        )
        return change_reading(heard, Adjust(adjustment=Adjustment(kind="straighten", amount=signed)), note=note)
    if value and (said := said_as(heard, f"rotate it {words}", "adjust")) is not None:
        return said
    return said_as(heard, "rotate it by 90 degrees" if re.search(r"side|quarter", heard.text, re.I) else "rotate it", "adjust")


_KINDS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            "brighter",
            "darker",
            "contrast_up",
            "contrast_down",
            "saturation_up",
            "saturation_down",
            "warmer",
            "cooler",
            "sharper",
            "softer",
            "crop",
        ),
        ("adjust",),
    ),
    "seed": ("set_render",),
}


def render(heard: Heard) -> Reading | None:
    intent, value = heard.frame.intent, heard.slot("V")
    number = re.search(r"\d+(?:\.\d+)?", value)
    amount = number[0] if number else f"{parse_number(value) or 0:g}"
    wording = {"steps": f"{amount} steps", "guidance": f"cfg {amount}"}.get(intent)
    plainly = wording and amount != "0" and not re.search(r"\b(?:more|fewer|less|extra|another|by)\b", heard.text, re.I)
    if wording and plainly and (said := said_as(heard, wording, "set_render")) is not None:
        return said  # 'too high, seven is better' names the number it should be
    low = heard.text.lower()
    pixels = intent == "canvas" and re.search(r"\d{2,4} ?(?:x|×|by|\*) ?\d{2,4}", value) is not None
    if not pixels and (said := said_as(heard, heard.text, "set_render", "upscale")) is not None:
        return said
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
        case "canvas" if (sides := re.search(r"(\d{2,4}) ?(?:x|×|by|\*) ?(\d{2,4})", value or low)) is not None:
            return change_reading(heard, SetRender(setting="size", value=f"{sides[1]}x{sides[2]}"))
        case "canvas":
            wide, tall = re.search(r"desktop|tv|wide|landscape|cinema|16", low), re.search(r"phone|story|vertical|portrait|tall|9:16", low)
            text = "landscape format" if wide else "portrait format" if tall else "square format"
        case _:
            return change_reading(heard, SetRender(setting=intent, value=value)) if value else None  # type: ignore[arg-type]
    return said_as(heard, text, "set_render")


def upscale(heard: Heard) -> Reading | None:
    factor = re.search(r"\b(?P<n>[234]) ?(?:x|times)|\b(?P<w>twice|double|two times|three times|triple|four times)", heard.text, re.I)
    number = (
        int(factor["n"])
        if factor and factor["n"]
        else {"three": 3, "triple": 3, "four": 4}.get((factor["w"] if factor else "").lower().split(" ")[0], 2)
    )
    return said_as(heard, f"upscale {number}x", "upscale")
