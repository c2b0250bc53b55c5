"""The words of picture prompts: which scene field a phrase belongs to and what its usual wording is.

Data files in `vocabulary/*.json` map a canonical term to its synonyms; they are read once, on first use. Matching folds case,
articles, apostrophes and hyphens. Everything here is pure given those files. It does not know scenes or changes.

    classify("at night")            'lighting'
    lookup("zoom out")              Term(kind='camera', term='wide shot')
    canonical("cartoonish", "style")  'cartoon'
    find_terms("fox at night, oil on canvas")  the known stretches of a text, longest first, never overlapping

Settings keep their preposition ('in the snow', 'on a beach', 'under water'): it carries meaning and lets every dialect write the
phrase as it is.
"""

import json
import re
from functools import lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple

from codirector.prompts.scene import SceneField
from codirector.prompts.words import ARTICLES, singular, with_article, without_article

TermKind = Literal["lighting", "camera", "composition", "style", "medium", "mood", "setting", "colour", "material", "placement", "quality"]
Size = Literal["tiny", "small", "medium", "large", "huge"]

_FILES: tuple[tuple[str, TermKind], ...] = (
    ("lights", "lighting"), ("cameras", "camera"), ("compositions", "composition"), ("styles", "style"), ("mediums", "medium"),
    ("moods", "mood"), ("places", "setting"), ("colours", "colour"), ("materials", "material"), ("placements", "placement"),
    ("quality", "quality"),
)  # fmt: skip
"""In order of precedence: a phrase listed in two files belongs to the first."""
_FIELD_KINDS: tuple[SceneField, ...] = ("lighting", "camera", "composition", "style", "medium", "mood", "setting")
_PREPOSITIONS = frozenset(
    re.findall(
        r"\S+",
        "in on at inside under underneath beneath below above over by near beside behind among amid between through across around "
        "along into onto outside within against during throughout upon atop beyond",
    )
)
_REQUEST = (
    r"(?:make (?:it|everything|the (?:picture|image|scene)) (?:look )?(?:more |a bit |a little |much |like )?|turn (?:it|this) into "
    r"|change (?:it|this) to |set (?:it|this) |switch to |as if )?"
)
_MANNER = (
    r"(?:in (?:the |a |an )?style of |in the manner of |(?:art |artwork |painted )?by |bathed in |lit by |illuminated by "
    r"|(?:in|as|like|with|during|amid|under|beneath) (?:the |a |an )?)?"
)

_KIND_WORDS = r"(?:style|look|aesthetic|vibes?|atmosphere|mood|feeling|feel|lens|setting|scene|effect|please)"
_MANNER_WORD = re.compile(r"(?i)(?:with|as|like|lit|bathed|illuminated)\b")


class Term(NamedTuple):
    """A known phrase: what kind of word it is and its canonical wording."""

    kind: TermKind
    term: str


class Found(NamedTuple):
    """A known phrase inside a text: characters `start` to `end` say `term`."""

    start: int
    end: int
    kind: TermKind
    term: str


class Thing(NamedTuple):
    """What is known of a drawable noun: `size` class, `aspect` (width / height), and whether it belongs `in_sky`."""

    name: str
    size: Size
    aspect: float
    in_sky: bool


