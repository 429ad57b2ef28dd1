CREATE TABLE subjects (
    holder_index BLOB PRIMARY KEY,
    subject BLOB NOT NULL UNIQUE
);
CREATE TABLE ledger (
    seq BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    kind SMALLINT NOT NULL,
    actor TEXT NOT NULL,
    agency INTEGER,
    certificate_id BIGINT,
    subject BLOB,
    digest BLOB,
    status SMALLINT,
    commitment BLOB,
    mac BLOB NOT NULL
);
CREATE INDEX ledger_by_certificate ON ledger (certificate_id);
CREATE INDEX ledger_by_subject ON ledger (subject, seq) WHERE subject IS NOT NULL;
-- Names, causes and addresses stand here and can be deleted; the ledger keeps a commitment.
CREATE TABLE ledger_details (
    seq BIGINT PRIMARY KEY REFERENCES ledger (seq),
    key_id SMALLINT NOT NULL,
    sealed BLOB NOT NULL
);
-- One row, locked last in every write.
CREATE TABLE ledger_head (
    one SMALLINT PRIMARY KEY CHECK (one = 1),
    seq BIGINT NOT NULL,
    mac BLOB NOT NULL
);
INSERT INTO ledger_head (one, seq, mac) VALUES (1, 0, zeroblob(32));
