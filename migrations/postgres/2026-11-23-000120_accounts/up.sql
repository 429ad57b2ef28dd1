-- People who log in. Their names, and the secrets of their one-time codes, are sealed; a
-- password is kept as a hash. What is disabled stays, and frees name and holder for another.
CREATE TABLE accounts (
    id BIGINT PRIMARY KEY,
    name_index BYTEA,
    role TEXT NOT NULL,
    agency INTEGER REFERENCES agencies (number),
    place TEXT,
    holder_index BYTEA,
    password TEXT,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    disabled_at BIGINT,
    code_step BIGINT NOT NULL,
    key_id SMALLINT NOT NULL,
    sealed BYTEA NOT NULL
);
CREATE UNIQUE INDEX accounts_by_name ON accounts (name_index) WHERE disabled_at IS NULL;
CREATE UNIQUE INDEX accounts_in_use_by_holder ON accounts (holder_index) WHERE disabled_at IS NULL;
CREATE INDEX accounts_by_holder ON accounts (holder_index);
-- Who is logged in where: by the digest of what the browser keeps, bound to its row by a MAC.
CREATE TABLE sessions (
    digest BYTEA PRIMARY KEY,
    id BIGINT NOT NULL UNIQUE,
    account BIGINT NOT NULL REFERENCES accounts (id),
    way SMALLINT NOT NULL,
    device TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    mac BYTEA NOT NULL
);
CREATE INDEX sessions_by_account ON sessions (account);
-- Logins that were tried and did not succeed, by blind index of a name or of an address.
CREATE TABLE login_failures (
    scope BYTEA PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_at BIGINT NOT NULL,
    until BIGINT NOT NULL
);
CREATE INDEX login_failures_by_age ON login_failures (last_at);
