-- The register of assets, for SQLite. Its twin: ../postgres/0004_register.sql.
--
-- What the books say is no projection: it was entered by people and follows from nothing else. Each row stands
-- beside the act of the ledger that tells of it, written in the same transaction. Nothing is ever deleted here:
-- an asset that is gone is at the stage "removed".

CREATE TABLE assets (
    government TEXT NOT NULL,
    number     INTEGER NOT NULL,                    -- counts up from 1
    revision   INTEGER NOT NULL,                    -- of its newest version
    office     TEXT NOT NULL,
    kind       TEXT NOT NULL,
    stage      TEXT NOT NULL,                       -- empty: none recorded
    condition  TEXT NOT NULL,                       -- empty: not known
    agent      TEXT,                                -- what runs on it
    asset      TEXT NOT NULL,                       -- JSON
    search     TEXT NOT NULL,                       -- lower case, what a search looks through
    PRIMARY KEY (government, number),
    FOREIGN KEY (government, agent) REFERENCES agents (government, agent)
) STRICT;

CREATE INDEX assets_by_agent ON assets (government, agent);

-- Every version of every asset, the newest too.
CREATE TABLE asset_versions (
    government TEXT NOT NULL,
    number     INTEGER NOT NULL,
    revision   INTEGER NOT NULL,                    -- counts up from 1
    idx        INTEGER NOT NULL,                    -- place in the ledger of the act that made it
    at         INTEGER NOT NULL,
    who        TEXT NOT NULL,
    asset      TEXT NOT NULL,                       -- JSON; the act has its SHA-256
    PRIMARY KEY (government, number, revision),
    FOREIGN KEY (government, number) REFERENCES assets (government, number)
) STRICT;
