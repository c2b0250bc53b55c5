"""Which of the wishes kept for later a message takes up: 'go ahead with the flour', 'zooming out first please', 'the second one'. Pure.

'next' and its like take the first one (see `syntax`); it does not read what a wish means.
"""

import re
from collections.abc import Sequence

from codirector.assistant.plan import Wish
from codirector.assistant.planner.lexicon import ORDINALS, word_set
from codirector.assistant.planner.syntax import is_next
from codirector.assistant.planner.text import bare, key, peel, tidy, trim

_LEAD = re.compile(
    r"^(?:(?:go|carry|move|continue|proceed) (?:ahead |on )?(?:with|to)|(?:now |then )?(?:do|take|apply|make|start with|begin with"
    r"|let'?s do"
    r"|let'?s take)|(?:now|next|first|then|and)(?: comes)?[,:]?) (?P<v>.+)$",
    re.I,
)
_TAIL = re.compile(r"[\s,]+(?:first|next|now|then|please|as well|too|wish|change|part|bit|one|thing|idea|instead)$", re.I)
_FIRST = re.compile(r"\b(?:first|next)(?: please| now)?[\s.!]*$", re.I)
_ORDINAL = re.compile(
    rf"^(?:the )?(?P<n>{'|'.join(sorted(ORDINALS, key=len, reverse=True))}|last|other)(?: (?:one|wish|change|thing))$", re.I
)
_IDLE = word_set("the a an of on in it to with and make add put be me my do that this please one")


def taken(message: str, later: Sequence[Wish]) -> int | None:
    """The index of the kept wish that is meant, or None. A message that merely repeats a wish's words takes it."""
    if not later:
        return None
    text = trim(peel(tidy(message)))
    lead = _LEAD.match(text)
    if lead is not None and (number := _ORDINAL.match(trim(lead["v"]))) is not None:
        return _by_ordinal(number["n"].lower(), len(later))
    ordered = lead is not None or _FIRST.search(text) is not None
    said = trim(lead["v"]) if lead else text
    for _ in range(3):
        said = trim(_TAIL.sub("", said))
    words = _stems(bare(said))
    if not words:
        return None
    same = [n for n, wish in enumerate(later) if _stems(bare(wish.text)) == words]
    within = [n for n, wish in enumerate(later) if words <= _stems(wish.text)] if ordered else []
    found = same or within
    return found[0] if len(found) == 1 else None


_ON_WITH_IT = re.compile(
    r"\b(?:next|first|list|rest|remaining|then|now|continue|proceed|go (?:on|ahead)|carry on|queue|waiting|pending)\b", re.I
)


def meant(words: str, later: Sequence[Wish]) -> int | None:
    """The index of the kept wish that `words` speak of ('the cartoon thing', 'that wider view'); the first one where they only say to go
    on. None: it is not said which."""
    said = _stems(words)
    shared = [len(said & _stems(f"{wish.text} {_values(wish)}")) for wish in later]
    best = [number for number, count in enumerate(shared) if count and count == max(shared)]
    if len(best) == 1:
        return best[0]
    return 0 if later and not best and _ON_WITH_IT.search(words) else None


def _values(wish: Wish) -> str:
    return " ".join(map(str, wish.change.model_dump().values())) if wish.change is not None else ""


def unread_wish(message: str, later: Sequence[Wish]) -> int | None:
    """The index of the kept wish that a message takes up, where that wish has not been read yet; else None."""
    number = 0 if later and is_next(tidy(message)) else taken(message, later)
    return number if number is not None and later[number].change is None else None


def _by_ordinal(word: str, count: int) -> int | None:
    number = count if word in ("last", "other") else ORDINALS.get(word, 0)
    return number - 1 if 0 < number <= count else None


def _stems(text: str) -> frozenset[str]:
    words = (re.sub(r"(?<=\w{3})(?:ing|ed|er|e)$", "", word) for word in key(text))
    return frozenset(word for word in words if word not in _IDLE)
