"""A noun phrase as a person says it -> an `Element`: 'two small wooden bridges behind the fox' -> name 'small bridge', count 2,
material 'wood', placement 'behind the fox'. Pure; says nothing about scenes.
"""

import re

from codirector.assistant.planner.lexicon import (
    ADJECTIVE_MATERIALS,
    BARE_POSES,
    BASIC_COLOURS,
    COLOUR_SHADES,
    MATERIAL_ADJECTIVES,
    MATERIALS,
    NUMBERS,
    PLACES_BARE,
    PREPOSITIONS,
    STATES,
    VAGUE_NUMBERS,
    word_set,
)
from codirector.assistant.planner.text import is_plural, key, singular, trim, unquoted
from codirector.prompts.scene import Element

_COUNTS = NUMBERS | VAGUE_NUMBERS
_COUNT = re.compile(rf"^(?P<n>\d{{1,2}}|{'|'.join(sorted(_COUNTS, key=len, reverse=True))})(?:x)? (?=\S)", re.I)
_DETERMINER = re.compile(r"^(?:the|my|our|his|her|its|their|another|one more|an extra|any|that|this|those|these)\b\s*(?=\S)", re.I)
_SAYING = re.compile(
    r"\s+(?:(?:that|which) (?:says?|reads?|spells?)|saying|reading(?= [\"'A-Z0-9])|spelling|labell?ed|with (?:the )?(?:text"
    r"|words?|lettering|writing|caption|inscription|label|letters)(?: of| that says| saying)?"
    r"|with (?=\"))\s*[:,]?\s*(?P<text>.+)$"
)
_MADE = re.compile(
    r"\s+(?:that(?:'s| is| are) |which is |,? )?(?:made|built|carved|knitted|sculpted|constructed|woven|folded) (?:out of|of"
    r"|from|in)\s+(?P<material>[\w -]+?)(?=$|,| (?:on|in|at|behind|next|beside|above|under|near)\b)",
    re.I,
)
_IN_COLOUR = re.compile(r"\s+in (?P<colour>[\w -]+)$", re.I)
_PLACE = re.compile(rf"(?:^|[\s,]+)(?P<place>(?:{'|'.join(sorted(PREPOSITIONS, key=len, reverse=True))})\s+(?!love\b).+)$", re.I)
_BARE_PLACE = re.compile(rf"\s+(?P<place>(?:far )?(?:{'|'.join(PLACES_BARE)}))$", re.I)
_DOING = re.compile(
    r"\s+(?:(?:that|which|who)(?: is|'s| are)|is|are)?\s*(?P<pose>(?!(?:ceiling|building|wedding|swing|ring|king|wing|string"
    r"|painting|drawing|thing|evening|morning|spring|lightning|clothing|icing|earring|railing|feeling"
    r"|being)\b)[a-z]{2,}ing\b.*)$",
    re.I,
)
_POSTURE = re.compile(r"\s+(?P<pose>(?:asleep|awake|sat|seated|perched|curled up|in flight|in mid-air|mid-air|mid-jump)\b.*)$", re.I)
_WHO = re.compile(r"\s+(?:that|which|who) (?P<verb>[a-z]+s)\b(?P<rest>.*)$", re.I)


def colour_of(text: str) -> str:
    """`text` where the whole of it is a colour ('dark green', 'black and white', '#ff0000'), else ''."""
    low = trim(text).lower()
    if re.fullmatch(r"#[0-9a-f]{6}", low):
        return low
    words = re.split(r"[\s-]+|, ", re.sub(r"^(?:a |an )(?=.+ (?:colou?r|shade|tone)$)|(?<=\w) (?:colou?r|shade|tone)s?$", "", low))
    words = [word for word in words if word]
    basic = [_is_colour(word) for word in words]
    if not words or not any(basic):
        return ""
    joins = {"and", "with", "&"}
    for index, word in enumerate(words):
        if basic[index]:
            continue
        if word in joins and 0 < index < len(words) - 1:
            continue
        if word in COLOUR_SHADES and index < len(words) - 1:
            continue
        return ""
    return " ".join(words)


def _is_colour(word: str) -> bool:
    return word in BASIC_COLOURS or (word.endswith("ish") and (word[:-3] in BASIC_COLOURS or word[:-4] in BASIC_COLOURS))


