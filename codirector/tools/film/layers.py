"""A still taken apart into planes: the background, tilted from near to far, and the things that stand on it, each cut out along its
edge (GrabCut: Rother, Kolmogorov & Blake 2004), with what they hid filled in.

Where the things are comes from the picture's layout (boxes, and the outline of the drawing the model followed); a picture without
one gets its most prominent thing guessed, or stays one plane. It does not know cameras or time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from codirector.tools.film.actors import Stand
from codirector.tools.film.relief import Nearness, slabs

if TYPE_CHECKING:
    import numpy as np

    from codirector.tools.sketch import SketchBox

FAR, NEAR = 0.4, 1.15
"""Inverse depth at the top and at the bottom of a picture whose depth is only guessed: the ground comes towards us."""
CUT_SIDE = 224
"""Pixels; the longer side at which things are cut out. GrabCut's time grows with the area."""
LEAST_AREA, MOST_AREA = 0.004, 0.75
"""Shares of the picture; a cut-out outside of this was a failure, and the thing stays part of the background."""

Outline = Callable[["SketchBox", int, int], "np.ndarray | None"]
"""A box and a size in pixels (width, height) to the thing's expected coverage there (height, width), 0..1, or None."""


@dataclass(frozen=True)
class Layer:
    """`pixels` (H, W, 4) bytes, colours premultiplied by alpha (the background is opaque). `plane` is its inverse depth a + b * y."""

    name: str
    pixels: "np.ndarray"
    plane: tuple[float, float]
    stand: Stand


@dataclass(frozen=True)
class Scenery:
    """A still as layers, far ones first; the first is the background. `notes` are sentences about what could not be cut out."""

    layers: tuple[Layer, ...]
    width: int
    height: int
    notes: tuple[str, ...] = ()

    @property
    def background(self) -> Layer:
        return self.layers[0]


def take_apart(
    picture: "np.ndarray", boxes: Sequence["SketchBox"] = (), outline: Outline | None = None, guess: bool = True,
    nearness: Nearness | None = None,
) -> Scenery:  # fmt: skip
    """`picture` (H, W, 3) bytes into layers, one for every box that could be cut out. Without boxes, and with `guess`, the thing
    in the middle is tried. With `nearness` (see `relief`) the background is several layers, each as near as it looks."""
    import numpy as np

    height, width = picture.shape[:2]
    tried = list(boxes) or ([_middle_box()] if guess else [])
    cuts: list[tuple[SketchBox, np.ndarray]] = []
    notes = []
    for box in sorted(tried, key=lambda box: box.z):
        alpha = cut_out(picture, box, outline)
        if alpha is None:
            if boxes:
                notes.append(f"The {box.name} could not be told from its background; it moves together with it.")
            continue
        cuts.append((box, alpha))
    stands = [_stand(alpha) for _, alpha in cuts]
    covered = np.zeros((height, width), np.float32)
    for _, alpha in cuts:
        covered = np.maximum(covered, alpha)
    back = fill_hidden(picture, covered > 0.02) if cuts else picture
    if nearness is None:
        slope = (NEAR - FAR) / (height / width)
        behind, depths = [_solid(back, ((FAR + NEAR) / 2, slope))], [(FAR + NEAR) / 2 + slope * stand.feet for stand in stands]
    else:
        behind = _slabs(back, nearness)
        seen = FAR + (NEAR - FAR) * nearness(picture) if cuts else covered
        depths = [float(np.median(seen[alpha > 0.5])) for _, alpha in cuts]
    # Everything is measured in the main subject's distance: that one stands at depth 1.
    main = max(range(len(cuts)), key=lambda index: cuts[index][1].sum(), default=None)
    scale = 1.0 if main is None else 1.0 / max(depths[main], 0.5)
    things = []
    for (box, alpha), stand, depth in zip(cuts, stands, depths, strict=True):
        pixels = np.dstack([(picture * alpha[..., None] + 0.5).astype(np.uint8), (alpha * 255 + 0.5).astype(np.uint8)])
        things.append(Layer(box.name, pixels, (max(depth * scale, 0.45), 0.0), stand))
    grounds = [replace(layer, plane=(layer.plane[0] * scale, layer.plane[1] * scale)) for layer in behind]
    # Ground that begins at a thing's feet is nearer than it and yet behind it; only what stands clear of all things comes before them.
    front = next((number for number in range(1, len(grounds)) if _clear(grounds[number], things, covered)), len(grounds))
    ordered = (*grounds[:front], *sorted(things, key=lambda layer: layer.plane[0]), *grounds[front:])
    return Scenery(ordered, width, height, tuple(notes))


