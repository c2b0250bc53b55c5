"""Locks that the operating system releases when a process ends, however it ends: who is still alive, and who may clear up.

A process that works on a turn holds an exclusive `flock` on a small file of its own; the turn's row names that file. If the lock can be
taken, its holder is gone. Unlike a process id this survives reuse of ids, restarts of the machine, and containers that share a folder.
POSIX only. It does not know what is being worked on.
"""

import contextlib
import os
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path


class Presence:
    """This process as others see it. The lock is taken when `id` is first asked for and kept until `close` (or the process's end)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._guard = threading.Lock()
        self._held: tuple[str, int] | None = None

    @property
    def id(self) -> str:
        """The name others can ask about. Raises OSError when the folder cannot be written."""
        with self._guard:
            while self._held is None:
                self._held = self._take()
            return self._held[0]

    def is_alive(self, other: str) -> bool:
        """Is the process that was given the id `other` still there?"""
        import fcntl

        with self._guard:
            if self._held and self._held[0] == other:
                return True
        path = self._folder / Path(other).name
        try:
            handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            # Shared, so that two processes asking at the same moment do not take each other for the holder.
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        else:
            path.unlink(missing_ok=True)
            return False
        finally:
            os.close(handle)

    def close(self) -> None:
        """Gives the lock back. May be called twice."""
        with self._guard:
            if self._held:
                name, handle = self._held
                with contextlib.suppress(OSError):
                    (self._folder / name).unlink(missing_ok=True)
                os.close(handle)
                self._held = None

    def _take(self) -> tuple[str, int] | None:
        import fcntl

        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = uuid.uuid4().hex
        path = self._folder / name
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        # Between creating and locking, another process may have taken the file for a dead one's and removed it.
        if path.exists():
            return name, handle
        os.close(handle)
        return None


@contextlib.contextmanager
def file_lock(path: Path, shared: bool = False) -> Iterator[None]:
    """Holds an advisory lock on `path` (created if need be): many may share it, or one may have it alone. Waits for it."""
    import fcntl

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
