-- A system that uses certificates asks a holder without a case of ours.
ALTER TABLE consents ALTER COLUMN case_id DROP NOT NULL;