def _clear(ground: Layer, things: "Sequence[Layer]", covered: "np.ndarray") -> bool:
    """Whether a slab of the ground is nearer than all things and overlaps none of them."""
    shown = ground.pixels[..., 3] > 127
    near = ground.plane[0]
    return bool(things) and near > max(thing.plane[0] for thing in things) and not bool((shown & (covered > 0.3)).any())


def _solid(picture: "np.ndarray", plane: tuple[float, float], alpha: "np.ndarray | None" = None) -> Layer:
    """A layer of the ground: all of `picture`, or what `alpha` shows of it."""
    import numpy as np

    height, width = picture.shape[:2]
    stand = Stand(0.0, 0.0, height / width / 2, 1.0, height / width)
    if alpha is None:
        return Layer("", np.dstack([picture, np.full((height, width), 255, np.uint8)]), plane, stand)
    shown = [(picture * alpha[..., None] + 0.5).astype(np.uint8), (alpha * 255 + 0.5).astype(np.uint8)]
    return Layer("", np.dstack(shown), plane, stand)


def _slabs(back: "np.ndarray", nearness: Nearness) -> list[Layer]:
    """The background as its slabs, far ones first, each with what nearer ones hide of it filled in."""
    import numpy as np

    found = []
    for slab in slabs(nearness(back)):
        filled = back
        if slab.nearer.any() and not slab.nearer.all():
            # A fill reaches a little beyond what it fills, which here is in plain sight.
            filled = np.where(slab.nearer[..., None], fill_hidden(back, slab.nearer), back)
        plane = (FAR + (NEAR - FAR) * slab.plane[0], (NEAR - FAR) * slab.plane[1])
        found.append(_solid(filled, plane, slab.alpha if found else None))
    return found


def cut_out(picture: "np.ndarray", box: "SketchBox", outline: Outline | None = None) -> "np.ndarray | None":
    """How much of each pixel (H, W), 0..1, is the thing in `box`; None where no sensible edge was found."""
    import cv2
    import numpy as np

    height, width = picture.shape[:2]
    scale = min(1.0, CUT_SIDE / max(width, height))
    small = cv2.resize(picture, (max(16, round(width * scale)), max(16, round(height * scale))), interpolation=cv2.INTER_AREA)
    rows, columns = small.shape[:2]
    expected = outline(box, columns, rows) if outline else None
    known = expected is not None
    expected = expected if expected is not None else _ellipse(box, columns, rows)
    reach = max(3, round((0.05 if known else 0.09) * max(columns, rows))) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    inside = (expected > 0.5).astype(np.uint8)
    if not inside.any():
        return None
    labels = np.full((rows, columns), cv2.GC_BGD, np.uint8)
    labels[cv2.dilate(inside, kernel) > 0] = cv2.GC_PR_BGD
    labels[inside > 0] = cv2.GC_PR_FGD
    labels[cv2.erode(inside, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))) > 0] = cv2.GC_FGD
    if not (labels == cv2.GC_FGD).any() and known:
        labels[cv2.erode(inside, kernel) > 0] = cv2.GC_FGD
    if (labels == cv2.GC_BGD).sum() < 0.05 * labels.size:
        return None
    cv2.setRNGSeed(0)
    try:
        cv2.grabCut(small, labels, None, np.zeros((1, 65)), np.zeros((1, 65)), 4, cv2.GC_INIT_WITH_MASK)  # pyright: ignore[reportCallIssue, reportArgumentType]
    except cv2.error:
        return None
    mask = ((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)).astype(np.uint8)
    mask = _one_piece(mask, inside)
    if not LEAST_AREA <= mask.mean() <= MOST_AREA:
        return None
    # A model that did not draw along the outline has its thing somewhere else, or none.
    if _agreement(mask, inside) < (0.45 if known else 0.35) or (not known and _on_border(mask) > 0.25):
        return None
    soft = cv2.resize(mask.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    soft = cv2.GaussianBlur(soft, (0, 0), max(0.6, 0.9 / scale / 2))
    # A little outside of the edge: a thing without its own rim shows the filled background as a halo.
    return np.clip((soft - 0.15) / 0.4, 0.0, 1.0)


def fill_hidden(picture: "np.ndarray", hidden: "np.ndarray") -> "np.ndarray":
    """`picture` with what is under `hidden` (H, W) continued from the left and the right of it, mirrored, row by row: the level of the
    ground, the horizon and the texture go on behind a thing, where a smooth fill leaves a smear."""
    import cv2
    import numpy as np

    height, width = picture.shape[:2]
    reach = max(5, round(0.025 * width)) | 1
    mask = cv2.dilate(hidden.astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))) > 0
    if mask.all():
        return picture
    filled = picture.astype(np.float32)
    empty = []
    for row in range(height):
        line = mask[row]
        if not line.any():
            continue
        if line.all():
            empty.append(row)
            continue
        filled[row] = _fill_row(filled[row], line)
    whole = [row for row in range(height) if row not in set(empty)]
    for row in empty:
        filled[row] = filled[min(whole, key=lambda other: abs(other - row))]
    # Rows were filled on their own: what differs from row to row is smoothed, along the edge most.
    smooth = cv2.GaussianBlur(filled, (0, 0), sigmaX=1.0, sigmaY=2.5)
    share = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), max(1.0, reach / 4))[..., None]
    share = np.maximum(share, hidden[..., None].astype(np.float32))
    return np.clip(picture * (1 - share) + (0.4 * filled + 0.6 * smooth) * share + 0.5, 0, 255).astype(np.uint8)


