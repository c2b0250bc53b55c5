"""The pictures a session has, as pixels, and what is said about one. Knows the store; it neither looks nor draws."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from codirector.assistant.session.record import ArtifactRef, SessionView
from codirector.tools.events import Product
from codirector.values import Value

if TYPE_CHECKING:
    import numpy as np


FIGURE, REPORT = "explained", "report"
"""Roles of a report's sheets and of its HTML page."""


class Said(Value):
    """A reply about a picture: Markdown, files to keep with the turn, messages that make sense now."""

    text: str
    products: tuple[Product, ...] = ()
    suggestions: tuple[str, ...] = ()


def pixels(data: bytes) -> np.ndarray:
    """A stored picture as [h, w, 3] RGB uint8."""
    from PIL import Image

    from codirector.tools.reader.reader import as_array

    with Image.open(io.BytesIO(data)) as picture:
        return as_array(picture.convert("RGBA") if "A" in picture.mode or "transparency" in picture.info else picture.convert("RGB"))


def pictures_of(view: SessionView) -> list[tuple[str, ArtifactRef]]:
    """The session's pictures on the way to the tip, oldest first, by the turn the person knows."""
    found: dict[str, tuple[str, ArtifactRef]] = {}
    for stored in view.history:
        for ref in (*stored.turn.attachments, *stored.turn.artifacts):
            if ref.role in ("picture", "upload") and ref.media_type.startswith("image/"):
                found.setdefault(ref.sha256, (f"turn {stored.number}", ref))
    return list(found.values())
