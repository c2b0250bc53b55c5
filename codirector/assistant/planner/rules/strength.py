"""Weights in words: 'more dramatic', 'a bit less blurry', 'emphasise the armor'.

Decided and documented here: what the scene already says (an element, a detail, a field's value) is weighed; a quality it does not
say yet is set or added when 'more' of it is wished, and avoided when 'less' of it is wished. One step is 0.2, 'a bit' half a step,
'much' two steps; weights stay within 0.2 and 1.8, beyond which diffusion models mostly fall apart.
"""

import re

from codirector.assistant.planner.nouns import colour_of, element_of
from codirector.assistant.planner.reading import EXACT, LIKELY, SURE, Facts, Reading
from codirector.assistant.planner.references import Target, changed_last, resolve
from codirector.assistant.planner.rules.values import VAGUE, give_element
from codirector.assistant.planner.terms import field_of
from codirector.assistant.planner.text import is_plural, key, trim
from codirector.prompts.change import AddDetail, AddElement, Avoid, SetField, Weigh

STEP = 0.2
_DEGREE = (
    r"(?:(?P<d>a (?:tiny |little )?bit|a little(?: bit)?|slightly|somewhat|a touch|a tad|just a (?:bit|little)|much|a lot"
    r"|way|far|even|lots|considerably|significantly|really|very much|so much) )?"
)
_MORE = re.compile(
    r"^(?:(?:make|render|get|want|need|have|like|give|be|use|add|go|put|with|turn)(?: (?P<t>it|this|that|everything|him|her"
    rf"|them|the [\w -]+?|to be))?(?: to)?(?: (?:look|be|feel|have))? )?{_DEGREE}(?P<m>more|less|fewer|stronger|weaker"
    r"|extra)(?: of)? (?P<v>.+)$",
    re.I,
)
_IS_MORE = re.compile(
    rf"^(?P<t>.{{2,60}}?) (?:should|must|could|can|to|needs to|has to|ought to)(?: be| look| feel| have)? {_DEGREE}(?P<m>more"
    r"|less) (?P<v>.+)$",
    re.I,
)
_EMPHASISE = re.compile(
    r"^(?:emphasi[sz]e|stress|accentuate|highlight|play up|bring out|strengthen|boost|amplify|intensify|feature|underline"
    r"|(?:put |place |lay )?(?:a bit |a little |much )?(?:more )?(?:emphasis|focus|weight|stress|accent|attention)(?: on"
    r"| to)|give (?:more )?(?:weight|emphasis|prominence) to|focus(?: more)? on|turn up|crank up|dial up|push"
    r"|increase) (?P<v>.+?)(?: (?:more|a bit|a little|a lot))?$",
    re.I,
)
_REDUCE = re.compile(
    r"^(?:de-?emphasi[sz]e|play down|tone down|soften|weaken|reduce|downplay|turn down|dial down|dial back|ease off(?: on)?"
    r"|go easy on|mute|diminish|decrease|lessen|(?:put |place )?less (?:emphasis|focus|weight|attention)(?: on"
    r"| to)) (?P<v>.+?)(?: (?:a bit|a little|a lot|down|back|slightly))?$",
    re.I,
)
_TOO = re.compile(
    r"^(?P<t>.+?) (?:is|are|looks?|feels?|seems?) (?:way |much |far |a bit |a little )?(?:too (?P<w>strong|much|intense|weak"
    r"|dominant|prominent|faint|subtle|heavy|loud|overpowering|small|big)|(?P<x>overpowering|overdone|overwhelming))$",
    re.I,
)
_PROMINENT = re.compile(
    rf"^(?:make |have |let )?(?P<t>.+?)(?: (?:should|must|could|to|needs to|has to))?(?: be| look)? {_DEGREE}(?P<m>more"
    r"|less) (?:prominent|visible|important|dominant|noticeable|pronounced|present|obvious|subtle|strong|intense"
    r"|emphasi[sz]ed)$",
    re.I,
)
_STRONGER = re.compile(
    r"^(?:make |have |let |get |give (?:it |me )?)?(?:a )?(?P<t>.+?)(?: (?:should|must|could|to|needs to|has to))?(?: be"
    rf"| look)? {_DEGREE}(?P<s>stronger|weaker|harder|heavier|lighter|subtler|intenser|bolder|fainter|louder)$",
    re.I,
)
_STRONG_FIRST = re.compile(
    r"^(?:(?:make|use|give it|have|want|with|a) )?(?:an? )?(?P<s>stronger|weaker|heavier|bolder|subtler|fainter) (?P<t>.+)$", re.I
)
_TOO_MUCH = re.compile(
    r"^(?:it(?:'s| is| has| looks)? |there(?:'s| is)? |that(?:'s| is)? )?(?:way |far |a bit |a little )?too (?P<m>much |many )?(?P<v>.+)$",
    re.I,
)
_NOT_ENOUGH = re.compile(r"^(?:it(?:'s| is) |there(?:'s| is|'re| are) )?not (?:enough (?P<a>.+)|(?P<b>.+?) enough)$", re.I)
_LACKS = re.compile(
    r"^(?P<t>.+?) (?:don'?t|doesn'?t|do not|does not|isn'?t|aren'?t|is not|are not)(?: look| seem| feel)? (?P<v>.+?) enough$", re.I
)
_AMOUNT = re.compile(
    r"^(?:it|this|that)(?:'s| is)? (?P<d>a (?:bit|little) |way |much |far )?too (?P<w>strong|heavy|thick|dense|much|intense|weak|faint"
    r"|thin)$",
    re.I,
)
"""Said of a detail that was just added."""
_FAULTS = re.compile(
    r"\b(?:blur\w*|nois[ey]\w*|grain\w*|artifacts?|artefacts?|deformed|distort\w*|pixelated|watermarks?|messy|clutter\w*"
    r"|ugly|creepy|weird|cropped|overexposed|washed[- ]out|oversaturated|jagged|smudged|fuzzy|crowded|busy|plastic|fake"
    r"|cartoonish)\b",
    re.I,
)


