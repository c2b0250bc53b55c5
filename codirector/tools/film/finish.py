"""Finishing steps around a clip: motion blur, grade, titles and captions, fades, speed ramps, denoising.

Every step keeps the clip's length but the speed ramp. They do not know where frames come from.
"""

import re
from typing import TYPE_CHECKING, Any

from codirector.errors import InputError
from codirector.tools.film.clips import Clip, PerFrame, Remembered
from codirector.tools.film.flow import Between, flow_between, warp
from codirector.tools.film.interpolate import InBetweens, Interpolator

if TYPE_CHECKING:
    import numpy as np

BLUR_SAMPLES = 9
CARD = 90
"""Letters of a caption shown at once: two lines."""


class MotionBlurred(Remembered):
    """Each frame smeared along its motion to the next, as a shutter open for `shutter` degrees of 360 smears it. 180 is a film camera's;
    the light is added up in linear light, as a sensor adds it."""

    def __init__(self, clip: Clip, shutter: float = 180.0) -> None:
        super().__init__(clip.frames, clip.fps, clip.width, clip.height)
        self._clip, self._open = clip, shutter / 360.0

    def make(self, index: int) -> "np.ndarray":
        import numpy as np

        frame = self._clip.frame(index)
        other = index + 1 if index + 1 < self.frames else index - 1
        if other < 0:
            return frame
        flow = flow_between(frame, self._clip.frame(other), "fast")
        if other < index:
            flow = -flow
        longest = float(np.abs(flow).max()) * self._open
        if longest < 0.5:
            return frame
        samples = min(BLUR_SAMPLES, max(3, round(longest) | 1))
        light = np.zeros(frame.shape, np.float32)
        for step in np.linspace(-0.5, 0.5, samples):
            light += warp(frame, float(step * self._open) * flow).astype(np.float32) ** 2.2
        return ((light / samples) ** (1 / 2.2) + 0.5).clip(0, 255).astype(np.uint8)


class Ramped(Remembered):
    """A clip at another pace: frame i of the result is `places[i]` of the clip, which may lie between two frames."""

    def __init__(self, clip: Clip, places: "np.ndarray", between: Interpolator = Between) -> None:
        super().__init__(len(places), clip.fps, clip.width, clip.height)
        self._clip, self._places, self._make_between = clip, places, between
        self._between: tuple[int, InBetweens] | None = None

    def make(self, index: int) -> "np.ndarray":
        place = float(self._places[index])
        low = min(int(place), self._clip.frames - 1)
        share = place - low
        if share < 0.02 or low + 1 >= self._clip.frames:
            return self._clip.frame(low)
        if share > 0.98:
            return self._clip.frame(low + 1)
        if self._between is None or self._between[0] != low:
            self._between = (low, self._make_between(self._clip.frame(low), self._clip.frame(low + 1)))
        return self._between[1].at(share)


def ramp_places(text: str, frames: int) -> "np.ndarray":
    """Places in a clip of `frames` for a speed ramp in words: 'slow in the middle', 'fast at the start', 'half speed', '2x'. The film
    keeps its length where only parts change; a plain factor makes it longer or shorter. Raises InputError."""
    import numpy as np

    plain = text.casefold()
    factor = re.fullmatch(r"\s*(?:(\d+(?:\.\d+)?)\s*x?|half(?: speed)?|double(?: speed)?|slow(?: motion)?|twice as fast)\s*", plain)
    if factor:
        named = {"half": 0.5, "slow": 0.5, "doub": 2.0, "twic": 2.0}
        speed = float(factor[1]) if factor[1] else named[plain.strip()[:4]]
        if not 0.1 <= speed <= 10:
            raise InputError(f"A speed of {speed:g} is out of range.", "It goes from 0.1 to 10.")
        return np.linspace(0, frames - 1, max(2, round(frames / speed)))
    share = np.linspace(0.0, 1.0, frames)
    part = next((centre for word, centre in (("middle", 0.5), ("end", 1.0), ("start", 0.0), ("beginning", 0.0)) if word in plain), None)
    if part is None or not re.search(r"slow|fast|quick", plain):
        raise InputError(
            f"“{text}” is no speed ramp.", "Say 'slow in the middle', 'fast at the start', 'half speed' or a factor such as 2x."
        )
    bump = np.exp(-(((share - part) / 0.22) ** 2))
    pace = 1.0 / (1.0 + 3.0 * bump) if "slow" in plain else 1.0 + 2.5 * bump
    way = np.concatenate([[0.0], np.cumsum((pace[1:] + pace[:-1]) / 2)])
    return way / way[-1] * (frames - 1)


