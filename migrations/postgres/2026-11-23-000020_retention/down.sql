ALTER TABLE spent_certificates
    ADD CONSTRAINT spent_certificates_case_id_fkey
    FOREIGN KEY (case_id) REFERENCES cases (id);
