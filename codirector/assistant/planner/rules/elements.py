"""Adding and replacing things. What is taken away stands in `removal`."""

import re

from codirector.assistant.planner import inside
from codirector.assistant.planner.assign import assignment
from codirector.assistant.planner.lexicon import WEARABLES, word_set
from codirector.assistant.planner.nouns import colour_of, element_of, gerund, place_of, pose_of
from codirector.assistant.planner.reading import EXACT, LIKELY, SURE, Facts, Reading
from codirector.assistant.planner.references import resolve
from codirector.assistant.planner.rules.values import VAGUE, give_field, holder_text, rewritten, weather_of
from codirector.assistant.planner.terms import field_of
from codirector.assistant.planner.text import is_plural, key, quoted, trim
from codirector.prompts.change import (
    AddDetail,
    AddElement,
    AlterElement,
    ReplaceElement,
    Retouch,
)
from codirector.prompts.scene import Element, Retouching

_ADD = re.compile(
    r"^(?:add(?: in)?|put(?: in)?|place|include|insert|throw in|bring in|drop in|pop in|stick(?: in)?|sprinkle(?: in)?"
    r"|squeeze in|introduce|(?:have |let )?there be|need|want|have|see|get|there (?:should|could|must|needs? to|has to|can"
    r"|might|would)(?: also)? be|there(?:'s| is| are|'re)(?: also)?|also|plus|along with|together with|add also"
    r"|with) (?P<what>.+)$",
    re.I,
)
_STRONG = re.compile(
    r"^(?:add|put|place|include|insert|throw in|bring in|drop in|pop in|stick|sprinkle|squeeze in|introduce|there)\b", re.I
)
_GIVE = re.compile(
    r"^(?:give|get|lend|hand|put) (?P<who>the [\w -]+?|him|her|it|them|(?:his|her|its|their) [\w]+) (?P<what>(?:an?|some|two"
    r"|three|\d+|another|his|her|its|their)\b.+|[\w-]+s)$",
    re.I,
)
_WEARS = re.compile(
    r"^(?:what if |imagine |if )?(?P<who>the [\w -]+?|he|she|it|they|him|her|them) (?:should |must |could "
    r"|to )?(?:be )?(?:wear|wears|wearing|wore|hold|holds|holding|held|carry|carries|carrying|carried|have|has|had|got|with"
    r"|in)(?: on)? (?P<what>(?:an?|some|the|his|her|its|two|three|\d+) .+)$",
    re.I,
)
_MAKE_WEAR = re.compile(r"^(?:make|let|have) (?P<who>the [\w -]+?|him|her|it|them) (?P<verb>wear|hold|carry) (?P<what>.+)$", re.I)
_PUT_ON = re.compile(
    r"^(?:put|add|place|stick|draw|set) (?P<what>(?:an?|some|two|three|\d+) .+?) (?P<p>(?:on top of|on|onto|over|in|around"
    r"|above|behind|next to|beside|under|below|near|in front of|between|at|into) .+)$",
    re.I,
)
_IT_NEEDS = re.compile(
    r"^(?:it|this|the (?:picture|image|scene)|he|she|they|the [\w-]+) (?:needs?|could use|is missing|lacks|wants"
    r"|could do with) (?P<what>(?!to\b|more\b|less\b).+)$",
    re.I,
)
_PLACE_FIRST = re.compile(
    r"^(?P<p>(?:in|on|at|near|behind|above|next to|beside|under) (?:the )?[\w -]+?),? (?:draw|add|put|place|paint"
    r"|there should be|show) (?P<what>.+)$",
    re.I,
)
_REPLACE = re.compile(
    r"^(?:replace|swap(?: out)?|exchange|substitute|trade|switch(?: out)?|change(?: out)?) (?P<old>.+?) (?:with|for|by"
    r"|against) (?P<new>.+)$",
    re.I,
)
_SUBSTITUTE = re.compile(
    r"^(?:substitute|use|put|swap in|have|draw|show) (?P<new>.+?) (?:for|instead of|in place of|rather than) (?P<old>.+)$", re.I
)
_INSTEAD_FIRST = re.compile(
    r"^(?:instead of|rather than|in place of) (?P<old>.+?)(?:,\s*| (?=(?:i|we|use|put|have|show|draw|give) )| (?=(?:an?|some"
    r"|two|three|\d+) ))"
    r"(?:(?:i|we)(?:'d| would)? (?:want|need|like|prefer|love|rather have) |use |put |have |show |draw |give me |let's have "
    r"|make it |there should be )?"
    r"(?P<new>.+)$",
    re.I,
)
_INSTEAD_LAST = re.compile(
    r"^(?:(?:give|get) (?:him|her|it|them|the [\w-]+) |want |use |have |draw |show |put |make it )?(?P<new>(?:an?|some|two"
    r"|three|\d+)\b.+?) (?:instead of|rather than|in place of|in lieu of|and not) (?P<old>.+)$",
    re.I,
)
MORE_DETAIL = re.compile(
    r"^(?:add |with |give it |use |show |put in |want |need |much |even )*(?:more|extra|lots of|finer|intricate|greater"
    r"|richer) (?:fine |intricate )?(?:detail(?:s|ed|ing)?|texture|intricacy|detailing)$|^(?:(?:higher|better|best|top|high"
    r"|more|improve the|increase the) quality|more detailed|highly detailed|make it more detailed"
    r"|increase the (?:level of )?detail)(?: please)?$",
    re.I,
)
NAME_LIMIT = 200
GENERIC = re.compile(r"animal|creature|thing|object|item|vehicle|prop", re.I)
"""Words that name no one thing."""


