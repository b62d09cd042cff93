-- History, search and doubled servers, for PostgreSQL. Its twin: ../sqlite/0003_history.sql.

-- Projections: they follow from the ledger's reports and can be dropped and replayed.

CREATE TABLE versions (                         -- when a sensor's value changed, and which report carries it
    government TEXT COLLATE "C" NOT NULL,
    agent      TEXT COLLATE "C" NOT NULL,
    sensor     TEXT COLLATE "C" NOT NULL,
    slot       BIGINT NOT NULL,                 -- idx; for changes that nobody watches, minus the day they fall on
    idx        BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    outcome    TEXT COLLATE "C" NOT NULL,       -- ok, nothing, failed; same: ok, the value stands in an earlier report
    PRIMARY KEY (government, agent, sensor, slot)
);

CREATE TABLE terms (                            -- what servers are found by
    government TEXT COLLATE "C" NOT NULL,
    agent      TEXT COLLATE "C" NOT NULL,
    sensor     TEXT COLLATE "C" NOT NULL,
    terms      TEXT COLLATE "C" NOT NULL,       -- lines, each beginning with the letter of its kind
    PRIMARY KEY (government, agent, sensor)
);

CREATE TABLE software (                         -- each version of each package once
    government TEXT COLLATE "C" NOT NULL,
    id         BIGINT NOT NULL,
    sensor     TEXT COLLATE "C" NOT NULL,
    name       TEXT COLLATE "C" NOT NULL,
    version    TEXT COLLATE "C" NOT NULL,
    search     TEXT COLLATE "C" NOT NULL,       -- name and version, lower case
    PRIMARY KEY (government, id)
);

CREATE UNIQUE INDEX software_by_name ON software (government, name, version, sensor);

CREATE TABLE numbers (                          -- small numbers of servers
    government TEXT COLLATE "C" NOT NULL,
    agent      TEXT COLLATE "C" NOT NULL,
    number     BIGINT NOT NULL,                 -- counts up from 0
    PRIMARY KEY (government, agent)
);

CREATE TABLE installed (                        -- which servers have it, 64 servers in a row
    government TEXT COLLATE "C" NOT NULL,
    cell       BIGINT NOT NULL,                 -- number / 64 in the upper 32 bits, id of the software in the lower
    servers    BIGINT NOT NULL,                 -- bit number % 64
    PRIMARY KEY (government, cell)
);

CREATE TABLE sightings (                        -- the last machines that an agent ran on
    government TEXT COLLATE "C" NOT NULL,
    agent      TEXT COLLATE "C" NOT NULL,
    seen       TEXT COLLATE "C" NOT NULL,       -- JSON
    PRIMARY KEY (government, agent)
);

CREATE TABLE forms (                            -- what program filled the projections
    government TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    form       BIGINT NOT NULL
);

-- No projections: what the ledger refused, and what people decided.

CREATE TABLE conflicts (                        -- reports that came under a number taken by another
    government TEXT COLLATE "C" NOT NULL,
    agent      TEXT COLLATE "C" NOT NULL,
    count      BIGINT NOT NULL,
    sequence   BIGINT NOT NULL,                 -- the newest number
    first_at   BIGINT NOT NULL,
    last_at    BIGINT NOT NULL,
    PRIMARY KEY (government, agent)
);

CREATE TABLE decisions (                        -- answers to questions about doubled servers
    government TEXT COLLATE "C" NOT NULL,
    idx        BIGINT NOT NULL,                 -- the act's place in the ledger
    question   TEXT COLLATE "C" NOT NULL,       -- JSON: what was decided on
    same       BIGINT NOT NULL,                 -- 1: it is one machine
    who        TEXT COLLATE "C" NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (government, idx)
);

CREATE TABLE merged (                           -- agents that another one carries on
    government TEXT COLLATE "C" NOT NULL,
    agent      TEXT COLLATE "C" NOT NULL,
    kept       TEXT COLLATE "C" NOT NULL,
    idx        BIGINT NOT NULL,                 -- the act's place in the ledger
    active     BIGINT NOT NULL,                 -- 1: its reports were taken until then
    PRIMARY KEY (government, agent),
    FOREIGN KEY (government, agent) REFERENCES agents (government, agent),
    FOREIGN KEY (government, kept) REFERENCES agents (government, agent)
);
