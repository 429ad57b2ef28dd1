-- Cases. What happened in one is sealed as a whole; beside it stands what lists and figures need.
CREATE TABLE cases (
    id BIGINT PRIMARY KEY,
    number TEXT COLLATE "C" NOT NULL UNIQUE,
    agency INTEGER NOT NULL REFERENCES agencies (number),
    foreign_number TEXT,
    opened_at BIGINT NOT NULL,
    opened_by TEXT NOT NULL,
    closed_at BIGINT,
    revision INTEGER NOT NULL,
    key_id SMALLINT NOT NULL,
    sealed BYTEA NOT NULL,
    UNIQUE (agency, foreign_number)
);
CREATE INDEX cases_of_agency ON cases (agency, opened_at);
CREATE TABLE case_people (
    case_id BIGINT NOT NULL REFERENCES cases (id),
    position SMALLINT NOT NULL,
    holder_index BYTEA NOT NULL,
    PRIMARY KEY (case_id, position)
);
CREATE INDEX case_people_by_holder ON case_people (holder_index);
CREATE TABLE case_items (
    case_id BIGINT NOT NULL REFERENCES cases (id),
    position SMALLINT NOT NULL,
    item TEXT NOT NULL,
    agency INTEGER NOT NULL,
    PRIMARY KEY (case_id, position)
);
CREATE TABLE case_materials (
    case_id BIGINT NOT NULL REFERENCES cases (id),
    position SMALLINT NOT NULL,
    type_number INTEGER,
    state SMALLINT NOT NULL,
    route SMALLINT,
    reason SMALLINT,
    decided_at BIGINT,
    PRIMARY KEY (case_id, position)
);
-- Which items of the case ask for a material.
CREATE TABLE case_wants (
    case_id BIGINT NOT NULL REFERENCES cases (id),
    material SMALLINT NOT NULL,
    item SMALLINT NOT NULL,
    PRIMARY KEY (case_id, material, item)
);
-- What serves once for an item, and has served.
CREATE TABLE spent_certificates (
    certificate_id BIGINT NOT NULL REFERENCES certificates (id),
    base_code TEXT NOT NULL,
    case_id BIGINT NOT NULL REFERENCES cases (id),
    PRIMARY KEY (certificate_id, base_code)
);
-- What a holder was asked, and the answer.
CREATE TABLE consents (
    id BIGINT PRIMARY KEY,
    code_digest BYTEA NOT NULL UNIQUE,
    case_id BIGINT NOT NULL REFERENCES cases (id),
    agency INTEGER NOT NULL REFERENCES agencies (number),
    -- The number on the slip that was signed at the window, where nobody had a phone.
    slip TEXT,
    holder_index BYTEA NOT NULL,
    mode SMALLINT NOT NULL,
    state SMALLINT NOT NULL,
    asked_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    answered_at BIGINT,
    key_id SMALLINT NOT NULL,
    sealed BYTEA NOT NULL,
    UNIQUE (agency, slip)
);
CREATE INDEX consents_of_case ON consents (case_id);
CREATE INDEX consents_by_holder ON consents (holder_index, asked_at);
CREATE TABLE receipts (
    id BIGINT PRIMARY KEY,
    case_id BIGINT NOT NULL REFERENCES cases (id),
    version SMALLINT NOT NULL,
    digest BYTEA NOT NULL,
    issued_at BIGINT NOT NULL,
    voided_at BIGINT,
    key_id SMALLINT NOT NULL,
    sealed BYTEA NOT NULL,
    UNIQUE (case_id, version)
);
-- What an issuer is asked to do: confirm what a window could not find, mend what is wrong.
CREATE TABLE tasks (
    id BIGINT PRIMARY KEY,
    kind SMALLINT NOT NULL,
    agency INTEGER NOT NULL REFERENCES agencies (number),
    case_id BIGINT REFERENCES cases (id),
    material SMALLINT,
    certificate_id BIGINT REFERENCES certificates (id),
    state SMALLINT NOT NULL,
    opened_at BIGINT NOT NULL,
    opened_by TEXT NOT NULL,
    answered_at BIGINT,
    answered_by TEXT,
    key_id SMALLINT NOT NULL,
    sealed BYTEA NOT NULL
);
CREATE INDEX tasks_of_agency ON tasks (agency, state, opened_at);
