"""What a thing in the picture does: "the fox jumps", "balloon floating away to the left" become `SubjectMove`. Pure.

A single still gives no new limbs: a thing is moved as a whole, as a cut-out animator would. What no cut-out can show ("the fox sings")
becomes a slight life of its own, and that is noted. It does not know pixels.
"""

import re
from typing import Literal

from pydantic import Field

from codirector.prompts.find import matches
from codirector.prompts.scene import Motion, Scene
from codirector.values import Text, Value, Word

SubjectKind = Literal["jump", "bounce", "walk", "run", "drift", "float", "sway", "spin", "breathe", "shake", "grow", "fall"]
_VERBS: tuple[tuple[str, SubjectKind], ...] = (
    (r"jump\w*|leap\w*|hop(?:s|ping)?", "jump"),
    (r"bounc\w*|danc\w*|bob(?:s|bing)?|nod\w*", "bounce"),
    (r"run(?:s|ning)?|rac(?:e|es|ing)|dash\w*|gallop\w*|sprint\w*|chas\w*", "run"),
    (r"walk\w*|stroll\w*|march\w*|trot\w*|crawl\w*|wander\w*|danders?|creep\w*", "walk"),
    (r"fall\w*|drop(?:s|ping)?|sink\w*|land(?:s|ing)", "fall"),
    (r"float\w*|hover\w*|levitat\w*|swim\w*|glid\w*", "float"),
    (
        r"driv\w*|sail\w*|roll\w*|drift\w*|mov\w*|pass\w*|slid\w*|fl(?:y|ies|ying)|ris(?:e|es|ing)|ascend\w*|com(?:e|es|ing)|go(?:es|ing)?",
        "drift",
    ),
    (r"sway\w*|swing\w*|wav(?:e|es|ing)|rock\w*|flutter\w*|blow\w*|flicker\w*|rustl\w*", "sway"),
    (r"spin\w*|rotat\w*|turn\w*|twirl\w*|whirl\w*", "spin"),
    (r"shak\w*|shiver\w*|trembl\w*|vibrat\w*|rumbl\w*", "shake"),
    (r"grow\w*|swell\w*|inflat\w*|shrink\w*", "grow"),
    (r"breath\w*|puls\w*|glow\w*|blink\w*|sleep\w*|liv\w*|come alive|alive", "breathe"),
)  # fmt: skip
_DIRECTIONS = (("left", (-1.0, 0.0)), ("right", (1.0, 0.0)), ("up", (0.0, 1.0)), ("down", (0.0, -1.0)), ("rising", (0.0, 1.0)),
               ("rises", (0.0, 1.0)), ("away", (0.5, 0.6)), ("across", (1.0, 0.0)), ("by", (1.0, 0.0)), ("past", (1.0, 0.0)),
               ("off", (0.0, 1.0)), ("sky", (0.0, 1.0)), ("flies", (0.7, 0.5)), ("flying", (0.7, 0.5)))  # fmt: skip


class SubjectMove(Value):
    """One thing's movement: `name` as the scene's layout calls it ('' is the main subject), direction (`x` positive is right, `y`
    positive is up), `strength` 1 is usual, `cycles` a second for movements that repeat."""

    name: Text = ""
    kind: SubjectKind
    x: float = 0.0
    y: float = 0.0
    strength: float = Field(default=1.0, gt=0.0, le=5.0)
    rate: float = Field(default=0.7, gt=0.0, le=10.0)


class SubjectPlan(Value):
    moves: tuple[SubjectMove, ...] = ()
    notes: tuple[Word, ...] = ()


def subject_plan(scene: Scene, motion: Motion) -> SubjectPlan:
    """How the things of `scene` move in a film of that motion. Never raises: what cannot be shown is noted."""
    moves: list[SubjectMove] = []
    notes: list[str] = []
    for clause in re.split(r"[,;]|\band\b|\bwhile\b|\bas\b", motion.subject.casefold()):
        if clause.strip(" ."):
            moves.append(_move(scene, clause.strip(" ."), motion.speed, notes))
    names = [move.name for move in moves]
    if any(name in names[:index] for index, name in enumerate(names)):
        notes.append("Of several movements of the same thing, all are done at once.")
    return SubjectPlan(moves=tuple(moves), notes=tuple(dict.fromkeys(notes)))


def _move(scene: Scene, text: str, speed: float, notes: list[str]) -> SubjectMove:
    words = text.split()
    found = next((element for element in scene.elements if re.search(rf"\b{re.escape(element.name.casefold())}", text)), None)
    if found is None:
        spans = (" ".join(words[at : at + size]) for size in (3, 2, 1) for at in range(len(words)))
        index = next((indices[0] for span in spans if (indices := matches(scene, span))), None)
        found = scene.elements[index] if index is not None else None
    rest = text.replace(found.name.casefold(), " ") if found else text
    kind: SubjectKind | None = next((kind for pattern, kind in _VERBS if re.search(rf"\b(?:{pattern})\b", rest)), None)
    if kind is None:
        notes.append(f"How it looks when “{text}” cannot be made from one still; it only sways a little.")
        kind = "sway"
    x, y = next((way for word, way in _DIRECTIONS if re.search(rf"\b{word}\b", rest)), (0.0, 0.0))
    if kind in ("walk", "run", "drift") and not (x or y):
        x = 1.0
    if kind == "fall":
        x, y = x, -1.0
    if kind == "grow" and "shrink" in rest:
        y = -1.0
    strength = 1.0
    if re.search(r"\b(?:slowly|gently|slightly|a little|softly)\b", rest):
        strength = 0.5
    elif re.search(r"\b(?:fast|quickly|wildly|high|far|a lot)\b", rest):
        strength = 1.6
    return SubjectMove(name=found.name if found else "", kind=kind, x=x, y=y, strength=min(5.0, max(0.05, strength * speed)))