def detail(text: str, facts: Facts) -> Reading | None:
    """'more intricate details': a quality word of the prompt."""
    if not MORE_DETAIL.match(text):
        return None
    word = (
        "high quality"
        if "quality" in text.lower()
        else "intricate details"
        if "intricate" in text.lower()
        else "rich texture"
        if "texture" in text.lower()
        else "highly detailed"
    )
    return Reading(EXACT - 0.01, AddDetail(detail=word), rule="more detail")


def replace(text: str, facts: Facts) -> Reading | None:
    """One thing for another; where the old one is a field's value, the field."""
    for pattern, certainty in (
        (_REPLACE, EXACT - 0.01),
        (_INSTEAD_FIRST, EXACT - 0.01),
        (_SUBSTITUTE, EXACT - 0.02),
        (_INSTEAD_LAST, SURE + 0.05),
    ):
        match = pattern.match(text)
        if match is None:
            continue
        only = re.match(r"^(?:only|just|solely) (?P<o>.+)$|^(?P<p>.+?) (?:only|alone)$", match["old"], re.I)
        if only:
            region = trim(only["o"] or only["p"])
            return Reading(
                EXACT, Retouch(retouching=Retouching(region=without_article(region), content=trim(match["new"]))), rule="replace only"
            )
        old = resolve(match["old"], facts)
        new = trim(match["new"])
        if old.kind == "element":
            element = element_of(new)
            if element is None:
                return None
            if colour_of(new):
                return None
            return Reading(
                certainty if old.sure else LIKELY, ReplaceElement(name=old.name, element=element), focus=element.name, rule="replace"
            )
        if old.noun:
            return rewritten(old, inside.exchanged(holder_text(old, facts), old.noun, new), "thing in a text")
        if old.kind == "field":
            return give_field(old.name, new, certainty - 0.01)  # type: ignore[arg-type]
        if old.kind == "detail":
            return Reading(
                LIKELY,
                AddDetail(detail=without_article(new)[:NAME_LIMIT]),
                note=f"'{old.name}' is still a detail; say 'remove {old.name}' to drop it.",
                rule="replace a detail",
            )
        if pattern is _REPLACE and key(match["old"]) and facts.scene is not None and facts.scene.base is not None:
            return Reading(
                LIKELY,
                Retouch(retouching=Retouching(region=without_article(match["old"]), content=new)),
                rule="replace what is only in the picture",
            )
    found = assignment(text)
    if (
        found is not None
        and found.old
        and (gone := resolve(found.old, facts)).kind == "element"
        and (element := element_of(found.value)) is not None
        and not colour_of(found.value)
    ):
        return Reading(EXACT - 0.02, ReplaceElement(name=gone.name, element=element), focus=element.name, rule="X instead of Y")
    return None


