"""Two readings of one description, by the rules and by the tagger's marks: which of them is taken.

The rules read short tidy phrases and what is written in a prompt's own syntax, the marks everything else. Each is judged by what it left
without a proper place: names and poses that read like sentences, words that nobody marked. It reads no text itself.
"""

import re

from codirector.assistant.planner.frame_create import MARKS, marked_scene, unmarked_words
from codirector.assistant.planner.tagger import Frame
from codirector.prompts.scene import Scene

BELIEVED = 0.5
"""A tagger less sure than this that a picture is described counts as one doubt more."""
SHORT = 8
"""Words of a description that the rules keep where they found nothing odd in it. Both bounds were chosen by measurement."""
_SENTENCE = re.compile(
    r"\b(?:i|you|he|she|it|they|we|be|is|are|was|were|would|should|could|what|who|which|um|uh|okay|please|always|kind|sort|forget"
    r"|new|picture|image)\b|[:\"']",
    re.I,
)
"""Words of somebody talking: no thing is called by them."""
_TALK = re.compile(r"\b(?:for|like|who|what|which|that|would|i|you)\b", re.I)
_CUT_OFF = re.compile(
    r"\b(?:and|an?|the|kind|like|of|what|who|with|rainy|snowy|foggy|misty|sunny|dark)$|\b(?:kind of|like|what|who|i|picture)\b", re.I
)
_WRITTEN = re.compile(r"--|[\"“”()\[\]{}<>|]|\bnegative prompt\b", re.I)
"""What only the rules know: settings, weights and lettering in quotes."""


def better_scene(ruled: Scene, text: str, frame: Frame) -> tuple[Scene, tuple[str, ...]] | None:
    """The scene the marks mean, with notes, where it is the better reading of `text`; None where that of the rules is."""
    if frame.intent not in ("create", "newscene") or _WRITTEN.search(text):
        return None
    begin = min((slot.start for slot in frame.slots if slot.tag in MARKS), default=0) if frame.intent == "newscene" else 0
    scene, notes = marked_scene(text, frame.slots, begin)
    if not scene.elements and not scene.setting:
        return None
    foreign = sum(slot.tag not in MARKS for slot in frame.slots)
    if not misfits(ruled) and len(text.split()) <= SHORT:
        return None
    doubts = len(unmarked_words(text, frame.slots, begin)) + foreign + (frame.sure < BELIEVED) + misfits(scene)
    return (scene, notes) if doubts <= misfits(ruled) + 1 else None


def misfits(scene: Scene) -> int:
    """How many values of a scene do not read like what they should be."""
    found = not scene.elements and not scene.setting
    for element in scene.elements:
        found += len(element.name.split()) > 3 or _SENTENCE.search(element.name) is not None
        found += len(element.pose.split()) > 6 or _TALK.search(element.pose) is not None
    for detail in scene.details:
        found += len(detail.split()) > 4 or _SENTENCE.search(detail) is not None
    return found + (_CUT_OFF.search(scene.setting) is not None) + (_TALK.search(scene.action) is not None)
