"""Taking things away: what is in the scene is removed, what is not in it goes to the negative prompt; and letting it in again."""

import re

from codirector.assistant.planner import inside
from codirector.assistant.planner.reading import EXACT, GUESS, LIKELY, SURE, Facts, Reading
from codirector.assistant.planner.references import changed_last, resolve
from codirector.assistant.planner.rules.elements import MORE_DETAIL, NAME_LIMIT, without_article
from codirector.assistant.planner.rules.values import holder_text, rewritten
from codirector.assistant.planner.text import key, trim
from codirector.prompts.change import AlterElement, Avoid, RemoveDetail, RemoveElement, Retouch, SetField
from codirector.prompts.scene import Retouching

_REMOVE = re.compile(
    r"^(?:remove|delete|erase|lose|drop|ditch|get rid of|take out|take away|cut(?: out)?|eliminate|hide|omit|leave out|kill"
    r"|scrap|clear(?: out| away)?|wipe(?: out)?|banish|chuck(?: out)?|dump|strip(?: out| away)?|rid of|exclude|skip|no more"
    r"|no longer|minus|without|no) (?P<what>.+)$",
    re.I,
)
_REMOVE_APART = re.compile(
    r"^(?:take|cut|leave|throw|get|wipe|edit|crop) (?P<what>.+?) (?:out|away|off)(?: of (?:the |this )?(?:picture|image"
    r"|scene|photo|frame|shot|it))?$",
    re.I,
)
_UNWANTED = re.compile(
    r"^(?:i |we )?(?:do not|don't|dont|never|no longer) (?:really |much |quite )?(?:want|like|need|show|include|have"
    r"|draw|put|add)(?: to (?:see"
    r"|have))? (?P<what>.+?)(?: (?:any ?more|in (?:it|there|the (?:picture|image|scene))|there|here))?$",
    re.I,
)
_MUST_GO = re.compile(
    r"^(?P<what>.+?) (?:has to go|have to go|should go|must go|can go|needs to go|should (?:be )?(?:gone|removed|disappear"
    r"|vanish)|is not needed|isn't needed|are not needed|aren't needed)$",
    re.I,
)
_SURE_NO = re.compile(
    r"^(?:make sure|ensure|be sure|see to it)(?: that)? (?:there (?:are|is) |it has |we have |i see |you (?:add|draw"
    r"|put) )?(?:no|not any|without)(?: any)? (?P<what>.+)$",
    re.I,
)
_AVOID = re.compile(
    r"^(?:avoid|exclude|ban|prevent|negative prompt:?|forbid|stop (?:adding|drawing|showing)|keep out|nothing with) (?P<what>.+)$", re.I
)
_NEGATION = re.compile(r"^(?:no more|no|without|avoid|minus|exclude|omit)\b|^(?:i |we )?(?:do not|don't)", re.I)
_ALLOW = re.compile(
    r"^(?:allow|permit|un-?avoid|stop avoiding|don't avoid|do not avoid|no longer avoid|stop excluding)(?: the"
    r"| any)? (?P<a>.+?)(?: again| after all)?$|^(?P<b>.+?) (?:is|are) (?:fine|ok|okay|allowed|welcome)(?: again| after all"
    r"| now)?(?:,? (?:you can |please )?allow (?:it|them)(?: again)?)?$",
    re.I,
)


_WHATEVER = re.compile(
    r"^(?:remove|delete|erase|lose|drop|get rid of|take out|take away|clear|clean up|wipe|paint over|retouch)(?: out| away)?"
    r" (?:whatever|everything|anything|what|the (?:thing|stuff|object|blob|mess|clutter)|all(?: the (?:things|stuff))?)(?: (?:that|which))?"
    r"(?:'s| is| are| sits?| stands?| lies)? (?P<p>(?:in|on|at) (?:the )?(?P<r>.+))$",
    re.I,
)


def remove_place(text: str, facts: Facts) -> Reading | None:
    """'remove whatever is in the bottom left corner': a region is cleared, whatever it shows."""
    match = _WHATEVER.match(text)
    if match is None or facts.scene is None:
        return None
    return Reading(EXACT - 0.01, Retouch(retouching=Retouching(mode="remove", region=trim(match["r"]))), rule="clear a place")


