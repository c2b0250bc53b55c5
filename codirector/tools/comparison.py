"""A labelled sheet of pictures side by side, for comparing. Pure: bytes and words in, bytes out; it does not know how they were made."""

import io
from collections.abc import Sequence

from codirector.errors import InputError

CELL = 512
"""Side of a cell in pixels; pictures are fitted into it."""
LABEL = 56
MARGIN = 8
MOST = 9


def columns_for(count: int) -> int:
    """How many cells a row has: up to three in one row, four as two by two, more in threes."""
    return count if count <= 3 else 2 if count == 4 else 3


def sheet(pictures: Sequence[bytes], labels: Sequence[str]) -> bytes:
    """PNG: the pictures in reading order, each numbered, with its label below. Raises InputError for none, or more than `MOST`."""
    from PIL import Image, ImageDraw, ImageFont, ImageOps

    if not 1 <= len(pictures) <= MOST:
        raise InputError(f"A comparison shows 1 to {MOST} pictures; these are {len(pictures)}.", "Compare fewer at a time.")
    columns = columns_for(len(pictures))
    rows = -(-len(pictures) // columns)
    whole = Image.new("RGB", (columns * (CELL + MARGIN) + MARGIN, rows * (CELL + LABEL) + MARGIN), "#fbfbf9")
    pen, font = ImageDraw.Draw(whole), ImageFont.load_default(size=20)
    for number, (data, label) in enumerate(zip(pictures, labels, strict=True)):
        left, top = MARGIN + (number % columns) * (CELL + MARGIN), MARGIN + (number // columns) * (CELL + LABEL)
        with Image.open(io.BytesIO(data)) as picture:
            whole.paste(ImageOps.pad(picture.convert("RGB"), (CELL, CELL), color="#fbfbf9"), (left, top))
        pen.text((left + 2, top + CELL + 12), _fitted(f"{number + 1}  {label}", CELL - 4, pen, font), fill="#1c1c1a", font=font)
    out = io.BytesIO()
    whole.save(out, format="PNG", compress_level=1)
    return out.getvalue()


def _fitted(text: str, width: int, pen: object, font: object) -> str:
    """`text`, cut with an ellipsis where it is wider than `width` pixels."""
    if pen.textlength(text, font=font) <= width:  # type: ignore[attr-defined]
        return text
    while text and pen.textlength(text + "…", font=font) > width:  # type: ignore[attr-defined]
        text = text[:-1]
    return text.rstrip() + "…"
