-- The ledger and its projections, for PostgreSQL. Its twin: ../sqlite/0001_ledger.sql.
-- Texts are compared byte by byte (COLLATE "C"), as SQLite does, so that lists have one order.
--
-- Times are microseconds since 1970-01-01T00:00:00Z. Numbers that are unsigned in the program are stored bit
-- for bit in signed columns. Digests and keys are raw bytes. `idx` is always a place in the ledger.

-- The ledger: written once, never changed. Only a sealed body may be purged.

CREATE TABLE ledger_head (
    government TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    size       BIGINT NOT NULL,
    frontier   BYTEA NOT NULL                   -- hashes of the complete subtrees, largest first
);

CREATE TABLE leaves (
    government TEXT COLLATE "C" NOT NULL,
    idx        BIGINT NOT NULL,
    leaf       TEXT COLLATE "C" NOT NULL,       -- JSON, its bytes are what is hashed
    covered    BIGINT NOT NULL,                 -- size of the first checkpoint over it
    PRIMARY KEY (government, idx)
);

CREATE TABLE nodes (                            -- complete subtrees; level 0 holds the leaves' hashes
    government TEXT COLLATE "C" NOT NULL,
    level      BIGINT NOT NULL,
    idx        BIGINT NOT NULL,
    hash       BYTEA NOT NULL,
    PRIMARY KEY (government, level, idx)
);

CREATE TABLE checkpoints (
    government TEXT COLLATE "C" NOT NULL,
    size       BIGINT NOT NULL,
    note       TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (government, size)
);

-- Who may hand in, and who may look.

CREATE TABLE tokens (
    government TEXT COLLATE "C" NOT NULL,
    id         TEXT COLLATE "C" NOT NULL,
    secret     BYTEA NOT NULL,                  -- SHA-256 of the secret
    office     TEXT COLLATE "C" NOT NULL,
    site       TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_by    TEXT COLLATE "C",                -- the agent
    used_at    BIGINT,
    PRIMARY KEY (government, id)
);

CREATE TABLE agents (
    government  TEXT COLLATE "C" NOT NULL,
    agent       TEXT COLLATE "C" NOT NULL,
    public_key  BYTEA NOT NULL,
    office      TEXT COLLATE "C" NOT NULL,
    site        TEXT COLLATE "C",
    active      BIGINT NOT NULL,                -- 1: its reports are taken
    enrolled_at BIGINT NOT NULL,
    PRIMARY KEY (government, agent)
);

CREATE TABLE users (
    government  TEXT COLLATE "C" NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    password    TEXT COLLATE "C" NOT NULL,      -- PHC string
    must_change BIGINT NOT NULL,
    changed_at  BIGINT NOT NULL,
    PRIMARY KEY (government, name)
);

CREATE TABLE sessions (
    government TEXT COLLATE "C" NOT NULL,
    id         BYTEA NOT NULL,                  -- SHA-256 of the cookie
    name       TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (government, id),
    FOREIGN KEY (government, name) REFERENCES users (government, name) ON DELETE CASCADE
);

CREATE TABLE reports (
    government TEXT COLLATE "C" NOT NULL,
    idx        BIGINT NOT NULL,
    agent      TEXT COLLATE "C" NOT NULL,
    sequence   BIGINT NOT NULL,
    sealed     BYTEA,                           -- NULL once purged
    PRIMARY KEY (government, idx),
    UNIQUE (government, agent, sequence),
    FOREIGN KEY (government, agent) REFERENCES agents (government, agent)
);

-- Bodies are compressed already.
ALTER TABLE reports ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- The projections: they follow from the tables above and can be dropped and replayed.

CREATE TABLE servers (
    government    TEXT COLLATE "C" NOT NULL,
    agent         TEXT COLLATE "C" NOT NULL,
    office        TEXT COLLATE "C" NOT NULL,
    site          TEXT COLLATE "C",
    enrolled_at   BIGINT NOT NULL,
    hostname      TEXT COLLATE "C" NOT NULL,
    os            TEXT COLLATE "C",
    model         TEXT COLLATE "C",
    serial        TEXT COLLATE "C",
    guest_of      TEXT COLLATE "C",
    cpu           TEXT COLLATE "C",
    threads       BIGINT,
    memory_bytes  BIGINT,
    disk_bytes    BIGINT,
    addresses     TEXT COLLATE "C" NOT NULL,    -- JSON array
    packages      BIGINT NOT NULL,
    agent_version TEXT COLLATE "C" NOT NULL,
    last_report   BIGINT,
    search        TEXT COLLATE "C" NOT NULL,    -- lower case, what a search looks through
    PRIMARY KEY (government, agent),
    FOREIGN KEY (government, agent) REFERENCES agents (government, agent)
);

CREATE TABLE sections (
    government TEXT COLLATE "C" NOT NULL,
    agent      TEXT COLLATE "C" NOT NULL,
    sensor     TEXT COLLATE "C" NOT NULL,
    sequence   BIGINT NOT NULL,                 -- of the report it came in
    outcome    TEXT COLLATE "C" NOT NULL,       -- ok, nothing, failed
    failure    TEXT COLLATE "C",
    at         BIGINT NOT NULL,
    idx        BIGINT NOT NULL,
    took_us    BIGINT NOT NULL,
    digest     BYTEA,                           -- of the reading's text; NULL: nothing there
    packages   BIGINT NOT NULL,                 -- how many packages the reading lists
    known_at   BIGINT,                          -- of the newest reading that did not fail; NULL: none yet
    known_idx  BIGINT,
    PRIMARY KEY (government, agent, sensor)
);

-- Beside `sections`, because most reports repeat a reading: then only the small row is written.
CREATE TABLE readings (
    government TEXT COLLATE "C" NOT NULL,
    agent      TEXT COLLATE "C" NOT NULL,
    sensor     TEXT COLLATE "C" NOT NULL,
    reading    TEXT COLLATE "C" NOT NULL,       -- JSON; null: nothing there
    PRIMARY KEY (government, agent, sensor)
);

CREATE TABLE changes (
    government TEXT COLLATE "C" NOT NULL,
    idx        BIGINT NOT NULL,
    n          BIGINT NOT NULL,                 -- counts the changes that one report shows
    agent      TEXT COLLATE "C" NOT NULL,
    at         BIGINT NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL,
    subject    TEXT COLLATE "C" NOT NULL,
    was        TEXT COLLATE "C",
    became     TEXT COLLATE "C",
    PRIMARY KEY (government, agent, idx, n)
);

CREATE INDEX changes_by_index ON changes (government, idx, n);
