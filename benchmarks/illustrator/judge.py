"""What the judge (our own reader, trained on renderings, never on generated pictures) says of a picture, against what was asked. Pure.

The same function scores real renderings of the same scenes: those figures are the judge's own ceiling and stand beside every score.
"""

from collections import Counter

from codirector.tools.reader import Reading, SeenThing
from training.illustrator.scenes import Item, SceneSpec

FIELDS = ("subject", "style", "setting", "time of day", "framing", "placement", "colour", "count", "two objects", "colour binding")


def judged(spec: SceneSpec, reading: Reading) -> dict[str, bool]:
    """For every field the scene asks for: is it so? Fields it does not ask for are missing."""
    found = {"subject": all(reading.named(item.name) for item in spec.items), "style": reading.style.value == spec.style}
    found["setting"] = reading.setting.value == spec.setting
    if spec.setting != "space":
        found["time of day"] = reading.time.value == spec.time
    if len(spec.items) == 1 and spec.items[0].count == 1:
        found["framing"] = reading.framing.value == spec.framing
    counts = Counter(thing.name for thing in reading.things)
    if any(item.count > 1 for item in spec.items):
        found["count"] = all(counts[item.name] == item.count for item in spec.items)
    placed = [item for item in spec.items if item.placement]
    if placed:
        found["placement"] = all(_placed(item, reading.named(item.name), alone=len(spec.items) == 1) for item in placed)
    coloured = [item for item in spec.items if item.colour]
    right = [any(thing.colour.value == item.colour for thing in reading.named(item.name)) for item in coloured]
    if coloured:
        found["colour"] = all(right)
    if len(spec.items) == 2:
        found["two objects"] = found["subject"]
        if len(coloured) == 2:
            found["colour binding"] = all(right)
    return found


def _placed(item: Item, things: tuple[SeenThing, ...], alone: bool) -> bool:
    """In its third; of two things it is enough to be on the right side of the middle."""
    if alone:
        return any(thing.placement == item.placement for thing in things)
    return any((thing.box.x < 0.5) == (item.placement == "left") for thing in things)
