"""`SessionStore`: everything that was said and made, one SQLite file a session. It alone puts files and rows together.

Turns are only ever added; undo, redo, go-to, branch and switch move tips. It does not plan, apply or render, and it does not know who
may see whose session: callers check the owner (`info(name).owner`).

One turn at a time in a thread: `begin` claims the thread, and until `commit` or `abandon` its tip does not move; a second `begin`, an
undo or a redo there is told so with a RetryableError. So two programs cannot fork a thread by accident. Another thread of the same
session is free. A claim whose process is gone becomes an `interrupted` turn by itself, at the next write to the session or by `recover`.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from codirector.assistant.plan import Plan
from codirector.assistant.session import moves, rows, turns
from codirector.assistant.session.artifacts import ArtifactStore
from codirector.assistant.session.catalogue import Catalogue
from codirector.assistant.session.database import Pool, remove_file, translated
from codirector.assistant.session.hashing import turn_id
from codirector.assistant.session.names import check_name, tidy
from codirector.assistant.session.presence import Presence
from codirector.assistant.session.record import (
    ArtifactRef,
    Entry,
    MoveResult,
    Pending,
    Run,
    SessionInfo,
    SessionView,
    StoredTurn,
    Turn,
    VerifyReport,
)
from codirector.assistant.session.sealing import sealed, sidecar
from codirector.errors import CodirectorError, CorruptSession, InputError, UnknownName
from codirector.tools.events import Product

if TYPE_CHECKING:
    from codirector.assistant.session.collect import Cleared

MAIN = "main"
"""The thread every session begins with."""
SHOWN = 20
"""Turns of history in the view that a move returns."""


def utc_now() -> str:
    """Now, in UTC, to the millisecond, as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Beginning(NamedTuple):
    """A thread to be made, with its first turn (`turn.parent` is None), that turn's run and what it made."""

    thread: str
    turn: Turn
    run: Run
    products: Sequence[Product] = ()


