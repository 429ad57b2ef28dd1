DELETE FROM consents WHERE case_id IS NULL;
CREATE TABLE consents_anew (
    id BIGINT PRIMARY KEY,
    code_digest BLOB NOT NULL UNIQUE,
    case_id BIGINT NOT NULL REFERENCES cases (id),
    agency INTEGER NOT NULL REFERENCES agencies (number),
    -- The number on the slip that was signed at the window, where nobody had a phone.
    slip TEXT,
    holder_index BLOB NOT NULL,
    mode SMALLINT NOT NULL,
    state SMALLINT NOT NULL,
    asked_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    answered_at BIGINT,
    key_id SMALLINT NOT NULL,
    sealed BLOB NOT NULL,
    due_at BIGINT,
    UNIQUE (agency, slip)
);
INSERT INTO consents_anew SELECT
    id, code_digest, case_id, agency, slip, holder_index, mode, state, asked_at, expires_at,
    answered_at, key_id, sealed, due_at
FROM consents;
DROP TABLE consents;
ALTER TABLE consents_anew RENAME TO consents;
CREATE INDEX consents_of_case ON consents (case_id);
CREATE INDEX consents_by_holder ON consents (holder_index, asked_at);
CREATE INDEX consents_due ON consents (due_at);
