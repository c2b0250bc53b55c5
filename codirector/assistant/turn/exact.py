"""Edits in exact syntax, read by code before any planner: a painted mask, the adjustment stack, a larger canvas. Pure.

`remove this --mask HASH`, `--adjust straighten 2.5`, `--unadjust warmth`, `--extend left 0.25`, and the plain wordings of the same
(“straighten by 2 degrees”, “take back the brightness”, “extend the picture to the left”). It does not know pixels.
"""

import re
from typing import NamedTuple

from codirector.assistant.plan import Plan, Refine
from codirector.errors import InputError
from codirector.prompts.change import Adjust, Change, Retouch
from codirector.prompts.scene import Adjustment, Retouching

KINDS = ("brightness", "contrast", "saturation", "warmth", "sharpness", "crop", "rotate", "straighten", "flip", "denoise", "lut")
_MASK = re.compile(r"\s*--mask\s+([0-9a-f]{64})\b")
_GROW = re.compile(r"\s*--grow\s+(-?\d*\.?\d+)\b")
_SOFT = re.compile(r"\s*--feather\s+(\d*\.?\d+)\b")
_INVERT = re.compile(r"\s*--invert\b")
_ADJUST = re.compile(r"^--adjust\s+([a-z]+)(?:\s+([+-]?\d*\.?\d+))?(?:\s+([0-9a-f]{64}))?$", re.I)
_UNADJUST = re.compile(r"^--unadjust\s+([a-z]+)$", re.I)
_EXTEND = re.compile(r"^--extend(?:\s+((?:left|right|top|bottom|all|,|\s)+?))?(?:\s+(\d*\.?\d+))?$", re.I)
_BACK = re.compile(
    rf"^(?:please )?(?:take back|undo|remove|drop|reset) (?:the |my |that )?({'|'.join(KINDS)}|rotation|cropping|straightening"
    r"|noise reduction|colou?r table|look)(?: adjustment| change| step)?[.!]?$",
    re.I,
)
_STRAIGHTEN = re.compile(
    r"^(?:please )?(?:straighten|level)(?: (?:it|the (?:picture|photo|image|horizon)))?(?: by)? ([+-]?\d*\.?\d+) ?(?:degrees?|°)[.!]?$",
    re.I,
)
_FLIP = re.compile(
    r"^(?:please )?(?:flip|mirror)(?: (?:it|the (?:picture|photo|image)))?(?: (horizontally|vertically|upside down))?[.!]?$", re.I
)
_DENOISE = re.compile(
    r"^(?:please )?(?:denoise|reduce the noise|remove the (?:noise|grain))(?: (?:it|the (?:picture|photo|image)|in it))?"
    r"( a little| strongly)?[.!]?$",
    re.I,
)
_LARGER = re.compile(
    r"^(?:please )?(?:extend|outpaint|expand|uncrop|continue|widen)(?: (?:it|the (?:picture|photo|image|canvas|scene)))?"
    r"(?: (?:to|on|at|towards) (?:the )?(left|right|top|bottom|all sides|every side|both sides|left and right|top and bottom)(?: side)?)?"
    r"(?: by (\d+) ?(?:%|per ?cent))?[.!]?$",
    re.I,
)
_SAME = {"rotation": "rotate", "cropping": "crop", "straightening": "straighten", "noise reduction": "denoise", "look": "lut"}
_REMOVE = re.compile(
    r"^(?:please )?(?:remove|erase|delete|take (?:away|out)|get rid of|clean(?: up)?|clear|heal|retouch(?: away)?)\b", re.I
)
_LEAD = re.compile(
    r"^(?:please )?(?:can you )?(?:make|turn|paint|colou?r|recolou?r|change|put|add|place|draw|fill|replace|swap|set)\s+"
    r"(?:(?:it|this|that|here|them|the (?:region|area|selection|part|spot))\s+)*(?:with|by|to|into|in|for|as)?\s*",
    re.I,
)
_TAIL = re.compile(r"\s+(?:here|there|in (?:it|here|there)|in (?:the|this) (?:region|area|place|spot)|instead)[.!]?$", re.I)


class Exact(NamedTuple):
    """Understood without a planner. Same fields as a planner's answer."""

    plan: Plan
    notes: tuple[str, ...] = ()
    source: str = "syntax"


