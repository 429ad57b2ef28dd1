-- What a holder shows live: one session, many renewed codes, spent once.
CREATE TABLE show_sessions (
    id BIGINT PRIMARY KEY,
    subject BYTEA NOT NULL,
    choice_key_id SMALLINT NOT NULL,
    choice BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    held BOOLEAN NOT NULL,
    spent_at BIGINT,
    spent_by TEXT
);
CREATE TABLE live_codes (
    digest BYTEA PRIMARY KEY,
    spoken BYTEA NOT NULL UNIQUE,
    session BIGINT NOT NULL REFERENCES show_sessions (id),
    expires_at BIGINT NOT NULL
);
CREATE INDEX live_codes_by_session ON live_codes (session);
CREATE INDEX live_codes_by_expiry ON live_codes (expires_at);
CREATE TABLE spoken_failures (
    actor TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX spoken_failures_by_actor ON spoken_failures (actor, at);
-- Offline and printed codes that were made: what a compromised key is judged by.
CREATE TABLE compact_codes (
    digest BYTEA PRIMARY KEY,
    nonce BYTEA NOT NULL,
    reference BYTEA,
    certificate_id BIGINT NOT NULL REFERENCES certificates (id),
    made_at BIGINT NOT NULL,
    expires_at BIGINT
);
CREATE INDEX compact_codes_by_reference ON compact_codes (reference) WHERE reference IS NOT NULL;
CREATE INDEX compact_codes_by_expiry ON compact_codes (expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE spent_offline_codes (
    nonce BYTEA PRIMARY KEY,
    at BIGINT NOT NULL,
    by_actor TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
