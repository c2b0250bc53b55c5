"""How results leave the command line: one JSON line of the contract, or text for a person. Writes to the streams it is given."""

import json
from typing import Any, TextIO

from codirector.assistant.session.artifacts import ArtifactStore
from codirector.assistant.session.record import ArtifactRef
from codirector.assistant.turn.events import Finished

ACTIONS = {"storyboard": "animate", "teach": "ask"}
"""What scripts know as fewer actions: a storyboard is a film, a lesson is an answer."""


def turn_object(finished: Finished, artifacts: ArtifactStore) -> dict[str, Any]:
    """The contract's object for one turn."""
    reply = finished.reply
    return {
        "turn": finished.number,
        "id": finished.id,
        "parent": finished.parent,
        "message": finished.message,
        "action": ACTIONS.get(finished.action, finished.action),
        "change": finished.change.model_dump(mode="json") if finished.change else None,
        "later": [wish.model_dump(mode="json") for wish in reply.later],
        "scene": reply.scene.model_dump(mode="json") if reply.scene else None,
        "diff": list(reply.diff),
        "prompt": finished.prompt,
        "negative": finished.negative,
        "tool": finished.tool,
        "artifacts": [artifact_object(ref, artifacts) for ref in (*reply.pictures, *reply.variants)],
        "checks": [check.model_dump(mode="json") for check in reply.checks],
        "reply": reply.text,
        "seconds": finished.seconds,
        "error": reply.error or None,
    }


def artifact_object(ref: ArtifactRef, artifacts: ArtifactStore) -> dict[str, Any]:
    return {"path": str(artifacts.path(ref)), "kind": ref.role, "sha256": ref.sha256, "width": ref.width, "height": ref.height}


def error_object(message: str, error: str) -> dict[str, Any]:
    """The object for a message that did not become a turn (an empty one, for instance): nothing was stored."""
    empty = {"turn": None, "id": None, "parent": None, "message": message, "action": "clarify", "change": None, "later": [], "scene": None}
    return empty | {
        "diff": [], "prompt": "", "negative": "", "tool": "", "artifacts": [], "checks": [], "reply": error,
        "seconds": {"plan": 0.0, "render": 0.0, "total": 0.0}, "error": error,
    }  # fmt: skip


def print_json(value: dict[str, Any], stream: TextIO) -> None:
    print(json.dumps(value, ensure_ascii=False), file=stream, flush=True)


def plain(markdown: str) -> str:
    """Markdown of our replies for a terminal."""
    return markdown.replace("**", "").replace("`", "")
