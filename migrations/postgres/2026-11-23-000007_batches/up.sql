CREATE TABLE batches (
    id BIGINT PRIMARY KEY,
    public_id TEXT COLLATE "C" NOT NULL UNIQUE,
    caller TEXT NOT NULL,
    issuer INTEGER NOT NULL REFERENCES agencies (number),
    type_number INTEGER NOT NULL,
    options TEXT NOT NULL,
    state SMALLINT NOT NULL,
    total BIGINT NOT NULL,
    done BIGINT NOT NULL,
    counts TEXT NOT NULL,
    problem TEXT,
    created_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL
);
CREATE INDEX batches_by_state ON batches (state, lease_until);
-- Uploads and results, encrypted, in pieces: another copy of the server can go on with them.
CREATE TABLE batch_files (
    batch BIGINT NOT NULL REFERENCES batches (id),
    file SMALLINT NOT NULL,
    piece INTEGER NOT NULL,
    key_id SMALLINT NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (batch, file, piece)
);
