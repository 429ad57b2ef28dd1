CREATE TABLE settings (
    name TEXT COLLATE "C" PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE counters (
    name TEXT COLLATE "C" PRIMARY KEY,
    next BIGINT NOT NULL
);
CREATE TABLE divisions (
    code TEXT COLLATE "C" PRIMARY KEY,
    name TEXT NOT NULL,
    level TEXT NOT NULL
);
CREATE TABLE agencies (
    number INTEGER PRIMARY KEY,
    code TEXT COLLATE "C" NOT NULL UNIQUE,
    name TEXT NOT NULL,
    division TEXT NOT NULL,
    department TEXT NOT NULL,
    issuer BOOLEAN NOT NULL,
    user_of BOOLEAN NOT NULL
);
-- Every version of a definition stays: certificates issued under it stay readable.
CREATE TABLE certificate_types (
    number INTEGER NOT NULL,
    version INTEGER NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    definition TEXT NOT NULL,
    code_fields TEXT NOT NULL,
    loaded_at BIGINT NOT NULL,
    PRIMARY KEY (number, version),
    UNIQUE (code, version)
);
-- Which agency took over from a body that has been merged or renamed, and on what basis.
CREATE TABLE successions (
    predecessor TEXT COLLATE "C" NOT NULL,
    successor INTEGER NOT NULL REFERENCES agencies (number),
    basis TEXT NOT NULL,
    PRIMARY KEY (predecessor, successor)
);
