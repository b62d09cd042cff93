-- Tokens of programs that read the API. Not a projection: made and revoked by a person, each time with an act
-- in the ledger.

CREATE TABLE api_tokens (
    government TEXT NOT NULL,
    id         TEXT NOT NULL,
    secret     BLOB NOT NULL,                   -- SHA-256 of the secret
    name       TEXT NOT NULL,                   -- what it is for
    office     TEXT,                            -- NULL: all offices
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER,                         -- the last time, to the minute
    revoked_at INTEGER,
    PRIMARY KEY (government, id)
) STRICT;
