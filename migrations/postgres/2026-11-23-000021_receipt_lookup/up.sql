-- Whoever verifies a receipt brings its digest, or the beginning of it.
CREATE INDEX receipts_by_digest ON receipts (digest);
