"""A film at a glance: some of its frames side by side in one picture. Pure."""

from typing import TYPE_CHECKING

from codirector.tools.film.clips import Clip

if TYPE_CHECKING:
    import numpy as np

SHOWN = 8
HEIGHT = 120
GAP = 4


def film_strip(clip: Clip, shown: int = SHOWN) -> "np.ndarray":
    """(HEIGHT, ...) RGB bytes: `shown` frames at equal distances, the first and the last among them."""
    import cv2
    import numpy as np

    count = min(shown, clip.frames)
    places = [round(number * (clip.frames - 1) / max(1, count - 1)) for number in range(count)]
    width = max(8, round(HEIGHT * clip.width / clip.height))
    small = [cv2.resize(clip.frame(place), (width, HEIGHT), interpolation=cv2.INTER_AREA) for place in places]
    gap = np.full((HEIGHT, GAP, 3), 16, np.uint8)
    parts = [part for picture in small for part in (picture, gap)][:-1]
    return np.concatenate(parts, axis=1)
