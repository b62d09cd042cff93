-- Portable media and who else holds keys of backups, for PostgreSQL. Its twin: ../sqlite/0006_media.sql.
--
-- Like the register of assets these were entered by people: each row stands beside the act of the ledger that
-- tells of it, written in the same transaction, and nothing is ever deleted. `writings` is a projection.

CREATE TABLE media (
    government TEXT COLLATE "C" NOT NULL,
    number     BIGINT NOT NULL,                     -- counts up from 1
    revision   BIGINT NOT NULL,                     -- of its newest version
    office     TEXT COLLATE "C" NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL,
    life       TEXT COLLATE "C" NOT NULL,
    medium     TEXT COLLATE "C" NOT NULL,           -- JSON
    search     TEXT COLLATE "C" NOT NULL,           -- lower case, what a search looks through
    PRIMARY KEY (government, number)
);

-- Every version of every medium, the newest too.
CREATE TABLE medium_versions (
    government TEXT COLLATE "C" NOT NULL,
    number     BIGINT NOT NULL,
    revision   BIGINT NOT NULL,                     -- counts up from 1
    idx        BIGINT NOT NULL,                     -- place in the ledger of the act that made it
    at         BIGINT NOT NULL,
    who        TEXT COLLATE "C" NOT NULL,
    medium     TEXT COLLATE "C" NOT NULL,           -- JSON; the act has its SHA-256
    PRIMARY KEY (government, number, revision),
    FOREIGN KEY (government, number) REFERENCES media (government, number)
);

-- Who holds the keys of encrypted backups beside those who made them. Never a key.
CREATE TABLE escrows (
    government TEXT COLLATE "C" NOT NULL,
    number     BIGINT NOT NULL,                     -- counts up from 1
    office     TEXT COLLATE "C" NOT NULL,
    escrow     TEXT COLLATE "C" NOT NULL,           -- JSON; the act that wrote it has its SHA-256
    idx        BIGINT NOT NULL,                     -- place in the ledger of the act that made it
    at         BIGINT NOT NULL,
    who        TEXT COLLATE "C" NOT NULL,
    ended_idx  BIGINT,                              -- of the act that ended it before its time
    PRIMARY KEY (government, number)
);

-- A projection: when agents last saw a medium written that can be taken out. It stays when the medium is taken out.
CREATE TABLE writings (
    government TEXT COLLATE "C" NOT NULL,
    agent      TEXT COLLATE "C" NOT NULL,
    medium     TEXT COLLATE "C" NOT NULL,           -- its own identity
    backup_set TEXT COLLATE "C" NOT NULL,
    location   TEXT COLLATE "C" NOT NULL,
    newest     BIGINT NOT NULL,                     -- when its newest run was made, by the host's clock
    idx        BIGINT NOT NULL,                     -- the report that says so
    PRIMARY KEY (government, agent, medium, backup_set)
);
