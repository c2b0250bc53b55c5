"""What the tagger marked in a description of a new picture -> a `Scene`: every marked stretch goes where its mark says, read by the same
rules as any phrase; words that nobody marked are kept as details or named in a note, unless they only ask for a picture.

It does not decide whether the marks are to be believed (see `hearing`).
"""

import re
from collections.abc import Sequence

from codirector.assistant.planner.lexicon import word_set
from codirector.assistant.planner.rules.described import refined
from codirector.assistant.planner.tagger import Slot
from codirector.assistant.planner.text import trim
from codirector.prompts import vocabulary
from codirector.prompts.clauses import read_phrase
from codirector.prompts.draft import Draft
from codirector.prompts.nouns import read_noun
from codirector.prompts.scene import SCENE_FIELDS, Element, Render, Scene, SceneField
from codirector.prompts.split import scene_from_text
from codirector.prompts.words import without_article

MARKS = frozenset({"EL", "ACT", "SET", "STY", "LIG", "MOO", "CAM", "COM", "DET", "AVO", "P"})
_FIELDS: dict[str, SceneField] = {"SET": "setting", "LIG": "lighting", "MOO": "mood", "CAM": "camera", "COM": "composition"}
_MANNERS = frozenset({"STY", "LIG", "MOO", "CAM", "COM", "DET"})
_SEASON = r"(?:early |late )?(?:spring|summer|autumn|fall|winter)"
_LIGHT = re.compile(
    r"light|lit\b|glow|shadow|shade|shine|shining|glare|sun|moon|star|lamp|candle|lantern|fire|neon|dark|bright|dim|gloom|night|noon|day|dawn"
    r"|dusk|twilight|morning|evening|midnight|sky|skies|cloud|overcast|storm|fog|mist|haz|rays?\b|beam|hour|flash|contre|silhouette|gold"
    r"|rim\b|softbox|strobe|studio|\bkey\b|chiaroscuro|aurora|season|summer|winter|autumn|spring|weather|rain|snow",
    re.I,
)
_KINDS = (
    r"(?:picture|image|pic|photo|photograph|drawing|painting|illustration|render|scene|artwork|sketch|piece|shot|frame|job|brief|prompt)s?"
)
_ASKING = word_set(
    "a an the and or of with in on at to for so like as it its is are was were be been being am i me my we us our you your he she they "
    "him her them his their this that these those there here what which who how when where while then than also too very just "
    "only some one ones please kindly pray thanks thank lol um uh okay ok hey hi hello now again maybe perhaps possibly suppose guess "
    "think can could would will shall should might may must do does did have has had let lets want wants wish like love need needs "
    "require draw paint sketch make create generate render show give see try imagine picture pictured always painted drawn rendered "
    "done made seen shot viewed taken set design put get begin start afresh scratch over new next another different completely "
    "fresh forget leave drop scrap stop kind sort bit little quite good look looks looking style mood atmosphere light lighting "
    "w no not two by from into wondering depicting showing featuring containing nice dignified finally first opening d ll ve s t m re "
    "wears wearing "
    "sick cool awesome epic something anything everything else idea really basically literally actually well oh yes yeah mm hmm er"
)
"""Words that ask for a picture, hesitate or join; in them nothing is described."""
_PURPOSE = re.compile(
    r"\bfor (?:my|our|the|a|an|his|her|their|this|that|me|us)\b[^,.;:]*"
    r"|\b(?:my|our) [\w' -]{2,30}? (?:wants?|would like|loves?|needs?|asked for)\b",
    re.I,
)
_PRODUCTS = re.compile(
    r"^(?P<s>.*?) ?\b"
    r"(?P<m>(?:logo|poster|sticker|icon|tattoo|postcard|flyer|banner|(?:album|book|magazine) cover))(?: (?:design|art|style))?$",
    re.I,
)
_JOINTS = r"and|with|of|my|our|an?|the|please|so|like|also|in|is|are|as|to|um|uh|by|for|make|draw|show|paint|give|me"
_QUOTED = re.compile(r"[\"“”'‘’](?P<t>[^\"“”]{1,200}?)[\"“”'’](?!\w)")
_CLAIMED = re.compile(r"\b(?:with|in|wearing)(?: an?| the)? $|^(?:with|in|wearing) ", re.I)
_BESIDE = re.compile(r"^(?P<p>.*\b)(?:it|him|her|them)$", re.I)


