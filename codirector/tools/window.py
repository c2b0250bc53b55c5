"""Denoising only the part of a picture that a mask touches: which part, and the same noise there as in the whole picture.

A window is (left, top, right, bottom) in latent cells (8 pixels each), its sides multiples of 4 cells, as the UNet halves them
twice. It does not know requests.
"""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from PIL.Image import Image

    from codirector.tools.previews import LatentDecoder

CELL = 8
STEP = 4
MARGIN = 1
"""Cells of surroundings, so that the region is drawn in sight of what it borders on."""
LEAST = 8
"""Smaller windows save next to nothing: loading the weights takes the time."""

Window = tuple[int, int, int, int]


def window_around(mask: "Image") -> Window | None:
    """The smallest window around the white of `mask` (L, sides multiples of 8), or None where that is (nearly) all of it."""
    box = mask.getbbox()
    if box is None:
        return None
    columns, rows = mask.width // CELL, mask.height // CELL
    left, right = _stretch(box[0], box[2], columns)
    top, bottom = _stretch(box[1], box[3], rows)
    if (right - left) * (bottom - top) > 0.9 * columns * rows:
        return None
    return left, top, right, bottom


def _stretch(start: int, end: int, cells: int) -> tuple[int, int]:
    low, high = start // CELL, -(-end // CELL)
    wanted = max(LEAST, -(-(high - low + 2 * MARGIN) // STEP) * STEP)
    if wanted >= cells:
        return 0, cells
    first = min(max(0, (low + high - wanted) // 2), cells - wanted)
    return first, first + wanted


def pixels(window: Window) -> tuple[int, int, int, int]:
    """The window in pixels."""
    left, top, right, bottom = (side * CELL for side in window)
    return left, top, right, bottom


class WindowNoise:
    """The noise of the whole picture (`rows` x `columns` cells), cut to `window`: the seed's starting noise, and the fresh noise
    of each step. So what a window draws does not depend on how large the window is."""

    def __init__(self, seed: int, channels: int, columns: int, rows: int, window: Window) -> None:
        import torch

        self._generator = torch.Generator().manual_seed(seed)
        self._shape = (1, channels, rows, columns)
        self._window = window
        self.start = self.draw()

    def draw(self) -> "torch.Tensor":
        """The next noise, on the CPU, float32."""
        import torch

        left, top, right, bottom = self._window
        return torch.randn(self._shape, generator=self._generator)[:, :, top:bottom, left:right]


@contextlib.contextmanager
def drawing_from(pipeline: Any, noise: WindowNoise, start: "torch.Tensor") -> Iterator[None]:
    """While it lasts, an image-to-image pipeline begins at the clean latents `start`, and it and its scheduler take their noise from
    `noise`."""
    scheduler, step = pipeline.scheduler, pipeline.scheduler.step

    def prepared(image: Any, timestep: Any, *rest: Any, **named: Any) -> Any:
        return scheduler.add_noise(start, noise.start.to(start.device, start.dtype), timestep)

    def stepped(output: Any, timestep: Any, sample: Any, *rest: Any, **named: Any) -> Any:
        if str(scheduler.config.get("algorithm_type", "")).startswith("sde"):
            named.pop("generator", None)
            named["variance_noise"] = noise.draw().to(sample.device, sample.dtype)
        return step(output, timestep, sample, *rest, **named)

    # The pipelines look at the signature to see whether a step takes their generator.
    stepped.__wrapped__ = step  # type: ignore[attr-defined]
    pipeline.prepare_latents, scheduler.step = prepared, stepped
    try:
        yield
    finally:
        del pipeline.prepare_latents
        scheduler.step = step


class FramedDecoder:
    """Decodes a window's latents into the whole picture, for previews. Same method as `previews.LatentDecoder`."""

    def __init__(self, decoder: "LatentDecoder", picture: "Image", window: Window) -> None:
        self._decoder = decoder
        self._picture = picture
        self._window = window

    def picture(self, latents: "torch.Tensor") -> Any:
        """`latents` of the window as part of the picture they belong to."""
        return framed(self._decoder.picture(latents), self._picture, self._window)


def framed(part: "Image", picture: "Image", window: Window) -> "Image":
    """`picture` with `part` laid over its window."""
    result = picture.copy()
    result.paste(part, pixels(window)[:2])
    return result
