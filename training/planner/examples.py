"""Conversation moments with what they mean: a scene, a message, its intent, the spans of its slots, the thing it points at.

Everything is made from a seed; `held_out` draws only phrasings and (mostly) nouns that training never sees.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from training.planner import words
from training.planner.descriptions import description
from training.planner.grammar import Piece, expand, parse
from training.planner.intents import HELD_JOINTS, INTENTS, JOINTS, TAGS, WEIGHTS
from training.planner.situations import Situation, situation
from training.planner.slips import slipped

NEEDS_NO_SCENE = frozenset({"create", "talk", "ask", "gibberish"})
_CHANGES = tuple(
    name
    for name in INTENTS
    if name
    not in {
        "undo",
        "redo",
        "goto",
        "branch",
        "compare",
        "save",
        "read",
        "how",
        "ask",
        "talk",
        "vague",
        "gibberish",
        "next",
        "newscene",
        "create",
        "allow",
    }
)
_OF_THINGS = frozenset({"colour", "material", "placement", "pose", "give", "part", "size", "replace", "remove", "text"})
_ALONE = frozenset({"talk", "vague", "gibberish", "next", "read", "how", "ask", "undo", "redo"})
_VERB = re.compile(
    r"^(?:add|put|place|insert|include|throw|bring|draw|paint|stick|drop|set|hang|position|scatter|squeeze|give|have|let|make|remove|delete"
    r"|erase|take|get|lose|ditch|cut|hide|replace|swap|switch|exchange|trade|substitute|change|turn|transform|convert|colou?r|recolou?r|dye"
    r"|repaint|build|carve|move|shift|push|pull|drag|use|apply|render|show|zoom|write|label|animate|crop|rotate|upscale|increase|reduce"
    r"|emphasi[sz]e|save|export|compare|undo|go|lock|keep|brighten|darken|sharpen|soften|boost|cover|wrap|dress|light|blur|focus|send)\b",
    re.I,
)


@dataclass(frozen=True)
class Example:
    """`spans`: (start, end, tag) in characters of `message`. `starts`: where its wishes begin. `intent` is '' where there are several
    wishes. `names` are the scene's things, `points` the index of the one meant (-1: none of them), `around` the rest of the scene."""

    message: str
    intent: str
    spans: tuple[tuple[int, int, str], ...]
    starts: tuple[int, ...]
    names: tuple[str, ...]
    points: int
    around: str


@lru_cache(maxsize=4)
def _choices(held_out: bool) -> dict[str, tuple[str, ...]]:
    chosen: dict[str, tuple[str, ...]] = {}
    for intent, lines in words.phrasings().items():
        mine = tuple(line for line in lines if words.held(line) == held_out)
        chosen[intent] = mine or lines[:1]
    return chosen


def wish(intent: str, made: Situation) -> list[Piece]:
    """One wish in words."""
    if intent == "create":
        return description(made)
    line = made.rng.choice(_choices(made.held_out)[intent])
    rules = made.rules()
    if "{C:<create>}" in line:
        before, after = line.split("{C:<create>}")
        return [*expand(parse(before), rules, made.rng), *description(made), *expand(parse(after), rules, made.rng)]
    return _subjects(expand(parse(line), rules, made.rng))


_SUBJECT = {"him": "he", "her": "she", "them": "they"}
_FINITE = re.compile(
    r" (?:should|must|could|can|might|would|will|is|are|was|were|has|have|had|needs?|looks?|feels?|seems?|gets?|goes|ought|stood|sat|lay"
    r"|wore|came|became|turned|started|carried|held|deserves?|wants?|belongs?|shouldn't|isn't|wasn't|weren't)\b"
)


def _subjects(pieces: list[Piece]) -> list[Piece]:
    """'him should' is 'he should', 'them is' is 'they are'."""
    for number, piece in enumerate(pieces[:-1]):
        if piece.tag == "T" and piece.text in _SUBJECT and _FINITE.match(pieces[number + 1].text):
            pieces[number] = Piece(_SUBJECT[piece.text], "T")
            if piece.text == "them":
                after = re.sub(r"^ (is|was|has|looks|needs)\b", lambda m: _PLURAL[m[0]], pieces[number + 1].text)
                pieces[number + 1] = Piece(after, pieces[number + 1].tag)
    return pieces


