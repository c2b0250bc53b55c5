"""The sentence shapes that give something a value: 'make X Y', 'X should be Y', 'turn X into Y', 'change X to Y', 'X in Y'. Pure.

It takes sentences apart by their wording; what X and Y are is for the rules.
"""

import re
from dataclasses import dataclass
from typing import Literal

from codirector.assistant.planner.text import trim

Form = Literal["make", "be", "into", "to", "in", "as"]


@dataclass(frozen=True)
class Assignment:
    """`target` is made `value`. `old` is what it is said to be now ('red' in 'make it blue instead of red')."""

    target: str
    value: str
    form: Form
    old: str = ""


_THING = r"(?:the|that|this|those|these|her|his|its|their|all|both|each|every|it|him|them|she|he|they|everything)"
_MAKE = re.compile(
    r"^(?:make|render|turn|get|keep|paint|colou?r|dye|tint|have|let|recolou?r|spray|set|leave|want|need|like|prefer|give) (?P<rest>.+)$",
    re.I,
)
_SHOULD = re.compile(
    r"^(?P<t>(?!(?:there|what|how|why|who|where|which|if|i|we|you)\b).{1,80}?) (?:should|must|could|can|has to|have to"
    r"|needs to|need to|ought to|would look (?:better|nicer|great|good|cool)|would be (?:better|nicer|great)"
    r"|might look (?:better|nicer))(?: also| rather| now| instead| really)? (?:(?:be|look|become|feel|appear|seem)(?: like"
    r"| more like)?(?: it'?s| it is| it was| they were)? |(?P<in>in|as|with) |)(?P<v>.+)$",
    re.I,
)
_WAS = re.compile(r"^(?:what if |imagine |if )(?P<t>.{1,60}?) (?:was|were|is|would be|had been|became|looked(?: like)?) (?P<v>.+)$", re.I)
_INTO = re.compile(
    r"^(?:turn|change|transform|convert|morph|make|switch) (?P<t>.{1,80}?) (?:in)?to (?:be )?(?:something like |look like "
    r"|more like )?(?P<v>(?!the (?:left|right)\b).+)$",
    re.I,
)
_TO = re.compile(
    r"^(?:change|set|switch|alter|adjust|modify|update|put|recolou?r|shift|move|swap|edit) (?P<t>.{1,80}?) (?:to|into|as"
    r"|=) (?:be )?(?P<v>.+)$",
    re.I,
)
_FROM_TO = re.compile(r"^(?:change|switch|turn|go|swap|recolou?r)(?: (?P<t>.{1,60}?))? from (?P<o>.{1,60}?) (?:in)?to (?P<v>.+)$", re.I)
_INSTEAD = re.compile(r"[\s,]+(?:instead of|rather than|and not|not|in place of|as opposed to) (?P<o>(?:the |an? |being )?.+)$", re.I)
_WANT_TO_BE = re.compile(
    r"^(?:want|like|need|prefer|love|see|rather have|have|get) (?P<t>.{1,80}?) (?:to (?:be|look|become|feel|appear)(?: like"
    r"| more)?|be|being|in|as|looking) (?P<v>.+)$",
    re.I,
)
_IS_TO_BE = re.compile(
    r"^(?P<t>(?:the|her|his|its|their|that|this|all the|both|it)\b.{0,60}?) (?:to (?:be|look)(?: like)?|is now|is|are|as|in) (?P<v>.+)$",
    re.I,
)
_LOOK = re.compile(
    r"^(?:make|have|let|get|render|want|turn|so that|so) (?P<t>.{1,80}?) (?:to )?(?:look|looks|seem|appear|be|feel|into"
    r"|to be)(?: (?:more )?like(?: it'?s| it is| they'?re| he'?s| she'?s)?)? (?P<v>.+)$",
    re.I,
)


def assignment(text: str) -> Assignment | None:
    """The first shape that fits, with any 'instead of ...' taken off the value; None where the sentence gives nothing a value.
    For 'make ...' without a clear boundary between target and value see `splits`."""
    text = trim(text)
    old = ""
    if (match := _FROM_TO.match(text)) is not None:
        return Assignment(trim(match["t"] or ""), trim(match["v"]), "to", trim(match["o"]))
    if (match := _INSTEAD.search(text)) is not None and match.start() > 0:
        old, text = re.sub(r"^(?:the|an?|being) ", "", trim(match["o"]), flags=re.I), trim(text[: match.start()])
    for pattern, form in ((_WAS, "be"), (_SHOULD, "be"), (_INTO, "into"), (_TO, "to"), (_LOOK, "make"), (_WANT_TO_BE, "be")):
        match = pattern.match(text)
        if match is None:
            continue
        target, value = trim(match["t"]), trim(match["v"])
        if pattern is _TO and re.match(
            r"(?:the |far |very )*(?:left|right|top|bottom|middle|cent(?:er|re)|back|front|side|corner|foreground|background)\b",
            value,
            re.I,
        ):
            return None
        if target and value:
            chosen: Form = "in" if pattern is _SHOULD and match["in"] else form  # type: ignore[assignment]
            return Assignment(target, value, chosen, old)
    if (match := _IS_TO_BE.match(text)) is not None:
        return Assignment(trim(match["t"]), trim(match["v"]), "in", old)
    return None


def splits(text: str) -> list[Assignment]:
    """Every way to cut 'make the old fox dark blue' into a target and a value, the longest target first. Empty where the
    sentence begins with no verb of making."""
    text = trim(text)
    old = ""
    if (match := _INSTEAD.search(text)) is not None and match.start() > 0:
        old, text = re.sub(r"^(?:the|an?|being) ", "", trim(match["o"]), flags=re.I), trim(text[: match.start()])
    match = _MAKE.match(text)
    rest = match["rest"] if match else text if re.match(rf"^{_THING}\b", text, re.I) else ""
    words = rest.split()
    most = min(len(words) - 1, 6)
    form: Form = "make" if match else "in"
    return [Assignment(" ".join(words[:n]), " ".join(words[n:]), form, old) for n in range(most, 0, -1)]
