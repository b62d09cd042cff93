-- The offices' LANs, for PostgreSQL. Its twin: ../sqlite/0007_lan.sql.
--
-- `lan_states` and `lan_seen` are projections of the ledger's reports, a little behind it: `lan_progress` says how far
-- they are. Versions and reports are records of what was drafted and handed in; they stay when the projections are
-- made anew.

CREATE TABLE lan_progress (
    government TEXT COLLATE "C" NOT NULL,
    next       BIGINT NOT NULL,                    -- the report (place in the ledger) to go on with
    told       BIGINT NOT NULL,                    -- what reports before this one showed was told: no version twice
    PRIMARY KEY (government)
);

-- A projection: what is believed of an office's LAN.
CREATE TABLE lan_states (
    government TEXT COLLATE "C" NOT NULL,
    office     TEXT COLLATE "C" NOT NULL,
    state      TEXT COLLATE "C" NOT NULL,                       -- JSON
    PRIMARY KEY (government, office)
);

-- A projection: what each agent last read of its network, for reports that say "the same".
CREATE TABLE lan_seen (
    government TEXT COLLATE "C" NOT NULL,
    agent      TEXT COLLATE "C" NOT NULL,
    office     TEXT COLLATE "C" NOT NULL,           -- in whose LAN it is; empty once the agent was let go
    seen       TEXT COLLATE "C" NOT NULL,                       -- JSON
    PRIMARY KEY (government, agent)
);

-- The versions of the diagrams.
CREATE TABLE lan_versions (
    government TEXT COLLATE "C" NOT NULL,
    office     TEXT COLLATE "C" NOT NULL,
    number     BIGINT NOT NULL,                    -- counts from 1 within the office
    at         BIGINT NOT NULL,
    digest     BYTEA NOT NULL,                       -- SHA-256 of its facts
    sentences  TEXT COLLATE "C" NOT NULL,                       -- JSON
    version    TEXT COLLATE "C" NOT NULL,                       -- JSON
    changes    TEXT COLLATE "C" NOT NULL,                       -- JSON: what made it
    PRIMARY KEY (government, office, number)
);

-- Handing in of diagrams, and reports of changes, from their drafts on.
CREATE TABLE lan_reports (
    government TEXT COLLATE "C" NOT NULL,
    id         BIGINT NOT NULL,                    -- counts from 1
    office     TEXT COLLATE "C" NOT NULL,
    after      BIGINT NOT NULL,                    -- the version that is handed in
    standing   TEXT COLLATE "C" NOT NULL,
    report     TEXT COLLATE "C" NOT NULL,                       -- JSON; the acts on it have its SHA-256
    PRIMARY KEY (government, id)
);

CREATE INDEX lan_reports_by_office ON lan_reports (government, office, after);

-- The diagrams that were handed in, as they were.
CREATE TABLE lan_diagrams (
    government TEXT COLLATE "C" NOT NULL,
    digest     BYTEA NOT NULL,                       -- SHA-256, as the act has it
    svg        TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (government, digest)
);

-- What is told and changes no diagram: hosts that came and went, once a day; loose cables; pairs of gateways.
CREATE TABLE lan_events (
    government TEXT COLLATE "C" NOT NULL,
    office     TEXT COLLATE "C" NOT NULL,
    at         BIGINT NOT NULL,
    n          BIGINT NOT NULL,                    -- place in the ledger of the report that showed it, and its number
    event      TEXT COLLATE "C" NOT NULL,                       -- JSON
    PRIMARY KEY (government, office, at, n)
);
