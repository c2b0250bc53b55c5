"""`Reading`: what a reader saw in a picture, as one frozen value. Pure; it does not know which network saw it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from codirector.values import Text, Value, Word

Placement = Literal["left", "centre", "right"]
Height = Literal["top", "middle", "bottom"]
SETTING_PHRASES = {
    "forest": "in a forest", "desert": "in the desert", "beach": "on the beach", "snow": "in the snow", "meadow": "in a meadow",
    "mountains": "in the mountains", "city": "in a city", "sea": "at sea", "space": "in space", "underwater": "underwater",
    "sky": "in the sky", "room": "in a room",
}  # fmt: skip
TIME_PHRASES = {"day": "by day", "sunset": "at sunset", "night": "at night"}
FRAMING_PHRASES = {"close-up": "close-up", "medium": "medium shot", "wide": "wide shot"}
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six")


class Guess(Value):
    """One answer out of several, and how sure: `score` 0..1 is a calibrated probability where the model card says so."""

    value: Text
    score: float = Field(ge=0.0, le=1.0)


class Box(Value):
    """Centre `x`, `y`, `width`, `height` of what is seen, in shares 0..1 of the picture."""

    x: float
    y: float
    width: float
    height: float

    @property
    def edges(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom in shares, cut to the picture."""
        return (
            max(0.0, self.x - self.width / 2), max(0.0, self.y - self.height / 2),
            min(1.0, self.x + self.width / 2), min(1.0, self.y + self.height / 2),
        )  # fmt: skip

    def overlap(self, other: Box) -> float:
        """Intersection over union, 0..1."""
        (a, b, c, d), (e, f, g, h) = self.edges, other.edges
        across, down = min(c, g) - max(a, e), min(d, h) - max(b, f)
        if across <= 0 or down <= 0:
            return 0.0
        return across * down / ((c - a) * (d - b) + (g - e) * (h - f) - across * down)


class SeenThing(Value):
    """One thing at one place. `score` is the probability that it is there and is called so; `others` are further names it might
    have, likeliest first. `colour` is its main colour by daylight; `recoloured` the probability that it is painted in a colour
    that this thing usually does not have."""

    name: Word
    score: float = Field(ge=0.0, le=1.0)
    box: Box
    colour: Guess
    colours: tuple[Guess, ...] = ()
    recoloured: float = Field(default=0.0, ge=0.0, le=1.0)
    others: tuple[Guess, ...] = ()

    @property
    def placement(self) -> Placement:
        """Which third (0.4, 0.6) of the width its middle is in."""
        return "left" if self.box.x < 0.4 else "right" if self.box.x > 0.6 else "centre"

    @property
    def height(self) -> Height:
        return "top" if self.box.y < 0.36 else "bottom" if self.box.y > 0.68 else "middle"


class Reading(Value):
    """What our own reader saw. `world` is the probability that the picture is of the small world the reader knows (not a
    photograph, not another drawing): below 0.5 the rest means nothing. `time` is '' in space, `background` is '' unless the setting
    is plain. `things` are ordered by size, the largest first. `sure` is the product of what the caption says, 0..1."""

    width: int
    height: int
    world: float = Field(ge=0.0, le=1.0)
    things: tuple[SeenThing, ...] = ()
    style: Guess
    setting: Guess
    background: Guess
    time: Guess
    framing: Guess
    caption: str = ""
    sure: float = Field(default=0.0, ge=0.0, le=1.0)

    @property
    def in_world(self) -> bool:
        return self.world >= 0.5

    @property
    def counts(self) -> dict[str, int]:
        """Name -> how many are seen, the first seen first."""
        counts: dict[str, int] = {}
        for thing in self.things:
            counts[thing.name] = counts.get(thing.name, 0) + 1
        return counts

    def named(self, name: str) -> tuple[SeenThing, ...]:
        return tuple(thing for thing in self.things if thing.name == name)


def number_word(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def article(words: str) -> str:
    return "an" if words[:1] in "aeiou" and not words.startswith(("uni", "ufo")) else "a"


def group_words(things: tuple[SeenThing, ...], plural: str, *, placement: bool = True) -> str:
    """'a red balloon on the left', 'two penguins': equal things in words, with a colour only where it is unusual for them."""
    first = things[0]
    odd = all(thing.recoloured > 0.5 and thing.colour.value == first.colour.value for thing in things)
    name = first.name if len(things) == 1 else plural
    words = f"{first.colour.value} {name}" if odd else name
    words = f"{article(words)} {words}" if len(things) == 1 else f"{number_word(len(things))} {words}"
    if placement and len(things) == 1 and first.placement != "centre":
        words += f" on the {first.placement}"
    return words


def caption_words(reading: Reading, plurals: dict[str, str]) -> str:
    """One sentence in the order of the prompt guide: things, setting, light; then style and framing."""
    groups = [
        group_words(reading.named(name), plurals.get(name, name + "s"), placement=len(reading.things) > 1 or len(reading.counts) == 1)
        for name in reading.counts
    ]
    what = "nothing in particular" if not groups else groups[0] if len(groups) == 1 else ", ".join(groups[:-1]) + " and " + groups[-1]
    if reading.setting.value == "plain":
        where = f"on a plain {reading.background.value} background" if reading.background.value else "on a plain background"
    else:
        where = SETTING_PHRASES.get(reading.setting.value, reading.setting.value)
    light = TIME_PHRASES.get(reading.time.value, "")
    sentence = " ".join(part for part in (what, where, light) if part)
    style = reading.style.value
    kind = {"3d render": "3D render", "ink": "ink drawing", "flat": "flat drawing", "cartoon": "cartoon", "watercolor": "watercolor"}.get(
        style, style
    )
    return f"{sentence[0].upper()}{sentence[1:]}; {kind}, {FRAMING_PHRASES.get(reading.framing.value, '')}.".replace(", .", ".")