def weight_of(target: Target, facts: Facts) -> float:
    """The weight the scene gives the target now."""
    element = facts.element(target.name) if target.kind == "element" else None
    if element is not None:
        return element.weight
    emphasis = facts.scene.emphasis if facts.scene else ()
    return next((item.weight for item in emphasis if item.target == target.name), 1.0)


def step_of(degree: str | None) -> float:
    low = (degree or "").lower()
    if low.startswith(("a bit", "a little", "a tiny", "slightly", "somewhat", "a touch", "a tad", "just a")):
        return STEP / 2
    return (
        STEP * 2
        if low in ("much", "a lot", "way", "far", "lots", "considerably", "significantly", "really", "very much", "so much")
        else STEP
    )


def weighed(target: Target, sign: int, degree: str | None, facts: Facts, certainty: float = SURE) -> Reading:
    weight = round(min(1.8, max(0.2, weight_of(target, facts) + sign * step_of(degree))), 2)
    return Reading(certainty, Weigh(target=target.name, weight=weight), focus=target.name if target.kind == "element" else "", rule="weigh")


def quality(words: str, facts: Facts) -> Target | None:
    """The part of the scene that already says `words`: 'dramatic' where the mood is dramatic."""
    if facts.scene is None:
        return None
    wanted = key(words)
    term = field_of(words)
    if term is not None and getattr(facts.scene, term.field) and key(getattr(facts.scene, term.field)) == key(term.value):
        return Target("field", term.field)
    for detail in facts.scene.details:
        if key(detail) == wanted:
            return Target("detail", detail)
    return None


