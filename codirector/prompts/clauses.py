"""Reading one phrase of a picture description: what it shows, what that does, where, and in what manner. Rules over the vocabulary.

It reads plain English of the kind people type into prompt boxes; what it does not recognise it keeps as it is. Pure, given the
`Draft` it writes to.
"""

import re

from codirector.prompts.draft import Draft
from codirector.prompts.grammar import is_verb, segments, split_conjunctions, word_list
from codirector.prompts.nouns import Noun, begins_like_noun, read_noun
from codirector.prompts.scene import SCENE_FIELDS, SceneField
from codirector.prompts.vocabulary import (
    canonical,
    find_terms,
    fold,
    is_clothing,
    is_preposition,
    lookup,
    needs_preposition,
    relations,
    thing,
)
from codirector.prompts.words import singular, with_article, without_article

_REQUEST = re.compile(
    r"(?i)^(?:(?:please|kindly|now|ok|okay|hey|hi|hello|so|just)\s+)*(?:(?:can|could|would|will) you (?:please )?)?"
    r"(?:i(?:'d| would)? (?:want|like|love|need)(?: to (?:see|have))?(?: you to)?\s+|let's (?:see|have|make)\s+)?"
    r"(?:please )?(?:(?:create|make|generate|draw|paint|render|show|imagine|design|give|produce|do)(?: (?:me|us))?\s+"
    r"(?=(?:an?|the|some|one|two|three|four|five|six|my|\d+)\b))?"
)
_PICTURE_OF = re.compile(
    r"(?i)^(?:an? |the |one )?(?:(?:nice|beautiful|pretty|great|new|cool|amazing|stunning) )?"
    r"(?:image|picture|pic|scene|artwork|art|view|depiction)(?: (?:of|showing|with|depicting|where|that shows))?\s+(?=\S)"
)
_OPENING = re.compile(r"(?i)^(?:and|but|also|then|there (?:is|are)|it is|it's|its|featuring|showing|depicting|set)\s+(?=\S)")
_REMARK = re.compile(
    r"(?i)\b(?:background|foreground|sense|feeling|lot|touch|hint|mood|atmosphere|style|palette|tones?|colou?rs?|focus|details?|texture)\b"
)
_NEGATED = re.compile(
    r"(?i)^(?:but |and |with )?(?:no|without(?: any)?|avoid|exclude|never|free of|do(?: not|n't) (?:show|include)|not)\s+(.+)$"
)
_STYLE_OF = re.compile(
    r"(?i)^(?:painted |drawn |rendered |done |made )?(?:in|with) (?:the |a |an )?(?:art )?(?:style|manner|look|aesthetic) of (?:an? )?(.+)$"
)
_IN_STYLE = re.compile(
    r"(?i)^(?:painted |drawn |rendered |done |made )?(?:in|with) (?:the |a |an )?(.{2,80}?)(?:[ -]art)?[ -](?:style|aesthetic|look)$"
)
_LETTERING = re.compile(
    r"(?i)\s*(?:(?:that|which) (?:says?|reads?)|saying|reading"
    r"|with (?:the |a )?(?:text|words?|caption|title|lettering|inscription|sign)(?: (?:saying|reading))?"
    r"|labell?ed|titled|text|says|reads)?:?\s*[\"“]([^\"”]{1,300})[\"”]"
    r"|\s*(?:(?:that|which) (?:says?|reads?)|saying|reading"
    r"|with (?:the |a )?(?:text|words?|caption|title|lettering|inscription)(?: (?:saying|reading))?"
    r"|labell?ed|titled|says|reads):?\s+['‘]([^'’\"]{1,300}(?:['’]\w[^'’\"]{0,100}){0,4})['’](?!\w)"
)
"""Words in double quotes are lettering anywhere, in single ones (apostrophes look like them) only where they are called so."""
_SUFFIX_FIELDS: tuple[tuple[str, SceneField], ...] = (
    (r"(?:light|lighting|glow|shadows|illumination|backlight)", "lighting"),
    (r"(?:mood|atmosphere|vibes?|ambience|ambiance|feeling)", "mood"),
    (r"(?:shot|view|angle|perspective|lens|framing|viewpoint)", "camera"), (r"(?:composition|symmetry)", "composition"),
    (r"(?:style|aesthetic|illustration|painting|drawing|sketch|render|rendering|photo|photograph|photography|art|artwork)", "style"),
    (r"(?:on (?:paper|canvas|wood|silk|glass|parchment)|print|film)", "medium"),
)  # fmt: skip
_AUXILIARY = re.compile(r"(?i)^(?:(?:who|that|which) (?:is|are)|is|are|was|were|while) (?=\S)")
_OWN = re.compile(r"(?i)\b(?:his|her|its|their)\b")
_WHERE = frozenset({"in", "on", "at", "inside", "under", "near", "by", "among", "outside", "against"})
_CONNECTING = frozenset({"and", "with", "the", "a", "an", "of", "but", "or", "is", "are"})
_FIELD_OF: dict[str, SceneField] = {field: field for field in SCENE_FIELDS}
_OPPOSITE = {
    "next to": "next to", "beside": "next to", "near": "near", "in front of": "behind", "behind": "in front of", "above": "below",
    "below": "above", "under": "above", "underneath": "above", "beneath": "above", "to the left of": "to the right of",
    "to the right of": "to the left of", "left of": "to the right of", "right of": "to the left of",
}  # fmt: skip


