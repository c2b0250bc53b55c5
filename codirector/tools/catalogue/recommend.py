"""Which models suit what is to be made, with the reasons. Pure: needs, machine and what is here come in.

The needs are words of the entries' `best` (photo, anime, lettering, ...). It knows what the catalogue says, not how a picture will look.
"""

from collections.abc import Callable, Sequence
from typing import Literal

from codirector.tools.catalogue.entries import BYTES, Commercial, Entry
from codirector.tools.catalogue.fit import Fit
from codirector.tools.device import human_bytes
from codirector.values import Value

Kind = Literal["picture", "film"]


STYLES = frozenset({"photo", "cinematic", "anime", "3d", "cartoon", "flat", "ink", "painting", "illustration", "fantasy", "film"})
"""Needs that no prompt makes up for: a model that was not trained on a style does not draw it. They count twice as much as subjects."""


class Choice(Value):
    """A model with what speaks for it and against it, each a clause. `points` order choices."""

    entry: Entry
    points: float
    reasons: tuple[str, ...]
    doubts: tuple[str, ...] = ()


def select(
    entries: Sequence[Entry], kind: Kind | None = None, base: str = "", commercial: bool = False, memory: int | None = None
) -> tuple[Entry, ...]:
    """Those of a kind, of a base (part of its name), usable commercially, and that draw within `memory` bytes at some precision."""
    return tuple(
        entry
        for entry in entries
        if (kind is None or entry.kind == kind)
        and base.casefold() in f"{entry.base.value} {entry.dialect.value}".casefold()
        and not (commercial and entry.commercial.value == "no")
        and (memory is None or entry.needs("float16") <= memory)
    )


def recommend(
    needs: Sequence[str], entries: Sequence[Entry], fits: Callable[[Entry], Fit], present: Callable[[Entry], bool], kind: Kind = "picture"
) -> tuple[Choice, ...]:
    """The choices, best first: what runs here before what does not, then what suits, what is here, and the licence. A model that suits
    nothing of what is needed is left out unless nothing else is left."""
    rated = [_rate(entry, tuple(dict.fromkeys(needs)), fits(entry), present(entry)) for entry in entries if entry.kind == kind]
    suiting = [choice for choice in rated if not needs or set(choice.entry.best.value) & set(needs)]
    return tuple(sorted(suiting or rated, key=lambda choice: -choice.points))


_LICENCE: dict[Commercial, tuple[float, str]] = {
    "yes": (0.3, "free for any use"), "with conditions": (0.1, ""), "no": (-0.5, "not for commercial use"),
}  # fmt: skip


def _rate(entry: Entry, needs: Sequence[str], fit: Fit, present: bool) -> Choice:
    suits = [need for need in needs if need in entry.best.value]
    missing = [need for need in needs if need not in entry.best.value]
    points, reasons, doubts = sum(3.0 if need in STYLES else 1.5 for need in suits), [], []
    if suits:
        reasons.append(f"made for {_listed(suits)}")
    if missing and suits:
        doubts.append(f"not known for {_listed(missing)}")
    if any(need in entry.weak.value for need in needs):
        points -= 1.0
        doubts.append(f"weak at: {entry.weak.value}")
    if fit.precision is None:
        points -= 8
        doubts.append(f"does not fit: {human_bytes(entry.needs('int4'))} at 4 bits, {human_bytes(fit.free)} free")
    elif fit.slow:
        points -= 2
        doubts.append("minutes for a picture on this CPU")
    else:
        # A finer precision is a better picture; between equals the smaller model is the faster one.
        points += 0.2 * BYTES[fit.precision] / BYTES["float32"] - entry.parameters / 1e11
        reasons.append(f"fits here ({human_bytes(entry.needs(fit.precision))} in {fit.precision} on {fit.device})")
    if present:
        points += 1
        reasons.append("already here")
    bonus, word = _LICENCE[entry.commercial.value]
    points += bonus
    if word:
        (doubts if bonus < 0 else reasons).append(word)
    return Choice(entry=entry, points=round(points, 3), reasons=tuple(reasons), doubts=tuple(doubts))


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
