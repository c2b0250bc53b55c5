"""`scene_from_text`: a description in plain words, or a prompt in commas, becomes a `Scene`. Pure code, no model.

Settings keep their preposition ('in the snow'). Known terms are written in their usual wording ('nighttime' is 'night'); unknown
words are never lost: they stay in the name, pose or action they belong to, or become details. It does not know plans or chats.
"""

import re
from collections.abc import Iterable, Iterator

from codirector.prompts.a1111 import ParsedPrompt, parse_prompt
from codirector.prompts.clauses import promote_unsure, read_phrase
from codirector.prompts.draft import Draft
from codirector.prompts.scene import Scene
from codirector.prompts.weights import BREAK
from codirector.values import Span, Value

_CUT = re.compile(r"(?P<quoted>\"[^\"\n]{0,300}\"|“[^”\n]{0,300}”)|(?P<cut>[;\n|•]|(?<!\d),|,(?!\d)|[.!?…]+(?=\s|$))")


class SceneReading(Value):
    """The scene a text describes, and notes about what in it cannot be honoured."""

    scene: Scene
    notes: tuple[str, ...] = ()


def scene_from_text(text: str) -> SceneReading:
    """Reads weights, flags and the negative part first (`parse_prompt`), then the phrases. Raises InputError as that does.

    An empty text gives an empty scene.
    """
    return scene_from_prompt(parse_prompt(text))


def scene_from_prompt(parsed: ParsedPrompt) -> SceneReading:
    """The scene a parsed prompt describes: weights on elements or in `emphasis`, settings in `render`, the negative in `avoid`."""
    draft = Draft()
    for phrase, weight in phrases_of_spans(parsed.spans):
        read_phrase(draft, phrase, weight, first=not draft.elements and not draft.unsure)
    for term, weight in phrases_of_spans(parsed.negative):
        draft.add_avoided(term, weight)
    promote_unsure(draft)
    scene = draft.scene(parsed.settings)
    breaks = ("BREAK only separates phrases here.",) if BREAK in parsed.spans else ()
    return SceneReading(scene=scene, notes=tuple(dict.fromkeys((*parsed.notes, *breaks, *draft.notes))))


def phrases_of_spans(spans: Iterable[Span]) -> Iterator[tuple[str, float]]:
    """The phrases of weighted text with their weights: cut at commas, line ends, sentence ends and wherever the weight changes."""
    for span in spans:
        if span == BREAK:
            continue
        start = 0
        for match in _CUT.finditer(span.text):
            if match["cut"]:
                yield from _tidy(span.text[start : match.start()], span.weight)
                start = match.end()
        yield from _tidy(span.text[start:], span.weight)


def _tidy(text: str, weight: float) -> Iterator[tuple[str, float]]:
    plain = " ".join(text.split()).strip(" ,;:")
    if plain:
        yield plain, weight
