"""Everyday wordings -> the plain wording that the rules know: 'adding a lamp' -> 'add a lamp', 'in the corner I want a moon' -> 'add a moon
in the corner', 'low angle so he looks huge' -> 'low angle'. Pure text to text; it does not read what is wished.
"""

import re

from codirector.assistant.planner.nouns import colour_of, count_of, material_of
from codirector.assistant.planner.reading import Facts
from codirector.assistant.planner.references import focus, resolve
from codirector.assistant.planner.text import trim
from codirector.assistant.planner.wishes import starts_wish

_PURPOSE = re.compile(
    r"(?<=\w),? (?:so that|so (?=(?:he|she|it|they|we|i|you|the|that|this|there|people|everyone|everything|his|her|its)\b)"
    r"|because|'?cause|cuz|since (?=it|he|she|they|we|i|the|this|that)|otherwise|as if to say|in order to|just for fun|for a change"
    r"|(?:really,? )?that'?s (?:why|what (?:it'?s|they'?re|it is|they are) for)) ?.*$",
    re.I,
)
"""What a wish is good for is no part of it."""
_SO = re.compile(
    r"^(?P<why>.+?),? so (?P<w>(?!that\b|as\b|much\b|many\b).*\b(?:has to|have to|should|must|needs? to|needs?|ought to|would be|'d be"
    r"|better be"
    r"|is to be|wants? to be|can be|could be)\b.*)$",
    re.I,
)
"""A reason first, then the wish it leads to."""
_GERUNDS = {
    "zooming": "zoom", "adding": "add", "making": "make", "removing": "remove", "turning": "turn", "putting": "put", "changing": "change",
    "replacing": "replace", "moving": "move", "painting": "paint", "giving": "give", "using": "use", "deleting": "delete",
    "placing": "place",
    "swapping": "swap", "blurring": "blur", "cropping": "crop", "rotating": "rotate", "brightening": "brighten", "darkening": "darken",
    "switching": "switch", "setting": "set", "dropping": "drop", "losing": "lose", "getting": "get", "upscaling": "upscale",
}  # fmt: skip
_GERUND = re.compile(
    rf"^(?:(?:how about|what about|try|maybe|consider|i was thinking of|thinking of) )?(?P<g>{'|'.join(_GERUNDS)}) (?=\S)", re.I
)
_WANT = (
    r"(?:i(?:'d| would)? (?:want|like|love|need|prefer|see|imagine|picture)(?: to (?:see|have))?|(?:we|you) (?:need|want|could (?:use"
    r"|have|add|put))"
    r"|(?:please )?(?:add|put|place|draw|paint|include|insert|show|have)|there (?:should|could|must|needs to|has to) be|let there be"
    r"|(?:should|could) (?:be|stand|sit|hang)|goes|belongs)"
)
_FRONTED = re.compile(
    rf"^(?P<p>(?:(?:in|on|at|near|behind|above|over|next to|beside|under|beneath|below|around|inside|in front of|on top of|between|to the"
    rf" (?:left|right) of) )(?!the style|the manner|a style)[\w' -]+?),? (?:also )?{_WANT} (?P<what>(?!it\b|this\b|that\b|him\b|her\b"
    rf"|them\b|the\b).+)$",
    re.I,
)
_PARTICLE = re.compile(
    r"^(?P<a>(?:add|get|put|place|have|stick|set|want|need|see|draw|include|an?|some|two|three|four)\b.+?) (?:up|over|down|out|along"
    r"|right|somewhere) (?P<b>(?:on|in|at|by"
    r"|near|behind|under|above|next to|beside|in front of) (?:the|his|her|its|a|an)\b.+)$",
    re.I,
)
_MAKE_THOSE = re.compile(
    r"^(?:make|let|have|turn) (?:those|these|that|this|them|it|the) (?:be |into )?(?P<new>[\w' -]+?) (?:instead of|rather than|not"
    r"|and not|in"
    r" place of) (?P<old>[\w' -]+)$",
    re.I,
)
_COULD_BE = re.compile(
    r"^(?:it|that|this|he|she|they) (?:should|could|can|must|might) be (?P<new>(?:an?|some|two|three) .+?),? (?:and not|instead of"
    r"|rather than"
    r"|not|in place of) (?P<old>(?:an?|the|those|these|that) .+)$",
    re.I,
)
_AT_CAMERA = re.compile(
    r"\b(?P<l>look(?:s|ing)?|star(?:e|es|ing)|gaz(?:e|es|ing)) (?:straight|right|directly|back) (?=(?:at|into|to)\b)", re.I
)
_MISSING = re.compile(
    r"^(?:there(?:'s| is| are)|i(?:'m| am)|we(?:'re| are)|it(?:'s| is)|the (?:picture|scene) is)(?: still)? (?P<a>(?:an?|some|two"
    r"|three) [\w' -]+?) missing(?P<b> .+)?$",
    re.I,
)
_PICTURED = re.compile(
    r"^(?:no,? )?i(?:'d| had| was| would have)? ?(?:pictured|imagined|expected|envisioned|envisaged|hoped for|expecting|thinking of"
    r"|hoping for|picturing|had in"
    r" mind|wanted|meant)(?: it| him| her| them| that)?(?: as| to be)? (?:more (?:of|like) |rather )?(?P<v>an? [\w' -]+)$",
    re.I,
)
_SWAP_PLACES = re.compile(
    r"^(?:swap|switch|exchange|trade|change) (?:the )?(?:positions?|places?|spots?|sides?) (?:of"
    r"|between) (?P<a>(?:the )?[\w' -]+?) (?:and|with)"
    r" (?P<b>(?:the )?[\w' -]+)$"
    r"|^(?:(?:let|make|have) )?(?P<c>the [\w' -]+?) and (?P<d>the [\w' -]+?) (?:should )?(?:swap|switch|trade|change"
    r"|exchange) (?:places|positions|sides|spots)$",
    re.I,
)
_OF_THEM = re.compile(
    r"^(?:there (?:should|must|could|ought to|has to) be|there are|(?:i|we)(?:'d)? (?:only |just )?(?:want|need|like)|have|make(?: it)?"
    r"|show|let there be)? ?"
    r"(?:only |just )?(?P<n>one|two|three|four|five|six|seven|eight|nine|ten|twelve|\d{1,2}|a couple|several|a few) of (?:them|those"
    r"|these|it|that)"
    r"(?: (?:is|are|would be|will be|should be) (?:enough|plenty|fine|ok(?:ay)?|better|nicer|nice|good)| please| instead)?$",
    re.I,
)
_COLOURS_ARE = re.compile(
    r"^(?:the |all the |its |these )?colou?rs? (?:are|is|look|looks|seem|feel|come out)(?: all)? (?:(?:a (?:bit|little|tad)|way|far"
    r"|much|rather|just"
    r"|so|really|very) )*(?:too |so )?(?P<w>strong|loud|bright|garish|intense|gaudy|vivid|saturated|screaming|much|heavy|weak|pale|dull"
    r"|faded|flat"
    r"|washed[ -]out|muted|lifeless|dead|boring|grey|gray)$",
    re.I,
)
_STRONG = re.compile(r"strong|loud|bright|garish|intense|gaudy|vivid|saturated|screaming|much|heavy", re.I)
_UPSCALE = re.compile(
    r"^(?:upscale|enlarge|scale(?: it)? up|upsize|blow(?: it)? up)(?: it| this| the (?:picture|image))?(?: by| to)? (?:x ?(?P<a>[234])"
    r"|(?P<b>[234])"
    r"(?: ?x| ?times| ?fold)?|(?P<c>twice|double|two times|three times|four times|triple|quadruple))$",
    re.I,
)
_FACTORS = {"twice": 2, "double": 2, "two times": 2, "three times": 3, "triple": 3, "four times": 4, "quadruple": 4}
_VERSUS = re.compile(r"^(?:(?:try|compare|show(?: me)?|see|do|test|check)(?: it| this)? )?(?P<v>.+? (?:vs\.?|versus) .+)$", re.I)
_WITHOUT = re.compile(
    r"^(?:(?:do|try|have|show|see|draw) )?(?:it |this |the (?:picture|scene) )?(?P<t>(?:the )?[\w' -]+?) (?:away|gone|off|out)$", re.I
)


