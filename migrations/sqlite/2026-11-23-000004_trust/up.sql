CREATE TABLE keys (
    kid TEXT PRIMARY KEY,
    agency INTEGER NOT NULL,
    key_use TEXT NOT NULL,
    name TEXT NOT NULL,
    alg TEXT NOT NULL,
    x TEXT NOT NULL,
    not_before BIGINT NOT NULL,
    not_after BIGINT NOT NULL,
    state SMALLINT NOT NULL,
    since BIGINT
);
CREATE INDEX keys_by_agency ON keys (agency, key_use);
CREATE TABLE trust_lists (
    sequence BIGINT PRIMARY KEY,
    token TEXT NOT NULL
);
CREATE TABLE revocation_lists (
    sequence BIGINT PRIMARY KEY,
    token TEXT NOT NULL
);
