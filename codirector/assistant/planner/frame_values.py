"""Words as somebody says them -> the value of an attribute: 'made of leather' -> 'leather', 'wear a hat' -> 'wearing a hat'. Pure.

It takes values that the tagger has marked; it does not find them.
"""

import re

from codirector.assistant.planner.lexicon import NUMBERS, VAGUE_NUMBERS, word_set
from codirector.assistant.planner.nouns import BARE_POSES, colour_of, count_of, gerund, material_of, pose_of
from codirector.assistant.planner.text import trim
from codirector.prompts.words import parse_number

_ADJECTIVES = word_set(
    "older younger happy sad angry surprised tired scared proud bored friendly rusty old new dirty wet broken fierce sleepy confused "
    "annoyed cute scary muscular dangerous dusty bald shiny elegant heroic human dead alive open closed shut empty full barefoot upright "
    "naked calm drunk sick cold hot warm serious silly evil good bad kind brave furious giddy upside-down sideways alone together "
    "asleep awake afraid afloat adrift aloft "
    "visible invisible pregnant single married young ablaze free loose tall short fat thin slim strong weak"
)
_ADJECTIVE_END = re.compile(r"(?:ed|en|ful|ous|ish|less|ic|al|ive|ble|ant|ary|ey|ly)$")
_ENDS_Y = word_set("carry cry fly marry try worry hurry bury study tidy play say pray stay sway enjoy destroy spray")
_BASE_BEFORE = re.compile(
    r"\b(?:to|let|make|have|can|could|should|must|would|will|might|may|get|needs? to|has to|watch|see)\b(?!.*\b(?:be|is|was|were|being)\b)",
    re.I,
)


def tidy_value(text: str) -> str:
    """Without an article in front."""
    plain = re.sub(r"^(?:could|should|would|might|must|to) be (?=\S)", "", trim(text), flags=re.I)
    return re.sub(r"^(?:an?|the|some) (?=\S)", "", plain, flags=re.I)


def as_colour(text: str) -> str:
    """A colour as it goes into the scene; an open one ('the colour of the sea') stays as it was said."""
    plain = re.sub(r" (?:colou?r|shade|tone|tint|paint)$", "", tidy_value(text), flags=re.I)
    plain = re.sub(r"^(?:in|more|be|painted|to) (?=\S)", "", plain, flags=re.I)
    return colour_of(plain) or plain


_PATTERNS = re.compile(
    r"\b(?:strip|spot|dot|check|pattern|plaid|tartan|camouflage|floral|print|rainbow|transparent|invisible|shiny|matte|glossy|metallic|pastel"
    r"|neon|dark|light|pale|bright|deep|colou?r|shade|tone|tie-dye|two-tone|gradient|same as)",
    re.I,
)


def is_colour(text: str) -> bool:
    """Whether a value can be a colour: one by name, with a colour's name in it, or a pattern or shade."""
    return bool(colour_of(text) or any(colour_of(word) for word in re.findall(r"[\w-]+", text)) or _PATTERNS.search(text))


def as_material(text: str) -> str:
    """The material's noun: 'made out of old wood' -> 'old wood', 'wooden' -> 'wood'."""
    plain = re.sub(
        r"^(?:be )?(?:made |built |carved |knitted |crafted )?(?:out of|of|from|in|with|solid) (?=\S)", "", trim(text), flags=re.I
    )
    plain = re.sub(r"^(?:(?:an?|some) )?(?:nice|lovely|good|pretty|beautiful|proper|real|decent|fine) (?=\S)", "", plain, flags=re.I)
    found = material_of(plain) or tidy_value(plain)
    return {"wooden": "wood", "golden": "gold", "woollen": "wool"}.get(found.lower(), found)


def counted(text: str) -> int | None:
    """A number in words or digits, up to the 99 that a picture can hold; vague ones ('several') as the planner counts them."""
    number = count_of(trim(text)) or VAGUE_NUMBERS.get(trim(text).lower()) or parse_number(re.sub(r"s$", "", trim(text), flags=re.I))
    return min(99, int(number)) if number and number >= 1 else None


