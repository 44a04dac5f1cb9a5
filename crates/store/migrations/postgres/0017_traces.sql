-- How far the log of the audit has come: a line that is taken off its end is missed.
CREATE TABLE audit_head (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    position BIGINT NOT NULL,
    chain_hash TEXT NOT NULL
);

INSERT INTO audit_head (id, position, chain_hash)
    SELECT 1, position, chain_hash FROM audit_log ORDER BY position DESC LIMIT 1;

-- What waits for a second person is counted at every look at the officer's desk.
CREATE INDEX record_withheld ON record (ended_on) WHERE ended_kind = 'withheld';

-- From here on the entry of a sign-in tells the session that it begins: whoever is signed in signs in
-- again.
DELETE FROM session;
