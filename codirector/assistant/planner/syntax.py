"""Explicit syntax: slash commands, `--flags`, weights in parentheses, 'next'. Parsed by code, never by a model. Pure.

It does not know plain language (see `rules`).
"""

import re
from dataclasses import dataclass

from codirector.assistant.plan import Branch, Compare, GoTo, Plan, Redo, Save, Talk, Undo
from codirector.assistant.planner.reading import Facts
from codirector.assistant.planner.references import resolve
from codirector.assistant.planner.rules.questions import abilities
from codirector.assistant.planner.text import trim
from codirector.errors import InputError
from codirector.prompts.a1111 import parse_prompt
from codirector.prompts.change import Avoid, Change, SetRender, Upscale, Weigh
from codirector.prompts.weights import write_spans

_COMMAND = re.compile(r"^/(?P<name>[a-z]+)(?:\s+(?P<rest>.*))?$", re.I | re.S)
_FLAGGED = re.compile(r"(?:^|\s)(?:--|—)[a-z]|\bnegative prompt ?:", re.I)
_INLINE_WEIGHT = re.compile(r"\([^():]+:\d*\.?\d+\)")
_QUOTED = re.compile(r'"[^"]*"|“[^”]*”')
_FLAGS = {
    "seed": "seed", "steps": "steps", "cfg": "guidance", "guidance": "guidance", "scale": "guidance", "size": "size",
    "sampler": "sampler", "scheduler": "sampler", "model": "model", "layout": "layout",
}  # fmt: skip
_WEIGHT = re.compile(
    r"^\((?P<t>[^():]+):(?P<w>\d*\.?\d+)\)$|^(?P<up>\(+)(?P<t2>[^():\[\]]+)\)+$|^\[(?P<t3>[^\[\]:]+)(?::(?P<w3>\d*\.?\d+))?\]$"
)
_NEXT = re.compile(
    r"^(?:next(?: (?:one|wish|change|please|step))?|(?:do |take |apply |go on(?: with)?|now |then )?(?:the )?next(?: (?:one"
    r"|wish|change|step|thing))?|continue|go on|go ahead|proceed|carry on|(?:yes|yeah|yep|ok(?:ay)?|sure)(?:,? (?:please"
    r"|do (?:it|that|so)|go (?:on|ahead)|next|the next one|continue))?|do (?:that|it)(?: (?:now|next))?|and the rest"
    r"|do the rest)$",
    re.I,
)
_COMMANDS = (
    "/undo, /redo, /goto 3, /branch name, /save name.png, /seed 7, /steps 40, /cfg 8, /size 512x768, /sampler, /model, "
    "/upscale 2, /compare, /help"
)


@dataclass(frozen=True)
class Flags:
    """What was given as `--name value`, as changes in order; the text without it; sentences about what could not be honoured."""

    text: str
    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()


def is_next(text: str) -> bool:
    """Whether a message asks for the first wish kept for later."""
    return _NEXT.match(trim(text)) is not None


def command(text: str, facts: Facts) -> Plan | Change | None:
    """A slash command as a plan or a change; None where the text is none. Raises InputError for one that is unknown or incomplete."""
    match = _COMMAND.match(text.strip())
    if match is None:
        return None
    name, rest = match["name"].lower(), trim(match["rest"] or "") if match["rest"] else ""
    match name:
        case "undo" | "back":
            return Undo(steps=_count(rest, name))
        case "redo" | "forward":
            return Redo(steps=_count(rest, name))
        case "goto" | "go" | "switch":
            number = rest.lstrip("#")
            if number.isdigit():
                return GoTo(turn=int(number))
            if not rest:
                raise InputError("/goto needs a number or the name of a branch.", "For example /goto 3.")
            return GoTo(branch=rest.removeprefix("branch ").strip())
        case "branch" | "fork":
            return Branch(name=rest)
        case "save" | "export" | "download":
            return Save(name=(match["rest"] or "").strip())
        case "compare":
            return Compare(models=tuple(part.strip() for part in rest.split(",") if part.strip()))
        case "upscale":
            return Upscale(factor=max(1, min(4, _count(rest.rstrip("xX") or "2", name))))
        case "help":
            return Talk(reply=f"{abilities(facts)} Commands: {_COMMANDS}.")
        case _ if name in _FLAGS:
            if not rest:
                raise InputError(f"/{name} needs a value.", f"For example /{name} {'7' if name == 'seed' else '30'}.")
            return SetRender(setting=_FLAGS[name], value=rest)  # type: ignore[arg-type]
    raise InputError(f"/{name} is not a command.", f"Commands: {_COMMANDS}. Everything else can be said in plain words.")