def emphasise(text: str, facts: Facts) -> Reading | None:
    """Verbs of emphasis, 'X should be less prominent', 'X is too strong', 'stronger X'."""
    if facts.detail and (amount := _AMOUNT.match(text)) is not None:
        sign = 1 if amount["w"].lower() in ("weak", "faint", "thin") else -1
        return weighed(Target("detail", facts.detail), sign, amount["d"], facts, SURE + 0.03)
    for pattern, sign in ((_EMPHASISE, 1), (_REDUCE, -1)):
        match = pattern.match(text)
        if match is None:
            continue
        target = changed_last(_plain(match["v"]), facts)
        target = target if target.kind == "detail" else resolve(_plain(match["v"]), facts)
        if target.kind in ("element", "detail", "field") and not target.pronoun:
            if target.kind == "field" and facts.scene and not getattr(facts.scene, target.name):
                return None
            sized = target.kind == "element" and re.match(r"(?:in|de)crease|reduce", text, re.I)  # of a thing, perhaps its size
            return weighed(target, sign, match.group(0), facts, SURE if sized else SURE + 0.03)
        found = quality(_plain(match["v"]), facts)
        if found is None and sign < 0 and (colour := colour_of(re.sub(r"^(?:the|all the) ", "", match["v"], flags=re.I))):
            return Reading(LIKELY, Avoid(term=colour), rule="less of a colour")
        return weighed(found, sign, None, facts, SURE) if found else None
    for pattern in (_PROMINENT, _TOO, _STRONGER, _STRONG_FIRST):
        match = pattern.match(text)
        if match is None:
            continue
        target = changed_last(_plain(match["t"]), facts)
        target = target if target.kind == "detail" else resolve(_plain(match["t"]), facts)
        if pattern is _TOO and (match["w"] or "").lower() in ("small", "big"):
            return (
                give_element(target, "bigger" if match["w"].lower() == "small" else "smaller", "make", facts)
                if target.kind == "element"
                else None
            )
        if target.kind not in ("element", "detail", "field") or (target.pronoun and pattern is not _PROMINENT):
            continue
        groups = match.groupdict()
        less = (groups.get("m") or "").lower() == "less"
        if pattern is _PROMINENT and "subtle" in text.lower():
            less = not less
        if pattern is _TOO:
            less = (groups.get("w") or "strong").lower() not in ("weak", "faint", "subtle", "small")
        if groups.get("s"):
            less = groups["s"].lower() in ("weaker", "lighter", "subtler", "fainter")
        return weighed(target, -1 if less else 1, groups.get("d"), facts, SURE + 0.02)
    return None


def more_or_less(text: str, facts: Facts) -> Reading | None:
    """'more dramatic', 'make it a bit less blurry', 'a bit less balloon'."""
    match = _IS_MORE.match(text) or _MORE.match(text)
    if match is not None:
        sign = -1 if match["m"].lower() in ("less", "fewer", "weaker") else 1
        return _quality_change(match["v"], sign, match["d"], match["t"] or "", facts)
    if (match := _TOO_MUCH.match(text)) is not None:
        return _quality_change(match["v"], -1, None, "", facts)
    if (match := _LACKS.match(text)) is not None:
        return _quality_change(match["v"], 1, None, match["t"], facts)
    if (match := _NOT_ENOUGH.match(text)) is not None:
        return _quality_change(match["a"] or match["b"], 1, None, "", facts)
    return None


