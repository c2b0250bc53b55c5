"""What a wish speaks of and the scene does not have: 'the robot should be red' where there is no robot. Pure.

It only reads wishes that no rule could read. It does not know pictures: what can be seen but is not described counts as absent.
"""

import re

from codirector.assistant.planner.lexicon import BASIC_COLOURS, word_set
from codirector.assistant.planner.reading import Facts
from codirector.assistant.planner.references import FIELD_WORDS, PICTURE_WORDS, PRONOUNS, resolve
from codirector.assistant.planner.text import article, bare, is_plural, trim
from codirector.prompts.words import LEADING, with_article

_EXCHANGE = re.compile(r"^(?:replace|swap(?: out)?|exchange|substitute|trade|switch(?: out)?) (?P<t>.+?) (?:with|for|by|against) .+$", re.I)
_STATED = re.compile(r"^(?P<t>the [\w' -]+?) (?:should|must|could|needs? to|has to|have to|ought to|is|are|looks?)\b.*$", re.I)
_DONE_TO = re.compile(
    r"^(?:make|turn|paint|colou?r|recolou?r|change|transform|move|give|let|have|dye|rotate|flip|raise"
    r"|lower) the (?P<a>[\w-]+)(?: (?P<b>[\w-]+))?.*$",
    re.I,
)
_NO_NAMES = word_set("left right top bottom other rest whole colours colors colour color same last first second next one ones subject main")


def absent(wish: str, facts: Facts) -> str:
    """The name of the thing that is not there ('robot'), or '' where nothing definite is spoken of or it is there."""
    plain = bare(wish)
    if facts.scene is None:
        return ""
    if (match := _EXCHANGE.match(plain) or _STATED.match(plain)) is not None:
        named = trim(match["t"])
    elif (match := _DONE_TO.match(plain)) is not None:
        first = match["a"].lower()
        named = f"the {match['a']} {match['b']}" if match["b"] and (first in BASIC_COLOURS or first in LEADING) else f"the {match['a']}"
    else:
        return ""
    name = re.sub(r"^(?:the|an?|that|this|those|these|all the|any) (?=\S)", "", named, flags=re.I).lower()
    words = name.split()
    if not 1 <= len(words) <= 3 or name in FIELD_WORDS or set(words) & (_NO_NAMES | PICTURE_WORDS | PRONOUNS):
        return ""
    return name if resolve(named, facts).kind == "nothing" else ""


def sentences(name: str, facts: Facts) -> tuple[str, str]:
    """What to say about it, and what to do."""
    things = [f"{e.count} {e.name}" if e.count > 1 else with_article(e.name) for e in facts.elements[:6]]
    what = f"There is no {name} in the picture" + (f"; it has: {', '.join(things)}" if things else "") + ". Nothing was changed."
    return what, f"Say “add {name if is_plural(name) else article(name)}” first, or name something that is there."