def marked_scene(text: str, slots: Sequence[Slot], begin: int = 0) -> tuple[Scene, tuple[str, ...]]:
    """The scene that the marks of a description mean, and notes. An empty scene where nothing is marked. What is said before `begin` only
    takes leave of another picture."""
    marks = _marks(slots)
    if not marks:
        return Scene(), ()
    draft, notes = Draft(), list[str]()
    things = sum(slot.tag == "EL" for slot in marks)
    waiting = ""
    """A place said before the thing that stands there."""
    end = begin
    for number, slot in enumerate(marks):
        between, end = text[end : slot.start], slot.end
        _unmarked(draft, between, notes)
        words = trim(slot.text)
        following = marks[number + 1] if number + 1 < len(marks) else None
        previous = marks[number - 1] if number else None
        if previous is not None and not between.strip() and _goes_on(draft, previous, slot, words):
            continue
        if slot.tag in ("LIG", "DET") and _is_thing(words):
            _thing(draft, words)
            waiting = _placed(draft, waiting)
            continue
        if slot.tag == "EL" and re.search(r"\bfor $", between, re.I) and things > 1:
            notes.append(f"“for {words}” says whom or what the picture is for; it is not drawn.")
            continue
        if slot.tag in _MANNERS and (known := _known_field(words)) is not None:
            _field(draft, known, words)  # 'forest' is a place, whatever it was marked as
            continue
        match slot.tag:
            case "EL":
                _thing(draft, words)
                waiting = _placed(draft, waiting) if draft.elements else waiting
            case "P" if following is not None and following.tag == "EL" and _belongs_to_next(text, slot, following, number):
                waiting = words
            case "P" if draft.fields.get("action") and re.match(r"(?:on|in|with) (?:his|her|its|their)\b", words, re.I):
                draft.fields["action"][-1] += f" {words}"  # 'floating on its back'
            case "P" if draft.elements:
                _placed(draft, _named_place(words, draft))
            case "P":
                draft.set_field("setting", words)
            case "ACT":
                _action(draft, words, things)
            case "DET":
                _detail(draft, words, between)
            case "LIG" if re.fullmatch(rf"(?:in )?{_SEASON}", words, re.I):
                draft.set_field("setting", words if words.lower().startswith("in ") else f"in {words}")
            case "LIG" if not _LIGHT.search(words):
                draft.add_detail(words)
            case "AVO":
                draft.add_avoided(without_article(re.sub(r"^(?:no|without|not) ", "", words, flags=re.I)))
            case "STY":
                _style(draft, words)
            case _:
                _field(draft, _FIELDS[slot.tag], words)
    _unmarked(draft, text[end:], notes)
    if waiting:
        draft.add_detail(waiting)
    scene, more = refined(draft.scene(Render()), text)
    return scene, tuple(dict.fromkeys((*draft.notes, *more, *notes)))


_THINGS = re.compile(r"^(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2}) [\w-]+(?: [\w-]+)?$", re.I)


def _is_thing(words: str) -> bool:
    """'a sun', '5 candles': a thing that can be drawn, though it was marked as light or detail."""
    noun = read_noun(words) if _THINGS.match(words) else None
    return noun is not None and noun.thing and len(noun.name.split()) == 1 and not vocabulary.classify(words)


