-- By which ways an agency may use certificates, and how often a day. What could be fetched until
-- now was fetched on a stated item, case and cause, as an agency does by duty: so those grants
-- are for duty, and for a thousand a day.
ALTER TABLE grants ADD COLUMN modes TEXT NOT NULL DEFAULT '["duty"]';
ALTER TABLE grants ADD COLUMN quota_per_day INTEGER NOT NULL DEFAULT 1000;
-- What would let an agency do more waits for a second operator. `against` is what was in force
-- when it was proposed, as JSON; none if nothing was.
CREATE TABLE grant_proposals (
    id BIGINT PRIMARY KEY,
    agency INTEGER NOT NULL REFERENCES agencies (number),
    type_number INTEGER NOT NULL,
    item TEXT NOT NULL,
    fields TEXT NOT NULL,
    modes TEXT NOT NULL,
    quota_per_day INTEGER NOT NULL,
    until BIGINT NOT NULL,
    against TEXT,
    proposed_by TEXT NOT NULL,
    proposed_at BIGINT NOT NULL,
    state SMALLINT NOT NULL,
    settled_by TEXT,
    settled_at BIGINT
);
CREATE INDEX grant_proposals_by_state ON grant_proposals (state, id);
