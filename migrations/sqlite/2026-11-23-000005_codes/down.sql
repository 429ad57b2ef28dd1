DROP TABLE spent_offline_codes;
DROP TABLE compact_codes;
DROP TABLE spoken_failures;
DROP TABLE live_codes;
DROP TABLE show_sessions;
