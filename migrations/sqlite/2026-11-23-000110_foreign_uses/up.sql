-- Which use records were made for which case of another system, so that what came to no result is
-- found without opening any. The records themselves stand in the ledger.
CREATE TABLE foreign_uses (
    record BIGINT PRIMARY KEY,
    case_id BIGINT NOT NULL
);
CREATE INDEX foreign_uses_by_case ON foreign_uses (case_id);