_LONGEST = 600
"""Characters of the longest phrase that is read word by word; what is longer is no phrase of English and is kept as details."""


def read_phrase(draft: Draft, phrase: str, weight: float, first: bool) -> None:
    """Puts what one phrase says into the draft. `first`: nothing before it named a subject, so an unknown phrase may be it."""
    text = " ".join(phrase.split())
    text = _PICTURE_OF.sub("", _REQUEST.sub("", text)) if len(text) <= _LONGEST else text
    text = _OPENING.sub("", text).strip(" .-–—*•")
    words = text.casefold().split()
    if not re.search(r"\w", text) or (len(words) < 3 and all(is_preposition(word) or word in _CONNECTING for word in words)):
        return
    if len(text) > _LONGEST:
        draft.add_detail(text, weight)
        return
    negated = _NEGATED.match(text)
    if negated and not lookup(text):
        for term in re.split(r"(?i),|\s+(?:or|and|nor)\s+(?:no )?", negated[1]):
            draft.add_avoided(without_article(term.strip()), weight)
        return
    if _read_manner(draft, text, weight) or _read_of(draft, text, weight, first):
        return
    if _read_sentence(draft, text, weight, first):
        return
    field: SceneField | None = next(
        (name for ending, name in _SUFFIX_FIELDS if re.search(rf"(?i)\S\s+{ending}$", text) and len(text) < 100), None
    )
    if field:
        draft.set_field(field, re.sub(r"(?i)^(?:in|with|as) (?:an? |the )?|^(?:an?|the) ", "", text), weight)
    else:
        if not (draft.fields.get("setting") or draft.fields.get("action")):
            draft.unsure.append((text, weight))
        draft.add_detail(text, weight)


def promote_unsure(draft: Draft) -> None:
    """Makes the first unrecognised phrase the subject, if the text named none."""
    if draft.elements or not draft.unsure:
        return
    text, weight = draft.unsure[0]
    if text not in draft.details or len(text) > 200:
        return
    draft.details.remove(text)
    draft.weights.pop(text, None)
    noun = read_noun(text)
    draft.add_element(noun.element(draft.clamped(weight)))


