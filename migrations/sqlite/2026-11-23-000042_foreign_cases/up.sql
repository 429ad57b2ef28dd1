-- Cases of other systems, registered before anything is used for them by duty. Who applies, and
-- what was signed about it, is sealed.
CREATE TABLE foreign_cases (
    id BIGINT PRIMARY KEY,
    agency INTEGER NOT NULL REFERENCES agencies (number),
    number TEXT NOT NULL,
    item TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    registered_at BIGINT NOT NULL,
    registered_by TEXT NOT NULL,
    closed_at BIGINT,
    closed_by TEXT,
    result SMALLINT,
    holder_index BLOB NOT NULL,
    body_digest BLOB NOT NULL,
    key_id SMALLINT NOT NULL,
    sealed BLOB NOT NULL,
    UNIQUE (agency, number)
);
CREATE INDEX foreign_cases_by_holder ON foreign_cases (holder_index);
CREATE INDEX foreign_cases_by_end ON foreign_cases (closed_at, until);
