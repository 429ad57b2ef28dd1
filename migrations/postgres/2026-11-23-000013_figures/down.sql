DROP INDEX receipts_by_time;
