"""Colour tables in the .cube format (Adobe's "Cube LUT Specification" 1.0): read, and applied with trilinear interpolation.

Pure. It does not know pictures' files.
"""

from typing import Any, NamedTuple

from codirector.errors import InputError

MAX_SIDE = 129
"""A table has side**3 entries; grading programs write 17, 33 or 65."""


class Table(NamedTuple):
    """`values` is (side, side, side, 3) by blue, green, red for a 3D table, (side, 3) for a 1D one; `low` and `high` are the
    domain."""

    values: Any
    low: tuple[float, float, float]
    high: tuple[float, float, float]

    @property
    def three_dimensional(self) -> bool:
        return self.values.ndim == 4


def parse_cube(data: bytes) -> Table:
    """Raises InputError with the line that is wrong."""
    import numpy as np

    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("This is no .cube file: it is not text.", "Export the look as a .cube table.") from error
    side, dimensions = 0, 0
    low, high = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
    rows: list[tuple[float, float, float]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split("#")[0].split()
        if not words or words[0] == "TITLE":
            continue
        try:
            match words[0]:
                case "LUT_3D_SIZE" | "LUT_1D_SIZE":
                    side, dimensions = int(words[1]), 3 if "3D" in words[0] else 1
                case "DOMAIN_MIN":
                    low = _three(words[1:])
                case "DOMAIN_MAX":
                    high = _three(words[1:])
                case "LUT_3D_INPUT_RANGE" | "LUT_1D_INPUT_RANGE":
                    low, high = (float(words[1]),) * 3, (float(words[2]),) * 3
                case _:
                    rows.append(_three(words))
        except (ValueError, IndexError) as error:
            raise InputError(f"Line {number} of the .cube file cannot be read: “{line.strip()[:60]}”.", "Export it again.") from error
        if len(rows) > max(MAX_SIDE**3, 65536):
            raise InputError("The .cube file has too many lines.", f"Tables up to {MAX_SIDE} x {MAX_SIDE} x {MAX_SIDE} are read.")
    if not dimensions:
        raise InputError("The .cube file does not say its size (LUT_3D_SIZE).", "Export the look as a .cube table.")
    if not 2 <= side <= (MAX_SIDE if dimensions == 3 else 65536):
        raise InputError(f"A .cube table of size {side} cannot be used.", f"2 to {MAX_SIDE} work.")
    if len(rows) != side**dimensions:
        raise InputError(f"The .cube file has {len(rows)} of {side**dimensions} entries.", "It seems to be cut off; export it again.")
    if any(top <= bottom for bottom, top in zip(low, high, strict=True)):
        raise InputError("The .cube file's domain is empty.", "Export it again.")
    values = np.array(rows, dtype=np.float32)
    if not np.isfinite(values).all():
        raise InputError("The .cube file holds numbers that are no colours.", "Export it again.")
    (a, b, c), (d, e, f) = low, high
    return Table(values.reshape((side,) * dimensions + (3,)) if dimensions == 3 else values, (a, b, c), (d, e, f))


def look_up(table: Table, colours: Any) -> Any:
    """(..., 3) of 0..1 -> the same shape through the table."""
    import numpy as np

    low, high = np.array(table.low, np.float32), np.array(table.high, np.float32)
    side = table.values.shape[0]
    place = np.clip((colours - low) / (high - low), 0.0, 1.0) * (side - 1)
    if not table.three_dimensional:
        grid = np.arange(side)
        return np.stack([np.interp(place[..., band], grid, table.values[:, band]) for band in range(3)], axis=-1)
    first = np.minimum(place.astype(np.int32), side - 2)
    share = place - first
    result = np.zeros_like(place)
    for corner in range(8):
        red, green, blue = corner & 1, corner >> 1 & 1, corner >> 2 & 1
        weight = (
            (share[..., 0] if red else 1 - share[..., 0])
            * (share[..., 1] if green else 1 - share[..., 1])
            * (share[..., 2] if blue else 1 - share[..., 2])
        )
        result += weight[..., None] * table.values[first[..., 2] + blue, first[..., 1] + green, first[..., 0] + red]
    return result


def _three(words: list[str]) -> tuple[float, float, float]:
    red, green, blue = (float(word) for word in words)
    return red, green, blue
