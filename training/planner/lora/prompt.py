"""An example as a short conversation for a decoder, and the decoder's answer as a `Frame`. Pure.

The answer names the intent and copies its spans: `colour; T=it; N=fox; V=mint`. Few free tokens, no braces: code builds everything else.
A value that does not stand in the message is dropped, so nothing can be invented. Messages with several wishes are left to the tagger.
"""

from collections.abc import Sequence

from codirector.assistant.planner.tagger import Frame, Slot
from training.planner.examples import Example
from training.planner.intents import INTENTS, TAGS

SYSTEM = "Mark the request."
NAMED = "N"
"""The thing of the scene that is meant, by its name: what the tagger's pointer head says."""
_ANY = " | ".join
GRAMMAR = "\n".join(
    (
        "root ::= intent part*",
        "intent ::= " + _ANY(f'"{name}"' for name in INTENTS),
        'part ::= "; " tag "=" [^;\\n=]+',
        "tag ::= " + _ANY(f'"{name}"' for name in (*TAGS, NAMED)),
    )
)
"""GBNF: an intent first, then tagged spans."""


def asked(message: str, names: Sequence[str]) -> list[dict[str, str]]:
    """The prompt as chat messages; only the last depends on scene and message."""
    things = ", ".join(names[:8]) or "none"
    return [{"role": "system", "content": SYSTEM}, {"role": "user", "content": f"Things: {things}\nRequest: {message}"}]


def answer(example: Example) -> str:
    """What a decoder is to say about an example of one wish."""
    parts = [example.intent]
    for start, end, tag in example.spans:
        parts.append(f"{tag}={_plain(example.message[start:end])}")
        if tag == "T" and example.points >= 0 and not any(part.startswith(f"{NAMED}=") for part in parts):
            parts.append(f"{NAMED}={example.names[example.points]}")
    return "; ".join(parts)


def _plain(text: str) -> str:
    return text.replace(";", ",").replace("=", " ").replace("\n", " ")


def frame_of(text: str, message: str, names: Sequence[str]) -> Frame | None:
    """The frame an answer means, or None where it begins with no intent. Spans are found again in the message, each after the one
    before it where it can be."""
    intent, *parts = [part.strip() for part in text.strip().split(";")]
    if intent not in INTENTS:
        return None
    low, at, slots, points = message.lower(), 0, [], -1
    for part in parts:
        tag, _, said = part.partition("=")
        if tag == NAMED and said in names:
            points = list(names).index(said)
        if tag not in TAGS or not said:
            continue
        start = low.find(said.lower(), at)
        start = low.find(said.lower()) if start < 0 else start
        if start >= 0:
            slots.append(Slot(tag, message[start : start + len(said)], start, start + len(said)))
            at = start + len(said)
    return Frame(((intent, 0.95),), tuple(slots), (0,), (points, 0.95))
