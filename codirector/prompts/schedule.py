"""Deforum schedules: `zoom: 0:(1.0), 30:(1.2); angle: 0:(0)` as values over frames. Pure.

Deforum's numbers are increments a frame (`zoom: 0:(1.02)` grows by 2 % with every frame, `translation_x: 0:(2)` moves two pixels a
frame), and between keys they change linearly. Source: Deforum's "Animation Settings" and `ParseKeys`. Expressions may use numbers,
`t` (the frame), `max_f`, `pi`, + - * / ** and sin, cos, tan, abs, min, max, sqrt.

It does not know what a camera does with the numbers (see `motion`).
"""

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from codirector.errors import InputError
from codirector.values import Value, Word

NAMES = ("zoom", "angle", "translation_x", "translation_y", "translation_z", "rotation_3d_x", "rotation_3d_y", "rotation_3d_z")
"""Deforum's camera parameters, in its spelling. `transform_center_*`, `perspective_flip_*` and `fov` are not among them."""
NEUTRAL = {"zoom": 1.0}
"""What stands still, where it is not 0."""
MAX_KEYS = 200
MAX_EXPRESSION = 300
_TRACK = re.compile(r"(?:^|[;\n])\s*(?P<name>[a-z_0-9]+)\s*[:=]\s*(?P<keys>\"?\s*\d+\s*:\s*\()", re.I)
_KEY = re.compile(r"\s*(?P<frame>\d+)\s*:\s*\(")
_BINARY: dict[type, Callable[[float, float], float]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv, ast.Pow: operator.pow,
    ast.Mod: operator.mod,
}  # fmt: skip
_FUNCTIONS: dict[str, Any] = {
    "sin": math.sin, "cos": math.cos, "tan": math.tan, "abs": abs, "min": min, "max": max, "sqrt": math.sqrt,
}  # fmt: skip


class Key(Value):
    """An expression that holds from `frame` on (or, between two keys, is blended into the next)."""

    frame: int
    expression: Word


class Track(Value):
    """One parameter and its keys, in order of frames."""

    name: Word
    keys: tuple[Key, ...]

    def at(self, frame: int, frames: int) -> float:
        """The value at `frame` of `frames`. Raises InputError for an expression that gives no number there."""
        names = {"t": float(frame), "max_f": float(max(1, frames - 1)), "pi": math.pi}
        before = max((key for key in self.keys if key.frame <= frame), key=lambda key: key.frame, default=self.keys[0])
        after = min((key for key in self.keys if key.frame > frame), key=lambda key: key.frame, default=before)
        low, high = evaluate(before.expression, names), evaluate(after.expression, names)
        span = after.frame - before.frame
        return low if span <= 0 or frame < before.frame else low + (high - low) * (frame - before.frame) / span


def is_schedule(text: str) -> bool:
    """Whether the text holds at least one track of a known parameter."""
    return any(match["name"].lower() in NAMES for match in _TRACK.finditer(text))


def parse_schedule(text: str) -> tuple[Track, ...]:
    """The tracks of a schedule, each parameter once. Raises InputError with what is wrong and where."""
    starts = list(_TRACK.finditer(text))
    if not starts:
        raise InputError(f"'{text[:60]}' is no schedule.", "Write it like: zoom: 0:(1.0), 30:(1.02); angle: 0:(0)")
    if text[: starts[0].start()].strip(" ;\n"):
        raise InputError(f"'{text[: starts[0].start()].strip()[:60]}' before the schedule cannot be read.", "Put the schedule alone.")
    tracks: dict[str, Track] = {}
    for start, following in zip(starts, [*starts[1:], None], strict=True):
        name = start["name"].lower()
        if name not in NAMES:
            raise InputError(f"The schedule's '{name}' is not known here.", f"Known are: {', '.join(NAMES)}.")
        if name in tracks:
            raise InputError(f"The schedule names '{name}' twice.", "Put all its keys into one list.")
        end = following.start() if following else len(text)
        tracks[name] = Track(name=name, keys=tuple(_keys(name, text[start.start("keys") : end].strip().strip('"').rstrip(" ,;"))))
    return tuple(tracks.values())


def _keys(name: str, text: str) -> list[Key]:
    keys: dict[int, Key] = {}
    at = 0
    while at < len(text):
        match = _KEY.match(text, at)
        if match is None:
            raise InputError(
                f"The schedule of {name} cannot be read at '{text[at : at + 30]}'.", "Keys look like 30:(1.2), with commas between."
            )
        close = _closing(text, match.end() - 1)
        if close is None:
            raise InputError(f"A bracket is not closed in the schedule of {name}.", "Keys look like 30:(1.2).")
        expression = text[match.end() : close].strip()
        frame = int(match["frame"])
        if frame in keys:
            raise InputError(f"The schedule of {name} has two keys at frame {frame}.", "Keep one of them.")
        check_expression(expression)
        keys[frame] = Key(frame=frame, expression=expression)
        at = close + 1
        rest = re.match(r"\s*,?\s*", text[at:])
        at += rest.end() if rest else 0
        if len(keys) > MAX_KEYS:
            raise InputError(f"The schedule of {name} has more than {MAX_KEYS} keys.", "Use fewer; values between keys are blended.")
    return [keys[frame] for frame in sorted(keys)]


def _closing(text: str, opening: int) -> int | None:
    depth = 0
    for index in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[index], 0)
        if depth == 0:
            return index
    return None


def check_expression(text: str) -> None:
    """Raises InputError where the expression cannot be evaluated at all."""
    evaluate(text, {"t": 1.0, "max_f": 100.0, "pi": math.pi})


def evaluate(text: str, names: Mapping[str, float]) -> float:
    """An arithmetic expression as a finite number. Raises InputError; runs nothing but arithmetic."""
    if len(text) > MAX_EXPRESSION:
        raise InputError(f"An expression of {len(text)} characters is too long.", f"At most {MAX_EXPRESSION} are read.")
    try:
        value = _value(ast.parse(text, mode="eval").body, names)
        if isinstance(value, complex) or not math.isfinite(value) or abs(value) > 1e6:
            raise ValueError("not a usable number")
        return float(value)
    except (SyntaxError, ValueError, ZeroDivisionError, OverflowError, TypeError, RecursionError, MemoryError) as error:
        raise InputError(
            f"'{text[:60]}' gives no number in a schedule.", "Use numbers, t, max_f, + - * /, sin(...) and cos(...)."
        ) from error


def _value(node: ast.expr, names: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return float(number)
        case ast.Name(id=name) if name in names:
            return names[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, names)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _value(operand, names)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _BINARY[type(op)](_value(left, names), _value(right, names))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in _FUNCTIONS:
            return _FUNCTIONS[name](*(_value(argument, names) for argument in arguments))
    raise ValueError("not arithmetic")
