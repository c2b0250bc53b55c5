"""Lists of wishes without verbs: 'black dog, white couch', '1) cosy mood 2) a fireplace', 'fog, torches and a darker mood'.

It cuts a message where a list would be cut and reads the short pieces that only a list holds; `hearing` decides whether the whole is one.
"""

import re

from codirector.assistant.planner.lexicon import word_set
from codirector.assistant.planner.nouns import colour_of, count_of, element_of, material_of, pose_of
from codirector.assistant.planner.reading import LIKELY, SURE, Facts, Reading
from codirector.assistant.planner.references import resolve
from codirector.assistant.planner.rules import readings
from codirector.assistant.planner.rules.elements import placement_by_name
from codirector.assistant.planner.rules.values import alter, give_element, give_field, is_size, weather_of
from codirector.assistant.planner.terms import field_of
from codirector.assistant.planner.text import bare, is_plural, key, singular, trim
from codirector.assistant.planner.wishes import restored, sheltered, starts_wish
from codirector.prompts import vocabulary
from codirector.prompts.change import AddDetail, AddElement, ReplaceElement
from codirector.prompts.scene import Element

LONGEST = 9
"""Words of one piece; what is longer is a sentence."""
_HEADER = re.compile(
    r"^(?:(?:ok|so|hi|please|next|now)[,:]? )?(?:(?:some|a few|two|three|four|several|my|the|these|just|here are|i have"
    r"|could you do)\b[\w ]{0,25}?)?"
    r"\b(?:changes|edits|wishes|fixes|things|to ?dos?|notes|ideas|feedback|tweaks|requests|points|corrections|please|i (?:want|need"
    r"|would like)|i'd like|could (?:you|we) (?:do|have|make)|give me|next up)\b[\w ]{0,25}: +",
    re.I,
)
_NUMBERED = re.compile(r"(?:^|(?<=[\s,;.]))\(?(?P<n>\d|[a-e]|i{1,3})[.):][ \t]+(?=\S)", re.I)
_BULLET = re.compile(r"(?:^|\n)\s*(?:[-*•+>]|\(?\d{1,2}[.)])\s+")
_SEAM = re.compile(
    r"\s*[,;]\s*(?:(?:and|then|also|plus|oh|but)\b[ ,]*)*|\s+(?:and then|and also|and|plus|also|then|but also|but"
    r"|as well as)\s+(?:also |then )?"
    r"|\s+[+&/]\s+|(?<=[^\d\s])[.!]+\s+(?:(?:and|then|also|plus)\b[ ,]*)*|\s*\n\s*",
    re.I,
)
_PARTS = word_set(
    "hair eye nose ear tail mouth lip lipstick teeth tooth skin fur feather wing beak horn face hand beard moustache mustache eyebrow"
    " eyelash "
    "cheek chin neck shoulder arm finger nail belly leg foot paw claw mane whisker snout freckle makeup make-up smile expression"
    " haircut hairstyle "
    "ponytail braid bang curl wrinkle shadow reflection cloud sky wall floor ceiling roof background foreground sleeve collar armor armour"
)
_NEW = re.compile(
    r"^(?:an?|another|one more|some|two|three|four|five|six|seven|eight|several|a few|many|more|lots of|\d{1,2}) (?=\S)", re.I
)
_INSTEAD = re.compile(r"^(?P<new>.+?) (?:instead of|rather than|in place of|not) (?P<old>.+)$", re.I)
_COUNTS = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2})"
_CLAUSE = re.compile(
    r"^(?:i|it|he|she|they|we|you|this|that|if|there)\b|\b(?:i|am|is|are|was|were|do|does|did|don'?t|doesn'?t|didn'?t|isn'?t|aren'?t)\b"
    r"|\b(?:it|that|this|he|she|i|there|what)'(?:s|m|d|ll|re|ve)\b",
    re.I,
)
_SENTENCE = re.compile(
    r"\b(?:was|were|is|are|should|could|would|must|might|be|has|have|had|please|if)\b|^(?:it|he|she|they|what|how|why|who|when|where)\b"
    r"|\b(?:one|it|that|this|there)'s\b|\?",
    re.I,
)
_SOME = re.compile(
    r"^(?:a (?:little )?(?:bit|touch|hint|dash|tad) of|a little|some more|some|lots of|a lot of) (?P<n>[\w-]+(?: [\w-]+)?)$", re.I
)
_LOOKS = re.compile(
    r"(?:up|down|back|open|closed|shut|wet|loose|tied (?:back|up)|in (?:a|two) [\w -]+|messy|wild|raised|crossed|folded|[\w-]+ed"
    r"|[\w-]+y|[\w-]+er)",
    re.I,
)
_TONES = (
    (re.compile(r"^(?:high(?:er)?|strong(?:er)?|big|hard|harder|punchy|lots of) contrast$", re.I), "more contrast"),
    (re.compile(r"^(?:low(?:er)?|weak(?:er)?|soft(?:er)?|little) contrast$", re.I), "less contrast"),
    (re.compile(r"^(?:high(?:er)?|strong(?:er)?) saturation$|^(?:bright(?:er)?|strong(?:er)?|rich(?:er)?|vivid|bold) colou?rs$", re.I),
     "more saturated"),
    (re.compile(r"^(?:low(?:er)? saturation|(?:muted|pale|soft|softer|faded|paler|less) colou?rs)$", re.I), "less saturated"),
    (re.compile(r"^(?:warm|warmer) (?:tones?|colou?rs|tint)$", re.I), "warmer"),
    (re.compile(r"^(?:cool|cold|cooler|colder) (?:tones?|colou?rs|tint)$", re.I), "cooler"),
)  # fmt: skip
_ABOUT_THIS = re.compile(
    r"\b(?:more|less|fewer|no|without|instead|rather|another|away|gone|off|\w{3,}er (?!in\b|on\b|with\b)|add|remove|make|change|put|turn)\b"
    r"|\b(?:darker|brighter|softer|warmer|bigger|smaller|longer|shorter|cooler|colder|lighter|closer|wider)\b",
    re.I,
)


