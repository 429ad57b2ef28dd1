DROP TABLE alarms;
DROP TABLE odd_uses;
DROP TABLE use_counts;