def _quality_change(words: str, sign: int, degree: str | None, of: str, facts: Facts) -> Reading | None:
    words = trim(re.sub(r"^(?:of )?(?:the |an? |like (?:an? )?)", "", trim(words), flags=re.I))
    if (
        not words
        or VAGUE.match(words)
        or re.match(r"(?:steps?|sampling|pixels|of this|of that|than|time|seconds?|frames|zoom|to the|and)\b", words, re.I)
    ):
        return None
    if (
        re.search(
            r"\b(?:detail(?:s|ed)?|contrast|saturat\w+|bright\w*|light|dark\w*|warm\w*|cold|cool|sharp\w*|vivid|colou?rful|exposure"
            r"|vibran\w+)$",
            words,
            re.I,
        )
        and sign > 0
        and not of
    ):
        return None
    found = quality(words, facts)
    if found is not None:
        return weighed(found, sign, degree, facts, SURE + 0.02)
    target = resolve(of, facts) if of else Target("picture")
    if target.kind == "element" and not target.pronoun:
        if sign < 0:
            return Reading(LIKELY, Avoid(term=f"{words} {target.name}"), rule="less of a quality")
        return Reading(
            LIKELY + 0.1,
            AddDetail(detail=f"{words} {target.name}"),
            focus=target.name,
            note=f"Kept as the detail '{words} {target.name}'.",
            rule="more of a quality",
        )
    if target.kind == "field" and target.name in ("mood", "lighting", "style", "setting"):
        term = field_of(words)
        if target.name == "setting" and (term is None or term.field != "setting"):
            # 'the forest should have more trees' asks for more to be seen there, not for another place.
            return Reading(SURE, AddDetail(detail=f"more {words}"), note=f"Kept as the detail 'more {words}'.", rule="more in a place")
        return Reading(
            SURE, SetField(field=target.name, value=term.value if term and term.field == target.name else words), rule="more in a field"
        )  # type: ignore[arg-type]
    thing = changed_last(words, facts)
    thing = thing if thing.kind == "detail" else resolve(words, facts)
    if thing.kind in ("element", "detail", "field") and not thing.pronoun:
        if thing.kind == "field" and facts.scene and not getattr(facts.scene, thing.name):
            return None
        return weighed(thing, sign, degree, facts)
    if re.fullmatch(r"(?:much|many|little|few|it|this|that|so|a bit)", words, re.I):
        return None  # 'too much' of what, it does not say
    term = field_of(words)
    if sign < 0 or (term is None and _FAULTS.search(words)):
        return Reading(SURE, Avoid(term=words), rule="less of what is not in the scene") if sign < 0 else None
    if term is not None:
        value = term.value
        return Reading(SURE, SetField(field=term.field, value=value), rule="more of a field's value")
    if sign > 0 and is_plural(words.split()[-1]) and (element := element_of(words)) is not None:
        return Reading(LIKELY, AddElement(element=element.evolve(count=3)), focus=element.name, rule="more things")
    if len(words.split()) <= 3 and re.fullmatch(
        r"[\w -]+(?:y|ic|ful|ous|ive|al|ed|ing|ish|ant|ent|able|less|some|ar|ory|ary|ique|te|esque|istic)", words, re.I
    ):
        return Reading(LIKELY, AddDetail(detail=words), rule="more of a quality")
    return None


def fault(text: str, facts: Facts) -> Reading | None:
    """'remove the blur', 'fix the noise', 'why is it so grainy': a flaw to be avoided."""
    match = re.match(
        r"^(?:remove|get rid of|fix|reduce|take out|clean up|no|without|lose|kill|avoid|less|eliminate|it(?:'s| is"
        r"| looks) (?:so |too |very |a bit )?) ?(?:the |any |all the |this |that |those |these |some )?(?P<v>[\w -]+)$",
        text,
        re.I,
    )
    if match is None or not _FAULTS.search(match["v"]) or len(match["v"].split()) > 4:
        return None
    if resolve(match["v"], facts).kind in ("element", "detail"):
        return None
    words = trim(match["v"])
    term = "blurry" if re.fullmatch(r"blur(?:riness)?", words, re.I) else words
    return Reading(EXACT - 0.03, Avoid(term=term), rule="fault")


def _plain(text: str) -> str:
    return (
        re.sub(r" (?:effect|aspect|part|feeling|look)$", "", trim(text), flags=re.I)
        if not re.search(r"(?:style|mood) (?:effect)$", text)
        else trim(text)
    )


RULES = (fault, emphasise, more_or_less)
