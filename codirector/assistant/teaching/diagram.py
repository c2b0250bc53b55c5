"""The way to a picture as a diagram: a box a turn that changed something, with its picture and what it changed, and arrows between them.

Once as a PNG to look at, once as Mermaid text to copy. It shows the way to where one stands; other branches are not on it.
"""

import io
import textwrap
from collections.abc import Callable, Sequence
from typing import NamedTuple

from codirector.assistant.session.record import SessionView, StoredTurn

WIDE, HIGH, GAP, ACROSS = 330, 130, 46, 3
"""Pixels of a box and between two; boxes in a row."""
THUMB = 106
MOST = 12
INK, PAPER, LINE, SOFT = "#1c1c1a", "#fbfaf7", "#8a8578", "#efece4"


class Box(NamedTuple):
    """`title` is the turn's number and action, `lines` what it changed, `picture` the hash of its picture or ''."""

    title: str
    lines: tuple[str, ...]
    picture: str


def boxes(view: SessionView) -> tuple[Box, ...]:
    """The newest turns on the way to the tip that changed the scene, oldest first; at most twelve."""
    made = [stored for stored in view.history if stored.turn.outcome in ("done", "planned") and stored.turn.diff]
    return tuple(_box(stored) for stored in made[-MOST:])


def mermaid(found: Sequence[Box]) -> str:
    """The diagram as Mermaid flowchart text."""
    nodes = [f'  t{number}["{_quoted(box.title)}: {_quoted("; ".join(box.lines))}"]' for number, box in enumerate(found)]
    arrows = [f"  t{number} --> t{number + 1}" for number in range(len(found) - 1)]
    return "\n".join(["flowchart LR", *nodes, *arrows])


def draw(found: Sequence[Box], read: Callable[[str], bytes]) -> tuple[bytes, int, int]:
    """PNG bytes, width and height. `read` gives a picture's bytes by its hash."""
    from PIL import Image, ImageDraw, ImageFont

    rows = -(-len(found) // ACROSS)
    across = min(ACROSS, len(found))
    size = (GAP + across * (WIDE + GAP), GAP + rows * (HIGH + GAP))
    sheet = Image.new("RGB", size, PAPER)
    pen = ImageDraw.Draw(sheet)
    large, font = ImageFont.load_default(size=16), ImageFont.load_default(size=14)
    for number, box in enumerate(found):
        left, top = GAP + number % ACROSS * (WIDE + GAP), GAP + number // ACROSS * (HIGH + GAP)
        pen.rounded_rectangle((left, top, left + WIDE, top + HIGH), 10, fill=SOFT, outline=LINE, width=2)
        beside = left + 14
        if box.picture:
            with Image.open(io.BytesIO(read(box.picture))) as opened:
                thumb = opened.convert("RGB")
                thumb.thumbnail((THUMB, THUMB))
            sheet.paste(thumb, (left + 12, top + (HIGH - thumb.height) // 2))
            beside += THUMB + 10
        pen.text((beside, top + 12), box.title, fill=INK, font=large)
        width = 24 if box.picture else 40
        said = "; ".join(box.lines).replace("→", "to")  # Pillow's own font has no arrow
        for line, words in enumerate(textwrap.wrap(said, width, max_lines=4, placeholder=" …")):
            pen.text((beside, top + 38 + 20 * line), words, fill=INK, font=font)
        if number + 1 < len(found):
            _arrow(pen, number, left, top)
    out = io.BytesIO()
    sheet.save(out, format="PNG")
    return out.getvalue(), *size


def _arrow(pen, number: int, left: int, top: int) -> None:
    """To the next box: to the right, or at a row's end down and back to the beginning of the next row."""
    middle = top + HIGH // 2
    if (number + 1) % ACROSS:
        tip = (left + WIDE + GAP - 4, middle)
        pen.line((left + WIDE + 2, middle, *tip), fill=LINE, width=3)
        pen.polygon([tip, (tip[0] - 12, middle - 7), (tip[0] - 12, middle + 7)], fill=LINE)
        return
    lane, first, x = top + HIGH + GAP // 2, GAP + WIDE // 2, left + WIDE // 2
    pen.line([(x, top + HIGH + 2), (x, lane), (first, lane), (first, top + HIGH + GAP - 4)], fill=LINE, width=3)
    tip = (first, top + HIGH + GAP - 3)
    pen.polygon([tip, (tip[0] - 7, tip[1] - 12), (tip[0] + 7, tip[1] - 12)], fill=LINE)


def _box(stored: StoredTurn) -> Box:
    turn = stored.turn
    picture = next((ref.sha256 for ref in turn.artifacts if ref.role == "picture"), "")
    lines = tuple(turn.diff) if turn.action != "create" else tuple(turn.diff)[:4]
    return Box(f"{stored.number}  {turn.action}", lines, picture)


def _quoted(text: str) -> str:
    return text.replace('"', "'").replace("[", "(").replace("]", ")")
