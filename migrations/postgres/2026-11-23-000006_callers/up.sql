-- Bearer tokens and TLS certificates, by digest.
CREATE TABLE credentials (
    digest BYTEA PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    kind SMALLINT NOT NULL,
    label TEXT NOT NULL,
    role TEXT NOT NULL,
    agency INTEGER,
    holder_index BYTEA,
    holder_key_id SMALLINT,
    holder_sealed BYTEA,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE TABLE grants (
    id BIGINT PRIMARY KEY,
    agency INTEGER NOT NULL REFERENCES agencies (number),
    type_number INTEGER NOT NULL,
    item TEXT COLLATE "C" NOT NULL,
    fields TEXT NOT NULL,
    until BIGINT NOT NULL,
    UNIQUE (agency, type_number, item)
);
CREATE TABLE idempotency_keys (
    caller TEXT COLLATE "C" NOT NULL,
    route TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    digest BYTEA NOT NULL,
    reference TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (caller, route, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (at);