def _count(text: str, name: str) -> int:
    if not text:
        return 1
    if not text.isdigit() or not 1 <= int(text) <= 1000:
        raise InputError(f"/{name} takes a number of steps from 1, not '{text}'.", f"For example /{name} 2.")
    return int(text)


def flags(text: str) -> Flags:
    """Takes `--seed 7 --steps 40 --cfg 8 --size 512x768 --no text` and 'Negative prompt: ...' off a message, as changes.
    Raises InputError for an unknown flag or a value that cannot be."""
    kept: list[str] = []

    def hide(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"QUOTED{len(kept) - 1}Q"

    shown = _QUOTED.sub(hide, text)  # what is to be written on something is no setting
    if not _FLAGGED.search(shown):
        return Flags(text, ())
    parsed = parse_prompt(shown)
    changes: list[Change] = []
    for name in ("seed", "steps", "guidance", "layout"):
        if (value := getattr(parsed.settings, name)) is not None:
            changes.append(SetRender(setting=name, value=f"{value:g}" if isinstance(value, float) else str(value)))
    if parsed.settings.width or parsed.settings.height:
        changes.append(
            SetRender(
                setting="size", value=f"{parsed.settings.width or parsed.settings.height}x{parsed.settings.height or parsed.settings.width}"
            )
        )
    changes += [SetRender(setting=name, value=value) for name in ("sampler", "model") if (value := getattr(parsed.settings, name))]
    changes += [Avoid(term=term) for span in parsed.negative for part in span.text.split(",") if (term := trim(part)[:200])]
    rest = " ".join(write_spans(parsed.spans).split())
    return Flags(re.sub(r"QUOTED(\d+)Q", lambda match: kept[int(match[1])], rest), tuple(changes), parsed.notes)


def weights(text: str, facts: Facts) -> tuple[str, tuple[Weigh, ...]]:
    """Takes `(golden armor:1.3)` out of a longer message where it names something of the scene; the rest of the text stays."""
    found: list[Weigh] = []

    def take(match: re.Match[str]) -> str:
        change = weight(match[0], facts)
        if change is None or resolve(change.target, facts).kind not in ("element", "detail", "field"):
            return match[0]
        found.append(change)
        return " "

    rest = _INLINE_WEIGHT.sub(take, text) if facts.scene is not None else text
    return (trim(" ".join(rest.split())) if found else text), tuple(found)


def weight(text: str, facts: Facts) -> Weigh | None:
    """`(golden armor:1.3)`, `((golden armor))`, `[snow]`, `[snow:0.5]` as the whole message: a weight on something of the scene."""
    match = _WEIGHT.match(text.strip())
    if match is None or facts.scene is None:
        return None
    target = trim(match["t"] or match["t2"] or match["t3"])
    value = float(match["w"] or match["w3"]) if match["w"] or match["w3"] else 1.1 ** len(match["up"]) if match["up"] else 1 / 1.1
    if not 0 <= value <= 3:
        raise InputError(f"A weight of {value:g} is out of range.", "Weights go from 0 to 3; 1 is neutral.")
    return Weigh(target=target, weight=round(value, 3))
