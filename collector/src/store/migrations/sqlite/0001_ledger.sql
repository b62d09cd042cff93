-- The ledger and its projections, for SQLite. Its twin: ../postgres/0001_ledger.sql.
--
-- Times are microseconds since 1970-01-01T00:00:00Z. Numbers that are unsigned in the program are stored bit
-- for bit in signed columns. Digests and keys are raw bytes. `idx` is always a place in the ledger.

-- The ledger: written once, never changed. Only a sealed body may be purged.

CREATE TABLE ledger_head (
    government TEXT NOT NULL PRIMARY KEY,
    size       INTEGER NOT NULL,
    frontier   BLOB NOT NULL                    -- hashes of the complete subtrees, largest first
) STRICT;

CREATE TABLE leaves (
    government TEXT NOT NULL,
    idx        INTEGER NOT NULL,
    leaf       TEXT NOT NULL,                   -- JSON, its bytes are what is hashed
    covered    INTEGER NOT NULL,                -- size of the first checkpoint over it
    PRIMARY KEY (government, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE nodes (                            -- complete subtrees; level 0 holds the leaves' hashes
    government TEXT NOT NULL,
    level      INTEGER NOT NULL,
    idx        INTEGER NOT NULL,
    hash       BLOB NOT NULL,
    PRIMARY KEY (government, level, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (
    government TEXT NOT NULL,
    size       INTEGER NOT NULL,
    note       TEXT NOT NULL,
    PRIMARY KEY (government, size)
) STRICT, WITHOUT ROWID;

-- Who may hand in, and who may look.

CREATE TABLE tokens (
    government TEXT NOT NULL,
    id         TEXT NOT NULL,
    secret     BLOB NOT NULL,                   -- SHA-256 of the secret
    office     TEXT NOT NULL,
    site       TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_by    TEXT,                            -- the agent
    used_at    INTEGER,
    PRIMARY KEY (government, id)
) STRICT;

CREATE TABLE agents (
    government  TEXT NOT NULL,
    agent       TEXT NOT NULL,
    public_key  BLOB NOT NULL,
    office      TEXT NOT NULL,
    site        TEXT,
    active      INTEGER NOT NULL,               -- 1: its reports are taken
    enrolled_at INTEGER NOT NULL,
    PRIMARY KEY (government, agent)
) STRICT;

CREATE TABLE users (
    government  TEXT NOT NULL,
    name        TEXT NOT NULL,
    password    TEXT NOT NULL,                  -- PHC string
    must_change INTEGER NOT NULL,
    changed_at  INTEGER NOT NULL,
    PRIMARY KEY (government, name)
) STRICT;

CREATE TABLE sessions (
    government TEXT NOT NULL,
    id         BLOB NOT NULL,                   -- SHA-256 of the cookie
    name       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (government, id),
    FOREIGN KEY (government, name) REFERENCES users (government, name) ON DELETE CASCADE
) STRICT;

CREATE TABLE reports (
    government TEXT NOT NULL,
    idx        INTEGER NOT NULL,
    agent      TEXT NOT NULL,
    sequence   INTEGER NOT NULL,
    sealed     BLOB,                            -- NULL once purged
    PRIMARY KEY (government, idx),
    UNIQUE (government, agent, sequence),
    FOREIGN KEY (government, agent) REFERENCES agents (government, agent)
) STRICT;

-- The projections: they follow from the tables above and can be dropped and replayed.

CREATE TABLE servers (
    government    TEXT NOT NULL,
    agent         TEXT NOT NULL,
    office        TEXT NOT NULL,
    site          TEXT,
    enrolled_at   INTEGER NOT NULL,
    hostname      TEXT NOT NULL,
    os            TEXT,
    model         TEXT,
    serial        TEXT,
    guest_of      TEXT,
    cpu           TEXT,
    threads       INTEGER,
    memory_bytes  INTEGER,
    disk_bytes    INTEGER,
    addresses     TEXT NOT NULL,                -- JSON array
    packages      INTEGER NOT NULL,
    agent_version TEXT NOT NULL,
    last_report   INTEGER,
    search        TEXT NOT NULL,                -- lower case, what a search looks through
    PRIMARY KEY (government, agent),
    FOREIGN KEY (government, agent) REFERENCES agents (government, agent)
) STRICT;

CREATE TABLE sections (
    government TEXT NOT NULL,
    agent      TEXT NOT NULL,
    sensor     TEXT NOT NULL,
    sequence   INTEGER NOT NULL,                -- of the report it came in
    outcome    TEXT NOT NULL,                   -- ok, nothing, failed
    failure    TEXT,
    at         INTEGER NOT NULL,
    idx        INTEGER NOT NULL,
    took_us    INTEGER NOT NULL,
    digest     BLOB,                            -- of the reading's text; NULL: nothing there
    packages   INTEGER NOT NULL,                -- how many packages the reading lists
    known_at   INTEGER,                         -- of the newest reading that did not fail; NULL: none yet
    known_idx  INTEGER,
    PRIMARY KEY (government, agent, sensor)
) STRICT, WITHOUT ROWID;

-- Beside `sections`, because most reports repeat a reading: then only the small row is written.
CREATE TABLE readings (
    government TEXT NOT NULL,
    agent      TEXT NOT NULL,
    sensor     TEXT NOT NULL,
    reading    TEXT NOT NULL,                   -- JSON; null: nothing there
    PRIMARY KEY (government, agent, sensor)
) STRICT;

CREATE TABLE changes (
    government TEXT NOT NULL,
    idx        INTEGER NOT NULL,
    n          INTEGER NOT NULL,                -- counts the changes that one report shows
    agent      TEXT NOT NULL,
    at         INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    subject    TEXT NOT NULL,
    was        TEXT,
    became     TEXT,
    PRIMARY KEY (government, agent, idx, n)
) STRICT, WITHOUT ROWID;

CREATE INDEX changes_by_index ON changes (government, idx, n);
