"""Wishes worded as statements and labels: 'the woman looks away', 'woman with umbrella', 'curtains in the background', 'black turtleneck',
'bigger waves', 'turn this into a Dutch still life', 'mirror it'.

Each is the usual meaning of a wording, below the certainty of an order; it does not read lists (see `lists`).
"""

import re

from codirector.assistant.planner.lexicon import BARE_POSES, WEARABLES
from codirector.assistant.planner.nouns import colour_of, element_of, gerund
from codirector.assistant.planner.reading import EXACT, LIKELY, SURE, Facts, Reading
from codirector.assistant.planner.references import NOTHING, PERSONS, PRONOUNS, Target, focus, resolve
from codirector.assistant.planner.rules.elements import GENERIC, placement_by_name
from codirector.assistant.planner.rules.values import alter, beside_pose, give_element, is_size, weather_of
from codirector.assistant.planner.terms import field_of
from codirector.assistant.planner.text import is_plural, key, singular, trim
from codirector.prompts import vocabulary
from codirector.prompts.change import AddDetail, AddElement, Adjust, Lock, SetField
from codirector.prompts.scene import Adjustment

_DOES = re.compile(
    r"^(?P<t>(?:the |that |this |his |her )?[\w'-]+(?: [\w'-]+)??|he|she|it|they|both) (?P<v>[a-z]+?)(?P<s>s|es)? (?P<r>.+)$"
    r"|^(?P<t2>(?:the )?[\w'-]+|he|she|it|they) (?P<v2>[a-z]+?)(?:s|es)?$",
    re.I,
)
_WITH = re.compile(
    r"^(?P<t>(?:the |our |that )?[\w' -]+?) (?P<w>with|wearing|in|holding|carrying) (?P<n>(?!the\b|his\b|her\b|its\b)[\w' -]+)$", re.I
)
_SPOT = re.compile(
    r"^(?P<n>[\w' -]+?) (?P<p>(?:in|on|at) the (?:far |very )?(?:background|foreground|distance|corner|back|front|sky|horizon|left"
    r"|right|wall|window"
    r"|middle|top|bottom|(?:top|bottom|upper|lower|left|right)[ -](?:left|right|hand)?[ -]?(?:corner|side|half)?)(?: (?:corner|side))?"
    r"|overhead|nearby|everywhere|behind|in front|all around)$",
    re.I,
)
_INTO = re.compile(
    r"^(?:turn|make|change|convert|transform|redo|render|remake)(?: (?P<t>this|everything|it all|the (?:whole )?(?:picture|image|scene"
    r"|photo|thing)))"
    r" (?:into|to look like|look like|as|like) (?:(?:an?|the|some) )?(?P<v>[\w' -]+)$",
    re.I,
)
_MIRROR = re.compile(r"^(?:mirror|flip|reverse)(?: (?:it|this|everything|the (?:picture|image|photo|scene)))?(?: (?P<how>.+))?$", re.I)
_KEEP = re.compile(
    r"^(?:keep|leave|don'?t change|do not change|don'?t touch) (?P<o>his|her|its|their|the [\w-]+'s) (?:face|look|looks|features"
    r"|identity|expression|head|body"
    r"|appearance|hair|eyes|outfit|clothes)(?: (?:the same|as (?:it is|is|they are)|like (?:that|this)|unchanged"
    r"|exactly so))?(?: from now on| always)?$",
    re.I,
)
_MORE_OF_IT = re.compile(
    r"^(?P<a>(?:much |even |a bit |slightly )?(?:bigger|larger|smaller|taller|higher|lower|wilder|calmer|rougher|greener|bluer|redder"
    r"|thicker|thinner|wider|longer"
    r"|shorter|deeper|denser|stronger|softer|darker|lighter|brighter|rounder|sharper|fluffier|dirtier|cleaner|older|newer|richer|fuller"
    r"|flatter|steeper"
    r"|more [\w-]+|less [\w-]+)) (?P<n>(?!it\b|this\b|that\b|please|background|light|contrast|colou?rs?|shot|view|angle|mood|style"
    r"|lighting|steps|seed"
    r"|detail)[\w-]+(?: [\w-]+)?)$",
    re.I,
)
_ORDER = re.compile(
    r"^(?:please |also |and |now )*(?:add|put|place|include|insert|throw|bring|drop|remove|delete|erase|lose|get|take|replace|swap|make"
    r"|turn|change|set|move"
    r"|paint|give|use|zoom|write|keep|lock|avoid|allow|try|draw|show|blend|mix|have|let|want|need|see|describe|no|not|without|only|just"
    r"|less|more|it|he|she"
    r"|there|this|that|what|where|who|why|how|which|is|are|does|do|did|can|could|would|same|blur|focus|light|fix|retouch|compare|save"
    r"|undo|redo|clean"
    r"|clear|cover|fill|hide|wipe|crop|rotate|stick|pop|hang|position|i|we|you|something|someone|somebody|nothing|never|forget|imagine|picture|suppose)\b"
    r"|\b(?:should|could|would|must|might|is|are|was|were|be|want|need|needs|instead|rather)\b",
    re.I,
)
"""An order or a sentence, not a label."""