def _read_manner(draft: Draft, text: str, weight: float) -> bool:
    """A phrase that is a known term as a whole, a style, or a blend of styles."""
    if "+" in text and _read_blend(draft, text, weight):
        return True
    term = lookup(text)
    if term and term.kind in SCENE_FIELDS:
        if term.kind == "setting" and needs_preposition(text):
            return False
        draft.set_field(_FIELD_OF[term.kind], term.term, weight)
        return True
    if term and term.kind == "quality":
        draft.add_detail(text, weight)
        return True
    if term and term.kind == "colour" and weight == 1.0 and len(draft.elements) == 1 and not draft.elements[0].colour:
        draft.alter(0, colour=text.casefold())
        return True
    if term and term.kind == "placement" and draft.elements and is_preposition(text.split()[0]):
        draft.alter(len(draft.elements) - 1, placement=term.term)
        return True
    named = _STYLE_OF.match(text) or _IN_STYLE.match(text)
    if named and not re.search(r"\b(?:at|on|under)\b", named[1]):
        for part in re.split(r"\s*(?:\+|&|\bmixed with\b|\bmeets\b|\band\b)\s*", named[1]):
            draft.set_field("style", canonical(part, "style"), weight)
        return True
    return False


def _read_blend(draft: Draft, text: str, weight: float) -> bool:
    named = _STYLE_OF.match(text)
    parts = [part.strip() for part in (named[1] if named else text).split("+") if part.strip()]
    if not parts or not (named or draft.fields.get("style") or any(lookup(part, "style") for part in parts)):
        return False
    for part in parts:
        draft.set_field("style", canonical(part, "style"), weight)
    return True


def _read_of(draft: Draft, text: str, weight: float, first: bool) -> bool:
    """'A watercolor painting of a fox', 'close-up of ...': the manner before 'of', then the rest."""
    match = re.match(r"(?i)^(.{2,80}?) (?:of|showing|depicting) (\S.*)$", text)
    if not match:
        return False
    manner = match[1]
    found = find_terms(manner, (*(field for field in SCENE_FIELDS if field not in ("action", "setting")), "quality"))
    rest = manner
    for item in reversed(found):
        rest = rest[: item.start] + rest[item.end :]
    if not found or any(word not in word_list("before_of") for word in rest.casefold().split()):
        return False
    for item in found:
        if item.kind == "quality":
            draft.add_detail(without_article(manner[item.start : item.end]), weight)
        else:
            draft.set_field(_FIELD_OF[item.kind], item.term, weight)
    read_phrase(draft, match[2], weight, first)
    return True


def _read_sentence(draft: Draft, text: str, weight: float, first: bool) -> bool:
    """A clause with things in it: 'two penguins on the left and a red balloon', 'in the snow', 'playing chess'. False: it is none."""
    clauses = split_conjunctions(text)
    head, tails = segments(clauses[0])
    noun = read_noun(head) if head else None
    if noun is None:
        if not tails or (not draft.elements and first and not _starts_tail(tails[0])):
            return False
        index = len(draft.elements) - 1
        if not draft.elements and not _known_tails(tails):
            return False
    else:
        place = _place_of(head, noun)
        manner = lookup(head) if not noun.thing and not place and not draft.elements else None
        if place and (not draft.elements or not noun.definite):
            draft.set_field("setting", place, weight)
            index = len(draft.elements) - 1
        elif manner and manner.kind in SCENE_FIELDS and tails:
            draft.set_field(_FIELD_OF[manner.kind], manner.term, weight)
            index = len(draft.elements) - 1
        elif _is_subject(noun, first, tails):
            if noun.style:
                draft.set_field("style", noun.style, weight)
            index = draft.add_element(noun.element(draft.clamped(weight)))
        else:
            return False
    _read_tails(draft, index, tails, weight, alone=len(clauses) == 1)
    for clause in clauses[1:]:
        if is_clothing(clause) and draft.elements and draft.elements[-1].pose:
            draft.alter(len(draft.elements) - 1, pose=f"and {clause}")
        elif not _read_manner(draft, clause, weight) and not _read_sentence(draft, clause, weight, first and not draft.elements):
            draft.add_detail(clause, weight)
    return True


