"""Which file holds the session of a name. Files keep the name they were made with; the person's name stands inside and may change.

So finding a name may mean looking into every file: those whose file name begins like it first. What was seen in a file is remembered for
as long as the file looks untouched. Names are made and changed under one lock, so that two programs cannot give out the same one.
"""

import contextlib
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

from codirector.assistant.session import rows
from codirector.assistant.session.database import Pool, corrupt, create_file, translated
from codirector.assistant.session.names import slug, tidy
from codirector.assistant.session.presence import file_lock
from codirector.assistant.session.record import SessionInfo
from codirector.errors import CodirectorError, UnknownName


class Found(NamedTuple):
    """A session file, what stands in it, or what is wrong with it."""

    path: Path
    info: SessionInfo
    problem: CodirectorError | None = None


class Catalogue:
    """The session files of one folder."""

    def __init__(self, folder: Path, pool: Pool) -> None:
        self.folder = folder
        self._pool = pool
        self._seen: dict[Path, tuple[object, Found | None]] = {}
        self._hints: dict[str, Path] = {}

    def find(self, name: str) -> Path:
        """The file of the session `name`. Raises UnknownName; CorruptSession when it must be a damaged one."""
        name = tidy(name)
        hint = self._hints.get(name)
        if hint is not None and hint.exists():
            return hint
        suspects: list[CodirectorError] = []
        for path in sorted(self._paths(), key=lambda path: not path.stem.startswith(slug(name) + "-")):
            found = self._look(path)
            if found is None:
                continue
            if found.problem is None:
                self._hints[found.info.name] = path
                if found.info.name == name:
                    return path
            elif name == path.stem or path.stem.rpartition("-")[0] == slug(name):
                suspects.append(found.problem)
        if suspects:
            raise suspects[0]
        raise UnknownName(f"There is no session “{name}”.", "Look at the list of sessions, or start a new one.")

    def forget(self, name: str) -> None:
        """The hint for this name was wrong."""
        self._hints.pop(tidy(name), None)

    def all(self) -> Iterator[Found]:
        """Every session file, damaged ones too."""
        for path in sorted(self._paths()):
            found = self._look(path)
            if found is not None:
                yield found

    def taken(self, name: str) -> bool:
        """Is there a session of this name? Only under `lock` is the answer still true when it arrives."""
        return any(found.info.name == name for found in self.all() if found.problem is None)

    def add(self, name: str, meta: dict[str, str], thread: str, created: str) -> Path:
        """A new file for a new name. Only under `lock`."""
        path = self.folder / f"{slug(name)}-{uuid.uuid4().hex[:8]}.db"
        create_file(path, {**meta, "name": name}, thread, created)
        self._hints[name] = path
        return path

    def lock(self) -> AbstractContextManager[None]:
        """While names are given out, changed or taken away."""
        return file_lock(self.folder / ".names")

    def _paths(self) -> list[Path]:
        with translated(self.folder / "*"):
            paths = [path for path in self.folder.glob("*.db") if not path.name.startswith(".")] if self.folder.is_dir() else []
        for gone in set(self._seen).difference(paths):
            self._seen.pop(gone, None)
        return paths

    def _look(self, path: Path) -> Found | None:
        """What is in the file; None when it is gone or being deleted."""
        # Every commit touches the write-ahead log, and folding that into the file touches the file.
        stamp = (_stamp(path), _stamp(Path(f"{path}-wal")))
        seen = self._seen.get(path)
        if seen is not None and seen[0] == stamp:
            return seen[1]
        found = self._read(path)
        self._seen[path] = (stamp, found)
        return found

    def _read(self, path: Path) -> Found | None:
        try:
            with self._pool.peek(path) as database, database.transaction() as db:
                if db.execute("SELECT 1 FROM meta WHERE key = 'gone'").fetchone():
                    return None
                return Found(path, rows.info(db))
        except FileNotFoundError:
            return None
        except (CodirectorError, KeyError) as error:
            problem = error if isinstance(error, CodirectorError) else corrupt(path, f"it does not say its {error}")
            return Found(path, SessionInfo(name=path.stem, problem=str(problem)), problem)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    with contextlib.suppress(FileNotFoundError):
        about = path.stat()
        return about.st_ino, about.st_size, about.st_mtime_ns
    return None
