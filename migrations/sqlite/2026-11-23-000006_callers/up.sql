-- Bearer tokens and TLS certificates, by digest.
CREATE TABLE credentials (
    digest BLOB PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind SMALLINT NOT NULL,
    label TEXT NOT NULL,
    role TEXT NOT NULL,
    agency INTEGER,
    holder_index BLOB,
    holder_key_id SMALLINT,
    holder_sealed BLOB,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE TABLE grants (
    id BIGINT PRIMARY KEY,
    agency INTEGER NOT NULL REFERENCES agencies (number),
    type_number INTEGER NOT NULL,
    item TEXT NOT NULL,
    fields TEXT NOT NULL,
    until BIGINT NOT NULL,
    UNIQUE (agency, type_number, item)
);
CREATE TABLE idempotency_keys (
    caller TEXT NOT NULL,
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    digest BLOB NOT NULL,
    reference TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (caller, route, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (at);