class SessionStore:
    """The sessions and artifacts of one home folder. Safe across threads and processes; nothing is opened or made before it is used.

    Every method may raise StorageFull, RetryableError (busy), CorruptSession (this session's file only) and InputError (the folder
    cannot be written, or the file is of a newer version); methods that take a name raise UnknownName.
    """

    def __init__(self, home: Path, clock: Callable[[], str] = utc_now) -> None:
        self.home = Path(home)
        self.artifacts = ArtifactStore(self.home)
        self._folder = self.home / "sessions"
        self._pool = Pool()
        self._catalogue = Catalogue(self._folder, self._pool)
        self._presence = Presence(self._folder / ".alive")
        self._clock = clock

    def close(self) -> None:
        """Gives files back. What this store was still working on counts as interrupted. May be called twice."""
        self._pool.close()
        self._presence.close()

    def __enter__(self) -> "SessionStore":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- sessions

    def create(self, name: str, owner: str = "local") -> SessionView:
        """A new empty session. Raises InputError for a bad name or one that is taken."""
        name = check_name(name)
        with self._naming():
            if self._catalogue.taken(name):
                raise InputError(f"There already is a session “{name}”.", "Open it, or choose another name.")
            at = self._clock()
            self._catalogue.add(name, {"owner": owner, "created": at}, MAIN, at)
        return self.view(name)

    def exists(self, name: str) -> bool:
        """True for a damaged session too, so that nobody makes a second one in its place."""
        try:
            self._catalogue.find(name)
        except UnknownName:
            return False
        except CodirectorError:
            return True
        return True

    def info(self, name: str) -> SessionInfo:
        """The session's line in the list."""
        with self._session(name) as db:
            return rows.info(db)

    def list(self, owner: str | None = None) -> tuple[SessionInfo, ...]:
        """All sessions (of an owner), the last used first. Damaged ones are listed with their problem, when no owner is asked for."""
        found = [entry.info for entry in self._catalogue.all() if owner is None or entry.info.owner == owner]
        return tuple(sorted(found, key=lambda about: about.updated, reverse=True))

    def rename(self, name: str, new_name: str) -> SessionInfo:
        """Gives the session another name. Raises InputError for a bad or taken one, RetryableError while a turn is being worked on."""
        new_name = check_name(new_name)
        with self._naming():
            if new_name != name and self._catalogue.taken(new_name):
                raise InputError(f"There already is a session “{new_name}”.", "Choose another name.")
            with self._session(name, write=True) as db:
                self._nobody_working(db)
                db.execute("UPDATE meta SET value = ? WHERE key = 'name'", (new_name,))
            self._catalogue.forget(name)
        return self.info(new_name)

    def retitle(self, name: str, title: str) -> SessionInfo:
        """What the list shows for the session; empty: its first message again."""
        with self._session(name, write=True) as db:
            db.execute("REPLACE INTO meta VALUES ('title', ?)", (rows.shortened(title),))
        return self.info(name)

    def delete(self, name: str) -> None:
        """Takes the session away for good, and those of its files that no other session needs. A damaged session can be deleted too
        (by its name in the list); its files then stay until `collect`. Raises RetryableError while a turn is being worked on."""
        from codirector.assistant.session.collect import clear_after

        with self._naming():
            references: dict[str, str] = {}
            try:
                path = self._catalogue.find(name)
            except CorruptSession as error:
                path = next((found.path for found in self._catalogue.all() if found.problem is not None and found.path.stem == name), None)
                if path is None:
                    raise error
            else:
                with self._session(name, write=True) as db:
                    self._nobody_working(db)
                    references = turns.last_uses(db)
                    # Who still has the file open sees this mark before writing another turn into it.
                    db.execute("INSERT INTO meta VALUES ('gone', ?)", (self._clock(),))
            self._pool.forget(path)
            self._catalogue.forget(name)
            remove_file(path)
            clear_after(self, references)

    def collect(self, older_than: float = 86_400.0) -> "Cleared":
        """Removes files that no session refers to and that nobody touched for `older_than` seconds. See `collect.clear`."""
        from codirector.assistant.session.collect import clear

        return clear(self, older_than)

    def is_alive(self, process: str) -> bool:
        """Is the process there that a claim names?"""
        return self._presence.is_alive(process)

    def references(self) -> set[str]:
        """The hashes of all files that any session needs. Raises CorruptSession when one session cannot be read: nobody knows then."""
        found: set[str] = set()
        for entry in self._catalogue.all():
            if entry.problem is not None:
                raise entry.problem
            with contextlib.suppress(FileNotFoundError), self._pool.peek(entry.path) as database, database.transaction() as db:
                found |= turns.all_references(db)
        return found

    # -- reading

    def open(self, name: str, thread: str | None = None, last: int | None = None) -> SessionView:
        """For someone who comes back: settles what a dead process left, then views."""
        self.recover(name)
        return self.view(name, thread, last)

    def view(self, name: str, thread: str | None = None, last: int | None = None) -> SessionView:
        """A frozen picture of a thread (None: the current one) with the `last` turns of its history (None: all of them; every turn
        costs some 0.1 ms, so a turn that needs only the recent ones should say so). Writes nothing."""
        with self._session(name) as db:
            return rows.view(db, thread, last)

    def transcript(self, name: str, last: int | None = None) -> tuple[Entry, ...]:
        """The conversation as it happened, over all threads, moves included: the `last` entries (None: all), oldest first."""
        with self._session(name) as db:
            return rows.transcript(db, last)

    def refers(self, name: str, sha256: str) -> bool:
        """Did a turn of the session make, get or need that file, or does one need it that is being worked on? One look-up."""
        with self._session(name) as db:
            return turns.refers(db, sha256)

    def turn(self, name: str, id: str) -> StoredTurn:
        """One turn, by its id or the beginning of it."""
        from codirector.assistant.session import navigate

        with self._session(name) as db:
            return rows.turns_by_id(db, [navigate.by_prefix(rows.tree(db), id)])[0]

    def in_flight(self, name: str) -> tuple[Pending, ...]:
        """The turns being worked on, and whether whoever works on them is still there."""
        with self._session(name) as db:
            found = db.execute("SELECT * FROM pending ORDER BY started_at").fetchall()
            return tuple(rows.pending(db, row, self._presence.is_alive(row["process"])) for row in found)

    def verify(self, name: str) -> VerifyReport:
        """Re-hashes and re-applies every turn. A session that cannot be read is reported, not raised. See `verify.verify_session`."""
        from codirector.assistant.session.verify import verify_session

        try:
            with self._session(name) as db:
                return verify_session(db, name, self.artifacts)
        except CorruptSession as error:
            return VerifyReport(name=name, ok=False, problems=(str(error),))

    # -- a turn

    def begin(self, name: str, thread: str | None, message: str, attachments: Sequence[ArtifactRef] = ()) -> Pending:
        """Claims the thread (None: the current one) for a turn. Take the view after it: until the end of the claim the tip stays.
        Raises RetryableError while another turn is being worked on there."""
        with self._session(name, write=True) as db:
            turns.settle(db, self._presence.is_alive, self._clock())
            return turns.claim(db, thread, message, tuple(attachments), self._presence.id, self._clock())

    def note_plan(self, pending: Pending, plan: Plan) -> None:
        """Keeps what was understood with the claim, so that an interruption does not lose it."""
        with self._session(pending.session, write=True) as db:
            turns.note_plan(db, pending.token, plan)

    def abandon(self, pending: Pending) -> None:
        """Ends the claim without a turn (what was meant turned out to be a move, or nothing). May be called twice."""
        with self._session(pending.session, write=True) as db:
            turns.abandon(db, pending.token)

    def commit(
        self, pending: Pending, turn: Turn, run: Run, products: Sequence[Product] = (), beginnings: Sequence[Beginning] = ()
    ) -> StoredTurn:
        """Stores the products with their provenance, then the turn: files first, then turn, run, tip, journal and the end of the
        claim in one transaction. `turn.artifacts` gets the products' references added. When it fails nothing of the turn is
        there, everything earlier is, and the claim stays, so that it can be tried again. `beginnings` are new threads and their first
        turns, in the same transaction. Raises RetryableError when the claim was taken away meanwhile, InputError (a name is taken)."""
        with self.artifacts.hold():
            first = [beginning._replace(turn=self._filed(pending, *beginning[1:])) for beginning in beginnings]
            turn = self._filed(pending, turn, run, products)
            with self._session(pending.session, write=True) as db:
                for beginning in first:
                    turns.begin_thread(db, beginning.thread, beginning.turn, beginning.run, self._clock())
                return turns.commit(db, pending, turn, run, self._clock())

    def _filed(self, pending: Pending, turn: Turn, run: Run, products: Sequence[Product]) -> Turn:
        """The turn with references to its products, which are stored with their provenance."""
        made = []
        for product, data in sealed(turn, run, products):
            made.append(self.artifacts.write(data, product.media_type, product.role, product.width, product.height))
        turn = turn.evolve(artifacts=(*turn.artifacts, *made))
        id = turn_id(turn) if made else ""
        for ref in made:
            self.artifacts.write_sidecar(ref, sidecar(ref, turn, id, run, pending.session))
        return turn

    def recover(self, name: str) -> tuple[StoredTurn, ...]:
        """Makes `interrupted` turns out of what dead processes were working on, and returns them: sending their message again repeats
        them."""
        with self._session(name) as db:
            if all(self._presence.is_alive(row["process"]) for row in db.execute("SELECT process FROM pending")):
                return ()
        with self._session(name, write=True) as db:
            return turns.settle(db, self._presence.is_alive, self._clock())

    # -- moves: no turn is changed, each is journalled with the message that asked for it

    def undo(self, name: str, thread: str | None = None, steps: int = 1, message: str = "") -> MoveResult:
        """Back before the last `steps` turns that had an effect. Raises RefusedChange (not so much to undo), RetryableError."""
        return self._move(name, lambda db: moves.undo(db, thread, steps, message, self._clock()))

    def redo(self, name: str, thread: str | None = None, steps: int = 1, message: str = "") -> MoveResult:
        """Forward again. Raises RefusedChange (not so much to redo), RetryableError."""
        return self._move(name, lambda db: moves.redo(db, thread, steps, message, self._clock()))

    def goto(self, name: str, thread: str | None = None, number: int | None = None, prefix: str = "", message: str = "") -> MoveResult:
        """To a turn by its number (0: the empty start) or the first digits of its id. Raises UnknownName, InputError, RetryableError."""
        return self._move(name, lambda db: moves.goto(db, thread, number, prefix, message, self._clock()))

    def branch(self, name: str, thread: str | None = None, new_name: str = "", message: str = "") -> MoveResult:
        """A new current thread with the same tip; its name is chosen if empty. Raises InputError (name bad or taken)."""
        return self._move(name, lambda db: moves.branch(db, thread, new_name, message, self._clock()))

    def switch(self, name: str, thread: str, message: str = "") -> MoveResult:
        """Makes `thread` the current one. Raises UnknownName."""
        return self._move(name, lambda db: moves.switch(db, thread, message, self._clock()))

    def _move(self, name: str, do: Callable[[sqlite3.Connection], moves.Moved]) -> MoveResult:
        with self._session(name, write=True) as db:
            turns.settle(db, self._presence.is_alive, self._clock())
            moved = do(db)
            return MoveResult(
                view=rows.view(db, moved.thread, SHOWN),
                reason=moved.reason,
                came_from=moved.came_from,
                went_to=moved.went_to,
                turns=rows.turns_by_id(db, moved.turns),
                note=moved.note,
            )

    # -- files

    @contextlib.contextmanager
    def _session(self, name: str, write: bool = False) -> Iterator[sqlite3.Connection]:
        """A transaction on the session of that name. Where a file holds is a hint; its own word counts."""
        with contextlib.ExitStack() as stack:
            for _ in range(3):
                path = self._catalogue.find(name)
                try:
                    database = stack.enter_context(self._pool.use(path))
                except FileNotFoundError:
                    self._catalogue.forget(name)
                    continue
                db = stack.enter_context(database.transaction(write))
                meta = dict(db.execute("SELECT key, value FROM meta WHERE key IN ('name', 'gone')").fetchall())
                if meta.get("name") == tidy(name) and "gone" not in meta:
                    break
                stack.pop_all().close()
                self._catalogue.forget(name)
            else:
                raise UnknownName(f"There is no session “{name}”.", "It was renamed or deleted a moment ago.")
            yield db

    @contextlib.contextmanager
    def _naming(self) -> Iterator[None]:
        with translated(self._folder / "*"), self._catalogue.lock():
            yield

    def _nobody_working(self, db: sqlite3.Connection) -> None:
        for row in db.execute("SELECT thread, process FROM pending").fetchall():
            if self._presence.is_alive(row["process"]):
                turns.busy(db, row["thread"])
