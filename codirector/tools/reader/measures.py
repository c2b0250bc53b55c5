"""What can be measured in any picture without knowing what it shows: palette, light, sharpness, composition.

Knows pixels and OpenCV. It names no things. Thresholds are rules of thumb; the figures stand beside the words.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from codirector.tools.reader.colours import NAMES, colour_shares, to_lab
from codirector.tools.reader.reading import Box
from codirector.values import Value

_SIDE = 256


class Shade(Value):
    """A main colour: `code` is #rrggbb, `name` the nearest of twelve words, `share` 0..1 of the picture."""

    code: str
    name: str
    share: float = Field(ge=0.0, le=1.0)


class Measures(Value):
    """`brightness` is mean CIELAB lightness 0..100, `contrast` its standard deviation, `dark` and `burnt` the shares of pixels
    below 2 % and above 98 % of the range, `saturation` mean CIELAB chroma (0 grey, above 40 vivid), `warmth` mean b* (positive:
    yellowish). `sharpness` is the variance of the Laplacian at 256 px (below 60: soft, above 400: crisp). `focus` is the box that
    draws the eye (spectral residual saliency, Hou and Zhang 2007) and `on_third` whether its centre lies within 8 % of a crossing of
    the lines of thirds. `horizon` is the height (share from the top) of the strongest long horizontal edge, None if there is none;
    `tilt` its angle in degrees."""

    palette: tuple[Shade, ...]
    brightness: float
    contrast: float
    dark: float
    burnt: float
    saturation: float
    warmth: float
    sharpness: float
    focus: Box
    on_third: bool
    horizon: float | None = None
    tilt: float = 0.0

    @property
    def light(self) -> Literal["dark", "dim", "balanced", "bright"]:
        return "dark" if self.brightness < 25 else "dim" if self.brightness < 42 else "balanced" if self.brightness < 72 else "bright"

    @property
    def exposure(self) -> str:
        if self.burnt > 0.12 and self.dark < 0.05:
            return f"overexposed: {100 * self.burnt:.0f} % of the pixels are burnt out"
        if self.dark > 0.25 and self.burnt < 0.05:
            return f"underexposed or a night picture: {100 * self.dark:.0f} % of the pixels are black"
        return "well exposed"

    @property
    def focus_words(self) -> str:
        return "soft" if self.sharpness < 60 else "crisp" if self.sharpness > 400 else "fairly sharp"


def measure(image: np.ndarray) -> Measures:
    """`image` [h, w, 3] RGB uint8 -> its measures; some 15 ms."""
    import cv2

    scale = _SIDE / max(image.shape[:2])
    size = (max(8, round(image.shape[1] * scale)), max(8, round(image.shape[0] * scale)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    lab = to_lab(small.reshape(-1, 3))
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    focus = _focus(grey)
    thirds = [(x, y) for x in (1 / 3, 2 / 3) for y in (1 / 3, 2 / 3)]
    horizon, tilt = _horizon(grey)
    return Measures(
        palette=_palette(small, lab), brightness=float(lab[:, 0].mean()), contrast=float(lab[:, 0].std()),
        dark=float((small.max(2) <= 5).mean()), burnt=float((small.min(2) >= 250).mean()),
        saturation=float(np.hypot(lab[:, 1], lab[:, 2]).mean()), warmth=float(lab[:, 2].mean()),
        sharpness=float(cv2.Laplacian(grey, cv2.CV_64F).var()), focus=focus,
        on_third=any(np.hypot(focus.x - x, focus.y - y) < 0.08 for x, y in thirds), horizon=horizon, tilt=tilt,
    )  # fmt: skip


def _palette(small: np.ndarray, lab: np.ndarray, number: int = 5) -> tuple[Shade, ...]:
    import cv2

    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 12, 1.0)
    step = max(1, len(lab) // 6000)
    samples, pixels = lab[::step].astype(np.float32), small.reshape(-1, 3)[::step]
    cv2.setRNGSeed(1)
    _, labels, _ = cv2.kmeans(samples, min(number, len(samples)), None, stop, 1, cv2.KMEANS_PP_CENTERS)  # type: ignore[call-overload]
    shades = []
    for group in range(number):
        mine = pixels[labels[:, 0] == group]
        if len(mine) == 0:
            continue
        red, green, blue = np.median(mine, axis=0).astype(int)
        name = NAMES[int(colour_shares(np.array([[red, green, blue]])).argmax())]
        shades.append(Shade(code=f"#{red:02x}{green:02x}{blue:02x}", name=name, share=len(mine) / len(pixels)))
    return tuple(sorted(shades, key=lambda shade: -shade.share))


def _focus(grey: np.ndarray) -> Box:
    import cv2

    tiny = cv2.resize(grey, (64, 64), interpolation=cv2.INTER_AREA).astype(np.float32)
    spectrum = np.fft.fft2(tiny)
    log, phase = np.log(np.abs(spectrum) + 1e-6), np.angle(spectrum)
    residual = log - cv2.blur(log, (3, 3))
    saliency = np.abs(np.fft.ifft2(np.exp(residual + 1j * phase))) ** 2
    saliency = cv2.GaussianBlur(saliency, (0, 0), 3)
    saliency[:3] = saliency[-3:] = 0
    saliency[:, :3] = saliency[:, -3:] = 0
    hot = (saliency > saliency.mean() + 1.5 * saliency.std()).astype(np.uint8)
    number, _, stats, _ = cv2.connectedComponentsWithStats(hot)
    if number < 2:
        return Box(x=0.5, y=0.5, width=1.0, height=1.0)
    left, top, width, height, _ = stats[1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())]
    return Box(x=(left + width / 2) / 64, y=(top + height / 2) / 64, width=width / 64, height=height / 64)


def _horizon(grey: np.ndarray) -> tuple[float | None, float]:
    import cv2

    edges = cv2.Canny(cv2.GaussianBlur(grey, (5, 5), 0), 40, 120)
    height, width = grey.shape
    lines = cv2.HoughLinesP(edges, 1, np.pi / 360, int(width * 0.25), minLineLength=int(width * 0.45), maxLineGap=int(width * 0.08))
    best: tuple[float, float, float] | None = None
    for x0, y0, x1, y1 in lines.reshape(-1, 4) if lines is not None else ():
        angle = float(np.degrees(np.arctan2(y1 - y0, x1 - x0)))
        middle = (y0 + y1) / 2 / height
        if abs(angle) < 10 and 0.12 < middle < 0.9 and (best is None or abs(x1 - x0) > best[0]):
            best = (float(abs(x1 - x0)), float(middle), angle)
    return (best[1], best[2]) if best else (None, 0.0)
