-- History, search and doubled servers, for SQLite. Its twin: ../postgres/0003_history.sql.

-- Projections: they follow from the ledger's reports and can be dropped and replayed.

CREATE TABLE versions (                         -- when a sensor's value changed, and which report carries it
    government TEXT NOT NULL,
    agent      TEXT NOT NULL,
    sensor     TEXT NOT NULL,
    slot       INTEGER NOT NULL,                -- idx; for changes that nobody watches, minus the day they fall on
    idx        INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    outcome    TEXT NOT NULL,                   -- ok, nothing, failed; same: ok, the value stands in an earlier report
    PRIMARY KEY (government, agent, sensor, slot)
) STRICT, WITHOUT ROWID;

CREATE TABLE terms (                            -- what servers are found by
    government TEXT NOT NULL,
    agent      TEXT NOT NULL,
    sensor     TEXT NOT NULL,
    terms      TEXT NOT NULL,                   -- lines, each beginning with the letter of its kind
    PRIMARY KEY (government, agent, sensor)
) STRICT, WITHOUT ROWID;

CREATE TABLE software (                         -- each version of each package once
    government TEXT NOT NULL,
    id         INTEGER NOT NULL,
    sensor     TEXT NOT NULL,
    name       TEXT NOT NULL,
    version    TEXT NOT NULL,
    search     TEXT NOT NULL,                   -- name and version, lower case
    PRIMARY KEY (government, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX software_by_name ON software (government, name, version, sensor);

CREATE TABLE numbers (                          -- small numbers of servers
    government TEXT NOT NULL,
    agent      TEXT NOT NULL,
    number     INTEGER NOT NULL,                -- counts up from 0
    PRIMARY KEY (government, agent)
) STRICT, WITHOUT ROWID;

CREATE TABLE installed (                        -- which servers have it, 64 servers in a row
    government TEXT NOT NULL,
    cell       INTEGER NOT NULL,                -- number / 64 in the upper 32 bits, id of the software in the lower
    servers    INTEGER NOT NULL,                -- bit number % 64
    PRIMARY KEY (government, cell)
) STRICT, WITHOUT ROWID;

CREATE TABLE sightings (                        -- the last machines that an agent ran on
    government TEXT NOT NULL,
    agent      TEXT NOT NULL,
    seen       TEXT NOT NULL,                   -- JSON
    PRIMARY KEY (government, agent)
) STRICT, WITHOUT ROWID;

CREATE TABLE forms (                            -- what program filled the projections
    government TEXT NOT NULL PRIMARY KEY,
    form       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- No projections: what the ledger refused, and what people decided.

CREATE TABLE conflicts (                        -- reports that came under a number taken by another
    government TEXT NOT NULL,
    agent      TEXT NOT NULL,
    count      INTEGER NOT NULL,
    sequence   INTEGER NOT NULL,                -- the newest number
    first_at   INTEGER NOT NULL,
    last_at    INTEGER NOT NULL,
    PRIMARY KEY (government, agent)
) STRICT, WITHOUT ROWID;

CREATE TABLE decisions (                        -- answers to questions about doubled servers
    government TEXT NOT NULL,
    idx        INTEGER NOT NULL,                -- the act's place in the ledger
    question   TEXT NOT NULL,                   -- JSON: what was decided on
    same       INTEGER NOT NULL,                -- 1: it is one machine
    who        TEXT NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (government, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE merged (                           -- agents that another one carries on
    government TEXT NOT NULL,
    agent      TEXT NOT NULL,
    kept       TEXT NOT NULL,
    idx        INTEGER NOT NULL,                -- the act's place in the ledger
    active     INTEGER NOT NULL,                -- 1: its reports were taken until then
    PRIMARY KEY (government, agent),
    FOREIGN KEY (government, agent) REFERENCES agents (government, agent),
    FOREIGN KEY (government, kept) REFERENCES agents (government, agent)
) STRICT, WITHOUT ROWID;