def read(message: str) -> Exact | None:
    """The plan of a message in exact syntax; None for every other. Raises InputError for syntax that does not work out."""
    change = _masked(message) or _stack(message.strip()) or _canvas(message.strip())
    return None if change is None else Exact(Refine(change=change))


def _masked(message: str) -> Change | None:
    found = _MASK.search(message)
    if found is None:
        if re.search(r"--mask\b", message):
            raise InputError(
                "--mask needs the hash of a stored mask.", "Paint one on the picture, or use: codirector edit IMAGE TEXT --mask FILE"
            )
        return None
    grow, soft, invert = _GROW.search(message), _SOFT.search(message), bool(_INVERT.search(message))
    text = message
    for pattern in (_MASK, _GROW, _SOFT, _INVERT):
        text = pattern.sub("", text)
    try:
        more = {"grow": float(grow[1])} if grow else {}
        more |= {"feather": float(soft[1])} if soft else {}
        return Retouch(retouching=retouching_of(" ".join(text.split()), found[1]).evolve(invert=invert, **more))
    except ValueError as error:
        raise InputError(
            "That is too much of --grow or --feather.", "They are shares of the width: --grow -0.2 to 0.2, --feather 0 to 0.1."
        ) from error


def retouching_of(text: str, mask: str) -> Retouching:
    """What is to become of a painted region, in the person's words. Raises InputError where nothing is said."""
    if not text:
        raise InputError("What should become of the painted region?", "Say for example: remove this, make it blue, a red hat")
    if _REMOVE.match(text):
        return Retouching(mode="remove", mask=mask, region="the painted region")
    content = _TAIL.sub("", _LEAD.sub("", text, count=1)).strip(" .!")
    return Retouching(mode="fill", mask=mask, region="the painted region", content=content or text)


def _stack(message: str) -> Change | None:
    if found := _ADJUST.match(message):
        kind = _kind(found[1])
        amount = float(found[2]) if found[2] else 1.0
        return _adjust(kind, amount, found[3])
    if found := _UNADJUST.match(message) or _BACK.match(message):
        kind = _kind(found[1])
        return Adjust(adjustment=Adjustment(kind=kind, amount=0.0), undo=True)  # type: ignore[arg-type]
    if found := _STRAIGHTEN.match(message):
        return _adjust("straighten", float(found[1]), None)
    if found := _FLIP.match(message):
        return _adjust("flip", 1.0 if (found[1] or "horizontally").lower() == "horizontally" else 2.0, None)
    if found := _DENOISE.match(message):
        return _adjust("denoise", {" a little": 0.3, " strongly": 0.9}.get((found[1] or "").lower(), 0.5), None)
    return None


def _adjust(kind: str, amount: float, file: str | None) -> Change:
    if not -180.0 <= amount <= 180.0:
        raise InputError(f"{kind} by {amount:g} is out of range.", "Tones go from -1 to 1, turns from -180 to 180.")
    return Adjust(adjustment=Adjustment(kind=kind, amount=amount, file=file))  # type: ignore[arg-type]


def _kind(word: str) -> str:
    plain = word.lower()
    kind = "lut" if "table" in plain else _SAME.get(plain, plain)
    if kind not in KINDS:
        raise InputError(f"There is no adjustment “{word}”.", f"There are: {', '.join(KINDS)}.")
    return kind


def _canvas(message: str) -> Change | None:
    if found := _EXTEND.match(message):
        sides, share = (found[1] or "").strip(), float(found[2] or 0.25)
    elif found := _LARGER.match(message):
        sides, share = found[1] or "", float(found[2] or 25) / 100
    else:
        return None
    if not 0.0 < share <= 1.0:
        raise InputError(
            "A picture can be extended by up to its own size at a time.", "Say for example: extend the picture to the left by 30%"
        )
    return Retouch(retouching=Retouching(mode="extend", region=" ".join(sides_of(sides)), share=share))


def sides_of(words: str) -> tuple[str, ...]:
    """The sides that words name: left, right, top, bottom; all four where none is named."""
    plain = words.lower()
    named = tuple(side for side in ("left", "right", "top", "bottom") if side in plain)
    if "both" in plain:
        return ("left", "right")
    return named or ("left", "right", "top", "bottom")