def give_thing(text: str, facts: Facts) -> Reading | None:
    """'give him a red scarf', 'she should wear a crown', 'put a hat on it': a new thing, placed at its bearer."""
    match = _GIVE.match(text) or _WEARS.match(text) or _MAKE_WEAR.match(text)
    if match is None or re.search(r"\b(?:instead of|rather than|in place of)\b", text, re.I):
        return None
    who = resolve(match["who"], facts)
    what = match["what"]
    within = re.search(r" in(?: on)? $", text[: match.start("what")], re.I) is not None
    if within and (worn := element_of(what)) is not None and not (set(key(worn.name)) & WEARABLES):
        return None  # 'the apples should be in the bowl' stand there; what is worn is in the list of clothes
    if who.noun and re.match(r"(?:an?|some|two|three|\d+) ", what, re.I) and not _WEARS.match(text):
        return rewritten(who, inside.given(holder_text(who, facts), who.noun, what), "give to a thing in a text")
    if who.kind not in ("element",):
        return None
    if re.match(r"^(?:an? )?(?:[\w-]+ )?(?:colou?r|look|style|feel|mood|vibe|expression|smile|pose)\b", what, re.I):
        return None
    element = element_of(what)
    if (
        element is not None
        and re.match(r"^(?:the|his|her|its) ", what, re.I)
        and any(key(element.name)[: len(key(name))] == key(name) for name in facts.names)
    ):
        verb = re.search(r"\b(wear|hold|carry)", text, re.I)
        doing = f"{gerund(verb[1].lower())} {what}" if verb else f"with {what}"
        return Reading(EXACT - 0.02, AlterElement(name=who.name, attribute="pose", value=doing), focus=who.name, rule="hold what is there")
    if element is None or (field_of(what) is not None and field_of(what).field in ("style", "mood", "lighting", "camera")):  # type: ignore[union-attr]
        return None
    if colour_of(what):
        return None
    if not element.placement:
        held = _held(element.name) or re.search(r"\b(?:hold|held|carr)", text, re.I)
        element = element.evolve(placement=f"held by the {who.name}" if held else f"on the {who.name}")
    return Reading(EXACT - 0.02, AddElement(element=element), focus=element.name, rule="give")


def _held(name: str) -> bool:
    return key(name)[-1:] and key(name)[-1] in word_set(
        "sword axe shield spear staff bow gun flag lantern torch umbrella book balloon flower cup mug bottle guitar sign wand "
        "rose bouquet kite candle lamp phone camera key map knife hammer bag basket suitcase"
    )  # type: ignore[return-value]


def add(text: str, facts: Facts) -> Reading | None:
    """A new thing; weather and qualities become details, a field's value sets the field."""
    placed = _PLACE_FIRST.match(text)
    if placed is not None:
        element = element_of(placed["what"])
        if element is not None:
            return Reading(
                SURE + 0.01, AddElement(element=element.evolve(placement=placed["p"])), focus=element.name, rule="add in a place"
            )
    needs = _IT_NEEDS.match(text)
    match = needs or _ADD.match(text)
    if match is None or facts.scene is None:
        return None
    what = trim(re.sub(r"^(?:also |in |another thing: )", "", match["what"], flags=re.I))
    what = re.sub(r" (?:to|into|in) (?:the |this )?(?:picture|image|scene|photo|painting|frame|it)$", "", what, flags=re.I)
    if (to := re.match(r"^(?P<w>.+?) (?:to|into|onto) (?P<p>(?:the|his|her|its|their) .+)$", what, re.I)) is not None:
        inside = re.search(r"(?:sky|background|foreground|air|water|distance|scene|corner|middle)$", to["p"], re.I)
        what = f"{to['w']} {'in' if inside else 'on'} {to['p']}"
    strong = needs is not None or _STRONG.match(text) is not None
    if (
        re.match(r"^(?:the|his|her|its|that|this)\b", what, re.I)
        and (known := element_of(what)) is not None
        and any(key(known.name)[-1:] == key(name)[-1:] for name in facts.names)
    ):
        return None
    if (
        not key(what)
        or VAGUE.match(what)
        or (re.match(r"(?:to|that|it|you|this|there|been|the same|not|me)\b", what, re.I) and quoted(what) is None)
    ):
        return None
    if weather := weather_of(
        re.sub(r"^(?:some|a bit of|a little|a lot of|lots of|heavy|light) ", "", re.sub(r" everywhere$", "", what), flags=re.I)
    ):
        word = what.lower() if re.match(r"(?:heavy|light)", what, re.I) else weather
        return Reading(SURE + 0.01, AddDetail(detail=word), rule="add weather")
    on = _PUT_ON.match(text)
    if on is not None and (element := element_of(on["what"])) is not None:
        place = placement_by_name(on["p"], facts)
        return Reading(SURE + 0.03, AddElement(element=_fresh(element.evolve(placement=place), facts)), focus=element.name, rule="put on")
    if re.match(r"^the ", what, re.I):
        known = resolve(what, facts)
        if known.kind == "element" and not known.pronoun and key(what) == key(known.name):
            return None
        if known.kind in ("field",):
            return None
    term = field_of(what)
    if (
        term is not None
        and term.field in ("lighting", "style", "mood", "camera", "composition", "medium")
        and (term.known or term.field == "lighting")
    ):
        return None
    element = element_of(what)
    if element is None or place_of(what) or (pose_of(what) and not re.match(r"(?:an?|some|two|three|\d)", what, re.I)):
        return None
    if GENERIC.fullmatch(element.name):
        return None  # 'another animal': which one is for the person to say
    if (
        not strong
        and not re.match(r"(?:an?|some|two|three|four|five|six|several|many|a few|\d+|more)\b", what, re.I)
        and not is_plural(element.name.split()[-1])
    ):
        return None
    if re.match(r"^with\b", text, re.I) and element.pose and not element.placement and is_plural(element.name.split()[-1]):
        return Reading(SURE - 0.05, AddDetail(detail=what[:NAME_LIMIT]), rule="with things that happen")
    certainty = SURE if strong else LIKELY + 0.1
    return Reading(
        certainty,
        AddElement(element=_fresh(element.evolve(placement=placement_by_name(element.placement, facts)), facts)),
        focus=element.name,
        rule="add",
    )