def pieces(message: str) -> tuple[tuple[str, ...], bool]:
    """The pieces of a list in order, and whether it is marked as one (numbers, bullets, a heading). No pieces where there is only one."""
    body = _HEADER.sub("", message.strip(), count=1)
    marked = body != message.strip()
    if len(_BULLET.findall(body)) > 1 or ("\n" in body and _BULLET.match(body)):
        found = list(_BULLET.split(body))
        return _clean(found), True
    body = re.sub(r"^(?:\w+ ){1,4}(?=\(?[1a][.)] )", "", body, flags=re.I)  # 'could you (1) ... (2) ...'
    numbers = list(_NUMBERED.finditer(body))
    if len(numbers) > 1 and numbers[0].start() == 0 and numbers[0]["n"].lower() in ("1", "a", "i"):
        edges = [*(match.end() for match in numbers), len(body)]
        starts = [*(match.start() for match in numbers[1:]), len(body)]
        return _clean([body[a:b] for a, b in zip(edges, starts, strict=False)]), True
    hidden, kept = sheltered(body)
    found = _clean([restored(part, kept) for part in _SEAM.split(hidden) if part])
    return (found if len(found) > 1 else ()), marked


def _clean(parts: list[str]) -> tuple[str, ...]:
    cut = (
        trim(re.sub(r"^(?:(?:and|also|then|plus|maybe|please|oh|with|finally|lastly)\b[ ,]*)+(?=\S)", "", trim(part), flags=re.I))
        for part in parts
    )
    return tuple(part for part in cut if key(part))


def fragment(text: str, facts: Facts, listed: bool) -> Reading | None:
    """A piece without a verb. A thing by its bare name is only added in a list (`listed`)."""
    plain = bare(text)
    if (
        _SENTENCE.search(plain)
        or re.search(r"\b(?:makes? no|do not|don't)\b|^(?:bye|not|from|far|call)\b", plain, re.I)
        or (starts_wish(plain) and not _INSTEAD.match(plain))
    ):
        return None
    for pattern, said in _TONES:
        if pattern.match(plain) and (found := readings(said, facts)):
            return found[0]
    if (reading := instead_of(plain, facts)) is not None:
        return reading
    plain = re.sub(rf" (?:instead of|rather than|not) {_COUNTS}$", "", plain, flags=re.I)  # 'four apples instead of three'
    if field_of(plain) is not None or weather_of(plain):
        return None  # a value by itself: the rules read it
    element = element_of(plain)
    if element is None or not key(element.name) or re.search(r"\b(?:the|an?|his|her|its|their)\b", element.name, re.I):
        return None
    head = key(element.name)[-1]
    further = re.match(r"^(?:another|one more|more|some|several|a few|many|lots of) ", plain, re.I)
    if not further and (known := _known(plain, element, facts)) is not None:
        return known
    if (some := _SOME.match(plain)) is not None and not is_plural(some["n"].split()[-1]) and resolve(some["n"], facts).kind == "nothing":
        return Reading(SURE, AddDetail(detail=some["n"]), rule="some of a quality")
    first = key(plain)[:1]
    if first and first[0] in _PARTS and 2 <= len(plain.split()) <= 4 and _LOOKS.fullmatch(plain.split(" ", 1)[1]):
        return Reading(SURE, AddDetail(detail=plain), rule="part with its look")  # 'hair up'
    if head in _PARTS and len(plain.split()) <= 5 and not _NEW.match(plain) and not element.placement and len(key(plain)) > 1:
        return Reading(SURE, AddDetail(detail=plain), rule="part with its look")
    if _NEW.match(plain) and resolve(plain, facts).kind == "nothing":
        made = element.evolve(placement=placement_by_name(element.placement, facts))
        return Reading(LIKELY, AddElement(element=made), focus=element.name, rule="thing of a list")
    if re.match(r"the ", plain, re.I) and any(resolve(" ".join(plain.split()[:n]), facts).kind == "element" for n in (2, 3)):
        return None  # 'the tractor dwarfs everything' is said of what is there
    thing = vocabulary.thing(singular(element.name)) or vocabulary.thing(head)
    if listed and (thing or element.placement or is_plural(head if not thing else element.name.split()[-1])) and len(plain.split()) <= 6:
        made = element.evolve(placement=placement_by_name(element.placement, facts))
        return Reading(LIKELY, AddElement(element=made), focus=element.name, rule="thing of a list")
    return None


