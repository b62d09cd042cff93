-- Tokens of programs that read the API. Not a projection: made and revoked by a person, each time with an act
-- in the ledger.

CREATE TABLE api_tokens (
    government TEXT COLLATE "C" NOT NULL,
    id         TEXT COLLATE "C" NOT NULL,
    secret     BYTEA NOT NULL,                  -- SHA-256 of the secret
    name       TEXT COLLATE "C" NOT NULL,                   -- what it is for
    office     TEXT COLLATE "C",                            -- NULL: all offices
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT,                          -- the last time, to the minute
    revoked_at BIGINT,
    PRIMARY KEY (government, id)
);