def as_count(text: str, now: int) -> int | None:
    """The new number where there are `now`: 'six', 'one more', 'twice as many', 'fewer'."""
    low = trim(text).lower()
    if re.search(r"\b(?:double|twice|duplicate|clone|copy|twin|pair)\b", low):
        return min(99, max(2, now * 2))
    if re.search(r"\b(?:triple|thrice)\b", low):
        return min(99, now * 3)
    if re.search(r"\b(?:halve|half)\b", low):
        return max(1, now // 2)
    if (large := counted(low)) is not None and large > 12:
        return large
    if re.search(r"\b(?:herd|flock|crowd|bunch|swarm|army|many more|a lot more|lots|dozens?)\b", low) and "a dozen" not in low:
        return min(99, max(7, now + 4))
    number = next(
        (
            value
            for words, value in sorted(NUMBERS.items(), key=lambda item: -len(item[0]))
            if re.search(rf"\b{words}\b", low) and words not in ("a", "an")
        ),
        None,
    )
    digits = re.search(r"\b\d{1,2}\b", low)
    number = int(digits[0]) if digits else number
    if re.search(r"\b(?:fewer|less|too many)\b", low):
        return max(1, now - (number or 1))
    if re.search(r"\b(?:more|another|extra|additional|merrier)\b", low):
        return min(99, now + (number or 1))
    return number or counted(low)


def as_pose(text: str, message: str) -> str:
    """What a thing does or how it is, the way captions word it: verbs in their -ing form, adjectives and 'with ...' as they are."""
    plain = re.sub(
        r"^(?:be|look(?:ing)?(?! (?:up|down|at|away|left|right|over|into|out|back|to|straight|around|through|towards?|for|after|like)\b)"
        r"|look like it is|to be|being|is|are|now) (?=\S)",
        "",
        trim(text),
        flags=re.I,
    )
    if not plain:
        return ""
    first = plain.split()[0].lower()
    if first in ("have", "has", "having"):
        return f"with {plain.split(' ', 1)[1]}" if " " in plain else ""
    if first.endswith("ing") and len(first) > 4:
        return plain
    if re.match(r"(?:an?|the|some) ", plain, re.I):
        return f"with {plain}"
    if first in BARE_POSES and first not in ("open", "cross"):
        return pose_of(plain) or f"{gerund(first)}{plain[len(first) :]}"
    if (
        first in _ADJECTIVES
        or re.match(r"(?:in|on|with|at|under|upside|about|ready|lost|half|very|more|less|so|twenty|ten|\d)\b", first)
        or first.endswith(("er", "est"))
    ):
        return plain
    if first in ("light", "turn", "take", "put", "blow", "tell", "break", "bite", "grab", "pet", "feed", "wash"):
        return f"{gerund(first)}{plain[len(first) :]}"
    before = re.search(rf"\b(\w+) {re.escape(trim(text))}", message, re.I)
    if before and before[1].lower() in ("be", "is", "are", "was", "were", "look", "looking", "being"):
        return plain
    if _ADJECTIVE_END.search(first) and first not in _ENDS_Y:
        return plain
    if first.endswith("y") and first not in _ENDS_Y:
        return plain
    return (
        f"{gerund(first)}{plain[len(first) :]}"
        if _BASE_BEFORE.search(message[: message.lower().find(plain.lower()[:12])] or message)
        else plain
    )


def part_and_owner(text: str) -> tuple[str, str]:
    """'the woman's hair' -> ('hair', 'the woman'), 'her eyes' -> ('eyes', 'her'), 'the sky' -> ('sky', '')."""
    plain = trim(text)
    if match := re.match(r"^(?P<o>.+?)(?:'s|s') (?P<p>.+)$", plain, re.I):
        return match["p"], match["o"]
    if match := re.match(r"^(?P<o>his|her|its|their) (?P<p>.+)$", plain, re.I):
        return match["p"], match["o"]
    if match := re.match(r"^(?:the )?(?P<p>[\w -]+?) of (?P<o>.+)$", plain, re.I):
        return match["p"], match["o"]
    return tidy_value(plain), ""
