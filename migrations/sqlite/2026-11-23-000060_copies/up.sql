-- Links to annotated copies, each good once and for ten minutes. What a copy says stands in the
-- details of its use record; here is nothing personal.
CREATE TABLE copies (
    -- The digest of the link's 26 characters.
    link BLOB PRIMARY KEY,
    certificate_id BIGINT NOT NULL REFERENCES certificates (id),
    use_record BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    link_until BIGINT NOT NULL,
    taken_at BIGINT
);
CREATE INDEX copies_by_age ON copies (made_at);
