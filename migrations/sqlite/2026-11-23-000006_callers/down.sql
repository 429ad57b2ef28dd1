DROP TABLE idempotency_keys;
DROP TABLE grants;
DROP TABLE credentials;
