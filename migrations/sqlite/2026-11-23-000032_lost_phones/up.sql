-- Offline codes that their holder took back, by the number in them, while they could be shown.
CREATE TABLE denied_codes (
    nonce BLOB PRIMARY KEY,
    at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX denied_codes_by_expiry ON denied_codes (expires_at);