def _starts_tail(tail: str) -> bool:
    return is_preposition(tail.split()[0]) or tail.split()[0].casefold() in ("with", "wearing", "holding")


def _known_tails(tails: list[str]) -> bool:
    """Whether tails without a subject say something a scene can hold."""
    return any(lookup(tail) or _place_in(tail) or is_verb(tail.split(), 0) for tail in tails)


def _is_subject(noun: Noun, first: bool, tails: list[str]) -> bool:
    """Whether a noun phrase is a thing of the picture rather than a remark about it ('the background is blue', 'a sense of wonder')."""
    if noun.thing:
        return True
    if _REMARK.search(noun.name):
        return False
    return (noun.determined and (first or not noun.definite)) or (first and bool(tails))


def _place_of(head: str, noun: Noun) -> str:
    """The setting a noun phrase is ('a misty forest'), or ''."""
    if noun.count != 1 or needs_preposition(without_article(head)):
        return ""
    known = lookup(head, "setting")
    if known:
        return known.term
    last = noun.name.split()[-1:] if noun.name else []
    if (
        last
        and (known := lookup(last[0], "setting"))
        and not needs_preposition(last[0])
        and known.term.split()[-1] == singular(last[0].casefold())
    ):
        rest = without_article(head)
        return f"{known.term.split()[0]} {with_article(rest)}"
    return ""


def _place_in(tail: str) -> bool:
    """Whether a prepositional phrase names a place ('inside a cosy kitchen')."""
    words = tail.split()
    if len(words) < 2 or not is_preposition(words[0]):
        return False
    if lookup(tail, "setting"):
        return True
    return any(lookup(" ".join(words[start:]), "setting") for start in range(max(1, len(words) - 3), len(words)))


def _read_tails(draft: Draft, index: int, tails: list[str], weight: float, alone: bool) -> None:
    """What follows a noun: manner, place, placement, what it does and wears. `index` -1: there is no subject."""
    doing: list[str] = []
    number = 0
    while number < len(tails):
        size = next((size for size in (3, 2, 1) if number + size <= len(tails) and _is_term(" ".join(tails[number : number + size]))), 1)
        tail = " ".join(tails[number : number + size])
        following = tails[number + size] if number + size < len(tails) else ""
        number += size
        tail = _take_lettering(draft, index, tail)
        if not tail or tail.casefold() in ("is", "are", "was", "were", "that", "who", "which", "while", "with"):
            continue
        verb = _AUXILIARY.sub("", tail)
        placed = index > 0 or bool(draft.fields.get("setting"))
        if (placed and index >= 0 and _read_side(draft, index, tail)) or _read_manner(draft, tail, weight):
            continue
        if without := re.match(r"(?i)^(?:without(?: any)?|with no) (.+)$", tail):
            draft.add_avoided(without[1], weight)
        elif _read_background(draft, tail, following, weight):
            number += 1
        elif index >= 0 and (_read_placement(draft, index, tail) or _read_quality_of(draft, index, tail)):
            continue
        elif _place_in(tail):
            draft.set_field("setting", tail, weight)
        elif _is_doing(verb) or doing:
            doing.append(verb)
        elif index < 0:
            draft.set_field("setting", tail, weight) if draft.fields.get("setting") else draft.add_detail(tail, weight)
        elif index == 0 and tail.split()[0].casefold() in _WHERE and not is_clothing(tail) and not _OWN.search(tail):
            draft.set_field("setting", tail, weight)
        else:
            _describe(draft, index, verb, weight)
    if not doing:
        return
    words = " ".join(doing)
    if index <= 0 and alone:
        draft.set_field("action", words, weight)
    elif index >= 0:
        _describe(draft, index, words, weight)
    else:
        draft.add_detail(words, weight)


