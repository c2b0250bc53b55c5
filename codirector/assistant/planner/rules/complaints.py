"""What somebody says is wrong: 'I don't like how blurry it is', 'why is it so dark?', 'it looks a bit flat', 'too saturated for my taste'.

A fault of tone with one plain remedy is remedied; any other quality is avoided. It does not read 'too many' and 'not enough' (`strength`).
"""

import re

from codirector.assistant.planner.reading import EXACT, LIKELY, SURE, Facts, Reading
from codirector.assistant.planner.references import resolve
from codirector.assistant.planner.rules.values import VAGUE
from codirector.assistant.planner.text import trim
from codirector.prompts.change import Adjust, Avoid
from codirector.prompts.scene import Adjustment

_IT = r"it(?: all)?|this|that|everything|the (?:whole )?(?:picture|image|scene|photo|thing|result)"
_DEGREE = (
    r"(?:(?:a )?(?:little )?(?:bit|little|tad) |slightly |way |far |much |really |very |rather |quite |kind of |kinda |sort of |just )*"
)
_HOW = re.compile(
    r"^(?:i |we )?(?:really |just )?(?:do not|don't|dislike|hate|can't stand)(?: really| much| quite)*(?: (?:like|love|want))? "
    r"(?:how|that) (?:(?P<q>[\w-]+(?: [\w-]+)?) (?:it|this|that|(?P<t>the [\w -]+?)) (?:is|looks|feels|got|turned out|came out)"
    r"|(?:it|this|(?P<t2>the [\w -]+?)) (?:is|looks|feels)(?: (?:so|too|that|this))? (?P<q2>[\w-]+))$",
    re.I,
)
_WHY = re.compile(rf"^why(?:'s| is| does| are)? (?:{_IT})(?: look| feel)?(?: all)? (?:so|too|this|that) (?P<q>[\w-]+(?: [\w-]+)?)$", re.I)
_IS_TOO = re.compile(
    rf"^(?:(?:i (?:think|find|feel)(?: that)? )?(?:(?:{_IT})(?:'s| is| looks?| feels?| seems?| came out| turned out)? )?)"
    rf"{_DEGREE}(?:too|so) (?P<q>(?!much\b|many\b|few\b|little\b)[\w-]+)$",
    re.I,
)
_LOOKS_BAD = re.compile(
    rf"^(?:i (?:think|find|feel)(?: that)? )?(?:{_IT})(?:'s| is| looks?| feels?| seems?) {_DEGREE}(?P<q>flat|dull"
    rf"|pale|washed[ -]out|faded|dim"
    r"|murky|gloomy|overexposed|underexposed|garish|blurry|blurred|fuzzy|noisy|grainy|harsh|out of focus|pixelated|cluttered|messy)$",
    re.I,
)
_THING = re.compile(rf"^(?P<t>the [\w -]+?) (?:is|looks?|seems?|feels?|are) {_DEGREE}too (?P<q>[\w-]+)$", re.I)
_TASTE = re.compile(
    r",? (?:for (?:my|our) (?:taste|liking|eyes?|screen)|on my screen|to see (?:anything|a thing|much)|in (?:t?here)|for me|to me"
    r"|i (?:think|find|guess)|if you ask me|somehow|now|t?here|again|overall|altogether)$",
    re.I,
)
_REMEDIES: tuple[tuple[str, str, float], ...] = (
    (r"dark|dim|murky|underexposed|black", "brightness", 0.2),
    (r"bright|light|overexposed|glaring|white", "brightness", -0.2),
    (r"saturated|colou?rful|garish|vivid|vibrant|oversaturated", "saturation", -0.2),
    (r"dull|pale|washed[ -]out|faded|colou?rless|gr[ae]y|unsaturated|desaturated", "saturation", 0.2),
    (r"flat", "contrast", 0.2), (r"harsh|contrasty", "contrast", -0.2),
    (r"cold|cool|bluish", "warmth", 0.2), (r"warm|yellow|yellowish|orange", "warmth", -0.2),
    (r"sharp|crisp|oversharpened", "sharpness", -0.2),
)  # fmt: skip
_OTHERS = re.compile(
    r"^(?:big|small|large|tiny|close|far|tall|short|long|wide|narrow|high|low|near|fast|slow|strong|weak|heavy|empty|late|early)$", re.I
)
"""Qualities that another rule reads, or that have no single remedy: too close, too far, too empty."""


def complaint(text: str, facts: Facts) -> Reading | None:
    """The remedy of a fault of the whole picture, or a quality to be avoided. `text` may keep its question mark."""
    if facts.scene is None:
        return None
    plain = _TASTE.sub("", trim(text))
    for pattern in (_HOW, _WHY, _LOOKS_BAD, _IS_TOO):
        match = pattern.match(plain)
        if match is None:
            continue
        groups = match.groupdict()
        words = re.sub(r"^(?:so|too|very|really) ", "", trim(groups.get("q") or groups.get("q2") or ""), flags=re.I)
        thing = groups.get("t") or groups.get("t2")
        target = resolve(thing, facts) if thing else None
        if not words or VAGUE.match(words) or _OTHERS.match(words):
            return None
        if target is not None and target.kind != "picture":
            return Reading(SURE, Avoid(term=f"{words} {target.name}"), rule="complaint about a thing") if target.kind == "element" else None
        for remedied, kind, amount in _REMEDIES:
            if re.fullmatch(remedied, words, re.I):
                return Reading(EXACT - 0.01, Adjust(adjustment=Adjustment(kind=kind, amount=amount)), rule="remedy")  # type: ignore[arg-type]
        term = "blurry" if re.fullmatch(r"blurry|blurred|fuzzy|out of focus|unsharp", words, re.I) else words
        return Reading(EXACT - 0.02 if pattern is not _IS_TOO else SURE + 0.02, Avoid(term=term), rule="complaint")
    match = _THING.match(plain)
    if match is not None and not _OTHERS.match(match["q"]) and not VAGUE.match(match["q"]):
        target = resolve(match["t"], facts)
        if target.kind == "element" and not target.pronoun and re.search(r"(?:y|ed|ing|ic|al|ful|ous|ive|ern|ish|less)$", match["q"], re.I):
            return Reading(LIKELY, Avoid(term=f"{match['q'].lower()} {target.name}"), focus=target.name, rule="complaint about a thing")
    return None


RULES = (complaint,)