_ARROW = re.compile(r"^(?P<old>[\w' -]+?) ?(?:-+>|=+>|→|>>) ?(?P<new>[\w' -]+)$")
_CHAT_FOR = re.compile(r"^(?:swap|replace|exchange|trade|switch)(?: out)? (?P<old>[\w' -]+?) (?:4|w/) (?P<new>[\w' -]+)$", re.I)
_ORDINALS = {"second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6}
_ORDINAL_OF = re.compile(
    rf"^(?:(?:add|draw|put in|have|include|give me|i want) )?(?:an? )?(?P<o>{'|'.join(_ORDINALS)}) (?P<t>[\w-]+)(?: too| as well)?$", re.I
)
_TAKE_AWAY = re.compile(
    r"^(?:remove|take(?: away| out)?|lose|drop|delete|erase|get rid of) (?P<n>one|two|three|four|\d) (?:of (?:the|them"
    r"|those) ?)?(?P<t>[\w-]+)(?: away| out| off)?$",
    re.I,
)


def exchange(text: str, facts: Facts) -> str | None:
    """'it could be a parrot and not a girl': one thing for another in the rules' wording, though an 'and' stands in it."""
    for pattern in (_MAKE_THOSE, _COULD_BE):
        if (match := pattern.match(trim(text))) is not None and resolve(match["old"], facts).kind == "element":
            return f"replace {match['old']} with {match['new']}"
    return None


def plain(text: str, facts: Facts) -> str:
    """The wish in its plain wording; what needs none comes back as it is."""
    text = trim(text)
    if (reason := _SO.match(text)) is not None and not starts_wish(reason["why"]):
        text = reason["w"]
    text = _PURPOSE.sub("", text) if len(_PURPOSE.sub("", text).split()) >= 2 else text
    if match := _GERUND.match(text):
        text = f"{_GERUNDS[match['g'].lower()]} {text[match.end() :]}"
    if (match := _OF_THEM.match(text)) is not None and (meant := focus(facts)).kind == "element":
        return f"make the {meant.name} {match['n']}"
    if (match := _MISSING.match(text)) is not None:
        return f"add {match['a']} {match['b'] or ''}".strip()
    if (match := _PICTURED.match(text)) is not None and facts.focus:
        return f"replace the {facts.focus} with {match['v']}"
    text = _AT_CAMERA.sub(lambda match: f"{match['l']} ", text)
    if (match := _FRONTED.match(text)) is not None:
        return f"add {match['what']} {match['p']}"
    if (match := _PARTICLE.match(text)) is not None:
        return f"{match['a']} {match['b']}"
    if (exchanged := exchange(text, facts)) is not None:
        return exchanged
    if (match := _SWAP_PLACES.match(text)) is not None:
        return f"put {match['a'] or match['c']} on the other side of {match['b'] or match['d']}"
    if (match := _COLOURS_ARE.match(text)) is not None:
        return "less saturated" if _STRONG.fullmatch(match["w"]) else "more saturated"
    if (match := _ARROW.match(text)) is not None and resolve(match["old"], facts).kind == "element":
        new = match["new"]
        return f"make {match['old']} {new}" if colour_of(new) or material_of(new) or count_of(new) else f"replace {match['old']} with {new}"
    if (match := _CHAT_FOR.match(text)) is not None and resolve(match["old"], facts).kind == "element":
        return f"replace {match['old']} with {match['new']}"
    if (match := _ORDINAL_OF.match(text)) is not None and (one := facts.element(resolve(match["t"], facts).name)) is not None:
        number = _ORDINALS[match["o"].lower()]
        return f"make the {one.name} {number}" if one.count == number - 1 else text
    if (match := _TAKE_AWAY.match(text)) is not None and (one := facts.element(resolve(match["t"], facts).name)) is not None:
        number = count_of(match["n"]) or 1
        return f"make the {one.name} {one.count - number}" if one.count > number else text
    if re.fullmatch(
        r"colou?ri[sz]e(?: (?:it|this|that|the (?:photo|picture|image|whole thing)))?|(?:make|turn) it (?:in|into) colou?r", text, re.I
    ):
        return "make it a colour photograph"
    if (match := _UPSCALE.match(text)) is not None:
        return f"upscale {match['a'] or match['b'] or _FACTORS[match['c'].lower()]}x"
    if (match := _VERSUS.match(text)) is not None and not re.search(r"\bdifference\b|\?$", text, re.I):
        return f"compare {re.sub(r' (?:vs[.]?|versus) ', ' and ', match['v'], flags=re.I)}"
    if (match := _WITHOUT.match(text)) is not None and resolve(match["t"], facts).kind in ("element", "detail"):
        return f"remove {match['t']}"
    return text
