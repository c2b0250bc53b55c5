"""Colour grades as a table of 33 x 33 x 33 colours: from words, from a .cube file, or matched to a reference picture.

A table is applied by ffmpeg's `lut3d` (tetrahedral), through PyAV. Grades work on display-referred sRGB, as editors' tables do.
Source of the file format: Adobe, Cube LUT Specification 1.0. Matching: Reinhard et al. 2001, mean and spread in a Lab space.
"""

import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codirector.errors import InputError
from codirector.tools.film.container import media_library

if TYPE_CHECKING:
    import numpy as np

SIZE = 33
_LUMA = (0.2126, 0.7152, 0.0722)


def table_from_words(text: str) -> "tuple[np.ndarray, tuple[str, ...]]":
    """(33, 33, 33, 3) floats 0..1 indexed [red, green, blue], and notes about words that are no grade. '' is a gentle contrast."""
    plain = text.casefold()
    colours = identity()
    found, notes = False, []
    for pattern, function in _WORDS:
        if re.search(pattern, plain):
            colours, found = function(colours), True
    if not found:
        if plain.strip():
            notes.append(f"I do not know the grade “{text}”; a gentle contrast was applied. Known: {', '.join(KNOWN)}.")
        colours = _contrast(colours, 0.15)
    return colours.clip(0.0, 1.0), tuple(notes)


def identity() -> "np.ndarray":
    """The table that changes nothing."""
    import numpy as np

    steps = np.linspace(0.0, 1.0, SIZE)
    return np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1)


def _luma(colours: "np.ndarray") -> "np.ndarray":
    import numpy as np

    return (colours @ np.asarray(_LUMA))[..., None]


def _contrast(colours: "np.ndarray", amount: float) -> "np.ndarray":
    import numpy as np

    # An S around middle grey that keeps black and white.
    bent = 0.5 - 0.5 * np.cos(np.pi * colours.clip(0, 1))
    return colours + (bent - colours) * amount * 1.5


def _saturate(colours: "np.ndarray", factor: float) -> "np.ndarray":
    grey = _luma(colours)
    return grey + (colours - grey) * factor


def _tint(colours: "np.ndarray", shadows: tuple[float, ...], lights: tuple[float, ...]) -> "np.ndarray":
    """Split toning: adds a colour to the dark and another to the bright parts."""
    import numpy as np

    grey = _luma(colours)
    return colours + np.asarray(shadows) * (1 - grey) ** 2 + np.asarray(lights) * grey**2


def _gamma(colours: "np.ndarray", power: float) -> "np.ndarray":
    return colours.clip(0, 1) ** power


def _lift(colours: "np.ndarray", black: float) -> "np.ndarray":
    return black + colours * (1 - black)


_WORDS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    (r"teal|orange|blockbuster", lambda c: _tint(_contrast(c, 0.2), (-0.06, 0.02, 0.07), (0.08, 0.01, -0.08))),
    (r"\bwarm", lambda c: _tint(c, (0.02, 0.0, -0.02), (0.07, 0.02, -0.07))),
    (r"\b(?:cool|cold)", lambda c: _tint(c, (-0.03, 0.0, 0.05), (-0.06, 0.0, 0.06))),
    (r"golden|sunset", lambda c: _tint(c, (0.03, 0.0, -0.03), (0.12, 0.05, -0.10))),
    (r"night|moon", lambda c: _tint(_gamma(_saturate(c, 0.7), 1.5), (-0.03, -0.01, 0.06), (-0.10, -0.05, 0.04))),
    (r"noir|black and white|black & white|b&w|monochrome|grey|gray", lambda c: _contrast(_saturate(c, 0.0), 0.5)),
    (r"sepia|old photo", lambda c: _tint(_saturate(c, 0.0), (0.06, 0.02, -0.04), (0.06, 0.02, -0.12))),
    (
        r"vintage|retro|film look|analogue|analog|faded",
        lambda c: _tint(_lift(_saturate(c, 0.75), 0.07), (0.02, 0.0, 0.04), (0.04, 0.02, -0.05)),
    ),
    (r"bleach", lambda c: _contrast(_saturate(c, 0.4), 0.6)),
    (r"vivid|vibrant|colou?rful|punch", lambda c: _contrast(_saturate(c, 1.35), 0.15)),
    (r"muted|pastel|soft|desaturat", lambda c: _lift(_saturate(c, 0.65), 0.05)),
    (r"cinematic|filmic|movie", lambda c: _tint(_contrast(_saturate(c, 0.9), 0.35), (-0.02, 0.01, 0.03), (0.04, 0.01, -0.03))),
    (r"\bbright|high[ -]key|airy", lambda c: _gamma(c, 0.8)),
    (r"\bdark|moody|low[ -]key|gloomy", lambda c: _contrast(_gamma(c, 1.3), 0.25)),
    (r"matrix|\bgreen", lambda c: _tint(c, (-0.03, 0.05, -0.02), (-0.04, 0.05, -0.04))),
    (r"contrast", lambda c: _contrast(c, 0.5)),
)
KNOWN = (
    "teal and orange", "warm", "cool", "golden", "night", "noir", "sepia", "vintage", "bleach", "vivid", "muted", "cinematic",
    "bright", "moody", "green", "contrast",
)  # fmt: skip