def material_of(text: str) -> str:
    """The material named by the whole of `text` ('out of ice', 'wooden', 'knitted from wool'), as a noun, else ''."""
    low = trim(text).lower()
    made = re.fullmatch(
        r"(?:(?:look|looks?) like (?:it'?s|it is|they are|they'?re) )?(?:(?:entirely|completely|all|fully) )?(?:(?:be )?(?:made"
        r"|built|carved|knitted|sculpted|constructed|woven|folded|crafted)(?: entirely)? )?(?:out of|of|from|in"
        r"|with) (?P<m>(?:[\w-]+ ){0,2}[\w-]+)",
        low,
    )
    if made and (
        made["m"].split()[-1] in MATERIALS
        or re.search(r"\b(?:made|built|carved|knitted|sculpted|constructed|woven|folded|crafted|out of)\b", low)
    ):
        return _material_noun(made["m"])
    words = low.split()
    if 0 < len(words) <= 3 and words[-1] in MATERIALS and words[0] not in ("a", "an", "the", "on"):
        return _material_noun(low)
    return ""


def _material_noun(text: str) -> str:
    return ADJECTIVE_MATERIALS.get(text, text)


def count_of(text: str) -> int | None:
    """The whole of `text` as a number of things, else None."""
    low = trim(text).lower()
    if low.isascii() and low.isdigit():
        return int(low)
    return _COUNTS.get(low)


_FINITE = re.compile(
    r"\b(?:is|are|was|were|am|should|must|would|could|makes?|looks?|seems?|feels?|spoils?|ruins?|belongs?|has|have|isn't|aren't|doesn't"
    r"|he'?s|she'?s|do not|don't)\b",
    re.I,
)
"""A verb of a sentence: 'on grass makes no sense' is more than a place."""


def place_of(text: str) -> str:
    """`text` where the whole of it says where something is ('to the left', 'behind the fox', 'overhead'), else ''."""
    low = trim(text)
    if _AGED.fullmatch(low) or _STATE.match(low) or _FINITE.search(low):
        return ""
    if re.match(
        r"^(?:on fire|in (?:flames|love|bloom|motion|tears|pain|shock|half|pieces|ruins|flight|mid-air)|at rest|on (?:its|his|her) own)\b",
        low,
        re.I,
    ):
        return ""  # states, not places
    if re.match(
        r"^(?:to|towards?|over to|up|down|right|left|off to|further|farther|back|forward|all the way)\b.*\b(?:left|right|top"
        rf"|bottom|middle|cent(?:re|er)|front|back|side|corner|edge|up|down|foreground|background|away|{'|'.join(PLACES_BARE)})\b",
        low,
        re.I,
    ):
        return re.sub(r"^(?:over|all the way|off) (?=to|in)", "", low, flags=re.I)
    if low.lower() in PLACES_BARE or low.lower() in (
        "higher",
        "lower",
        "closer",
        "nearer",
        "further away",
        "farther away",
        "further back",
        "up",
        "down",
    ):
        return low
    if re.match(r"^(?:closer|nearer|further|farther)(?: away| back)? (?:to|from) \S", low, re.I):
        return low
    match = re.match(
        rf"^(?:right |directly |just |somewhere |way |far )?(?:{'|'.join(sorted(PREPOSITIONS, key=len, reverse=True))}) \S", low, re.I
    )
    return low if match else ""


_AGED = re.compile(
    r"(?:(?:around|about|nearly|almost|over|only) )?(?:\d{1,3}|[a-z]+(?:[ -][a-z]+)?) years (?:old|older|younger)"
    r"|in (?:his|her|their|its) (?:early |mid |late )?(?:teens|twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties|\d0s)",
    re.I,
)


_STATE = re.compile(
    r"on (?:the phone|a call|guard|duty|foot|horseback|one leg|tiptoe|all fours|(?:his|her|its|their) (?:knees|feet|back|side|belly"
    r"|hind legs|toes|head|own))$"
    r"|in (?:a hurry|tears|pain|shock|love|thought|deep thought|mid-air|armou?r)$",
    re.I,
)
"""States worded like places."""


