-- When a request runs out, or the fields that a consent brought are to be taken out; none where
-- nothing is left to do.
ALTER TABLE consents ADD COLUMN due_at BIGINT;
UPDATE consents SET due_at = expires_at WHERE state IN (0, 1);
CREATE INDEX consents_due ON consents (due_at);
