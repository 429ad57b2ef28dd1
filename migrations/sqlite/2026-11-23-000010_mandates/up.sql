-- Who may act for whom. Which matters stands as '*' for all, or as a list of codes in JSON.
CREATE TABLE mandates (
    id BIGINT PRIMARY KEY,
    kind SMALLINT NOT NULL,
    parent BIGINT REFERENCES mandates (id),
    principal_index BLOB NOT NULL,
    agent_index BLOB NOT NULL,
    items TEXT NOT NULL,
    types TEXT NOT NULL,
    valid_from BIGINT NOT NULL,
    until BIGINT NOT NULL,
    side SMALLINT NOT NULL,
    state SMALLINT NOT NULL,
    office INTEGER,
    proposed_at BIGINT NOT NULL,
    proposed_by TEXT NOT NULL,
    confirmed_at BIGINT,
    confirmed_by TEXT,
    ended_at BIGINT,
    ended_by TEXT,
    key_id SMALLINT NOT NULL,
    sealed BLOB NOT NULL
);
CREATE INDEX mandates_by_agent ON mandates (agent_index, principal_index);
CREATE INDEX mandates_by_principal ON mandates (principal_index);
CREATE INDEX mandates_by_parent ON mandates (parent);
-- Orders about guardians, each confirmed by a second officer.
CREATE TABLE guardian_orders (
    id BIGINT PRIMARY KEY,
    child_index BLOB NOT NULL,
    guardian_index BLOB NOT NULL,
    what SMALLINT NOT NULL,
    at BIGINT NOT NULL,
    agency INTEGER,
    proposed_at BIGINT NOT NULL,
    proposed_by TEXT NOT NULL,
    confirmed_at BIGINT,
    confirmed_by TEXT,
    key_id SMALLINT NOT NULL,
    sealed BLOB NOT NULL
);
CREATE INDEX guardian_orders_by_child ON guardian_orders (child_index, guardian_index);
-- What holders are told; the words are made when they read.
CREATE TABLE notices (
    id BIGINT PRIMARY KEY,
    holder_index BLOB NOT NULL,
    kind SMALLINT NOT NULL,
    at BIGINT NOT NULL,
    read_at BIGINT,
    key_id SMALLINT NOT NULL,
    sealed BLOB NOT NULL
);
CREATE INDEX notices_by_holder ON notices (holder_index, id);
