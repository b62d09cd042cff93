-- The plan of numbering, from where agents come, and which gateways answer, for SQLite. Its twin:
-- ../postgres/0008_ipplan.sql.
--
-- The plan was entered by people, as the register of assets was: each row stands beside the act of the ledger that
-- tells of it, written in the same transaction, and nothing is ever deleted. `arrivals` and `reaches` are what the
-- collector itself saw: they follow from nothing else, and no duty rests on their past.

CREATE TABLE plots (
    government TEXT NOT NULL,
    number     INTEGER NOT NULL,                    -- counts up from 1
    revision   INTEGER NOT NULL,                    -- of its newest version
    office     TEXT NOT NULL,                       -- empty: nobody's
    purpose    TEXT NOT NULL,
    life       TEXT NOT NULL,
    plot       TEXT NOT NULL,                       -- JSON
    search     TEXT NOT NULL,                       -- lower case, what a search looks through
    PRIMARY KEY (government, number)
) STRICT;

-- Every version of every plot, the newest too.
CREATE TABLE plot_versions (
    government TEXT NOT NULL,
    number     INTEGER NOT NULL,
    revision   INTEGER NOT NULL,                    -- counts up from 1
    idx        INTEGER NOT NULL,                    -- place in the ledger of the act that made it
    at         INTEGER NOT NULL,
    who        TEXT NOT NULL,
    plot       TEXT NOT NULL,                       -- JSON; the act has its SHA-256
    PRIMARY KEY (government, number, revision),
    FOREIGN KEY (government, number) REFERENCES plots (government, number)
) STRICT;

-- The source addresses of agents' connections, the newest few of each.
CREATE TABLE arrivals (
    government TEXT NOT NULL,
    agent      TEXT NOT NULL,
    address    TEXT NOT NULL,
    first_at   INTEGER NOT NULL,
    last_at    INTEGER NOT NULL,
    PRIMARY KEY (government, agent, address)
) STRICT, WITHOUT ROWID;

-- How the offices' gateways answered.
CREATE TABLE reaches (
    government  TEXT NOT NULL,
    office      TEXT NOT NULL,
    gateway     TEXT NOT NULL,
    since       INTEGER NOT NULL,                   -- first tried
    tried_at    INTEGER NOT NULL,                   -- last tried
    answered_at INTEGER,                            -- last answered
    answer      TEXT,                               -- and how
    PRIMARY KEY (government, office, gateway)
) STRICT, WITHOUT ROWID;