def _goes_on(draft: Draft, previous: Slot, slot: Slot, words: str) -> bool:
    """A stretch that only goes on with the one right before it ('city lights' + 'behind her', 'in a meadow' + 'full of daisies')."""
    field = {"LIG": "lighting", "SET": "setting"}.get(previous.tag)
    if slot.tag == "P" and previous.tag == "DET" and draft.details:
        draft.details[-1] += f" {words}"
    elif slot.tag == "P" and previous.tag == "LIG" and draft.fields.get("lighting"):
        draft.fields["lighting"][-1] += f" {words}"
    elif slot.tag in ("ACT", "DET") and field == "setting" and draft.fields.get(field) and re.match(r"(?:full|covered|filled|lit) ", words):
        draft.fields[field][-1] += f" {words}"
    else:
        return False
    return True


def unmarked_words(text: str, slots: Sequence[Slot], begin: int = 0) -> tuple[str, ...]:
    """The words after `begin` and outside every mark that are more than a request for a picture."""
    marks = _marks(slots)
    edges = [begin, *(edge for slot in marks for edge in (slot.start, slot.end)), len(text)]
    outside = " ".join(text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))
    return tuple(_telling(_PURPOSE.sub(" ", outside)))


def _marks(slots: Sequence[Slot]) -> list[Slot]:
    """The marks of a description, in order, without those on nothing but a joining word ('in', 'with')."""
    found = [slot for slot in slots if slot.tag in MARKS and not re.fullmatch(_JOINTS, trim(slot.text), re.I)]
    return sorted(found, key=lambda slot: slot.start)


def _thing(draft: Draft, words: str) -> None:
    """A thing with its adjectives; what the phrase says besides goes to its own place."""
    read = scene_from_text(words).scene
    if not read.elements:  # 'a winding river' alone reads as a place; marked as a thing it is one
        draft.add_element(read_noun(words).element(1.0))
        return
    for element in read.elements:
        pose = " ".join(part for part in (element.pose, read.action) if part)
        draft.add_element(element.evolve(pose=pose[:200]))
    for field in SCENE_FIELDS:
        value = getattr(read, field)
        if value and not (field == "action" and read.elements):
            for part in value.split(" + ") if field == "style" else (value,):
                draft.set_field(field, part)
    for detail in read.details:
        draft.add_detail(detail)


def _belongs_to_next(text: str, place: Slot, thing: Slot, number: int) -> bool:
    """'on the left a fox': said before its thing, at the beginning of a phrase."""
    gap = text[place.end : thing.start]
    before = text[: place.start].rstrip()
    fresh = number == 0 or before.endswith((",", ";", ".", ":")) or re.search(r"\b(?:and|with)$", before, re.I) is not None
    seen = r"\s*(?:is|are|there is|there are|there's|stands|sits|lies|you (?:can )?see|we (?:can )?see)?\s*"
    return fresh and re.fullmatch(seen, gap, re.I) is not None


def _placed(draft: Draft, place: str) -> str:
    """Puts the place on the newest thing; what is still waiting after that is ''."""
    if place:
        index = len(draft.elements) - 1
        both = f"{draft.elements[index].placement}, {place}" if draft.elements[index].placement else place
        draft.elements[index] = draft.elements[index].evolve(placement=both)
    return ""


def _named_place(place: str, draft: Draft) -> str:
    """'next to it' with the name of the thing that was there before."""
    match = _BESIDE.match(place)
    if match is None or len(draft.elements) < 2:
        return place
    return f"{match['p']}the {draft.elements[-2].name}"


def _action(draft: Draft, words: str, things: int) -> None:
    """What the only thing does is the action of the picture; of several things each has its own pose. A state ('asleep') is a pose."""
    plain = re.sub(r"^(?:is|are|who (?:is|are)|that (?:is|are)|which (?:is|are)) ", "", words, flags=re.I)
    if not draft.elements or (things <= 1 and re.match(r"\w+(?:ing|s)\b", plain)):
        draft.set_field("action", plain)
        return
    index = len(draft.elements) - 1
    draft.alter(index, pose=plain if not draft.elements[index].pose else f"and {plain}")


