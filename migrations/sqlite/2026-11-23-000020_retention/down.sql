CREATE TABLE spent_anew (
    certificate_id BIGINT NOT NULL REFERENCES certificates (id),
    base_code TEXT NOT NULL,
    case_id BIGINT NOT NULL REFERENCES cases (id),
    PRIMARY KEY (certificate_id, base_code)
);
INSERT INTO spent_anew SELECT certificate_id, base_code, case_id FROM spent_certificates;
DROP TABLE spent_certificates;
ALTER TABLE spent_anew RENAME TO spent_certificates;
