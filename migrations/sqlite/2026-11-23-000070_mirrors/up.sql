-- What platforms of the region or the nation last gave, each with the answer it came in: no
-- certificates, and of nobody's signature here.
CREATE TABLE mirrors (
    id BIGINT PRIMARY KEY,
    type_number INTEGER NOT NULL,
    holder_index BLOB NOT NULL,
    -- The number that was asked for; empty where none was.
    number_index BLOB NOT NULL,
    at BIGINT NOT NULL,
    key_id SMALLINT NOT NULL,
    sealed BLOB NOT NULL,
    UNIQUE (type_number, holder_index, number_index)
);
CREATE INDEX mirrors_by_holder ON mirrors (holder_index);
CREATE INDEX mirrors_by_age ON mirrors (at);
