"""One session file: its connection, its transactions, and what can go wrong with it in words. Knows SQLite, not what is stored."""

import contextlib
import errno
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from codirector.assistant.session.record import SCHEMA
from codirector.assistant.session.schema import APPLICATION_ID, TABLES, TRIGGERS
from codirector.errors import CorruptSession, InputError, InternalError, RetryableError, StorageFull

BUSY_SECONDS = 10.0
"""How long a transaction waits for another process's."""
FULL = (
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_SHMSIZE,
    sqlite3.SQLITE_IOERR_TRUNCATE,
    sqlite3.SQLITE_IOERR_FSYNC,
)
FULL_ERRNO = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
DENIED = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH)
DENIED_ERRNO = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST)


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turns SQLite's and the system's errors about `path` into ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise _from_sqlite(error, path) from error
    except OSError as error:
        if error.errno in FULL_ERRNO:
            raise _full(path) from error
        if error.errno in DENIED_ERRNO:
            raise _denied(path) from error
        raise InternalError(f"{path} could not be used: {error.strerror or error}.") from error


def corrupt(path: Path, why: str) -> CorruptSession:
    """The error for a file that is not what it should be, with what to do."""
    return CorruptSession(
        f"The session file {path.name} is damaged: {why}.",
        f"The other sessions are not affected. Put a copy back from a backup, or move {path} out of the way; "
        "its pictures are kept in the artifacts folder.",
    )


def _full(path: Path) -> StorageFull:
    return StorageFull(
        "There is no room left to save this.", f"Free some space on the disk of {path.parent}; everything saved before is still there."
    )


def _denied(path: Path) -> InputError:
    return InputError(f"{path.parent} cannot be written.", "Give yourself write permission for this folder, or choose another --home.")


def _from_sqlite(error: sqlite3.Error, path: Path) -> Exception:
    code = getattr(error, "sqlite_errorcode", None) or 0
    primary = code & 0xFF
    if code in FULL or primary == sqlite3.SQLITE_FULL:
        return _full(path)
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return RetryableError("The session is busy: another window or program is saving into it.", "Try again in a moment.")
    if primary in DENIED:
        return _denied(path)
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR) or "decode" in str(error):
        return corrupt(path, str(error))
    if primary == sqlite3.SQLITE_ERROR and "no such" in str(error):
        return corrupt(path, str(error))
    return InternalError(f"The session file {path.name} could not be used: {error}.")


class Database:
    """An open session file. One connection, one transaction at a time; threads take turns."""

    def __init__(self, path: Path) -> None:
        """Raises CorruptSession, InputError (a newer version's file, no permission), FileNotFoundError."""
        self.path = path
        self.inode = path.stat().st_ino
        self._lock = threading.RLock()
        with translated(path):
            self._connection = sqlite3.connect(
                f"file:{quote(str(path))}?mode=rw", uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                self._connection.row_factory = sqlite3.Row
                self._check_header()
                self._connection.execute("PRAGMA foreign_keys = ON")
                # In WAL mode NORMAL loses nothing when the process dies, and at most the last turns (never consistency) when power does.
                self._connection.execute("PRAGMA synchronous = NORMAL")
            except BaseException:
                self._connection.close()
                raise

    def _check_header(self) -> None:
        if self._connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise corrupt(self.path, "it is not a session of Codirector")
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA:
            raise InputError(
                f"The session file {self.path.name} was saved by a newer Codirector "
                f"(version {version} of the format; this one knows {SCHEMA}).",
                "Update Codirector to open it.",
            )
        if version < 1:
            raise corrupt(self.path, f"it claims version {version} of the format")

    @contextlib.contextmanager
    def transaction(self, write: bool = False) -> Iterator[sqlite3.Connection]:
        """A transaction: everything in it happens, or nothing does. A reader sees one moment. Raises StorageFull, RetryableError,
        CorruptSession."""
        with self._lock, translated(self.path):
            self._connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        with self._lock, contextlib.suppress(sqlite3.Error):
            self._connection.close()


def create_file(path: Path, meta: dict[str, str], thread: str, created: str) -> None:
    """A new session file at `path`; it appears whole. Raises StorageFull, InputError."""
    draft = path.parent / f".{uuid.uuid4().hex}.part"
    with translated(path):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            connection = sqlite3.connect(draft, isolation_level=None)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {SCHEMA}")
                connection.executescript("BEGIN;" + TABLES + TRIGGERS + "COMMIT;")
                connection.execute("BEGIN")
                connection.executemany("INSERT INTO meta VALUES (?, ?)", list(meta.items()))
                connection.execute("INSERT INTO threads VALUES (?, NULL, NULL, 1, ?)", (thread, created))
                connection.execute("COMMIT")
            finally:
                connection.close()
            draft.replace(path)
        except BaseException:
            for suffix in ("", "-wal", "-shm"):
                with contextlib.suppress(OSError):
                    Path(f"{draft}{suffix}").unlink(missing_ok=True)
            raise


def remove_file(path: Path) -> None:
    """Takes a session file away, with what SQLite keeps beside it."""
    with translated(path):
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)


class Pool:
    """Open session files, the least recently used closed first. A file that was replaced or removed under its name is let go."""

    def __init__(self, limit: int = 64) -> None:
        self._limit = limit
        self._guard = threading.Lock()
        self._open: dict[Path, Database] = {}
        self._users: dict[int, int] = {}

    @contextlib.contextmanager
    def use(self, path: Path) -> Iterator[Database]:
        """The open file. Raises FileNotFoundError when it is gone, and what `Database` raises."""
        with self._guard:
            database = self._open.pop(path, None)
            if database is not None and _inode(path) != database.inode:
                self._retire(database)
                database = None
            if database is None:
                database = Database(path)
            self._open[path] = database
            self._users[id(database)] = self._users.get(id(database), 0) + 1
        try:
            yield database
        finally:
            with self._guard:
                self._users[id(database)] -= 1
                if self._open.get(path) is not database:
                    self._retire(database)
                while len(self._open) > self._limit:
                    oldest = next(iter(self._open))
                    self._retire(self._open.pop(oldest))

    @contextlib.contextmanager
    def peek(self, path: Path) -> Iterator[Database]:
        """The file for a look into it: as it is open, or opened and closed again. Raises as `use` does."""
        with self._guard:
            is_open = path in self._open
        if is_open:
            with self.use(path) as database:
                yield database
        else:
            database = Database(path)
            try:
                yield database
            finally:
                database.close()

    def forget(self, path: Path) -> None:
        """Closes the file, as soon as nobody uses it."""
        with self._guard:
            database = self._open.pop(path, None)
            if database is not None:
                self._retire(database)

    def close(self) -> None:
        with self._guard:
            for database in self._open.values():
                self._retire(database)
            self._open.clear()

    def _retire(self, database: Database) -> None:
        # The last user closes it: it is no longer in `_open`, so `use` comes back here.
        if not self._users.get(id(database)):
            self._users.pop(id(database), None)
            database.close()


def _inode(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return None
