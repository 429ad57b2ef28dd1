-- What is published. An item that is no longer in the list stays: cases name it.
CREATE TABLE items (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    scenario TEXT NOT NULL,
    division TEXT NOT NULL,
    department TEXT NOT NULL,
    holder_kind TEXT NOT NULL,
    listed BOOLEAN NOT NULL
);
-- What a base item asks for. Every version stays: a case keeps the one it began with.
CREATE TABLE item_rules (
    base_code TEXT NOT NULL,
    version INTEGER NOT NULL,
    materials TEXT NOT NULL,
    loaded_at BIGINT NOT NULL,
    PRIMARY KEY (base_code, version)
);
