-- Figures ask for the cases whose first receipt was signed in a span of days.
CREATE INDEX receipts_by_time ON receipts (version, issued_at, case_id);