def pose_of(text: str) -> str:
    """`text` where the whole of it is something a thing does or a state it is in ('sit down', 'looking up', 'asleep'), else ''.
    Bare verbs become their -ing form, the way picture captions word it."""
    low = re.sub(r"^(?:to |be |start |begin |go )(?=\w)", "", trim(text))
    if re.match(r"\w+ (?:must|should|could|would|has|is|was|stays?|remains?|for comfort)\b", low, re.I):
        return ""  # 'face must remain like this': no verb
    first = low.split()[0].lower() if low else ""
    if _AGED.fullmatch(low) or _STATE.match(low):
        return low
    if re.match(r"(?:on fire|in (?:flames|love|bloom|motion|tears|pieces|mid-air|flight))\b", low, re.I):
        return low
    if first in STATES_AND_POSTURES or (first.endswith("ing") and len(first) > 4 and first not in NOT_DOING):
        return low
    if first.startswith(("look", "feel", "seem")) and not re.match(
        r"look(?:s|ing)? (?:to|at|up|down|away|into|out|over|back|around|left|right|towards?|straight|through|behind)\b", low, re.I
    ):
        return ""
    root = singular(first) if first.endswith("s") else first
    if root in BARE_POSES:
        return f"{gerund(root)}{low[len(first) :]}"
    return ""


NOT_DOING = word_set(
    "bring string spring thing something anything nothing everything during morning evening ceiling being looking feeling seeming"
)
STATES_AND_POSTURES = STATES | {"seated", "sat", "perched", "ablaze"}


def gerund(verb: str) -> str:
    """'run' -> 'running', 'ride' -> 'riding', 'lie' -> 'lying'."""
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return verb[:-1] + "ing"
    if re.search(r"(?<![aeiou])[aeiou][bdgklmnprt]$", verb) and verb not in (
        "open",
        "listen",
        "hover",
        "salute",
        "listen",
        "whisper",
        "cover",
        "lower",
        "wander",
        "look",
    ):
        return verb + verb[-1] + "ing"
    return verb + "ing"


_PAIRED = re.compile(
    r"\b(?:(?:sun|eye)?glasses|spectacles|goggles|trousers|pants|jeans|shorts|leggings|tights|pyjamas|pajamas|scissors|headphones|earphones"
    r"|binoculars|wings|antlers|horns|earrings|gloves|mittens|shoes|boots|sneakers|sandals|slippers|socks|handcuffs|braces|overalls|clothes)\b",
    re.I,
)
"""Plurals that one wears or has: 'some sunglasses' are one pair."""
_COMPOUND = re.compile(
    r"^(?:(?:little|small|big|large|tiny|huge|old|new|red|blue|green|white|black|brown|grey|pink|yellow|orange|purple|golden|silver|wooden"
    r"|paper|leather|metal|bright|dark|pretty|cute|fancy|plain|simple|vintage|antique|modern) )*\w{3,}ing [\w-]+(?= (?:on|in|at|by|near"
    r"|next|behind"
    r"|beside|above|under|over|with|of)\b|$)",
    re.I,
)
"""A thing named with an -ing word and only adjectives before it: 'rowing boat', 'old rocking chair by the fire'."""


