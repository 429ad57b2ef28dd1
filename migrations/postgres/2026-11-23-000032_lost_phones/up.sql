-- Offline codes that their holder took back, by the number in them, while they could be shown.
CREATE TABLE denied_codes (
    nonce BYTEA PRIMARY KEY,
    at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX denied_codes_by_expiry ON denied_codes (expires_at);