def table_to_match(picture: "np.ndarray", reference: "np.ndarray") -> "np.ndarray":
    """The table that gives `picture` (RGB bytes) the mean and the spread of colours of `reference`."""
    import cv2
    import numpy as np

    def lab(rgb: "np.ndarray") -> "np.ndarray":
        return cv2.cvtColor(np.ascontiguousarray(rgb, dtype=np.float32), cv2.COLOR_RGB2LAB)

    own, wanted = lab(picture / np.float32(255)), lab(reference / np.float32(255))
    mean, spread = own.mean((0, 1)), own.std((0, 1))
    goal, width = wanted.mean((0, 1)), wanted.std((0, 1))
    colours = lab(identity().reshape(SIZE * SIZE, SIZE, 3))
    moved = (colours - mean) * np.clip(width / np.maximum(spread, 1e-3), 0.4, 2.5) + goal
    rgb = cv2.cvtColor(moved.astype(np.float32), cv2.COLOR_LAB2RGB)
    return np.clip(rgb, 0.0, 1.0).reshape(SIZE, SIZE, SIZE, 3).astype(np.float64)


def read_cube(text: str) -> "np.ndarray":
    """A 3D table from a .cube file, sampled to our size. Raises InputError for what is none."""
    import numpy as np

    size, rows = 0, []
    for line in text.splitlines():
        words = line.split("#")[0].split()
        if not words:
            continue
        if words[0] == "LUT_3D_SIZE" and len(words) == 2 and words[1].isdigit():
            size = int(words[1])
        elif words[0] == "LUT_1D_SIZE":
            raise InputError("This .cube file holds a one-dimensional table.", "Three-dimensional ones (LUT_3D_SIZE) can be used.")
        elif re.fullmatch(r"[-+.\deE]+", words[0]) and len(words) == 3:
            try:
                rows.append([float(word) for word in words])
            except ValueError as error:
                raise InputError(f"The .cube file holds “{line.strip()[:40]}” where three numbers belong.", "Export it again.") from error
    if not 2 <= size <= 129 or len(rows) != size**3:
        raise InputError("This is no complete .cube file.", f"It says size {size} and has {len(rows)} colours; {size**3} belong there.")
    # The file's fastest index is red.
    table = np.asarray(rows).reshape(size, size, size, 3).transpose(2, 1, 0, 3)
    if size == SIZE:
        return table.clip(0, 1)
    for axis in range(3):
        place = np.linspace(0, size - 1, SIZE)
        low = place.astype(int).clip(0, size - 2)
        share = (place - low).reshape([-1 if at == axis else 1 for at in range(4)])
        table = table.take(low, axis) * (1 - share) + table.take(low + 1, axis) * share
    return table.clip(0, 1)


def write_cube(table: "np.ndarray") -> str:
    """The table as a .cube file."""
    size = table.shape[0]
    rows = table.transpose(2, 1, 0, 3).reshape(-1, 3)
    return "\n".join([f"LUT_3D_SIZE {size}", *(f"{r:.6f} {g:.6f} {b:.6f}" for r, g, b in rows), ""])


class Grader:
    """A table made ready for frames of any size; not for two threads at once."""

    def __init__(self, table: "np.ndarray") -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="codirector-lut-")
        self._path = Path(self._folder.name) / "grade.cube"
        self._path.write_text(write_cube(table), encoding="ascii")
        self._graph: Any = None
        self._size = (0, 0)

    def __call__(self, frame: "np.ndarray", index: int = 0) -> "np.ndarray":
        """The frame (RGB bytes) with its colours looked up."""
        import numpy as np

        av = media_library()
        del index
        size = (frame.shape[1], frame.shape[0])
        if self._graph is None or size != self._size:
            graph = av.filter.Graph()
            nodes = [
                graph.add_buffer(width=size[0], height=size[1], format="rgb24", time_base="1/24"),
                graph.add("lut3d", file=str(self._path), interp="tetrahedral"),
                graph.add("format", pix_fmts="rgb24"),
                graph.add("buffersink"),
            ]
            graph.link_nodes(*nodes).configure()
            self._graph, self._size = graph, size
        self._graph.push(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24"))
        return self._graph.pull().to_ndarray()
