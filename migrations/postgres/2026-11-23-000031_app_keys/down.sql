DROP TABLE caller_nonces;
DROP TABLE app_secrets;
