-- How often something was used on a day, by a scope that names nobody.
CREATE TABLE use_counts (
    scope TEXT NOT NULL,
    day INTEGER NOT NULL,
    uses BIGINT NOT NULL,
    PRIMARY KEY (scope, day)
);
CREATE INDEX use_counts_by_day ON use_counts (day);
-- The use records that were odd, until the alarm that they belong to is settled.
CREATE TABLE odd_uses (
    scope TEXT NOT NULL,
    day INTEGER NOT NULL,
    record BIGINT NOT NULL,
    PRIMARY KEY (scope, day, record)
);
CREATE INDEX odd_uses_by_day ON odd_uses (day);
CREATE TABLE alarms (
    id BIGINT PRIMARY KEY,
    agency INTEGER NOT NULL REFERENCES agencies (number),
    item TEXT NOT NULL,
    scope TEXT NOT NULL,
    day INTEGER NOT NULL,
    raised_at BIGINT NOT NULL,
    settled_at BIGINT,
    settled_by TEXT,
    key_id SMALLINT NOT NULL,
    sealed BLOB NOT NULL,
    UNIQUE (scope, day)
);
CREATE INDEX alarms_by_end ON alarms (settled_at);
