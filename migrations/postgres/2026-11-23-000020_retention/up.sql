-- What serves once stays used up when the case that it served is forgotten.
ALTER TABLE spent_certificates DROP CONSTRAINT spent_certificates_case_id_fkey;
