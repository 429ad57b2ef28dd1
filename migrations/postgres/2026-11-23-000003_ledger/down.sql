DROP TABLE ledger_head;
DROP TABLE ledger_details;
DROP TABLE ledger;
DROP TABLE subjects;
