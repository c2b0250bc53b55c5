"""Clearing away files that no session needs. Content-addressed files may be shared, so every session is asked first.

Nothing is removed while a session cannot be read: it might need anything.
"""

import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from codirector.assistant.session.database import translated
from codirector.errors import CorruptSession, InputError

if TYPE_CHECKING:
    from codirector.assistant.session.store import SessionStore


class Cleared(NamedTuple):
    """How many files went, and how many bytes came free."""

    files: int
    bytes: int


def clear(store: "SessionStore", older_than: float) -> Cleared:
    """Removes files that no session refers to and that nobody wrote or re-wrote for `older_than` seconds (an upload is stored before
    its turn begins), and drafts that a dead process left. Raises CorruptSession when a session cannot be read."""
    limit = time.time() - older_than
    files = freed = 0
    with translated(store.artifacts.folder), store.artifacts.alone():
        needed = store.references()
        for sha256, path in list(store.artifacts.all()):
            if sha256 not in needed and path.stat().st_mtime < limit:
                files, freed = files + 1, freed + path.stat().st_size
                store.artifacts.remove(sha256)
        for draft in [*store.artifacts.folder.glob("*/.*.part"), *(store.home / "sessions").glob(".*.part*")]:
            if draft.stat().st_mtime < limit:
                files, freed = files + 1, freed + draft.stat().st_size
                draft.unlink(missing_ok=True)
    for other in (store.home / "sessions" / ".alive").glob("*"):
        # Asking takes the file of a process that is gone away.
        store.is_alive(other.name)
    return Cleared(files, freed)


def clear_after(store: "SessionStore", last_uses: Mapping[str, str]) -> Cleared:
    """Removes the files of a deleted session (hash to the time it last used them) that no other session refers to and nobody has
    written again since: that somebody may be about to refer to them. Removes nothing while a session cannot be read."""
    files = freed = 0
    with translated(store.artifacts.folder), store.artifacts.alone():
        try:
            needed = store.references()
        except (CorruptSession, InputError):
            return Cleared(0, 0)
        for sha256, used_at in last_uses.items():
            path = _find(store, sha256)
            if sha256 in needed or path is None or path.stat().st_mtime > datetime.fromisoformat(used_at).timestamp() + 0.001:
                continue
            files, freed = files + 1, freed + path.stat().st_size
            store.artifacts.remove(sha256)
    return Cleared(files, freed)


def _find(store: "SessionStore", sha256: str) -> Path | None:
    from codirector.errors import UnknownName

    try:
        return store.artifacts.find(sha256)
    except UnknownName:
        return None
