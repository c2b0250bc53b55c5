"""Prompt weights in the A1111 / Civitai syntax: reading and writing weighted text. Pure, linear in the text's length.

Read: `(x)` 1.1, `((x))` 1.21, `(x:1.3)`, `[x]` 1/1.1, nesting, escapes `\\(` `\\)` `\\[` `\\]` `\\\\`, `BREAK`, `<lora:name:0.8>`.
Source: stable-diffusion-webui, modules/prompt_parser.py (parse_prompt_attention). Where we differ from it, on purpose:

- `[x:0.5]` weighs x by 0.5, as Civitai's guides write it; A1111 reads it as "x from half of the steps on". A number above 1 is a
  step there and stays a schedule here.
- `[a:b:0.5]`, `[a::0.5]`, `[:b:0.5]` (schedules) and `[a|b]` (alternation) are recognised and not honoured: the first text that is
  not empty stands for all of it, and a note says so.
- a backslash before any other character stays a backslash; weights below 0 count as 0, above 10 as 10, each with a note.
"""

import math
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from codirector.values import Span

BREAK = Span(text="BREAK")
"""Where a new text window begins: a span of its own, always neutral."""
_Piece = tuple[str, float]
_BREAK_PIECE: _Piece = ("BREAK", 1.0)
_NUMBER = r"([+-]?(?:\d{1,12}(?:\.\d{0,12})?|\.\d{1,12}))"
_TOKEN = re.compile(
    r"\\(?P<escaped>[()\[\]\\<:\-—])"
    r"|<(?P<network>[A-Za-z][A-Za-z0-9_]{0,30}:[^<>()\[\]\\]{1,300})>"
    rf"|:\s*{_NUMBER.replace('(', '(?P<round>', 1)}\s*\)"
    rf"|:\s*{_NUMBER.replace('(', '(?P<square>', 1)}\s*\]"
    r"|(?P<mark>[()\[\]:|])"
    r"|(?P<text>[^\\()\[\]:|<]+|[\\<])",
)
_BREAK = re.compile(r"\bBREAK\b")
_NETWORK_START = re.compile(r"<(?=[A-Za-z][A-Za-z0-9_]{0,30}:)")
_FLAG_START = re.compile(r"(?<![^\s,;()\[\]])(-(?=-[A-Za-z])|—(?=[A-Za-z]))")
_MARKER = re.compile(r"(?i)(negative\s+prompt\s*|^[^\S\n]*steps\s*):", re.MULTILINE)


class Weighted(NamedTuple):
    """Weighted text as read: spans (joined they are the text), networks (`lora:name:0.8`), and notes for the person."""

    spans: tuple[Span, ...]
    networks: tuple[str, ...]
    notes: tuple[str, ...]


class _Open(NamedTuple):
    """A bracket that waits for its end: where it stands, and where inside it ':' and '|' were seen."""

    token: int
    colons: list[int]
    bars: list[int]


def read_weighted(text: str) -> Weighted:
    """Weighted text from A1111 syntax. Never fails: what is no syntax is text."""
    texts: list[str] = []
    factors: list[tuple[float, int]] = []  # (log of the multiplier, how many zeros) that begin or end at a token
    hidden: list[int] = []
    networks: list[str] = []
    notes: dict[str, None] = {}
    rounds: list[_Open] = []
    squares: list[_Open] = []

    def innermost() -> _Open | None:
        candidates = [stack[-1] for stack in (rounds, squares) if stack]
        return max(candidates, key=lambda opened: opened.token, default=None)

    def weigh(opened: _Open, end: int, weight: float) -> None:
        if weight < 0:
            notes[f"The weight {weight:g} is below 0 and counts as 0."] = None
        log, zero = (0.0, 1) if weight <= 0 else (math.log(weight), 0)
        for at, sign in ((opened.token, 1), (end, -1)):
            factors[at] = (factors[at][0] + sign * log, factors[at][1] + sign * zero)

    def hide(start: int, end: int) -> None:
        hidden[start] += 1
        hidden[end] -= 1

    for match in _TOKEN.finditer(text):
        at = len(texts)
        texts.append("")
        factors.append((0.0, 0))
        hidden.append(0)
        kind = match.lastgroup
        if kind in ("escaped", "text"):
            texts[at] = match[kind]
        elif kind == "network":
            networks.append(match["network"])
        elif kind == "round":
            if rounds:
                weigh(rounds.pop(), at, float(match["round"]))
            else:
                texts[at] = match.group()
        elif kind == "square":
            if squares:
                _close_weighted_square(squares.pop(), at, float(match["square"]), weigh, hide, notes)
            else:
                texts[at] = match.group()
        else:
            mark = match.group()
            if mark in "([":
                (rounds if mark == "(" else squares).append(_Open(at, [], []))
            elif mark == ")" and rounds:
                weigh(rounds.pop(), at, 1.1)
            elif mark == "]" and squares:
                opened = squares.pop()
                if opened.bars:
                    hide(opened.bars[0], at)
                    notes["Alternation '[a|b]' is not honoured: the first text is used."] = None
                else:
                    weigh(opened, at, 1 / 1.1)
            else:
                texts[at] = mark
                inside = innermost()
                if mark == ":" and inside:
                    inside.colons.append(at)
                elif mark == "|" and inside:
                    inside.bars.append(at)
    if rounds or squares:
        notes["A bracket is opened and never closed; it counts up to the end."] = None
        texts.append("")
        factors.append((0.0, 0))
        hidden.append(0)
        for stack, weight in ((rounds, 1.1), (squares, 1 / 1.1)):
            for opened in stack:
                weigh(opened, len(texts) - 1, weight)
    spans = _as_spans(_normal_form(_weighed(texts, factors, hidden, notes)))
    if networks:
        notes[f"Extra networks are not loaded: {', '.join(f'<{network}>' for network in networks)}."] = None
    return Weighted(spans, tuple(network.strip() for network in networks), tuple(notes))


