"""`Reading`: what one wish was taken to mean, and how certain that is; `Facts`: what a reading may look at.

A rule returns a reading or None. It never carries anything out.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from codirector.assistant.plan import Plan
from codirector.assistant.session.record import SessionView
from codirector.prompts.change import Change
from codirector.prompts.scene import Element, Scene

EXACT, SURE, LIKELY, GUESS = 1.0, 0.9, 0.7, 0.5
"""Certainties: an explicit wording; a wording with one plausible meaning; the usual meaning; better asked than done."""
TRUSTED = 0.6
"""Readings below this are not acted on without asking."""


@dataclass(frozen=True)
class Reading:
    """One wish as understood: a change, or a whole plan (undo, question, ...). `note` is a sentence for the person about a decision taken.
    `focus` is the name of the element it speaks of, for the pronouns of the next wish."""

    certainty: float
    change: Change | None = None
    plan: Plan | None = None
    note: str = ""
    focus: str = ""
    rule: str = ""

    @property
    def outcome(self) -> object:
        """What two readings are compared by."""
        return self.change if self.change is not None else self.plan


@dataclass(frozen=True)
class Facts:
    """The view, as the rules need it. `focus` is the element last spoken of in this message or touched in the turns before ('' if none);
    `added` is the element added last; `detail` the detail that the newest change added or weighed;
    `fresh_seed` is what 'another seed' means this time."""

    view: SessionView
    scene: Scene | None
    focus: str = ""
    added: str = ""
    attachments: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    fresh_seed: int = 0
    detail: str = ""

    @property
    def elements(self) -> tuple[Element, ...]:
        return self.scene.elements if self.scene else ()

    @property
    def film(self) -> bool:
        return self.scene is not None and self.scene.motion is not None

    def element(self, name: str) -> Element | None:
        return next((element for element in self.elements if element.name == name), None)

    def after(self, reading: Reading) -> "Facts":
        """The facts for the next wish of the same message: what was just named is what 'it' means now."""
        focus = reading.focus or self.focus
        added = self.added
        change = reading.change
        names = self.names
        if change is not None and change.kind == "add_element":
            focus = added = change.element.name
            names = (*names, change.element.name)
        added_now = change.detail if change is not None and change.kind == "add_detail" else ""
        detail = added_now or ("" if change is not None else self.detail)
        return replace(self, focus=focus, added=added, names=names, detail=detail)


Rule = Callable[[str, Facts], Reading | None]


def facts_of(view: SessionView, attachments: tuple[str, ...] = (), fresh_seed: int = 0) -> Facts:
    """The focus comes from the newest turn on the way to the tip whose change names an element that is still there."""
    names = tuple(element.name for element in view.scene.elements) if view.scene else ()
    focus = added = ""
    newest = next((stored.turn.change for stored in reversed(view.history) if stored.turn.change is not None), None)
    detail = _detail_of(newest) if view.scene is not None and _detail_of(newest) in view.scene.details else ""
    for stored in reversed(view.history[-12:]):
        change = stored.turn.change
        if change is None:
            continue
        touched = touched_by(change)
        if touched in names:
            focus = focus or touched
            if change.kind in ("add_element", "replace_element"):
                added = added or touched
        if focus and added:
            break
    return Facts(
        view=view, scene=view.scene, focus=focus, added=added, attachments=attachments, names=names, fresh_seed=fresh_seed, detail=detail
    )


def _detail_of(change: Change | None) -> str:
    """The detail a change adds or weighs, or ''."""
    if change is None:
        return ""
    return change.detail if change.kind == "add_detail" else change.target if change.kind == "weigh" else ""


def touched_by(change: Change | None) -> str:
    """The name of the element a change is about, or ''."""
    if change is None:
        return ""
    match change.kind:
        case "add_element" | "replace_element":
            return change.element.name
        case "alter_element" | "remove_element":
            return change.name
        case "weigh" | "lock":
            return change.target
    return ""
