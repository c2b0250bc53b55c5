"""What is the same for every reader: the pixels, the alignment with the person's words, and the figures of the steps between them.

Knows arrays, words and how to draw. It does not know which network saw the picture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from codirector.tools.reader.reading import Box
from codirector.tools.reader.report import draw
from codirector.tools.reader.report.values import Figure, Occlusion, Step

_PATCH = 10
_MOST_WORDS = 4


class Relative(NamedTuple):
    """Another picture to compare with: a name the person knows it by, its pixels, its feature vector."""

    name: str
    image: np.ndarray
    vector: np.ndarray


def cosine_of(one: np.ndarray, other: np.ndarray) -> float:
    return float(one @ other / max(float(np.linalg.norm(one) * np.linalg.norm(other)), 1e-9))


def place_words(values: np.ndarray) -> str:
    """Where a map [rows, columns] is greatest: 'top left', 'middle', 'bottom right'."""
    row, column = np.unravel_index(int(values.argmax()), values.shape)
    down = ("top", "middle", "bottom")[min(2, int(3 * row / values.shape[0]))]
    across = ("left", "middle", "right")[min(2, int(3 * column / values.shape[1]))]
    return down if down == across else f"{down} {across}"


def pixel_step(small: np.ndarray, width: int, height: int, box: Box | None) -> Step:
    """`small` [h, w, 3] is what the network gets; `width`, `height` are the original's; `box` is where something stands."""
    import cv2

    rows, columns = small.shape[:2]
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    edges = cv2.boxFilter(np.abs(cv2.Laplacian(grey, cv2.CV_32F)), -1, (_PATCH, _PATCH))
    if box is not None:
        left, top, right, bottom = box.edges
        inside = np.zeros_like(edges)
        inside[int(top * rows) : int(np.ceil(bottom * rows)), int(left * columns) : int(np.ceil(right * columns))] = 1
        edges = edges * inside
    y, x = np.unravel_index(int(edges.argmax()), edges.shape)
    y, x = int(np.clip(y - _PATCH // 2, 0, rows - _PATCH)), int(np.clip(x - _PATCH // 2, 0, columns - _PATCH))
    patch = small[y : y + _PATCH, x : x + _PATCH]
    frame = Box(x=(x + _PATCH / 2) / columns, y=(y + _PATCH / 2) / rows, width=_PATCH / columns, height=_PATCH / rows)
    whole = draw.framed(draw.fitted(small, 384), [(frame, "")])
    first = [int(part) for part in patch[0, 0]]
    return Step(
        number=1,
        title="A grid of pixels",
        plain="To a computer the picture is a grid of numbers: how much red, green and blue each point has, from 0 to 255. "
        "The reader gets it at a small, fixed size.",
        more=f"The original has {width} x {height} pixels, that is {3 * width * height:,} numbers; the network gets [3, {rows}, {columns}] "
        "= value / 255, scaled by area averaging so that the shorter side is 128.",
        lines=(
            f"The square in the picture, at row {y}, column {x}: its first pixel is red {first[0]}, green {first[1]}, blue {first[2]}.",
        ),
        figures=(
            draw.figure(
                "pixels-place", whole, "Where the magnified part is.", "The picture with a small square around the magnified part."
            ),
            draw.figure(
                "pixels",
                draw.pixel_grid(patch),
                f"{_PATCH} x {_PATCH} pixels with their numbers.",
                "A grid of coloured squares with three numbers on each.",
            ),
        ),
    )


def layer_figures(stages: Sequence[tuple[str, str, np.ndarray]]) -> tuple[list[Figure], list[str]]:
    """(name, what it looks for, maps [channels, h, w]) of each stage -> a sheet of its eight liveliest maps, and a line about it."""
    figures, lines = [], []
    for name, what, maps in stages:
        tiles = [(draw.heat(maps[channel]), f"channel {channel}") for channel in np.argsort(-maps.std(axis=(1, 2)))[:8]]
        lines.append(f"{name}: {len(maps)} maps of {maps.shape[2]} x {maps.shape[1]}; these eight vary most.")
        alt = f"Eight small heat maps of the {name} layer: bright where a channel found what it looks for."
        figures.append(draw.figure(f"layers-{name}", draw.sheet(tiles, 8, 96), f"The {name} layer looks for {what}.", alt))
    return figures, lines


def neighbour_parts(vector: np.ndarray, small: np.ndarray, others: Sequence[Relative]) -> tuple[list[Figure], list[str]]:
    """The pictures whose vectors are nearest, as a figure and a line; a line only where there are no others."""
    near = sorted(((cosine_of(vector, other.vector), other) for other in others), key=lambda pair: -pair[0])[:4]
    if not near:
        return [], ["There is no other picture in the session to compare with."]
    tiles = [(small, "this picture")] + [(other.image, f"{other.name}: {cosine:.2f}") for cosine, other in near]
    alt = "This picture and its nearest ones: " + ", ".join(f"{other.name} ({cosine:.2f})" for cosine, other in near) + "."
    return [draw.figure("vector-neighbours", draw.sheet(tiles, 5, 132), "Its nearest pictures in the session.", alt)], [alt]


def heat_figure(large: np.ndarray, values: np.ndarray, checked: Occlusion) -> Figure:
    """A heat map over the picture, marked where it fails its check."""
    mark = "" if checked.holds else " (fails the occlusion check)"
    return draw.figure(
        f"heat-{checked.label.replace(' ', '-')}", draw.overlay(large, values), f"Evidence for “{checked.label}”{mark}.",
        f"Heat map for {checked.label}. {checked.words}",
    )  # fmt: skip


def align_step(small: np.ndarray, words: Sequence[str], maps_of: Callable[[np.ndarray], np.ndarray], how: str) -> Step:
    """`maps_of`: embeddings [k, 384] -> similarity maps [k, rows, columns]."""
    from codirector.tools.sketch import meaning_encoder

    chosen = tuple(dict.fromkeys(word.strip().lower() for word in words if word.strip()))[:_MOST_WORDS]
    figures: list[Figure] = []
    lines: list[str] = []
    if chosen:
        maps = maps_of(meaning_encoder()(chosen))
        large = draw.fitted(small, 320)
        for word, values in zip(chosen, maps, strict=True):
            place = place_words(values)
            lines.append(f"“{word}”: at most {float(values.max()):.2f} ({place}), on average {float(values.mean()):.2f}.")
            shown = np.clip(values, min(0.15, float(values.max()) - 0.05), None)
            figures.append(
                draw.figure(
                    f"align-{word.replace(' ', '-')}",
                    draw.overlay(large, shown),
                    f"“{word}”, at most {float(values.max()):.2f}.",
                    f"Where the picture is like the word {word}: brightest at the {place}.",
                )
            )
    else:
        lines.append("There were no words to compare with.")
    return Step(
        number=5, title="Picture and words",
        plain="Parts of the picture and words are turned into the same kind of arrow. Where an arrow of the picture points the way of a "
        "word's arrow, that part is what the word means to the model.",
        more=how, lines=tuple(lines), figures=tuple(figures),
    )  # fmt: skip
