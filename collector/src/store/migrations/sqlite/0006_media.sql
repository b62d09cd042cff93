-- Portable media and who else holds keys of backups, for SQLite. Its twin: ../postgres/0006_media.sql.
--
-- Like the register of assets these were entered by people: each row stands beside the act of the ledger that
-- tells of it, written in the same transaction, and nothing is ever deleted. `writings` is a projection.

CREATE TABLE media (
    government TEXT NOT NULL,
    number     INTEGER NOT NULL,                    -- counts up from 1
    revision   INTEGER NOT NULL,                    -- of its newest version
    office     TEXT NOT NULL,
    kind       TEXT NOT NULL,
    life       TEXT NOT NULL,
    medium     TEXT NOT NULL,                       -- JSON
    search     TEXT NOT NULL,                       -- lower case, what a search looks through
    PRIMARY KEY (government, number)
) STRICT;

-- Every version of every medium, the newest too.
CREATE TABLE medium_versions (
    government TEXT NOT NULL,
    number     INTEGER NOT NULL,
    revision   INTEGER NOT NULL,                    -- counts up from 1
    idx        INTEGER NOT NULL,                    -- place in the ledger of the act that made it
    at         INTEGER NOT NULL,
    who        TEXT NOT NULL,
    medium     TEXT NOT NULL,                       -- JSON; the act has its SHA-256
    PRIMARY KEY (government, number, revision),
    FOREIGN KEY (government, number) REFERENCES media (government, number)
) STRICT;

-- Who holds the keys of encrypted backups beside those who made them. Never a key.
CREATE TABLE escrows (
    government TEXT NOT NULL,
    number     INTEGER NOT NULL,                    -- counts up from 1
    office     TEXT NOT NULL,
    escrow     TEXT NOT NULL,                       -- JSON; the act that wrote it has its SHA-256
    idx        INTEGER NOT NULL,                    -- place in the ledger of the act that made it
    at         INTEGER NOT NULL,
    who        TEXT NOT NULL,
    ended_idx  INTEGER,                             -- of the act that ended it before its time
    PRIMARY KEY (government, number)
) STRICT;

-- A projection: when agents last saw a medium written that can be taken out. It stays when the medium is taken out.
CREATE TABLE writings (
    government TEXT NOT NULL,
    agent      TEXT NOT NULL,
    medium     TEXT NOT NULL,                       -- its own identity
    backup_set TEXT NOT NULL,
    location   TEXT NOT NULL,
    newest     INTEGER NOT NULL,                    -- when its newest run was made, by the host's clock
    idx        INTEGER NOT NULL,                    -- the report that says so
    PRIMARY KEY (government, agent, medium, backup_set)
) STRICT, WITHOUT ROWID;