_PLURAL = {" is": " are", " was": " were", " has": " have", " looks": " look", " needs": " need"}


def remarked(pieces: list[Piece], made: Situation) -> list[Piece]:
    """The wish with a remark before it or a reason behind it: neither is a wish, and no word of them is marked."""
    rng, rules = made.rng, made.rules()
    roll = rng.random()
    if roll < 0.05:
        pieces = [*expand(parse("<opinion> "), rules, rng), *pieces]
    elif roll < 0.08:
        pieces = [*expand(parse("<aboutother>(, but |. |, and |, now )"), rules, rng), *pieces]
    elif roll < 0.12:
        pieces = [*pieces, *expand(parse("(, | - |. |, because |, since )<reason>"), rules, rng)]
    return pieces


def framed(pieces: list[Piece], intent: str, rng: random.Random) -> list[Piece]:
    """The wish with courtesies around it, sometimes as a question."""
    ends = rng.choice(("", "", "", "", "", ".", ".", "!"))
    asks = pieces and re.match(
        r"^(?:can|could|would|will|may|what|how|why|is|does|do|are|where|which|who|did|should|shall|wouldn't|wasn't)\b",
        pieces[0].text,
        re.I,
    )
    if asks and rng.random() < 0.65:
        ends = "?"
    if intent not in _ALONE and pieces and _VERB.match(pieces[0].text) and rng.random() < 0.28:
        request = rng.choice(words.fronts()["request"])
        pieces = [Piece(request + " "), *pieces]
        ends = "?" if re.match(r"^(?:can|could|would|is|do|any|may|why)\b", request) and rng.random() < 0.7 else ends
    if rng.random() < (0.05 if intent in _ALONE else 0.16):
        pieces = [Piece(rng.choice(words.fronts()["front"]) + " "), *pieces]
    if rng.random() < (0.03 if intent in _ALONE else 0.13) and not ends:
        pieces = [*pieces, Piece(rng.choice((" ", " ", ", ")) + rng.choice(words.fronts()["back"]))]
    return [*pieces, Piece(ends)] if ends else pieces


def example(rng: random.Random, held_out: bool = False, intent: str = "") -> Example:
    """One moment. Some 24 in 100 hold two to four wishes."""
    several = not intent and rng.random() < 0.24
    intent = intent or rng.choices(INTENTS, weights=tuple(WEIGHTS.values()))[0]
    if several:
        return _several(rng, held_out)
    made = situation(rng, held_out, empty=(intent == "create" and rng.random() < 0.8) or (intent in NEEDS_NO_SCENE and rng.random() < 0.3))
    made.aim()
    had_target, before = made.target, []
    if had_target is not None and made.points >= 0 and intent in _OF_THINGS and rng.random() < 0.1:
        # 'the dog looks bored, let it chase a ball': what was remarked upon is what the pronoun means.
        focus, made.focus = made.focus, made.points
        before = expand(parse(f"the {had_target.name} <looks> (<too> |)<missed>(, |. |, so |: )"), made.rules(), rng)
        pieces = wish(intent, made)
        made.focus = focus
    else:
        pieces = wish(intent, made)
    pointed = made.points if had_target is made.target and any(piece.tag in ("T", "SM") for piece in pieces) else -1
    whole = framed(pieces, intent, rng)
    if before:
        whole = [*before, *whole]
    elif intent not in _ALONE:
        whole = remarked(whole, made)
    return _finish([whole], intent, made, pointed)