def does(text: str, facts: Facts) -> Reading | None:
    """'the woman looks away from us': what a thing of the scene does is its pose."""
    match = _DOES.match(text)
    if match is None or facts.scene is None:
        return None
    who, verb, rest = match["t"] or match["t2"], (match["v"] or match["v2"]).lower(), match["r"] or ""
    if re.match(r"(?:must|should|could|would|will|has|have|is|are|was|stays?|remains?|looks?|for)\b", rest, re.I):
        return None  # 'her face must remain like this', 'a little close for comfort': no verb
    verb = verb if verb in BARE_POSES else f"{verb}e" if f"{verb}e" in BARE_POSES else verb
    target = resolve(who, facts)
    if (
        verb not in BARE_POSES
        or target.kind != "element"
        or (verb == "look" and not re.match(r"(?:away|at|up|down|over|to|into|back|out|left|right|straight|around)\b", rest, re.I))
    ):
        return None
    if target.pronoun and who.lower() == "it" and verb in ("play", "work", "look", "turn"):
        return None
    pose = trim(f"{gerund(verb)} {rest}")
    return Reading(
        SURE + 0.04, alter(target.name, "pose", beside_pose(target.name, pose, facts)).change, focus=target.name, rule="what it does"
    )


def has(text: str, facts: Facts) -> Reading | None:
    """'woman with umbrella', 'the dog wearing a party hat', 'knight holding a torch': something for a thing of the scene."""
    match = _WITH.match(text)
    if match is None or facts.scene is None or _ORDER.search(text):
        return None
    target, what = resolve(match["t"], facts), element_of(match["n"])
    if target.kind != "element" or target.pronoun or what is None or colour_of(match["n"]) or GENERIC.fullmatch(what.name):
        return None
    verb = match["w"].lower()
    if verb == "in" and key(what.name)[-1] not in WEARABLES:
        return None
    if verb in ("holding", "carrying"):
        return alter(target.name, "pose", f"{verb} {trim(match['n'])}", SURE)
    placed = what.evolve(placement=what.placement or f"on the {target.name}")
    return Reading(SURE, AddElement(element=placed), focus=what.name, rule="thing with a thing")


def otherwise(text: str, facts: Facts) -> Reading | None:
    """'a marble bench', 'a black dog': a thing of the scene with another colour or material is that thing, otherwise made."""
    made = element_of(re.sub(r" (?:please|instead|rather|then)$", "", text, flags=re.I))
    if facts.scene is None or made is None or not re.match(r"(?:an?|the) ", text, re.I) or made.placement or made.pose or made.text:
        return None
    same = [name for name in facts.names if key(name) == key(made.name)]
    if len(same) != 1 or bool(made.colour) == bool(made.material):
        return None
    now = facts.element(same[0])
    if now is not None and now.colour == made.colour and made.colour:
        return None
    return alter(same[0], "colour" if made.colour else "material", made.colour or made.material, SURE + 0.04)


