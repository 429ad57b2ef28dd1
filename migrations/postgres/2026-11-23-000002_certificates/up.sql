CREATE TABLE status_lists (
    number INTEGER PRIMARY KEY,
    issuer INTEGER NOT NULL REFERENCES agencies (number),
    size INTEGER NOT NULL,
    next INTEGER NOT NULL
);
CREATE INDEX status_lists_by_issuer ON status_lists (issuer);
CREATE TABLE certificates (
    id BIGINT PRIMARY KEY,
    type_number INTEGER NOT NULL,
    type_version INTEGER NOT NULL,
    issuer INTEGER NOT NULL REFERENCES agencies (number),
    serial TEXT COLLATE "C" NOT NULL,
    version SMALLINT NOT NULL,
    number_index BYTEA NOT NULL,
    content_mac BYTEA NOT NULL,
    issued_at BIGINT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to BIGINT,
    list_number INTEGER NOT NULL REFERENCES status_lists (number),
    list_index INTEGER NOT NULL,
    status SMALLINT NOT NULL,
    status_at BIGINT NOT NULL,
    predecessor BIGINT,
    digest BYTEA NOT NULL,
    key_id SMALLINT NOT NULL,
    sealed BYTEA NOT NULL,
    UNIQUE (type_number, issuer, serial, version)
);
CREATE UNIQUE INDEX certificates_by_status_entry ON certificates (list_number, list_index);
-- One certificate in force per number: the safety net under every flow.
CREATE UNIQUE INDEX certificates_in_force ON certificates (number_index, type_number, issuer)
    WHERE status IN (0, 2);
CREATE INDEX certificates_by_number ON certificates (number_index, type_number, issuer);
-- Covers what a status list is made from, in its order.
CREATE INDEX certificates_ended ON certificates (list_number, list_index, status)
    WHERE status <> 0;
CREATE TABLE certificate_holders (
    certificate_id BIGINT NOT NULL REFERENCES certificates (id),
    position SMALLINT NOT NULL,
    role SMALLINT NOT NULL,
    holder_index BYTEA NOT NULL,
    type_number INTEGER NOT NULL,
    PRIMARY KEY (certificate_id, position)
);
CREATE INDEX certificate_holders_by_index ON certificate_holders (holder_index, type_number);
CREATE TABLE pictures (
    certificate_id BIGINT NOT NULL REFERENCES certificates (id),
    field TEXT COLLATE "C" NOT NULL,
    sha256 BYTEA NOT NULL,
    key_id SMALLINT NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (certificate_id, field)
);