def remove(text: str, facts: Facts) -> Reading | None:
    """Takes away what is in the scene; what is not in it goes to the negative prompt, and that is said."""
    what, strong = "", False
    for pattern in (_SURE_NO, _MUST_GO, _UNWANTED, _AVOID, _REMOVE_APART, _REMOVE):
        match = pattern.match(text)
        if match is not None:
            what, strong = match["what"], pattern not in (_REMOVE_APART,)
            break
    if not what or MORE_DETAIL.match(what):
        return None
    if re.match(r"(?:cut|strip)\b", text, re.I) and re.search(
        r" (?:in (?:half|two|three|four|quarters|slices|pieces)|into|open|up|short\w*|down)\b", what, re.I
    ):
        return None  # 'cut the sandwich in half' takes nothing away
    if re.match(r"(?:it|this|that) to\b", what, re.I):
        return None
    what = re.sub(r" (?:is|would be|looks|might be) (?:much |way |far )?(?:better|nicer|best|fine|good|enough)$", "", what, flags=re.I)
    if re.match(r"one of (?:the|them|these|those|my)\b", what, re.I):
        return None  # which one is not said
    what = re.sub(r"^(?:any|all(?: of)?(?: the)?|any of|so (?:many|much)|this|that) (?=\S)", "", trim(what), flags=re.I)
    what = trim(
        re.sub(
            r" (?:from|in|out of) (?:the |this )?(?:picture|image|scene|photo|background|frame|shot|it|there)$|(?: any ?more| there"
            r"| visible| at all)$",
            "",
            what,
            flags=re.I,
        )
    )
    if not key(what) or re.match(
        r"(?:that|it was|need|wait|idea|problem|worries|i |you |we |not|change|but|the (?:other|left|right) one$)\b", what, re.I
    ):
        return None
    target = changed_last(what, facts)
    target = target if target.kind == "detail" else resolve(what, facts)
    if target.kind == "region":
        return Reading(EXACT - 0.02, Retouch(retouching=Retouching(mode="remove", region=target.name)), rule="remove a region")
    if target.kind == "element":
        if target.pronoun and _NEGATION.match(text):
            return None
        return Reading(SURE + 0.05 if target.sure else GUESS, RemoveElement(name=target.name), rule="remove an element")
    if target.kind == "detail":
        return Reading(SURE + 0.05, RemoveDetail(detail=target.name), rule="remove a detail")
    if target.noun:
        left = inside.without(holder_text(target, facts), target.noun)
        if left:
            return rewritten(target, left, "thing out of a text")
        if target.kind == "pose":
            return Reading(SURE, AlterElement(name=target.name, attribute="pose", value=""), focus=target.name, rule="clear a pose")
    if target.kind == "field":
        return Reading(SURE, SetField(field=target.name, value=""), rule="clear a field")  # type: ignore[arg-type]
    if target.kind in ("picture", "seed"):
        return None
    if facts.scene is not None and facts.scene.base is not None and not _NEGATION.match(text):
        return Reading(
            SURE, Retouch(retouching=Retouching(mode="remove", region=without_article(what))), rule="remove from an uploaded picture"
        )
    term = without_article(what)
    quality = re.sub(r"^(?:too much |so much )", "", term)
    if facts.scene is None and not strong:
        return None
    definite = re.match(r"^the\b", what, re.I) and not _NEGATION.match(text)
    note = f"The scene's description has no {quality}; it goes on the list of things to avoid." if definite else ""
    return Reading(SURE if strong else LIKELY, Avoid(term=quality[:NAME_LIMIT]), note=note, rule="avoid")


def allow(text: str, facts: Facts) -> Reading | None:
    """Takes a term out of the negative prompt again."""
    match = _ALLOW.match(text)
    if match is None or facts.scene is None:
        return None
    wanted = key(match["a"] or match["b"] or "")
    term = next((term for term in facts.scene.avoid if key(term) == wanted), "")
    if not term and match["a"] and wanted:
        term = without_article(match["a"])
    return Reading(EXACT - 0.01, Avoid(term=term, undo=True), rule="allow again") if term else None


RULES = (allow, remove_place, remove)