_SHARED = (
    ("(make|have|turn|get|paint|I want|I'd like|could we have|let's have|let's make|can you make|please make)", "{V}"),
    ("(what if|what if|imagine|suppose|say|imagine if|I'd like it if)", "was {V}"),
    ("(add|put in|include|I want|I'd like|give me|throw in|could we have|can I get|with|draw|we need|there should be)", "{O}"),
    ("(remove|delete|get rid of|lose|drop|take out|without|I don't want|cut)", "{T}"),
    ("(give|get|lend) {T}", "{O:<wear>}"),
    ("{T} (should|could|must|needs to) (have|wear|get)", "{O:<wear>}"),
    ("(give|I want|I'd like) {T} (with |)", "{V:<partvalue> <part>}"),
    ("(make|turn|have|paint|render) (it|this|everything|the picture)", "{F}"),
    ("(could we have|I'd like|I want|let's have|give me|use|try|with|let's try)", "{F}"),
    ("(no|without|avoid|I don't want|there should be no)", "{V:<bad>}"),
    ("{T} (should|could|must) be", "{Q}"),
    ("(make|have|let) {T}", "{Q}"),
)
"""A verb said once, and what each wish under it looks like; {F} is a field's value, {Q} a quality."""
_SORTS = {"{F}": ("light", "mood", "style", "camera", "weather", "place"), "{Q}": ("colour", "size", "material", "pose", "colour")}
_FRAGMENTS = (
    "{V:<partvalue>} {T:<part>}",
    "{T:<poss> <part>} {V:<partvalue>}",
    "the {T:<part>} {V:<partvalue>}",
    "{V:<light>}",
    "{V:<style>}",
    "{V:<style>} style",
    "{V:<mood>}",
    "more {V:<mood>}",
    "{V:<place>}",
    "{V:<weather>}",
    "{V:<camera>}",
    "{V:<detail>}",
    "{V:<colour>} {T:<refbare>}",
    "{T} {V:<colour>}",
    "{T} in {V:<colour>}",
    "{T} {V:<size>}",
    "{V:<size>} {T:<refbare>}",
    "{T:<refbare>} made of {V:<material>}",
    "{V:<material>} {T:<refbare>}",
    "{T} {V:<pose>}",
    "{T} {V:<moveto>}",
    "{T} {V:<relation> <someref>}",
    "{V:<number>} {T:<refpl>}",
    "{O}",
    "{O} {P}",
    "{O} {P}",
    "no {V:<bad>}",
    "no {T:<refbare>}",
    "without {T}",
    "{O} instead of {T}",
    "{O:<wear>} for {T}",
    "{T} with {O:<wear>}",
    "{T} into {O}",
)
"""Wishes without a verb, as lists hold them."""
_LISTS = (
    (("", ""), (", ", ", ", ", and ", " and ")),
    (("", ""), ("; ", "; ")),
    (("", ""), (" + ", " + ")),
    (("", ""), (". ", ". ")),
    (("", ""), ("\n", "\n")),
    (("- ", ""), ("\n- ",)),
    (("1. ", ""), ("\n2. ", "\n3. ", "\n4. ")),
    (("1) ", ""), (" 2) ", " 3) ", " 4) ")),
    (("(changes|edits|to do|todo|wishes|feedback|notes|please|I want|could we have|can I have|next|so): ", ""), (", ", ", ", ", and ")),
    (("(some|a few|two|three|several) (changes|things|edits|wishes|ideas|notes|fixes)(: |, please: )", ""), (", ", "; ", ", and ")),
)
"""How a list begins, and its joints in order (the last ones are drawn from where there are more wishes)."""
_STEPS = (
    ("first ", "first, ", "start by: ", "to begin with, ", "step one: ", "firstly, "),
    (", then ", ". Then ", ", after that ", " and then ", "; then "),
    (", and finally ", ". Finally, ", ", and last ", ". Last, ", " and lastly ", ", finally "),
)


def _fragments(made: Situation) -> Example:
    """'shorter hair, the bench red and a lantern on the table': wishes without verbs, one after the other."""
    rng = made.rng
    (front, _), joints = rng.choice(_LISTS)
    count = rng.choice((2, 3, 3, 3, 4))
    groups, between = [], []
    for number in range(count):
        made.aim()
        pieces = _subjects(expand(parse(rng.choice(_FRAGMENTS)), made.rules(), rng))
        groups.append([*expand(parse(front), made.rules(), rng), *pieces] if number == 0 else pieces)
        if number:
            last = number == count - 1
            between.append(joints[number - 1] if "2" in joints[0] else rng.choice(joints[-2:]) if last else joints[0])
    if rng.random() < 0.2:
        groups[-1] = [*groups[-1], Piece(rng.choice((" please", ", please", ", thanks", ".", " pls", "!")))]
    return _finish(groups, "", made, -1, between=tuple(between))


