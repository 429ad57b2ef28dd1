DROP INDEX consents_due;
ALTER TABLE consents DROP COLUMN due_at;