def _known(plain: str, element: Element, facts: Facts) -> Reading | None:
    """'black dog', 'three foxes', 'the couch white', 'wooden table': a thing of the scene with a new quality."""
    target = resolve(re.sub(r"^(?:the|his|her|its|their) ", "", element.name), facts)
    words = plain.split()
    if (
        target.kind == "element"
        and not target.pronoun
        and not element.placement
        and not element.pose
        and key(element.name) == key(target.name)
    ):
        now = facts.element(target.name)
        if element.count > 1 or (count_of(words[0]) == 1 and words[0].lower() in ("one", "1")):
            return alter(target.name, "count", str(element.count)) if now is None or now.count != element.count else None
        if element.colour:
            return alter(target.name, "colour", element.colour)
        if element.material:
            return alter(target.name, "material", element.material)
    last = resolve(words[-1], facts)
    if len(words) in (2, 3) and last.kind == "element" and not last.pronoun:
        value = " ".join(words[:-1])
        if is_size(value):
            return give_element(last, value, "make", facts)
        if re.fullmatch(r"(?:very )?[\w-]{3,}(?:y|ed|ic|ful|ous|ish|less|ing|er|en)", value, re.I):
            return Reading(LIKELY, AddDetail(detail=plain), focus=last.name, rule="quality of a thing")
    for size in range(min(3, len(words) - 1), 0, -1):
        first = resolve(" ".join(words[:size]), facts)
        value = " ".join(words[size:])
        if first.kind == "element" and not first.pronoun and (colour := colour_of(re.sub(r"^in ", "", value))):
            return alter(first.name, "colour", colour)
        if first.kind == "element" and not first.pronoun and (material := material_of(value)):
            return alter(first.name, "material", material)
        if first.kind == "element" and not first.pronoun and (pose := pose_of(value) or _raised(value)):
            return alter(first.name, "pose", pose)
    return None


def _raised(value: str) -> str:
    """'raised', 'broken in two': a participle as what a thing is like."""
    return value if re.fullmatch(r"[a-z]{3,}(?:ed|en)(?: (?:in|by|at|up|down|on) [\w ]+)?", value, re.I) else ""


def instead_of(text: str, facts: Facts) -> Reading | None:
    """'forest instead of snow': a thing for a thing, a field's value for its value, surroundings for what is no thing of the scene."""
    match = _INSTEAD.match(text)
    if match is None or starts_wish(text) or re.fullmatch(_COUNTS, trim(match["old"]), re.I):
        return None
    new, old = trim(match["new"]), trim(match["old"])
    if _CLAUSE.search(new):
        return None  # 'I am not satisfied with it' names nothing instead of anything
    gone, made = resolve(old, facts), element_of(new)
    if gone.kind == "element" and made is not None and not colour_of(new):
        return Reading(SURE, ReplaceElement(name=gone.name, element=made), focus=made.name, rule="X instead of Y")
    if gone.kind == "field":
        return give_field(gone.name, new)  # type: ignore[arg-type]
    was = gone.kind == "nothing" and (field_of(old) or field_of(old.split()[-1]))
    if was and was.field in ("style", "medium", "mood"):
        return give_field(was.field, new)  # 'ghibli-ish rather than generic anime'
    term = field_of(new)
    if term is not None:
        return give_field(term.field, new)
    if gone.kind == "nothing" and not colour_of(new) and not re.match(r"(?:an?|two|three|\d) ", new, re.I):
        return give_field("setting", new)  # what is no thing of the scene and not named in it lies in its surroundings
    return None


def about_this(message: str, parts: tuple[str, ...], facts: Facts) -> bool:
    """Whether a list speaks of the picture at hand: it names something of it, compares, or takes something away."""
    if _ABOUT_THIS.search(message):
        return True
    named = [resolve(re.sub(r"^(?:[\w-]+ ){0,2}(?=[\w-]+$)", "", part), facts).kind in ("element", "detail") for part in parts]
    if any(named) or any(resolve(word, facts).kind == "element" for part in parts for word in re.findall(r"\bthe [\w-]+", part)):
        return True
    if any(key(part)[-1:] and key(part)[-1] in _PARTS for part in parts):
        return True
    if any(re.search(r"\b(?:him|her|them|his|their|its)\b", part, re.I) for part in parts):
        return True
    return all(field_of(part) is not None or weather_of(part) or any(p.match(part) for p, _ in _TONES) for part in parts)