def merge_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The normal form: no empty spans, neighbours of one weight joined, every word BREAK a neutral span of its own with no space
    around it, no space at either end. The texts joined (with a space around BREAK) are the prompt."""
    return _as_spans(_normal_form([(span.text, span.weight) for span in spans]))


def write_spans(spans: Iterable[Span]) -> str:
    """The spans in A1111 syntax: `(text:1.3)` for weights, special characters escaped. `read_weighted` of it gives them back."""
    written = ""
    for span in spans:
        if span == BREAK:
            written += " BREAK " if written else "BREAK "
        elif round(span.weight, 4) == 1.0:
            written += escape(span.text)
        else:
            written += f"({escape(span.text)}:{round(span.weight, 4):g})"
    return written.strip()


def escape(text: str) -> str:
    """Text in which nothing is syntax any more, neither weights nor `--flags` nor the 'Negative prompt:' and 'Steps:' markers."""
    plain = re.sub(r"[\\()\[\]]", lambda match: "\\" + match.group(), text)
    plain = _NETWORK_START.sub(r"\\<", plain)
    plain = _MARKER.sub(r"\1\\:", plain)
    return _FLAG_START.sub(r"\\\1", plain)


def _close_weighted_square(opened: _Open, end: int, number: float, weigh: Callable, hide: Callable, notes: dict[str, None]) -> None:
    if opened.colons:
        middle = opened.colons[-1]
        first_is_empty = middle == opened.token + 1
        hide(opened.token, middle + 1) if first_is_empty else hide(middle, end)
        notes["A schedule '[a:b:0.5]' is not honoured: the first text is used for the whole picture."] = None
    elif number > 1:
        notes[f"A schedule '[text:{number:g}]' is not honoured: the text is used for the whole picture."] = None
    else:
        weigh(opened, end, number)


def _weighed(texts: list[str], factors: list[tuple[float, int]], hidden: list[int], notes: dict[str, None]) -> list[_Piece]:
    pieces: list[_Piece] = []
    log, zeros, depth = 0.0, 0, 0
    for text, (factor, zero), hide in zip(texts, factors, hidden, strict=True):
        log, zeros, depth = log + factor, zeros + zero, depth + hide
        if not text or depth:
            continue
        weight = 0.0 if zeros else round(math.exp(min(log, 20.0)), 4)
        if weight > 10.0:
            notes["Weights above 10 count as 10."] = None
            weight = 10.0
        pieces.append((text, weight))
    return pieces


def _normal_form(pieces: list[_Piece]) -> list[_Piece]:
    while True:
        split: list[_Piece] = []
        for text, weight in _joined(pieces):
            parts = _BREAK.split(text)
            for number, part in enumerate(parts):
                if number:
                    split.append(_BREAK_PIECE)
                if part:
                    split.append((part, weight))
        trimmed = _trimmed(split)
        if trimmed == pieces:
            return trimmed
        pieces = trimmed


def _joined(pieces: list[_Piece]) -> list[_Piece]:
    runs: list[tuple[list[str], float]] = []
    for text, weight in pieces:
        if not text:
            continue
        if runs and runs[-1][1] == weight and text != "BREAK" and runs[-1][0] != ["BREAK"]:
            runs[-1][0].append(text)
        else:
            runs.append(([text], weight))
    return [("".join(texts), weight) for texts, weight in runs]


def _trimmed(pieces: list[_Piece]) -> list[_Piece]:
    """Without space at the ends and around BREAK."""
    out: list[_Piece] = []
    edge = True
    for text, weight in [*pieces, _BREAK_PIECE]:
        if text == "BREAK" and weight == 1.0:
            while out and out[-1] != _BREAK_PIECE:
                last, last_weight = out.pop()
                if last.rstrip():
                    out.append((last.rstrip(), last_weight))
                    break
            out.append(_BREAK_PIECE)
            edge = True
        else:
            shorter = text.lstrip() if edge else text
            if shorter:
                out.append((shorter, weight))
                edge = False
    return out[:-1]


def _as_spans(pieces: list[_Piece]) -> tuple[Span, ...]:
    return tuple(BREAK if piece == _BREAK_PIECE else Span(text=piece[0], weight=piece[1]) for piece in pieces)
