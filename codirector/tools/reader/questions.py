"""Questions about a picture, understood by their form: what is asked for, about which thing. Pure.

It knows English question forms and the names of things (with synonyms and plurals) it is given. It does not know pictures or
answers. A question it does not understand is `kind` 'unknown', never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from codirector.tools.reader.colours import NAMES as COLOURS
from codirector.values import Text, Value

Kind = Literal[
    "what", "presence", "count", "is_count", "colour", "is_colour", "place", "is_place", "neighbour", "is_neighbour", "at", "time",
    "is_time", "setting", "is_setting", "style", "is_style", "framing", "is_framing", "largest", "text", "palette", "light", "sharp",
    "composition", "background", "unknown",
]  # fmt: skip
Relation = Literal["left", "right", "above", "below"]


class Question(Value):
    """`thing` and `other` are names of the world, or the person's own words where `known` is False. `value` is a colour, a time, a
    setting, a style, a framing or a place ('left', 'right', 'centre', 'top', 'bottom'); `relation` is seen from `other`."""

    kind: Kind
    thing: Text = ""
    other: Text = ""
    value: Text = ""
    relation: Relation | None = None
    known: bool = True


_COLOUR_WORDS = {word: word for word in COLOURS} | {
    "gray": "grey",
    "golden": "gold",
    "violet": "purple",
    "lilac": "purple",
    "turquoise": "blue",
}
_TIMES = {
    "night": "night", "nighttime": "night", "night time": "night", "dark": "night", "evening": "sunset", "sunset": "sunset",
    "dusk": "sunset", "golden hour": "sunset", "day": "day", "daytime": "day", "daylight": "day", "noon": "day", "sunny": "day",
}  # fmt: skip
_SETTINGS = {
    "forest": "forest", "woods": "forest", "jungle": "forest", "desert": "desert", "beach": "beach", "seaside": "beach", "snow": "snow",
    "winter": "snow", "meadow": "meadow", "field": "meadow", "grass": "meadow", "mountains": "mountains", "mountain range": "mountains",
    "city": "city", "street": "city", "town": "city", "sea": "sea", "ocean": "sea", "space": "space", "outer space": "space",
    "underwater": "underwater", "under water": "underwater", "sky": "sky", "clouds": "sky", "room": "room", "indoors": "room",
    "inside": "room", "plain background": "plain", "outdoors": "outdoors", "outside": "outdoors",
}  # fmt: skip
_STYLES = {
    "3d": "3d render", "3d render": "3d render", "3d rendering": "3d render", "flat": "flat", "flat drawing": "flat", "vector": "flat",
    "cartoon": "cartoon", "comic": "cartoon", "ink": "ink", "ink drawing": "ink", "line art": "ink", "watercolor": "watercolor",
    "watercolour": "watercolor", "watercolor painting": "watercolor", "pixel art": "pixel art", "pixelated": "pixel art",
    "photograph": "photograph", "photo": "photograph", "painting": "painting", "drawing": "drawing",
}  # fmt: skip
_FRAMINGS = {
    "close-up": "close-up",
    "close up": "close-up",
    "closeup": "close-up",
    "wide shot": "wide",
    "wide": "wide",
    "medium shot": "medium",
}
_PLACES = {
    "left": "left", "right": "right", "middle": "centre", "centre": "centre", "center": "centre", "top": "top", "bottom": "bottom",
}  # fmt: skip
_RELATIONS: dict[str, Relation] = {
    "left of": "left", "to the left of": "left", "on the left of": "left", "on the left side of": "left", "right of": "right",
    "to the right of": "right", "on the right of": "right", "on the right side of": "right", "above": "above", "over": "above",
    "on top of": "above", "below": "below", "under": "below", "beneath": "below", "underneath": "below",
}  # fmt: skip
_BY_LENGTH = sorted(_RELATIONS, key=len, reverse=True)
_REL = "|".join(re.escape(word) for word in _BY_LENGTH)
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six")
_FILLER = re.compile(
    r"\b(?:please|actually|really|roughly|exactly|also|currently|in this picture|in the picture|in this image|in the image|in"
    r" it|in here|you see|can you see|can you tell me|tell me|do you know|there)\b"
)


class Names:
    """The things a reader knows: every name, synonym and plural -> the thing."""

    def __init__(self, synonyms: Mapping[str, tuple[str, ...] | list[str]], plurals: Mapping[str, str]) -> None:
        self._words: dict[str, str] = {}
        for name, others in synonyms.items():
            for word in others:
                self._words.setdefault(word, name)
                self._words.setdefault(word + "s", name)
        for name in synonyms:
            self._words[name] = name
            self._words[plurals.get(name, name + "s")] = name

    def find(self, words: str) -> str | None:
        """The thing that words like 'the big red fox' name, or None."""
        parts = _strip(words).split()
        for start in range(len(parts)):
            for end in range(len(parts), start, -1):
                name = self._words.get(" ".join(parts[start:end]))
                if name:
                    return name
        return None

    def find_all(self, words: str) -> list[tuple[str, str]]:
        """Every thing that is named, with the words before it: 'red balloon and a fox' -> [(balloon, 'red'), (fox, 'and a')]."""
        parts = re.findall(r"[\w'-]+", words.lower())
        found, start, since = [], 0, 0
        while start < len(parts):
            for end in range(min(len(parts), start + 4), start, -1):
                name = self._words.get(" ".join(parts[start:end]))
                if name:
                    found.append((name, " ".join(parts[since:start])))
                    start = since = end
                    break
            else:
                start += 1
        return found


def fields_in(words: str) -> dict[str, str]:
    """Setting, style and time that words name: 'a fox in the snow at night' -> {'setting': 'snow', 'time': 'night'}."""
    found = {}
    for field, table in (("setting", _SETTINGS), ("style", _STYLES), ("time", _TIMES)):
        for key in sorted(table, key=len, reverse=True):
            if re.search(rf"\b{re.escape(key)}\b", words.lower()):
                found[field] = table[key]
                break
    return found


def _strip(words: str) -> str:
    return re.sub(
        r"^(?:(?:a|an|the|any|some|this|that|these|those|many|only|just|exactly|one|two|three|four|five|six)\s+)+",
        "",
        words.strip(" ?.!,'\""),
    )


def understand(question: str, names: Names) -> Question:
    """Never raises; an ununderstood question has kind 'unknown'."""
    text = re.sub(
        r"\s+",
        " ",
        question.lower()
        .replace("’", "'")
        .replace("what's", "what is")
        .replace("where's", "where is")
        .replace("colours", "colour")
        .replace("colors", "colour")
        .replace("color", "colour"),
    ).strip(" ?.!")
    if re.fullmatch(
        r"(?:what (?:is|do) (?:this|it|you see|that|there|in (?:this|the|it).*|on (?:this|the) (?:picture|image).*|it show)"
        r"|what (?:is|are) (?:shown|depicted|visible|there)(?: .*)?|what do you see(?: .*)?|what does (?:it|this|the picture"
        r"|the image) show|describe.*|caption.*|what things .*|what objects .*|what can you see.*|what is happening.*|who is .*"
        r"|look at .*|read .*|)",
        text,
    ):
        return Question(kind="what")
    if re.search(
        r"\b(?:what|which) (?:does|text|words?|letters?)\b.*\b(?:say|written|text|read)|\b(?:is|any) (?:there )?(?:any"
        r" )?(?:text|lettering|writing|words)\b|\bread the text\b|\bwhat (?:text|words)\b|\bwritten\b",
        text,
    ):
        return Question(kind="text")
    if re.search(r"\b(?:palette|main colour|dominant colour|which colour are|what colour are (?:in|used|there))", text) or re.fullmatch(
        r"(?:what|which) colour(?: does it have| are there)?", text
    ):
        return Question(kind="palette")
    for find in (_relation, _attribute, _whole, _yes_no):
        found = find(text, names)
        if found:
            return found
    return Question(kind="unknown")


def _thing(words: str, names: Names) -> tuple[str, bool]:
    found = names.find(words)
    return (found, True) if found else (_strip(_FILLER.sub(" ", words)).strip(), False)


def _relation(text: str, names: Names) -> Question | None:
    match = re.fullmatch(
        rf"(?:what|which thing|who|what thing|what else) (?:is|are|stands|stand|sits|can you see)?\s*(?:there )?({_REL}) (.+)", text
    )
    if match:
        other, known = _thing(match[2], names)
        return Question(kind="neighbour", other=other, relation=_RELATIONS[match[1]], known=known)
    match = re.fullmatch(rf"(?:is|are) (.+?) ({_REL}) (.+)", text)
    if match and names.find(match[3]) and names.find(match[1]):
        return Question(
            kind="is_neighbour", thing=names.find(match[1]) or "", other=names.find(match[3]) or "", relation=_RELATIONS[match[2]]
        )
    match = re.fullmatch(
        r"(?:what|which thing|who) (?:is|are|stands|do you see|can you see)?\s*(?:there )?(?:on|in|at|to) the (?:\w+ )?(left"
        r"|right|middle|centre|center|top|bottom)(?: side| half| part| of (?:the|this) (?:picture|image))*",
        text,
    )
    if match:
        return Question(kind="at", value=_PLACES[match[1]])
    return None


def _attribute(text: str, names: Names) -> Question | None:
    match = re.match(r"how many (.+?)(?: (?:are|is|do|can|does|in|stand|were|has|have)\b.*)?$", text)
    if text in ("how many", "how many are there", "how many do you see"):
        return Question(kind="count")
    if match:
        words = match[1]
        if re.fullmatch(r"(?:things|objects|items|elements|animals)", words):
            return Question(kind="count")
        thing, known = _thing(words, names)
        return Question(kind="count", thing=thing, known=known)
    match = (
        re.search(r"(?:what|which) colour (?:is|are|does|do|has|was) (.+?)(?: (?:have|has|painted|in))?$", text)
        or re.search(r"(?:what|which) is (?:the )?colour of (.+)$", text)
        or re.fullmatch(r"(?:the )?colour of (.+)", text)
    )
    if match:
        if re.fullmatch(r"(?:the )?(?:background|backdrop)", match[1]):
            return Question(kind="background")
        thing, known = _thing(match[1], names)
        return Question(kind="colour", thing=thing, known=known)
    if re.match(r"where (?:is|does|was) (?:this|it|the (?:picture|scene|image|photo))\b", text) or re.search(
        r"\b(?:what|which) (?:is the )?(?:setting|place|location|landscape|environment|background)\b", text
    ):
        return Question(kind="setting")
    match = re.match(r"where (?:is|are|stands|stand|do you see|can i find) (.+)$", text)
    if match:
        thing, known = _thing(match[1], names)
        return Question(kind="place", thing=thing, known=known)
    if re.search(r"\b(?:biggest|largest|main (?:thing|subject|object)|most prominent)\b|what is the subject", text):
        return Question(kind="largest")
    return None


def _whole(text: str, names: Names) -> Question | None:
    del names
    if re.search(
        r"\b(?:what|which) (?:is the )?(?:time|part) of (?:the )?day\b|\bwhat time is it\b|\bday or night\b|\bnight or day\b"
        r"|\bwhen (?:is|was|does)\b",
        text,
    ):
        return Question(kind="time")
    if re.search(
        r"\b(?:what|which) (?:is the |art |kind of )?(?:style|medium|technique)\b|\bhow is it drawn\b|\bwhat (?:kind|sort) of"
        r" (?:picture|image|drawing)\b",
        text,
    ):
        return Question(kind="style")
    if re.search(r"\b(?:framing|what (?:kind of )?shot|how close|how far)\b", text):
        return Question(kind="framing")
    if re.search(r"\b(?:sharp|blurry|blurred|in focus|out of focus|crisp)\b", text):
        return Question(kind="sharp")
    if re.search(r"\b(?:exposure|overexposed|underexposed|exposed|bright|brightness|how light|lighting|contrast|the light)\b", text):
        return Question(kind="light")
    if re.search(r"\b(?:composition|composed|rule of thirds|thirds|horizon|level|tilted)\b", text):
        return Question(kind="composition")
    return None


def _yes_no(text: str, names: Names) -> Question | None:
    match = re.match(
        r"(?:is|are|was) (?:it|this|there|the scene|the picture|the image|that|we)\s*(?:a|an|the|at|in|on|by|taken|set|during"
        r"|set in|set at)?\s*(?:the |a |an )?(.+)$",
        text,
    )
    asked = match[1].strip() if match else ""
    if match and not re.match(r"(?:is|are|was) there\b", text):
        for table, kind in ((_TIMES, "is_time"), (_SETTINGS, "is_setting"), (_STYLES, "is_style"), (_FRAMINGS, "is_framing")):
            value = _lookup(asked, table)
            if value:
                return Question(kind=kind, value=value)  # type: ignore[arg-type]
        thing = names.find(asked)
        if thing:
            return Question(kind="presence", thing=thing)
    match = re.match(r"(?:is|are) (.+?) (?:really |mostly )?(" + "|".join(_COLOUR_WORDS) + r")$", text)
    if match and not match[1].startswith("there"):
        thing, known = _thing(match[1], names)
        return Question(kind="is_colour", thing=thing, value=_COLOUR_WORDS[match[2]], known=known)
    match = re.match(r"(?:is|are) (.+?) (?:on|in|at) the (?:\w+ )?(left|right|middle|centre|center|top|bottom)\b", text)
    if match and not match[1].startswith("there"):
        thing, known = _thing(match[1], names)
        return Question(kind="is_place", thing=thing, value=_PLACES[match[2]], known=known)
    match = (
        re.match(r"(?:is|are) there (.+)$", text)
        or re.match(r"(?:do|can|could) you (?:see|find|spot|recognise|recognize) (.+)$", text)
        or re.match(r"does (?:it|this|the picture|the image) (?:show|contain|have) (.+)$", text)
        or re.match(r"(?:has|have) (?:it|this) (.+)$", text)
    )
    if match:
        thing, known = _thing(match[1], names)
        number = re.match(r"(?:exactly |only |just )?(one|two|three|four|five|six|[1-6])\b", match[1])
        if number and known:
            return Question(kind="is_count", thing=thing, value=number[1] if number[1].isdigit() else str(_NUMBERS.index(number[1])))
        setting = None if known else _lookup(thing, _SETTINGS)
        if setting:
            return Question(kind="is_setting", value=setting)
        return Question(kind="presence", thing=thing, known=known)
    return None


def _lookup(words: str, table: Mapping[str, str]) -> str | None:
    words = _strip(_FILLER.sub(" ", words)).strip()
    return table.get(words) or next(
        (table[key] for key in sorted(table, key=len, reverse=True) if re.fullmatch(rf"(?:\w+ )?{re.escape(key)}(?: \w+)?", words)), None
    )