def faded(clip: Clip, text: str) -> Clip:
    """Fades as words: 'fade in', 'fade out', 'in and out', with seconds ('fade out over 2 s') and 'white' for the colour."""
    import cv2
    import numpy as np

    plain = text.casefold()
    number = re.search(r"(\d+(?:\.\d+)?)\s*s", plain)
    length = min(float(number[1]) if number else 0.7, clip.frames / clip.fps / 2)
    inward, outward = bool(re.search(r"\bin\b", plain)), bool(re.search(r"\bout\b", plain))
    if not (inward or outward):
        inward = outward = True
    base = 255.0 if "white" in plain else 0.0
    span = max(1, round(length * clip.fps))

    def fade(frame: "np.ndarray", index: int) -> "np.ndarray":
        share = 1.0
        if inward:
            share = min(share, index / span)
        if outward:
            share = min(share, (clip.frames - 1 - index) / span)
        return frame if share >= 1 else cv2.convertScaleAbs(frame.astype(np.float32) * share + base * (1 - share))

    return PerFrame(clip, fade)


def titled(clip: Clip, text: str, first: int = 0, last: int | None = None, place: str = "bottom") -> Clip:
    """`text` over frames `first` .. `last`, fading in and out over a third of a second; 'title' sizes it large in the middle."""
    import numpy as np

    card = text_layer(text, clip.width, clip.height, place).astype(np.float32)
    alpha = card[..., 3:] / 255.0
    end = clip.frames - 1 if last is None else last
    soft = max(1, round(clip.fps / 3))

    def write(frame: "np.ndarray", index: int) -> "np.ndarray":
        share = min(1.0, (index - first + 1) / soft, (end - index + 1) / soft)
        if share <= 0:
            return frame
        return (frame * (1 - alpha * share) + card[..., :3] * alpha * share + 0.5).astype(np.uint8)

    return PerFrame(clip, write)


def captioned(clip: Clip, text: str) -> Clip:
    """The whole text over the whole clip: what is too long for one card comes on several, each as long as its share of the letters."""
    cards = caption_cards(text)
    total, said = sum(len(card) for card in cards), 0
    for card in cards:
        first, said = round(clip.frames * said / total), said + len(card)
        clip = titled(clip, card, first, max(first, round(clip.frames * said / total) - 1))
    return clip


def caption_cards(text: str, most: int = CARD) -> list[str]:
    """The text in pieces of at most `most` letters, cut at sentence ends, else at commas, else at words. Nothing is left out."""
    cards: list[str] = []
    for sentence in re.split(r"(?<=[.!?…])\s+", " ".join(text.split())):
        parts = [sentence] if len(sentence) <= most else re.split(r"(?<=[,;:])\s+", sentence)
        for part in parts:
            words = part.split(" ")
            while words:
                size = max(1, next((count for count in range(len(words), 0, -1) if len(" ".join(words[:count])) <= most), 1))
                piece, words = " ".join(words[:size]), words[size:]
                if cards and len(cards[-1]) + 1 + len(piece) <= most and (part is not parts[0] or len(piece) < 25):
                    cards[-1] += f" {piece}"
                else:
                    cards.append(piece)
    return [card for card in cards if card]


def text_layer(text: str, width: int, height: int, place: str) -> "np.ndarray":
    """(H, W, 4) bytes: white words with a dark rim, wrapped to the width, sized to the picture."""
    import numpy as np
    from PIL import Image, ImageDraw, ImageFont

    large = place == "title"
    size = max(10, round(height * (0.085 if large else 0.048)))
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size)
    lines = _wrapped(text, draw, font, width * 0.88)
    while len(lines) * size * 1.3 > height * 0.6 and size > 8:
        size = max(8, size * 4 // 5)
        font = ImageFont.load_default(size)
        lines = _wrapped(text, draw, font, width * 0.88)
    step = size * 1.3
    top = (height - len(lines) * step) / 2 if large else height - len(lines) * step - height * 0.045
    for number, line in enumerate(lines):
        x = (width - draw.textlength(line, font=font)) / 2
        draw.text((x, top + number * step), line, font=font, fill="white", stroke_width=max(1, size // 11), stroke_fill=(0, 0, 0, 200))
    return np.asarray(image)


def _wrapped(text: str, draw: Any, font: Any, width: float) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and draw.textlength(longer, font=font) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def denoised(clip: Clip, strength: float = 1.0) -> Clip:
    """Each frame averaged with its neighbours brought into place along the flow, where they agree with it."""
    import numpy as np

    def clean(frame: "np.ndarray", index: int) -> "np.ndarray":
        total, weight = frame.astype(np.float32), np.ones(frame.shape[:2], np.float32)
        for other in (index - 1, index + 1):
            if not 0 <= other < clip.frames:
                continue
            neighbour = clip.frame(other)
            moved = warp(neighbour, flow_between(frame, neighbour, "fast")).astype(np.float32)
            apart = np.abs(moved - frame).mean(axis=-1)
            trust = np.exp(-((apart / (10.0 * strength)) ** 2))
            total += moved * trust[..., None]
            weight += trust
        return (total / weight[..., None] + 0.5).astype(np.uint8)

    return PerFrame(clip, clean)
