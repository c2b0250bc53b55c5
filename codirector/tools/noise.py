"""Noise that moves with a picture: where each place of a frame takes its noise from, gathered into the cells of a latent with the
variance noise must have.

A field of independent Gaussian numbers lies on the picture, finer than the latent's cells; a frame says for each of its places which
place of the field is seen there (a number; the same number is the same noise). A cell is the sum of the places it covers, divided by the
root of the sum of their squared multiplicities, so its variance is exactly one however the picture is stretched, where plain resampling
blurs noise grey. Sources: Chang et al. 2024, How I Warped Your Noise (the noise of a cell as the integral of a finer field); Burgert et
al. 2025, Go-with-the-Flow, arXiv:2501.08331. Where a picture is enlarged, neighbouring cells share the places on their border and are no
longer quite independent: with 16 cells a side their correlation is 0.02 at 1.2 times, 0.06 at twice and 0.24 at eight times.

It does not know cameras or models.
"""

import contextlib
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from codirector.errors import InputError, Unsupported

if TYPE_CHECKING:
    import numpy as np

FIELD = 256
"""Places of the field along the longer side of a picture."""
MOST_PLACES = 64 * FIELD * FIELD


def gathered(places: "np.ndarray", channels: int, rows: int, columns: int, seed: int) -> "np.ndarray":
    """The noise (channels, rows, columns) float32 of a latent, from `places` (H, W) of whole numbers from 0 that cover the same picture.
    The same numbers and seed give the same noise. Each value is Gaussian with mean 0 and variance 1."""
    import numpy as np

    fine = max(1, round(places.shape[0] / rows)), max(1, round(places.shape[1] / columns))
    height, width = rows * fine[0], columns * fine[1]
    y = ((np.arange(height) + 0.5) * places.shape[0] / height).astype(np.int64)
    x = ((np.arange(width) + 0.5) * places.shape[1] / width).astype(np.int64)
    seen = places.astype(np.int64)[y[:, None], x[None, :]]
    cell = (np.arange(height) // fine[0])[:, None] * columns + (np.arange(width) // fine[1])[None, :]
    # How often each cell sees each place: a place that is seen twice in a cell counts double, and is no second number.
    field = int(seen.max()) + 1
    pairs, times = np.unique((cell * field + seen).ravel(), return_counts=True)
    cells, sources = pairs // field, pairs % field
    norm = np.sqrt(np.bincount(cells, times.astype(np.float64) ** 2, rows * columns))
    result = np.empty((channels, rows * columns), np.float32)
    for channel in range(channels):
        drawn = np.random.default_rng([seed, channel]).standard_normal(field, np.float32)
        result[channel] = np.bincount(cells, times * drawn[sources], rows * columns) / norm
    return result.reshape(channels, rows, columns)


def packed(places: "np.ndarray") -> bytes:
    """`places` as the bytes of a blob."""
    import numpy as np

    out = io.BytesIO()
    np.save(out, places.astype(np.int32))
    return out.getvalue()


def unpacked(data: bytes) -> "np.ndarray":
    """The `places` of a blob. Raises InputError for what is none."""
    import numpy as np

    try:
        places = np.load(io.BytesIO(data), allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise InputError("The map of the noise cannot be read.", "It is a NumPy file of whole numbers, rows by columns.") from error
    if places.ndim != 2 or places.dtype.kind not in "iu" or not places.size or places.min() < 0 or places.max() >= MOST_PLACES:
        raise InputError("The map of the noise is none.", f"It is rows by columns of whole numbers from 0 to {MOST_PLACES - 1}.")
    return places


@contextlib.contextmanager
def beginning_with(pipeline: Any, places: "np.ndarray | None", seed: int) -> Iterator[None]:
    """While it lasts, an image-to-image pipeline adds the noise of `places` to its picture instead of the seed's. Raises Unsupported,
    out of the pipeline, for latents that are no grid."""
    if places is None:
        yield
        return
    import torch

    scheduler = pipeline.scheduler
    names = [name for name in ("add_noise", "scale_noise") if hasattr(scheduler, name)]

    def replaced(name: str) -> Any:
        usual = getattr(scheduler, name)

        def add(sample: Any, *rest: Any, **named: Any) -> Any:
            if sample.ndim != 4:
                raise Unsupported("This model's noise cannot be moved along with a picture.", "Leave the noise to the seed.")
            made = torch.from_numpy(gathered(places, *sample.shape[1:], seed=seed))[None].to(sample.device, sample.dtype)
            # Both kinds of scheduler take the noise as a tensor of the sample's shape, at different places.
            rest = tuple(made if isinstance(each, torch.Tensor) and each.shape == sample.shape else each for each in rest)
            named = {key: made if key == "noise" else each for key, each in named.items()}
            return usual(sample, *rest, **named)

        return add

    added = {name: replaced(name) for name in names}
    for name, function in added.items():
        setattr(scheduler, name, function)
    try:
        yield
    finally:
        for name in added:
            delattr(scheduler, name)
