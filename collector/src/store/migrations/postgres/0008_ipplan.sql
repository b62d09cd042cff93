-- The plan of numbering, from where agents come, and which gateways answer, for PostgreSQL. Its twin:
-- ../sqlite/0008_ipplan.sql.
--
-- The plan was entered by people, as the register of assets was: each row stands beside the act of the ledger that
-- tells of it, written in the same transaction, and nothing is ever deleted. `arrivals` and `reaches` are what the
-- collector itself saw: they follow from nothing else, and no duty rests on their past.

CREATE TABLE plots (
    government TEXT COLLATE "C" NOT NULL,
    number     BIGINT NOT NULL,                     -- counts up from 1
    revision   BIGINT NOT NULL,                     -- of its newest version
    office     TEXT COLLATE "C" NOT NULL,           -- empty: nobody's
    purpose    TEXT COLLATE "C" NOT NULL,
    life       TEXT COLLATE "C" NOT NULL,
    plot       TEXT COLLATE "C" NOT NULL,           -- JSON
    search     TEXT COLLATE "C" NOT NULL,           -- lower case, what a search looks through
    PRIMARY KEY (government, number)
);

-- Every version of every plot, the newest too.
CREATE TABLE plot_versions (
    government TEXT COLLATE "C" NOT NULL,
    number     BIGINT NOT NULL,
    revision   BIGINT NOT NULL,                     -- counts up from 1
    idx        BIGINT NOT NULL,                     -- place in the ledger of the act that made it
    at         BIGINT NOT NULL,
    who        TEXT COLLATE "C" NOT NULL,
    plot       TEXT COLLATE "C" NOT NULL,           -- JSON; the act has its SHA-256
    PRIMARY KEY (government, number, revision),
    FOREIGN KEY (government, number) REFERENCES plots (government, number)
);

-- The source addresses of agents' connections, the newest few of each.
CREATE TABLE arrivals (
    government TEXT COLLATE "C" NOT NULL,
    agent      TEXT COLLATE "C" NOT NULL,
    address    TEXT COLLATE "C" NOT NULL,
    first_at   BIGINT NOT NULL,
    last_at    BIGINT NOT NULL,
    PRIMARY KEY (government, agent, address)
);

-- How the offices' gateways answered.
CREATE TABLE reaches (
    government  TEXT COLLATE "C" NOT NULL,
    office      TEXT COLLATE "C" NOT NULL,
    gateway     TEXT COLLATE "C" NOT NULL,
    since       BIGINT NOT NULL,                    -- first tried
    tried_at    BIGINT NOT NULL,                    -- last tried
    answered_at BIGINT,                             -- last answered
    answer      TEXT COLLATE "C",                   -- and how
    PRIMARY KEY (government, office, gateway)
);