def element_of(text: str) -> Element | None:
    """The element a noun phrase describes, or None where no noun is left. Nothing of the phrase is lost: words that are no
    attribute stay in the name."""
    rest = re.sub(r"^(?:one|some) of (?:those|these) (?P<w>.+?)s?$", r"a \g<w>", trim(text), flags=re.I)
    text_on = material = placement = pose = colour = ""
    count = 1
    if match := _SAYING.search(rest):
        text_on, rest = unquoted(trim(match["text"])), rest[: match.start()]
    if (match := re.match(r"^(?P<a>an?|the|one)? ?[\"'](?P<t>[^\"']+)[\"'] (?P<n>[a-z].*)$", rest, re.I)) is not None and not text_on:
        text_on, rest = match["t"], f"{match['a'] or 'a'} {match['n']}"
    if (match := _COUNT.match(rest)) is not None:
        said = match["n"].lower()
        count = int(said) if said.isdigit() else _COUNTS[said]
        head = rest[match.end() :]
        vague = said in VAGUE_NUMBERS and (not any(is_plural(word) for word in head.lower().split()) or _PAIRED.search(head) is not None)
        rest, count = head, (1 if vague or count < 1 else count)
    rest = _DETERMINER.sub("", rest, count=1)
    if (match := _COUNT.match(rest)) is not None and count == 1 and match["n"].lower() not in ("a", "an"):
        said = match["n"].lower()
        count, rest = max(1, int(said) if said.isdigit() else _COUNTS[said]), rest[match.end() :]
    if match := _MADE.search(rest):
        material, rest = _material_noun(match["material"].strip()), (rest[: match.start()] + " " + rest[match.end() :].strip(" ,")).strip()
    if match := _BARE_PLACE.search(rest):
        placement, rest = match["place"], rest[: match.start()]
    doing, place = _DOING.search(rest), _PLACE.search(rest)
    if doing and _COMPOUND.match(rest):
        doing = None  # 'a little rowing boat' is a boat
    if place and place.start() == 0:
        return None
    if doing and (not place or doing.start() < place.start()):
        pose, rest = doing["pose"], rest[: doing.start()]
        if (
            (inner := _PLACE.search(pose))
            and not placement
            and re.match(r"(?:on|in front|next|behind|beside|above|under|near|over)\b", inner["place"], re.I)
            and len(pose[: inner.start()].split()) == 1
        ):
            placement, pose = inner["place"], pose[: inner.start()]
    elif match := _POSTURE.search(rest):
        pose, rest = match["pose"], rest[: match.start()]
    elif place:
        found = place["place"]
        as_colour = _IN_COLOUR.search(" " + found) if found.lower().startswith("in ") else None
        if as_colour and colour_of(as_colour["colour"]):
            colour = colour_of(as_colour["colour"])
        else:
            placement = f"{found}, {placement}" if placement else found
        rest = rest[: place.start()]
    elif (match := _WHO.search(rest)) and singular(match["verb"]) in BARE_POSES:
        pose, rest = f"{gerund(singular(match['verb']))}{match['rest']}", rest[: match.start()]
    name, colour_before, material_before = _modifiers(trim(rest))
    name = trim(name)
    if not key(name):
        return None
    return Element(
        name=name[:200],
        count=min(count, 99),
        colour=colour or colour_before,
        material=material or material_before,
        placement=trim(placement),
        pose=trim(pose),
        text=text_on,
    )


_NAMED_BY_COLOUR = re.compile(
    r"\b(?:golden (?:retriever|eagle|gate|hour|fleece|toad)|red (?:panda|wine|cross|carpet|squirrel|cabbage)|blue (?:whale|jay|cheese)"
    r"|white (?:wine|shark|house|rabbit hole)|black (?:hole|widow|bear|board)|brown bear|polar bear|green (?:tea|house|bean)s?"
    r"|grey (?:wolf|heron)"
    r"|gray wolf|orange (?:tree|juice)|gold (?:fish|medal|coin|mine)s?|silver (?:spoon|fox|medal|ware)|rose (?:garden|bush|petal)s?"
    r"|olive (?:tree|oil)s?"
    r"|cherry (?:tree|blossom)s?|lavender field|cream (?:cake|pie)|pink panther|copper kettle|lime tree|plum tree|peach tree"
    r"|ice (?:cream|cube|skate|lolly|rink|berg)s?|glass of|paper work|stone age)\b",
    re.I,
)
"""Nouns whose first word is a colour only by its letters."""


def _modifiers(phrase: str) -> tuple[str, str, str]:
    """Takes colours and materials off the front of a noun; what is neither stays with the noun."""
    named = _NAMED_BY_COLOUR.search(phrase)
    words = phrase.split()
    kept: list[str] = []
    colour = material = ""
    index = 0
    last = len(phrase[: named.start()].split()) if named else len(words) - 1
    while index < min(last, len(words) - 1):
        for length in (3, 2, 1):
            piece = " ".join(words[index : index + length]).strip(",")
            if index + length >= len(words) or not (found := colour_of(piece)):
                continue
            # 'orange tree' and 'rose garden' keep their word: only a plain colour before a noun is its colour.
            colour = f"{colour} and {found}".removeprefix(" and ") if colour else found
            index += length
            break
        else:
            low = words[index].lower().strip(",")
            if low in MATERIAL_ADJECTIVES and not material:
                material = "wood" if low == "wooden" else _material_noun(low)
            elif low == "and" and (colour or material) and not kept:
                pass
            else:
                kept.append(words[index])
            index += 1
    return " ".join([*kept, *words[index:]]), colour, material
