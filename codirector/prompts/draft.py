"""A scene while it is being read from text: what was found so far, phrase by phrase. Used inside one call of `scene_from_text` only.

It knows where things go when a field is full or a list is; it does not know English (see `clauses`).
"""

import re

from codirector.prompts.scene import SCENE_FIELDS, Element, Emphasis, Render, Scene, SceneField
from codirector.prompts.vocabulary import fold

_MAX_WORD = 200
_MAX_TEXT = 2000
_MAX_WEIGHT = 3.0
_LISTS = 60


class Draft:
    """Collects elements, fields, details and weights; `scene()` makes the value. Nothing put in is lost: what does not fit its place
    becomes a detail, and what fits nowhere is named in `notes`."""

    def __init__(self) -> None:
        self.elements: list[Element] = []
        self.fields: dict[str, list[str]] = {}
        self.details: list[str] = []
        self.avoid: list[str] = []
        self.weights: dict[str, float] = {}
        self.unsure: list[tuple[str, float]] = []
        """Phrases (with weights) that may be the subject if nothing else is."""
        self.notes: dict[str, None] = {}

    def add_element(self, element: Element) -> int:
        """Puts the element last and gives its index; past 40 it becomes a detail and the index is the last one's."""
        if len(self.elements) >= 40:
            self.add_detail(element.name, element.weight)
            return len(self.elements) - 1
        self.elements.append(element)
        return len(self.elements) - 1

    def alter(self, index: int, **changes: str) -> None:
        """Sets attributes of an element; one that is set already gets the new words behind the old ones."""
        element = self.elements[index]
        joined = {name: f"{getattr(element, name)} {value}".strip()[:_MAX_TEXT] for name, value in changes.items()}
        self.elements[index] = element.evolve(**joined)

    def set_field(self, field: SceneField, text: str, weight: float = 1.0) -> None:
        """A field's value, or one more of it. Another style blends in; other fields take a second value of the same weight;
        one with a weight of its own becomes a detail."""
        text = " ".join(text.split())
        values = self.fields.setdefault(field, [])
        if not text or any(fold(value) == fold(text) for value in values):
            if text and weight != 1.0:
                self._weigh(text if field == "style" else field, weight)
            return
        if (values and field != "style" and self.weights.get(field, 1.0) != weight) or len(" + ".join([*values, text])) > _MAX_TEXT:
            self.add_detail(text, weight)
            return
        values.append(text)
        if weight != 1.0:
            self._weigh(text if field == "style" else field, weight)

    def add_detail(self, text: str, weight: float = 1.0) -> None:
        for piece in _pieces(" ".join(text.split())):
            if piece not in self.details:
                self.details.append(piece)
            if weight != 1.0:
                self._weigh(piece, weight)

    def add_avoided(self, text: str, weight: float = 1.0) -> None:
        for piece in _pieces(" ".join(text.split())):
            if piece not in self.avoid:
                self.avoid.append(piece)
            if weight != 1.0:
                self._weigh(piece, weight)

    def clamped(self, weight: float) -> float:
        if weight > _MAX_WEIGHT:
            self.notes[f"Weights above {_MAX_WEIGHT:g} count as {_MAX_WEIGHT:g} in a scene."] = None
        return min(weight, _MAX_WEIGHT)

    def scene(self, render: Render) -> Scene:
        """The scene as read. Lists that are too long are packed several phrases to an entry, and cut with a note after that."""
        weights = dict(self.weights)
        styles = self.fields.get("style", [])
        if len(styles) == 1 and styles[0] in weights:
            weights["style"] = weights.pop(styles[0])
        fields = {name: _joint(name).join(self.fields.get(name, [])) for name in SCENE_FIELDS}
        for name in SCENE_FIELDS:
            if len(fields[name]) > _MAX_TEXT:
                self.notes[f"The {name} was cut to {_MAX_TEXT} characters."] = None
                fields[name] = fields[name][:_MAX_TEXT]
        base = Scene(
            elements=tuple(self.elements),
            details=self._packed(self.details, weights, "details"),
            avoid=self._packed(self.avoid, weights, "things to avoid"),
            emphasis=tuple(Emphasis(target=target, weight=weight) for target, weight in weights.items()),
            render=render,
        )
        return base.evolve(**fields)

    def _weigh(self, target: str, weight: float) -> None:
        self.weights[target] = self.clamped(weight)

    def _packed(self, texts: list[str], weights: dict[str, float], what: str) -> tuple[str, ...]:
        if len(texts) <= _LISTS:
            return tuple(texts)
        room = _LISTS - sum(text in weights for text in texts)
        packed: list[str] = [""]
        for text in (text for text in texts if text not in weights):
            longer = f"{packed[-1]}, {text}" if packed[-1] else text
            if len(longer) <= _MAX_WORD:
                packed[-1] = longer
            else:
                packed.append(text)
        kept = [text for text in packed[: max(room, 0)] if text]
        weighed = [text for text in texts if text in weights]
        lost = packed[max(room, 0) :] + weighed[_LISTS - len(kept) :]
        if any(lost):
            shown = ", ".join(lost)
            self.notes[f"A scene holds about {_LISTS} {what}; left out: {shown[:300]}{'...' if len(shown) > 300 else ''}"] = None
            for text in weighed[_LISTS - len(kept) :]:
                weights.pop(text, None)
        return (*weighed, *kept)[:_LISTS]


def _joint(field: str) -> str:
    return {"style": " + ", "setting": " "}.get(field, ", ")


def _pieces(text: str) -> list[str]:
    """The text in stretches of at most 200 characters, cut at spaces where there are any."""
    return (
        [piece.strip() for piece in re.findall(r"\S.{0,198}\S(?=\s|$)|\S{1,200}", text)]
        if len(text) > _MAX_WORD
        else [text]
        if text
        else []
    )