def _describe(draft: Draft, index: int, words: str, weight: float) -> None:
    """Adds words to an element's pose, unless they have a weight of their own."""
    if draft.elements[index].weight == draft.clamped(weight):
        draft.alter(index, pose=words)
    else:
        draft.add_detail(words, weight)


def _is_doing(tail: str) -> bool:
    words = tail.split()
    finite = words[0].casefold() in word_list("participles") and words[0].endswith("s")
    return finite or (is_verb(words, 0) and words[0].casefold() != "wearing")


def _is_term(text: str) -> bool:
    term = lookup(text)
    return term is not None and term.kind in SCENE_FIELDS


def _take_lettering(draft: Draft, index: int, tail: str) -> str:
    """The tail without the words it says are written on the thing ('that says "OPEN"')."""
    lettering = _LETTERING.search(tail)
    if not lettering or index < 0:
        return tail
    draft.alter(index, text=lettering[1] or lettering[2])
    return (tail[: lettering.start()] + tail[lettering.end() :]).strip()


def _read_quality_of(draft: Draft, index: int, tail: str) -> bool:
    """'is blue', 'made of glass'."""
    coloured = re.match(r"(?i)(?:is|are|was|were) (\w+(?: \w+)?)$", tail)
    if coloured and lookup(coloured[1], "colour"):
        draft.alter(index, colour=coloured[1].casefold())
        return True
    made = re.match(r"(?i)(?:made |carved |built )?(?:out )?(?:of|from) (.+)$", tail)
    if made and lookup(made[1], "material"):
        draft.alter(index, material=canonical(made[1], "material"))
        return True
    return False


def _read_background(draft: Draft, tail: str, following: str, weight: float) -> bool:
    """'with a castle' + 'in the background': another thing, placed."""
    match = re.match(r"(?i)^with (.+)$", tail)
    term = lookup(following, "placement") if following else None
    if not match or term is None:
        return False
    noun = read_noun(match[1])
    place = _place_of(match[1], noun)
    if place:
        draft.set_field("setting", place, weight)
    else:
        draft.add_element(noun.element(draft.clamped(weight)).evolve(placement=term.term))
    return True


def _read_side(draft: Draft, index: int, tail: str) -> bool:
    term = lookup(tail, "placement")
    if term is None or not is_preposition(tail.split()[0]):
        return False
    draft.alter(index, placement=term.term)
    return True


def _read_placement(draft: Draft, index: int, tail: str) -> bool:
    """A side of the picture ('on the left'), or a relation to another thing ('next to the fox')."""
    if _read_side(draft, index, tail):
        return True
    tail = re.sub(r"(?i)^(?:on|to|at) the (left|right)(?: side)? of ", r"to the \1 of ", tail)
    plain = tail.casefold()
    lateral = re.match(r"(?:to the )?(?:left|right) of ", plain) is not None  # only things stand there, known to us or not
    relation = next((word for word in relations() if plain.startswith(f"{word} ") or plain.startswith(f"to {word} ")), "")
    if not relation or relation == "around":
        return False
    other = tail[plain.index(relation) + len(relation) :].strip()
    if lateral and re.fullmatch(r"(?:the |this )?(?:picture|image|photo|frame|scene|canvas)", other, re.I):
        return _read_side(draft, index, f"on the {'left' if 'left' in relation else 'right'}")
    names = {singular(word) for word in fold(other).split()}
    for position, element in enumerate(draft.elements):
        if position != index and set(fold(element.name).split()) & names:
            draft.alter(index, placement=tail)
            return True
    if relation in _OPPOSITE and (lateral or thing(other)) and begins_like_noun(other) and (lateral or not _place_in(tail)):
        noun = read_noun(other)
        subject = draft.elements[index].name
        draft.add_element(noun.element(1.0).evolve(placement=f"{_OPPOSITE[relation]} the {subject}"))
        return True
    return False
