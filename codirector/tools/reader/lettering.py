"""Text in pictures, by RapidOCR (PP-OCRv4 in ONNX; the weights are inside the wheel `rapidocr-onnxruntime`, Apache-2.0).

Knows pixels in and lines of text out. Reads Latin letters, digits and Chinese; not handwriting.
"""

from __future__ import annotations

import functools
import importlib.util
import threading
from typing import Any

import numpy as np
from pydantic import Field

from codirector.errors import Unsupported
from codirector.tools.reader.reading import Box
from codirector.values import Value

_LEAST = 0.6
_SIDE = 736
"""The longer side that text is looked for at, in pixels; small pictures are enlarged up to twice."""
_guard = threading.Lock()


class TextLine(Value):
    """A line of text and where it stands. `score` 0..1 is the recogniser's mean character probability."""

    text: str
    score: float = Field(ge=0.0, le=1.0)
    box: Box


def available() -> bool:
    return importlib.util.find_spec("rapidocr_onnxruntime") is not None


@functools.cache
def _engine() -> Any:
    import logging

    from rapidocr_onnxruntime import RapidOCR

    logging.getLogger().setLevel(max(logging.getLogger().level, logging.WARNING))
    return RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1, det_limit_side_len=736, det_limit_type="max")


def read_text(image: np.ndarray) -> tuple[TextLine, ...]:
    """`image` [h, w, 3] RGB uint8 -> its lines of text from top to bottom; some 0.3 to 1 s. Raises Unsupported without the wheel."""
    import cv2

    if not available():
        raise Unsupported(
            "Reading text in pictures needs the package rapidocr-onnxruntime.", "Run: pip install --no-deps rapidocr-onnxruntime"
        )
    scale = min(2.0, _SIDE / max(image.shape[:2]))
    image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    height, width = image.shape[:2]
    with _guard:
        found, _ = _engine()(np.ascontiguousarray(image[..., ::-1]))
    lines = []
    for corners, text, score in found or ():
        xs, ys = [float(x) / width for x, _ in corners], [float(y) / height for _, y in corners]
        if float(score) >= _LEAST and str(text).strip():
            box = Box(x=(min(xs) + max(xs)) / 2, y=(min(ys) + max(ys)) / 2, width=max(xs) - min(xs), height=max(ys) - min(ys))
            lines.append(TextLine(text=str(text).strip(), score=min(1.0, float(score)), box=box))
    return tuple(sorted(lines, key=lambda line: (round(line.box.y, 2), line.box.x)))