@lru_cache(maxsize=32)
def _data(name: str) -> dict:
    return json.loads((files("codirector.prompts") / "vocabulary" / f"{name}.json").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _index() -> dict[str, tuple[Term, ...]]:
    index: dict[str, list[Term]] = {}
    for name, kind in _FILES:
        data = _data(name)
        terms = data["terms"] if isinstance(data["terms"], dict) else dict.fromkeys(data["terms"], ())
        for term, synonyms in {**data.get("times", {}), **terms}.items():
            for phrase in (term, *synonyms):
                entries = index.setdefault(fold(phrase), [])
                if all(entry.kind != kind for entry in entries):
                    entries.append(Term(kind, term))
    return {phrase: tuple(entries) for phrase, entries in index.items()}


@lru_cache(maxsize=1)
def _longest() -> int:
    return max(len(phrase.split()) for phrase in _index())


@lru_cache(maxsize=8192)
def fold(phrase: str) -> str:
    """The form phrases are compared in: lower case, no articles, hyphens as spaces, straight apostrophes removed, single spaces."""
    plain = phrase.casefold().replace("’", "'").replace("'", "").replace("-", " ").replace("_", " ")
    words = [word for word in re.split(r"[\s.!?,;:\"]+", plain) if word]
    kept = [word for word in words if word not in ("a", "an", "the")]
    return " ".join(kept or words)


def terms(kind: TermKind) -> tuple[str, ...]:
    """Every canonical term of a kind, as listed."""
    name = next(name for name, file_kind in _FILES if file_kind == kind)
    data = _data(name)
    return (*data.get("times", {}), *data["terms"])


def synonyms(kind: TermKind, term: str) -> tuple[str, ...]:
    """What else people call a canonical term; empty for an unknown one."""
    data = _data(next(name for name, file_kind in _FILES if file_kind == kind))
    listed = data["terms"] if isinstance(data["terms"], dict) else {}
    return tuple({**data.get("times", {}), **listed}.get(term, ()))


def lookup(phrase: str, kind: TermKind | None = None) -> Term | None:
    """The term a whole phrase stands for, of `kind` if given, else of the first kind that lists it. None: not a known phrase.

    Polite frames are seen through: 'make it night', 'in the style of studio ghibli', 'watercolor style'. A setting keeps the words
    that were said ('in a snowy field', not the entry's first wording), and gets a preposition if it has none.
    """
    for candidate in _forms(phrase):
        for term in _index().get(candidate, ()):
            if (kind is None or term.kind == kind) and not (term.kind == "setting" and _MANNER_WORD.match(phrase.strip())):
                return Term("setting", _setting(phrase, candidate, term.term)) if term.kind == "setting" else term
    return None


def classify(phrase: str) -> SceneField | None:
    """The scene field a whole phrase belongs to ('nighttime' is 'lighting'), or None (an element, a detail, or unknown)."""
    for candidate in _forms(phrase):
        for term in _index().get(candidate, ()):
            for field in _FIELD_KINDS:
                if term.kind == field:
                    return field
    return None


def canonical(phrase: str, kind: TermKind) -> str:
    """The usual wording of a phrase as a `kind` ('nighttime' as lighting: 'night'); an unknown phrase comes back tidied.

    A blend ('ghibli + photo') is folded part by part.
    """
    tidy = " ".join(phrase.split())
    if "+" in tidy:
        return " + ".join(canonical(part, kind) for part in tidy.split("+") if part.strip())
    term = lookup(tidy, kind)
    return term.term if term else tidy


def find_terms(text: str, kinds: tuple[TermKind, ...] | None = None) -> tuple[Found, ...]:
    """Known phrases inside a text, left to right: at each word the longest known phrase wins. Linear in the text's length."""
    words = [(match.start(), match.end()) for match in re.finditer(r"[^\s,;.!?()\[\]\"]+(?:\.\d+)?", text)]
    found: list[Found] = []
    at = 0
    while at < len(words):
        if text[words[at][0] : words[at][1]].casefold() in ("a", "an", "the"):
            at += 1
            continue
        for size in range(min(_longest() + 2, len(words) - at), 0, -1):
            start, end = words[at][0], words[at + size - 1][1]
            stretch = text[start:end]
            if re.search(r"[,;()\[\]\"]|[.!?]\s", stretch):
                continue
            entry = next((term for term in _index().get(fold(stretch), ()) if kinds is None or term.kind in kinds), None)
            if entry:
                term = _setting(stretch, fold(stretch), entry.term) if entry.kind == "setting" else entry.term
                found.append(Found(start, end, entry.kind, term))
                at += size
                break
        else:
            at += 1
    return tuple(found)


def is_time(term: str) -> bool:
    """Whether a lighting term is a time of day ('sunset'), which reads 'at sunset', rather than a kind of light."""
    return term in _data("lights")["times"]


def may_precede_noun(style: str) -> bool:
    """Whether a style term in front of a noun means the style ('a watercolor fox') rather than describing the thing."""
    return style in _data("styles")["before_noun"]


def needs_preposition(place: str) -> bool:
    """Whether a place word is only a setting with its preposition: 'castle' alone is a thing, 'in a castle' is a setting."""
    return fold(place) in _needs_preposition()


def relations() -> tuple[str, ...]:
    """Placement words that relate to another element ('next to', 'behind'), longest first."""
    return tuple(sorted(_data("placements")["relations"], key=len, reverse=True))


def is_clothing(noun: str) -> bool:
    """Whether something worn is named ('a long red dress')."""
    plain = fold(noun)
    return any(
        word in _clothing() for word in (plain, plain.split(" ")[-1], singular(plain.split(" ")[-1]), " ".join(plain.split(" ")[-2:]))
    )


def is_preposition(word: str) -> bool:
    return word.casefold() in _PREPOSITIONS


@lru_cache(maxsize=4096)
def thing(name: str) -> Thing | None:
    """What is known of the thing a name means: the whole name, else its last words ('old red fox' is a fox). None: unknown."""
    plain = without_article(re.split(r" (?:of|with|in|on|wearing|holding) ", name.casefold())[0])
    plain = re.sub(r"^\d+(?=[a-z])", "", plain)  # tags like '1girl'
    words = plain.split()
    for start in range(max(0, len(words) - 4), len(words)):
        for candidate in (" ".join(words[start:]), singular(" ".join(words[start:]))):
            size = _sizes().get(candidate)
            if size:
                return Thing(
                    candidate,
                    size,
                    1.6 if candidate in _shape("wide") else 0.6 if candidate in _shape("tall") else 1.0,
                    candidate in _shape("sky"),
                )
    return None


def is_whole_thing(name: str) -> bool:
    """Whether the name itself is listed ('red panda'), so that no colour may be cut off it."""
    plain = without_article(name.casefold())
    return plain in _sizes() or singular(plain) in _sizes()


@lru_cache(maxsize=1)
def _sizes() -> dict[str, Size]:
    data = _data("things")
    sizes: tuple[Size, ...] = ("tiny", "small", "medium", "large", "huge")
    return {name: size for size in sizes for name in data[size]}


@lru_cache(maxsize=8)
def _shape(name: str) -> frozenset[str]:
    return frozenset(_data("things")[name])


@lru_cache(maxsize=1)
def _clothing() -> frozenset[str]:
    return frozenset(fold(word) for word in _data("things")["clothing"])


@lru_cache(maxsize=1)
def _needs_preposition() -> frozenset[str]:
    return frozenset(fold(word) for word in _data("places")["needs_preposition"])


@lru_cache(maxsize=4096)
def _setting(phrase: str, form: str, term: str) -> str:
    """How a place is written: as it was said if it had a preposition, else with the one of its vocabulary entry."""
    said = re.sub(f"^{_REQUEST}", "", " ".join(phrase.split()), flags=re.IGNORECASE)
    first = said.split()[0].casefold() if said else ""
    if is_preposition(first):
        return said
    if not is_preposition(term.split()[0]) or term in _data("places")["fold_fully"] or set(form.split()) <= set(fold(term).split()):
        return term
    preposition = term.split()[0]
    return f"{preposition} {said}" if first in ARTICLES else f"{preposition} {with_article(form)}"


@lru_cache(maxsize=4096)
def _forms(phrase: str) -> tuple[str, ...]:
    """The phrase as it is, then with frames around it taken off, in the order they should be tried."""
    if len(phrase) > 200:
        return ()
    plain = " ".join(phrase.casefold().split())
    bare = re.sub(f"^{_REQUEST}{_MANNER}", "", plain)
    unframed = re.sub(
        r"^(?:please )?(?:make (?:it|everything) |turn (?:it|this) (?:in)?to |change (?:it|this) to |set (?:it|this) )", "", plain
    )
    trimmed = re.sub(rf" {_KIND_WORDS}$", "", bare)
    shorter = re.sub(rf" (?:art )?{_KIND_WORDS}$", "", bare)
    return tuple(dict.fromkeys(form for form in (fold(plain), fold(unframed), fold(bare), fold(trimmed), fold(shorter)) if form))
