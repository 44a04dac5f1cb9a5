-- How far the log of the audit has come: a line that is taken off its end is missed.
CREATE TABLE audit_head (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    position INTEGER NOT NULL,
    chain_hash TEXT NOT NULL
) STRICT;

INSERT INTO audit_head (id, position, chain_hash)
    SELECT 1, position, chain_hash FROM audit_log ORDER BY position DESC LIMIT 1;

-- No plan rests on statistics: whatever stands there from now on was planted.
DROP TABLE IF EXISTS sqlite_stat1;
DROP TABLE IF EXISTS sqlite_stat4;

-- What waits for a second person is counted at every look at the officer's desk.
CREATE INDEX record_withheld ON record (ended_on) WHERE ended_kind = 'withheld';

-- From here on the entry of a sign-in tells the session that it begins: whoever is signed in signs in
-- again.
DELETE FROM session;
