"""The tables of a session file. Text only; it runs nothing.

Everything that was said is in `turns`, `runs`, `moves` and `refs`: rows are added, never changed or removed, and triggers hold that.
`threads` is what moves. `pending` holds the turns being worked on right now, at most one a thread. `number`, `effect` and `picture` of a
turn follow from the turns themselves; they are kept beside them so that finding one's way does not mean reading every turn, and
`verify` works them out again.
"""

APPLICATION_ID = 0x434F4449
"""'CODI': marks the SQLite file as ours (PRAGMA application_id)."""

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE turns (
    ordinal INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    parent TEXT REFERENCES turns (id),
    number INTEGER NOT NULL,
    effect INTEGER NOT NULL,
    picture TEXT,
    body TEXT NOT NULL,
    created_at TEXT NOT NULL
);

CREATE TABLE runs (
    ordinal INTEGER PRIMARY KEY,
    turn TEXT NOT NULL REFERENCES turns (id),
    body TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE INDEX runs_of_turn ON runs (turn);

CREATE TABLE threads (
    name TEXT PRIMARY KEY,
    tip TEXT REFERENCES turns (id),
    ahead TEXT REFERENCES turns (id),
    current INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE moves (
    ordinal INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    thread TEXT NOT NULL REFERENCES threads (name),
    from_turn TEXT REFERENCES turns (id),
    to_turn TEXT REFERENCES turns (id),
    reason TEXT NOT NULL CHECK (reason IN ('turn', 'undo', 'redo', 'goto', 'branch', 'switch')),
    message TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE INDEX moves_of_thread ON moves (thread);

CREATE TABLE refs (
    sha256 TEXT NOT NULL,
    turn TEXT NOT NULL REFERENCES turns (id),
    at TEXT NOT NULL,
    PRIMARY KEY (sha256, turn)
) WITHOUT ROWID;

CREATE TABLE pending (
    thread TEXT PRIMARY KEY REFERENCES threads (name),
    token TEXT NOT NULL,
    parent TEXT REFERENCES turns (id),
    message TEXT NOT NULL,
    attachments TEXT NOT NULL,
    plan TEXT,
    started_at TEXT NOT NULL,
    process TEXT NOT NULL,
    pid INTEGER NOT NULL
) WITHOUT ROWID;
"""

APPEND_ONLY = ("turns", "runs", "moves", "refs")

TRIGGERS = "".join(
    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{table} are only ever added to'); END;\n"
    for table in APPEND_ONLY
    for verb in ("UPDATE", "DELETE")
)