def _fill_row(line: "np.ndarray", mask: "np.ndarray") -> "np.ndarray":
    """One row (W, 3) with each masked run replaced by its two mirrored neighbourhoods, the nearer counting more."""
    import numpy as np

    result = line.copy()
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    for start, end in edges.reshape(-1, 2):
        before = line[:start][~mask[:start]][::-1]
        after = line[end:][~mask[end:]]
        length = end - start
        sides = []
        for source in (before, after):
            if len(source):
                tiled = np.concatenate([source, source[::-1]])
                sides.append(tiled[np.arange(length) % len(tiled)])
            else:
                sides.append(None)
        left, right = sides[0], None if sides[1] is None else sides[1][::-1]
        if left is None or right is None:
            result[start:end] = right if left is None else left
            continue
        share = np.linspace(0.0, 1.0, length, dtype=np.float32)[:, None]
        share = share * share * (3 - 2 * share)
        result[start:end] = left * (1 - share) + right * share
    return result


def _middle_box() -> Any:
    from codirector.tools.sketch import SketchBox

    return SketchBox(name="subject", x=0.5, y=0.55, width=0.5, height=0.6)


def _ellipse(box: "SketchBox", width: int, height: int) -> "np.ndarray":
    import cv2
    import numpy as np

    canvas = np.zeros((height, width), np.float32)
    axes = (max(1, round(0.42 * box.width * width)), max(1, round(0.42 * box.height * height)))
    cv2.ellipse(canvas, (round(box.x * width), round(box.y * height)), axes, 0, 0, 360, 1.0, -1)
    return canvas


def _one_piece(mask: "np.ndarray", inside: "np.ndarray") -> "np.ndarray":
    """The pieces that lie mostly where the thing is expected, with their holes closed."""
    import cv2
    import numpy as np

    count, labels = cv2.connectedComponents(mask)
    kept = np.zeros_like(mask)
    for number in range(1, count):
        piece = labels == number
        if (piece & (inside > 0)).sum() >= 0.4 * piece.sum() and piece.sum() > 12:
            kept[piece] = 1
    contours, _ = cv2.findContours(kept, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(kept, contours, -1, 1, -1)  # pyright: ignore[reportCallIssue, reportArgumentType]
    return kept


def _on_border(mask: "np.ndarray") -> float:
    edge = mask[0].sum() + mask[-1].sum() + mask[:, 0].sum() + mask[:, -1].sum()
    return float(edge) / (2 * sum(mask.shape))


def _agreement(mask: "np.ndarray", inside: "np.ndarray") -> float:
    return float((mask & inside).sum()) / max(1.0, float((mask | inside).sum()))


def _stand(alpha: "np.ndarray") -> Stand:
    import numpy as np

    height, width = alpha.shape
    ys, xs = np.nonzero(alpha > 0.5)
    left, right, top, bottom = xs.min(), xs.max() + 1, ys.min(), ys.max() + 1
    return Stand(
        x=float((left + right) / 2 / width - 0.5),
        y=float(((top + bottom) / 2 - height / 2) / width),
        feet=float((bottom - height / 2) / width),
        width=float((right - left) / width),
        height=float((bottom - top) / width),
    )
