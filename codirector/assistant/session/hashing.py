"""Canonical JSON and the id of a turn. Knows values, not storage.

Canonical means: UTF-8, keys sorted, no spaces, every field written (defaults too), NaN and infinities refused, floats in Python's
shortest form that reads back to the same number. The store keeps exactly these bytes and hashes them, never a re-written turn: so a
turn stays valid when a later version adds fields.

Two turns with the same parent and the same content are one turn and have one id: doing the same thing again from the same place
(after an undo) leads to the same place. The same words said twice in a row have different parents, hence different ids.
"""

import hashlib
import json
from typing import Any

from codirector.assistant.session.record import Turn
from codirector.errors import InputError


def canonical_json(value: Any) -> str:
    """`value` (JSON types only) as canonical JSON. Raises InputError for what JSON or UTF-8 cannot hold."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
        text.encode("utf-8")
    except (ValueError, TypeError) as error:
        raise InputError(f"This cannot be stored: {error}.", "Numbers must be finite and text must be valid Unicode.") from error
    return text


def turn_json(turn: Turn) -> str:
    """The canonical JSON of a turn: what is stored, and what `turn_id` hashes."""
    return canonical_json(turn.model_dump(mode="json"))


def hash_text(text: str) -> str:
    """SHA-256 of the UTF-8 bytes, 64 hex digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def turn_id(turn: Turn) -> str:
    """SHA-256 of the turn's canonical JSON, its parent's id included: ids form a chain from the first turn on."""
    return hash_text(turn_json(turn))