def worn(text: str, facts: Facts) -> Reading | None:
    """'black turtleneck', 'with a red scarf': clothes by themselves are for the person in the picture."""
    plain = re.sub(r"^(?:now )?(?:with|in|wearing) | on$", "", text, flags=re.I)  # 'helmet on'
    element = element_of(plain)
    if facts.scene is None or element is None or element.placement or element.pose or len(plain.split()) > 5 or _ORDER.search(plain):
        return None
    if not key(element.name) or key(element.name)[-1] not in WEARABLES or resolve(plain, facts).kind != "nothing":
        return None
    wearer = _being(facts)
    if wearer.kind != "element":
        return None
    return Reading(LIKELY + 0.05, AddElement(element=element.evolve(placement=f"on the {wearer.name}")), focus=element.name, rule="worn")


def _being(facts: Facts) -> Target:
    """Who would wear something: the focus or main subject, where it is a person or an animal."""
    name = facts.focus or (facts.names[0] if facts.names else "")
    if not name:
        return NOTHING
    person = bool(key(name)) and key(name)[-1] in PERSONS
    return Target("element", name) if person else Target("element", facts.names[0])


def spot(text: str, facts: Facts) -> Reading | None:
    """'curtains in the background', 'birds overhead': a new thing in a part of the frame."""
    match = _SPOT.match(text)
    if match is None or facts.scene is None or _ORDER.search(match["n"]):
        return None
    element = element_of(match["n"])
    if element is None or element.placement or GENERIC.fullmatch(element.name) or resolve(match["n"], facts).kind != "nothing":
        return None
    if field_of(match["n"]) is not None or weather_of(match["n"]) or field_of(text) is not None or key(element.name)[-1] in PRONOUNS:
        return None
    known = vocabulary.thing(singular(key(element.name)[-1])) is not None or is_plural(element.name.split()[-1])
    if not known and not re.match(r"(?:an?|some|two|three|another|\d+) ", match["n"], re.I):
        return None
    made = element.evolve(placement=placement_by_name(match["p"], facts))
    return Reading(SURE + 0.01, AddElement(element=made), focus=element.name, rule="thing in a spot")


def into(text: str, facts: Facts) -> Reading | None:
    """'turn this into a Dutch still life': what the whole picture becomes and no vocabulary knows is a style."""
    match = _INTO.match(text)
    if match is None or facts.scene is None or field_of(match["v"]) is not None:
        return None
    value = trim(match["v"])
    return Reading(LIKELY, SetField(field="style", value=value), rule="what the picture becomes") if len(value.split()) <= 6 else None


def mirror(text: str, facts: Facts) -> Reading | None:
    match = _MIRROR.match(text)
    if match is None or facts.scene is None:
        return None
    how = (match["how"] or "").lower()
    if how and not re.search(r"horizontal|vertical|left|right|upside|side|mirror|axis", how):
        return None
    return Reading(
        EXACT - 0.02, Adjust(adjustment=Adjustment(kind="flip", amount=2 if re.search(r"vertical|upside|top", how) else 1)), rule="mirror"
    )


def keep(text: str, facts: Facts) -> Reading | None:
    """'keep his face the same from now on': the thing is locked, for a face is no field of its own."""
    match = _KEEP.match(text)
    if match is None or facts.film:
        return None
    target = resolve(re.sub(r"'s$", "", match["o"]), facts) if match["o"].lower().startswith("the") else focus(facts)
    return Reading(EXACT - 0.01, Lock(target=target.name), focus=target.name, rule="keep a look") if target.kind == "element" else None


def comparative(text: str, facts: Facts) -> Reading | None:
    """'bigger waves': more of something that is no thing of the scene is a detail."""
    match = _MORE_OF_IT.match(text)
    if match is None or facts.scene is None:
        return None
    target = resolve(match["n"], facts)
    if target.kind == "element" and is_size(match["a"]):
        return give_element(target, match["a"], "make", facts)  # 'bigger fox'
    words = trim(f"{match['a']} {match['n']}")
    if target.kind in ("field", "picture", "detail") and not target.noun:
        return None
    if re.match(r"(?:more|less)\b", match["a"], re.I) and (
        target.kind != "nothing" or not re.search(r"(?:ed|ic|y|ful|ous|ing|al|ive)$", match["a"], re.I)
    ):
        return None
    return Reading(LIKELY, AddDetail(detail=words), focus=target.name if target.kind == "element" else "", rule="more of a part")


RULES = (does, has, otherwise, worn, spot, into, mirror, keep, comparative)
