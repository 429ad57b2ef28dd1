DROP TABLE successions;
DROP TABLE certificate_types;
DROP TABLE agencies;
DROP TABLE divisions;
DROP TABLE counters;
DROP TABLE settings;
