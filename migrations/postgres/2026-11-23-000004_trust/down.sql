DROP TABLE revocation_lists;
DROP TABLE trust_lists;
DROP TABLE keys;
