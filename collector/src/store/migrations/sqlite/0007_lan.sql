-- The offices' LANs, for SQLite. Its twin: ../postgres/0007_lan.sql.
--
-- `lan_states` and `lan_seen` are projections of the ledger's reports, a little behind it: `lan_progress` says how far
-- they are. Versions and reports are records of what was drafted and handed in; they stay when the projections are
-- made anew.

CREATE TABLE lan_progress (
    government TEXT NOT NULL,
    next       INTEGER NOT NULL,                    -- the report (place in the ledger) to go on with
    told       INTEGER NOT NULL,                    -- what reports before this one showed was told: no version twice
    PRIMARY KEY (government)
) STRICT;

-- A projection: what is believed of an office's LAN.
CREATE TABLE lan_states (
    government TEXT NOT NULL,
    office     TEXT NOT NULL,
    state      TEXT NOT NULL,                       -- JSON
    PRIMARY KEY (government, office)
) STRICT;

-- A projection: what each agent last read of its network, for reports that say "the same".
CREATE TABLE lan_seen (
    government TEXT NOT NULL,
    agent      TEXT NOT NULL,
    office     TEXT NOT NULL,                       -- in whose LAN it is; empty once the agent was let go
    seen       TEXT NOT NULL,                       -- JSON
    PRIMARY KEY (government, agent)
) STRICT;

-- The versions of the diagrams.
CREATE TABLE lan_versions (
    government TEXT NOT NULL,
    office     TEXT NOT NULL,
    number     INTEGER NOT NULL,                    -- counts from 1 within the office
    at         INTEGER NOT NULL,
    digest     BLOB NOT NULL,                       -- SHA-256 of its facts
    sentences  TEXT NOT NULL,                       -- JSON
    version    TEXT NOT NULL,                       -- JSON
    changes    TEXT NOT NULL,                       -- JSON: what made it
    PRIMARY KEY (government, office, number)
) STRICT;

-- Handing in of diagrams, and reports of changes, from their drafts on.
CREATE TABLE lan_reports (
    government TEXT NOT NULL,
    id         INTEGER NOT NULL,                    -- counts from 1
    office     TEXT NOT NULL,
    after      INTEGER NOT NULL,                    -- the version that is handed in
    standing   TEXT NOT NULL,
    report     TEXT NOT NULL,                       -- JSON; the acts on it have its SHA-256
    PRIMARY KEY (government, id)
) STRICT;

CREATE INDEX lan_reports_by_office ON lan_reports (government, office, after);

-- The diagrams that were handed in, as they were.
CREATE TABLE lan_diagrams (
    government TEXT NOT NULL,
    digest     BLOB NOT NULL,                       -- SHA-256, as the act has it
    svg        TEXT NOT NULL,
    PRIMARY KEY (government, digest)
) STRICT;

-- What is told and changes no diagram: hosts that came and went, once a day; loose cables; pairs of gateways.
CREATE TABLE lan_events (
    government TEXT NOT NULL,
    office     TEXT NOT NULL,
    at         INTEGER NOT NULL,
    n          INTEGER NOT NULL,                    -- place in the ledger of the report that showed it, and its number
    event      TEXT NOT NULL,                       -- JSON
    PRIMARY KEY (government, office, at, n)
) STRICT;