def _detail(draft: Draft, words: str, between: str) -> None:
    """Lettering goes on the thing, clothes and the like to who wears them, everything else among the details."""
    if draft.elements and (
        says := re.match(r"(?:and )?(?:it|that|which|where it)? ?(?:says|saying|reads|reading) (?P<t>\S.*)$", words, re.I)
    ):
        draft.alter(len(draft.elements) - 1, text=re.sub(r"^[\"'“‘]|[\"'”’]$", "", says["t"]))
        return
    lettering = _QUOTED.search(words)
    if lettering is not None and draft.elements:
        rest = re.sub(r"\b(?:with )?(?:the )?(?:words?|text|title|caption|lettering)\b", " ", words.replace(lettering[0], " "))
        rest = trim(" ".join(rest.split()))
        if rest:
            draft.add_element(Element(name="lettering", text=lettering["t"], placement=rest[:200]))
        else:
            draft.alter(len(draft.elements) - 1, text=lettering["t"])
        return
    joint = re.search(r"\b(?P<j>with|in|wearing|wears) (?:an? |the )?$", between, re.I)
    if draft.elements and (joint is not None or _CLAIMED.search(words)) and not vocabulary.classify(words):
        draft.alter(len(draft.elements) - 1, pose=f"{joint['j'].lower().replace('wears', 'wearing')} {words}" if joint else words)
        return
    draft.add_detail(words)


def _style(draft: Draft, words: str) -> None:
    """Styles by their usual names; what it is made for (a logo, a poster) and what it is made with are the medium."""
    plain = without_article(re.sub(r"^(?:in (?:the style of )?|like |as )(?=\S)", "", words, flags=re.I))
    product = _PRODUCTS.match(plain)
    if product is not None:
        draft.set_field("medium", product["m"].lower())
        plain = trim(product["s"])
    if not plain:
        return
    known = vocabulary.lookup(plain) or vocabulary.lookup(f"{plain} painting") or vocabulary.lookup(f"{plain} style")
    if known is not None and known.kind in ("style", "medium"):
        draft.set_field("style" if known.kind == "style" else "medium", known.term)
        return
    draft.set_field("style", re.sub(r" style$", "", plain, flags=re.I))


def _known_field(words: str) -> SceneField | None:
    """The field of a phrase that the vocabulary knows as a whole."""
    term = vocabulary.lookup(words)
    return next((field for field in SCENE_FIELDS if term is not None and term.kind == field), None)


def _field(draft: Draft, field: SceneField, words: str) -> None:
    known = vocabulary.lookup(words)
    plain = re.sub(r"^(?:in (?=summer|winter|spring|autumn|fall)|at |an? |the )", "", words, flags=re.I) if field != "setting" else words
    draft.set_field(field, known.term if known is not None and known.kind == field else plain)


def _unmarked(draft: Draft, text: str, notes: list[str]) -> None:
    """Words between the marks: for whom a picture is made is told and not drawn; anything else that says something is read as a phrase of
    its own."""
    for purpose in _PURPOSE.findall(text):
        notes.append(f"“{trim(purpose)}” says whom or what the picture is for; it is not drawn.")
    rest = _PURPOSE.sub(" ", text)
    for piece in re.split(r"[,;:.!?\n]+", rest):
        told = _telling(piece)
        if told:
            phrase = re.sub(rf"^(?:(?:{_JOINTS}) )+(?=\S)|(?<=\S)(?: (?:{_JOINTS}))+$", "", trim(piece), flags=re.I)
            read_phrase(draft, trim(phrase), 1.0, False)


def _telling(text: str) -> list[str]:
    words = re.findall(r"[^\W_]+", text.lower())
    return [word for word in words if word not in _ASKING and not re.fullmatch(_KINDS, word)]
