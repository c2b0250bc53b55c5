"""“Find the fox pictures”: the pictures of this and of the person's other sessions, by words or by likeness to one.

Knows sessions and how to word what was found; what is seen in a picture and how pictures are ranked is `tools.reader.finding`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from codirector.assistant.session.record import ArtifactRef, SessionInfo
from codirector.assistant.session.store import SessionStore
from codirector.assistant.turn.gallery import FIGURE, Said, pixels
from codirector.errors import CodirectorError, Unsupported
from codirector.tools.events import Product

if TYPE_CHECKING:
    from codirector.tools.reader.finding import Match, Traits

_KIND = r"(?:pictures?|images?|photos?|drawings?|turns?|ones?)"
FIND = re.compile(
    r"^(?:please )?(?:(?:can|could) you )?(?:(?:find|search(?: for| in)?|look for)(?: me)?"
    r"|which (?:picture|turn|image)s?(?: here)? (?:shows?|has|have|is|was|contains?)"
    rf"|where did (?:i|we) (?:have|make|draw)|show me (?:the|all|my|every)(?= .*\b{_KIND}))"
    rf"(?: (?:the|a|an|all|any|my|every))*(?: {_KIND}(?: (?:with|of|that shows?|showing|where|like|which shows?))?(?: (?:the|an|a))?)?"
    r"\s+(?P<what>.+)$",
    re.I,
)
"""Asks for pictures that exist."""
_LIKE = re.compile(r"^(?:most )?(?:like|similar to) (?:this|it|that)|^similar(?: (?:pictures?|ones?))?$|^(?:this|it|that)$", re.I)
_HERE = re.compile(r"\s*\b(?:in|from|of) (?:this|the current) (?:session|chat|conversation)\b|\s+here$", re.I)
_EVERYWHERE = re.compile(
    r"\s*\b(?:in|from|across|over) (?:all|my|every|the whole|any)(?: (?:of )?(?:my|the|other|whole))*"
    r" (?:sessions?|chats?|conversations?|library|pictures?|images?)\b|\s+everywhere$",
    re.I,
)
_SHOWN, _TILE = 8, 200


class Kept(NamedTuple):
    """A picture of the library: where the person finds it, whether that is here, and the file."""

    session: str
    title: str
    number: int
    here: bool
    ref: ArtifactRef

    @property
    def place(self) -> str:
        return f"turn {self.number}" if self.here else f"turn {self.number} of “{self.title}”"


def asks_to_find(message: str) -> str | None:
    """What is looked for; None for other messages."""
    found = FIND.match(message.strip(" ?.!")) if len(message) < 120 else None
    return found["what"] if found else None


def library(store: SessionStore, session: str) -> list[Kept]:
    """Every picture drawn or uploaded in this session, then in the others of its owner, newest session first; the same file counts once.
    Damaged sessions are passed over: the list of sessions says what is wrong with them."""
    here = store.info(session)
    infos: list[SessionInfo] = [here, *(each for each in store.list(owner=here.owner) if each.name != here.name)]
    return pictures_in(store, infos, here.name)


def pictures_in(store: SessionStore, infos: Sequence[SessionInfo], here: str = "") -> list[Kept]:
    """The pictures of these sessions in their order."""
    found: dict[str, Kept] = {}
    for info in infos:
        try:
            entries = store.transcript(info.name)
        except CodirectorError:
            continue
        for entry in entries:
            if entry.turn is None or entry.kind != "turn":
                continue
            for ref in (*entry.turn.turn.attachments, *entry.turn.turn.artifacts):
                if ref.role in ("picture", "upload") and ref.media_type.startswith("image/"):
                    found.setdefault(ref.sha256, Kept(info.name, info.title or info.name, entry.turn.number, info.name == here, ref))
    return list(found.values())


def traits_of(store: SessionStore, kept: Sequence[Kept]) -> list[tuple[Kept, Traits]]:
    """What the readers see in each; pictures whose file is gone are left out."""
    from codirector.tools.reader import load_reader
    from codirector.tools.reader.finding import Index

    index, seen = Index(store.home / "cache" / "seen", load_reader()), []
    for each in kept:
        try:
            seen.append((each, index.traits(each.ref.sha256, lambda ref=each.ref: pixels(store.artifacts.read(ref.sha256)))))
        except Unsupported:
            raise
        except CodirectorError:
            continue
    return seen


def find(what: str, ref: ArtifactRef | None, session: str, store: SessionStore) -> Said:
    """The pictures nearest to words, or to the picture `ref`, as a sheet and a list."""
    from codirector.tools.reader import load_reader
    from codirector.tools.reader.finding import Index, by_picture, by_words

    words = _EVERYWHERE.sub("", _HERE.sub("", what)).strip()
    words = re.sub(rf"\s+{_KIND}$", "", words, flags=re.I)
    kept = pictures_in(store, [store.info(session)], session) if _HERE.search(what) else library(store, session)
    like = ref if _LIKE.match(words) else None
    seen = traits_of(store, kept)
    pictures = [(each, traits) for each, traits in seen if like is None or each.ref.sha256 != like.sha256]
    if not pictures:
        return Said(text="There is no other picture to find yet." if like else "There are no pictures yet. Make one, or attach one.")
    if like is not None:
        index = Index(store.home / "cache" / "seen", load_reader())
        mine = index.traits(like.sha256, lambda: pixels(store.artifacts.read(like.sha256)))
        matches = by_picture([traits for _, traits in pictures], mine)
        head, shown = f"The nearest of {_number(len(pictures))} to this one", matches[:_SHOWN]
    else:
        matches = by_words(load_reader(), [traits for _, traits in pictures], words)
        good = [match for match in matches if match.shows]
        head = f"Found “{words}” in {len(good) or 'none'} of {_number(len(pictures))}" + ("" if good else "; these are nearest")
        shown = good[:_SHOWN] or matches[:3]
    found = [(pictures[match.at][0], match) for match in shown]
    lines = [f"- **{each.place}** {_measured(match)}" for each, match in found]
    first = next((each.number for each, _ in found if each.here), None)
    text = f"**1. {head}.**\n" + "\n".join(lines)
    ideas = (f"go to {first}",) if first else ()
    return Said(text=text, products=(_sheet([each for each, _ in found], store),), suggestions=ideas)


def _number(count: int) -> str:
    return f"{count} pictures" if count != 1 else "1 picture"


def _measured(match: Match) -> str:
    if match.sure:
        return "(" + ", ".join(f"{name} {100 * share:.0f} %" for name, share in match.sure) + ")"
    return f"(alike {match.score:.2f})"


def _sheet(kept: Sequence[Kept], store: SessionStore) -> Product:
    """What was found, side by side, each with where it is."""
    from codirector.tools.reader.report import draw

    tiles = [(draw.squared(pixels(store.artifacts.read(each.ref.sha256)), _TILE), each.place) for each in kept]
    made = draw.figure("found", draw.sheet(tiles, min(4, len(tiles)), _TILE), "Found", ", ".join(each.place for each in kept))
    return Product(role=FIGURE, data=made.png, width=made.width, height=made.height)
