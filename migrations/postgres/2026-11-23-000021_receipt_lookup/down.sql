DROP INDEX receipts_by_digest;
