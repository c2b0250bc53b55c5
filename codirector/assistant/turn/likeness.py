"""From a picture to a scene: the exact request where the file carries one, else what a reader sees, with how sure for each field.

Pure but for the reader's eyes, which are handed in. It does not draw and does not store.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from codirector.assistant.session.metadata import Carried
from codirector.prompts.scene import Element, Scene
from codirector.tools.reader.reading import SETTING_PHRASES
from codirector.values import Value

if TYPE_CHECKING:
    from codirector.tools.reader.look import Looked
    from codirector.tools.reader.reading import Reading

LIKE_THIS = re.compile(
    r"^(?:please )?(?:(?:can|could) you )?(?:make|create|draw|paint|generate|give me|do)(?: me)? (?:one|something|a (?:new"
    r" )?(?:picture|image|scene)|another(?: one)?|a similar one)"
    r"(?: (?:just|exactly|very much))? (?:like|similar to|in the manner of|based on) (?:this|it|that|the (?:picture|image|photo"
    r"|upload|attached one))(?: (?:one|picture|image|photo))?[\s.!?]*$"
    r"|^(?:use|take) (?:this|it|the (?:picture|image)) as (?:a |the )?(?:prompt|starting point|template)[\s.!?]*$|^(?:picture"
    r"|image) to prompt[\s.!?]*$",
    re.I,
)
"""“Make one like this”: a new scene read from a picture."""

_STYLES = {"flat": "flat design"}
_CAMERAS = {"close-up": "close-up", "medium": "medium shot", "wide": "wide shot"}
SURE = 0.5
"""Fields the reader is less sure of are left open."""


class Likeness(Value):
    """A scene read from a picture. `confidence`: field -> 0..1 (1: it stood in the file); `source` says where it is from; `left_out`
    names what was too unsure."""

    scene: Scene
    confidence: dict[str, float]
    source: str
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The confidences in a line."""
        return ", ".join(f"{field} {100 * share:.0f} %" for field, share in self.confidence.items())


def from_file(found: Carried) -> Likeness:
    """The scene that a file's own request means; its seed and settings come along."""
    from codirector.prompts.split import scene_from_text

    read = scene_from_text(found.parameters.prompt)
    avoid = tuple(part.strip()[:200] for part in found.parameters.negative.split(",") if part.strip())[:60]
    settings = found.parameters.settings
    # Another tool's model and sampler may not be here: the person can name them again.
    scene = read.scene.evolve(avoid=avoid, render=settings.evolve(model="", sampler=""))
    fields = [
        name
        for name in ("elements", "setting", "style", "lighting", "mood", "camera", "composition", "medium", "details", "avoid")
        if getattr(scene, name)
    ]
    fields += [f"render.{name}" for name in ("seed", "steps", "guidance", "width", "height") if getattr(settings, name) is not None]
    dropped = tuple(f"{name} {value}" for name, value in (("model", settings.model), ("sampler", settings.sampler)) if value)
    source = {
        "codirector": "the request inside the file",
        "a1111": "A1111's parameters in the file",
        "comfyui": "ComfyUI's graph in the file",
    }
    return Likeness(
        scene=scene, confidence=dict.fromkeys(fields, 1.0), source=source[found.source], left_out=dropped,
        notes=(*read.notes, *found.parameters.notes),
    )  # fmt: skip


def from_reading(reading: Reading) -> Likeness:
    """What our own reader saw, as a scene; unsure fields are left open and named."""
    elements, confidence, left = [], {}, []
    for name, count in reading.counts.items():
        things = reading.named(name)
        sure = min(thing.score for thing in things)
        if sure < SURE:
            left.append(f"{name} ({100 * sure:.0f} %)")
            continue
        odd = all(thing.recoloured > 0.5 for thing in things)
        place = f"on the {things[0].placement}" if count == 1 and things[0].placement != "centre" else ""
        elements.append(Element(name=name, count=count, colour=things[0].colour.value if odd else "", placement=place))
        confidence[name] = sure
    fields = {}
    plain = f"on a plain {reading.background.value or 'white'} background"
    for field, guess, value in (
        ("setting", reading.setting, SETTING_PHRASES.get(reading.setting.value, plain)),
        ("style", reading.style, _STYLES.get(reading.style.value, reading.style.value)), ("lighting", reading.time, reading.time.value),
        ("camera", reading.framing, _CAMERAS.get(reading.framing.value, "")),
    ):  # fmt: skip
        if not guess.value or not value:
            continue
        if guess.score < SURE:
            left.append(f"{field} {value} ({100 * guess.score:.0f} %)")
            continue
        fields[field] = value
        confidence[field] = guess.score
    return Likeness(scene=Scene(elements=tuple(elements), **fields), confidence=confidence, source="our own reader", left_out=tuple(left))


def from_photograph(looked: Looked) -> Likeness:
    """The little that can be said of a photograph: its likeliest thing if that is sure enough, and its measured light."""
    best = next((guess for guess in (*looked.labels[:1], *looked.groups[:1]) if guess.score >= SURE), None)
    elements = (Element(name=best.value.lower()),) if best else ()
    dark = looked.measures.brightness < 28
    confidence = {best.value.lower(): best.score} if best else {}
    left = () if best else tuple(f"{guess.value} ({100 * guess.score:.0f} %)" for guess in looked.labels[:2])
    scene = Scene(elements=elements, lighting="night" if dark else "")
    if dark:
        confidence["lighting"] = 0.5
    return Likeness(
        scene=scene, confidence=confidence, source=looked.reader, left_out=left,
        notes=("A photograph is outside of my own small world: I can name its main thing at best, and draw that.",),
    )  # fmt: skip


def likeness(found: Carried | None, looked: Looked | None) -> Likeness:
    """The best there is: the file's own request before what a reader sees. One of both must be given."""
    if found is not None and found.parameters.prompt:
        return from_file(found)
    if looked is None:
        raise AssertionError("there is neither a request nor a reading")
    return from_reading(looked.reading) if looked.in_world else from_photograph(looked)