def _shared(made: Situation) -> list[list[Piece]]:
    """'make the fox blue, the hat red and the bench bigger': one verb, several wishes."""
    rng = made.rng
    verb, each = rng.choice(_SHARED)
    groups: list[list[Piece]] = []
    for number in range(rng.choice((2, 2, 3))):
        if "{T}" not in verb:
            made.aim()  # else the verb's thing is the thing of every wish
        one = each
        if each in _SORTS:
            one = f"{{V:<{rng.choice(_SORTS[each])}>}}"
        if "{V}" in each:
            value = rng.choice(("colour", "colour", "pose", "size", "material"))
            one = f"{{T:the <refbare>}} {'was ' if each.startswith('was') else ''}{{V:<{value}>}}"
        groups.append(expand(parse(f"{verb} {one}" if number == 0 else one), made.rules(), rng))
    return groups


def _several(rng: random.Random, held_out: bool) -> Example:
    made = situation(rng, held_out)
    roll = rng.random()
    if roll < 0.22:
        return _finish(_shared(made), "", made, -1, joints=(", ", " and ", ", and ", " and ", " but also "))
    if roll < 0.42:
        return _fragments(made)
    groups: list[list[Piece]] = []
    count = rng.choice((2, 2, 2, 3, 3, 4))
    stepwise = roll < 0.52
    for number in range(count):
        intent = rng.choices(INTENTS, weights=tuple(WEIGHTS[name] if name in _CHANGES else 0 for name in INTENTS))[0]
        if number == 0 and rng.random() < 0.06:
            intent = "undo"
        if number == count - 1 and rng.random() < 0.06:
            intent = rng.choice(("save", "upscale", "animate", "compare"))
        if number and made.points >= 0 and rng.random() < 0.35:
            made.focus = made.points  # 'give her a hat and let her smile'
        else:
            made.aim()
        pieces = wish(intent, made)
        if stepwise and number == 0:
            pieces = [Piece(rng.choice(_STEPS[0])), *pieces]
        groups.append(framed(pieces, intent, rng) if number == 0 and not stepwise else pieces)
        if number == 0 and groups[0][-1].text in (".", "!", "?"):
            groups[0] = groups[0][:-1]
    steps = tuple(rng.choice(_STEPS[2] if number == count - 1 and count > 2 else _STEPS[1]) for number in range(1, count))
    return _finish(groups, "", made, -1, between=steps if stepwise else ())


def _finish(
    groups: list[list[Piece]], intent: str, made: Situation, points: int, joints: tuple[str, ...] = (), between: tuple[str, ...] = ()
) -> Example:
    """`between` are the joints in order; without them each is drawn from `joints`, without those from all that people use."""
    rng = made.rng
    slips = rng.random() < 0.13
    lower = rng.random() < 0.45
    text, spans, starts = "", [], []
    for number, pieces in enumerate(groups):
        if number:
            text += (
                between[number - 1] if between else rng.choice(joints or (HELD_JOINTS if made.held_out and rng.random() < 0.5 else JOINTS))
            )
        starts.append(len(text))
        for piece in pieces:
            written = slipped(piece.text, rng) if slips else piece.text
            written = re.sub(r" {2,}", " ", written)
            if text.endswith(" ") or not text:
                written = written.lstrip(" ")
            if piece.tag and written.strip():
                start = len(text) + len(written) - len(written.lstrip())
                spans.append((start, len(text) + len(written.rstrip()), piece.tag))
            text += written
    text = text.rstrip()
    text = text.lower() if lower and rng.random() < 0.6 else (text[:1].upper() + text[1:] if not lower else text)
    spans = [(start, min(end, len(text)), tag) for start, end, tag in spans if tag in TAGS and start < len(text)]
    names = tuple(f"{t.colour + ' ' if t.colour and rng.random() < 0.5 else ''}{t.name}" for t in made.things)
    around = [value for value in (*made.details, made.setting, made.style) if value and rng.random() < 0.3]
    if made.focus >= 0:
        around.append(f"now {made.things[made.focus].name}")
    return Example(text, intent, tuple(spans), tuple(starts), names, points, "; ".join(around))


def stream(seed: int, held_out: bool = False) -> Iterator[Example]:
    """Examples without end, the same for the same seed."""
    rng = random.Random(seed)
    while True:
        yield example(rng, held_out)
