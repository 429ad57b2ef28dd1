-- The secrets of callers who sign what they send, sealed: without them no HMAC can be computed.
CREATE TABLE app_secrets (
    id BIGINT PRIMARY KEY,
    key_id SMALLINT NOT NULL,
    sealed BLOB NOT NULL
);
-- What such callers used once, for as long as it could be sent again.
CREATE TABLE caller_nonces (
    credential TEXT NOT NULL,
    nonce TEXT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (credential, nonce)
);
CREATE INDEX caller_nonces_by_age ON caller_nonces (until);
