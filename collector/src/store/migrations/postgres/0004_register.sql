-- The register of assets, for PostgreSQL. Its twin: ../sqlite/0004_register.sql.
--
-- What the books say is no projection: it was entered by people and follows from nothing else. Each row stands
-- beside the act of the ledger that tells of it, written in the same transaction. Nothing is ever deleted here:
-- an asset that is gone is at the stage "removed".

CREATE TABLE assets (
    government TEXT COLLATE "C" NOT NULL,
    number     BIGINT NOT NULL,                     -- counts up from 1
    revision   BIGINT NOT NULL,                     -- of its newest version
    office     TEXT COLLATE "C" NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL,
    stage      TEXT COLLATE "C" NOT NULL,           -- empty: none recorded
    condition  TEXT COLLATE "C" NOT NULL,           -- empty: not known
    agent      TEXT COLLATE "C",                    -- what runs on it
    asset      TEXT COLLATE "C" NOT NULL,           -- JSON
    search     TEXT COLLATE "C" NOT NULL,           -- lower case, what a search looks through
    PRIMARY KEY (government, number),
    FOREIGN KEY (government, agent) REFERENCES agents (government, agent)
);

CREATE INDEX assets_by_agent ON assets (government, agent);

-- Every version of every asset, the newest too.
CREATE TABLE asset_versions (
    government TEXT COLLATE "C" NOT NULL,
    number     BIGINT NOT NULL,
    revision   BIGINT NOT NULL,                     -- counts up from 1
    idx        BIGINT NOT NULL,                     -- place in the ledger of the act that made it
    at         BIGINT NOT NULL,
    who        TEXT COLLATE "C" NOT NULL,
    asset      TEXT COLLATE "C" NOT NULL,           -- JSON; the act has its SHA-256
    PRIMARY KEY (government, number, revision),
    FOREIGN KEY (government, number) REFERENCES assets (government, number)
);
