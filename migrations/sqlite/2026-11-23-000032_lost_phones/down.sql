DROP TABLE denied_codes;
