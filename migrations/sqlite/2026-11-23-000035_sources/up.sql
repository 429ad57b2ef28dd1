-- Where the records of a type live when that is not here: one source at most for a type.
CREATE TABLE sources (
  type_number   INTEGER NOT NULL PRIMARY KEY,
  name          TEXT NOT NULL UNIQUE,
  configuration TEXT NOT NULL,
  loaded_at     BIGINT NOT NULL,
  loaded_by     TEXT NOT NULL
);