def _fresh(element: Element, facts: Facts) -> Element:
    """A name no other element has: 'fox' beside a fox is told apart by its colour or material."""
    if key(element.name) not in {key(name) for name in facts.names}:
        return element
    told = element.colour or element.material
    return element.evolve(name=f"{told} {element.name}") if told else element


def placement_by_name(place: str, facts: Facts) -> str:
    """Pronouns in a placement become names, so that the prompt says what is meant."""
    if not place or not facts.names:
        return place
    main = facts.names[0]
    near = facts.focus or main
    place = re.sub(r"\b(?:him|her)$", f"the {main}", place, flags=re.I)
    return re.sub(r"\b(?:it|them)$", f"the {near}", place, flags=re.I)


def again(text: str, facts: Facts) -> Reading | None:
    """'add a fox' where there is one: one more of it."""
    match = re.match(r"^(?:add|put in|include) (?:an?|one more|another) (?P<noun>[\w -]+)$", text, re.I)
    if match is None:
        return None
    same = next((e for e in facts.elements if key(e.name) == key(match["noun"])), None)
    if same is None or same.name not in facts.names:
        return None
    return Reading(
        EXACT - 0.02, AlterElement(name=same.name, attribute="count", value=str(min(same.count + 1, 99))), focus=same.name, rule="one more"
    )


def without_article(text: str) -> str:
    return re.sub(r"^(?:the|an?|any|some|this|that|those|these) (?=\S)", "", trim(text), flags=re.I)


_PLACED = re.compile(
    r"^(?P<what>(?P<d>an?|some|two|three|four|five|several|a few|\d{1,2}) (?!bit\b|little\b|touch\b|lot\b)[\w' -]+?) (?P<p>(?:right |just "
    r"|directly )?"
    r"(?:behind|beside|next to|in front of|above|over|under|beneath|below|around|near|on top of|between|on|inside|by|at the feet of) "
    r"(?:him|her|it|them|(?:his|her|its|their|the) [\w' -]+?))(?P<tail> (?:with|where|that|which|and looking|looking) .+)?$",
    re.I,
)


_LAID = re.compile(
    r"^(?P<what>(?!add\b|put\b|make\b|no\b|not\b|it\b|he\b|she\b|they\b|more\b|less\b|only\b|just\b|write\b|light\b|zoom\b|focus\b"
    r"|keep\b|with\b|let\b|have\b"
    r"|give\b|blur\b|remove\b|change\b|paint\b|draw\b)[a-z-]+(?: [a-z-]+)?) (?P<p>(?:on|in|around|over|behind|under|next to"
    r"|beside) (?:his|her|its|their) [\w' -]+)"
    r"(?P<tail>)$",
    re.I,
)
"""'flour on his nose': a stuff or things by themselves, at a part of somebody."""


def placed(text: str, facts: Facts) -> Reading | None:
    """'a yellow taxi behind them': a new thing placed by one that is there."""
    match = _PLACED.match(text) or _LAID.match(text)
    if match is None or facts.scene is None:
        return None
    if match.re is _LAID and resolve(match["what"], facts).kind != "nothing":
        return None
    element, near = (
        element_of(match["what"]),
        re.sub(r"^.*?(?=(?:him|her|it|them|(?:his|her|its|their|the) [\w' -]+)$)", "", match["p"], flags=re.I),
    )
    if (
        element is None
        or element.placement
        or element.pose
        or GENERIC.fullmatch(element.name)
        or (match.re is _PLACED and resolve(near, facts).kind != "element")
    ):
        return None
    place = placement_by_name(match["p"], facts)
    made = element.evolve(placement=place, pose=trim(match["tail"] or "")[:200])
    return Reading(SURE + 0.05, AddElement(element=_fresh(made, facts)), focus=element.name, rule="placed")


RULES = (detail, replace, give_thing, again, add, placed)
