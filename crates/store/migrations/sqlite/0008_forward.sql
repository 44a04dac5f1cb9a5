-- Files for the platform above, and what it answered, row by row. Nothing here is ever changed:
-- how a record stands above is the latest answer about it.

CREATE TABLE dispatch (
    dispatch_id TEXT NOT NULL PRIMARY KEY,
    -- From 1: the order, also of two within one second.
    number INTEGER NOT NULL,
    template TEXT NOT NULL,
    item TEXT NOT NULL,
    -- Rows of natural persons.
    persons INTEGER NOT NULL,
    -- Empty for all departments.
    department TEXT NOT NULL,
    decided_from TEXT NOT NULL,
    decided_until TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_hash TEXT NOT NULL,
    row_count INTEGER NOT NULL,
    rulebook TEXT NOT NULL,
    actor TEXT NOT NULL,
    made_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX dispatch_once ON dispatch (number);

CREATE TABLE dispatch_row (
    dispatch_id TEXT NOT NULL,
    -- From 1, as in the file.
    position INTEGER NOT NULL,
    -- A record, or the key of a natural person's row.
    row_name TEXT NOT NULL,
    version INTEGER NOT NULL,
    -- What the platform's answer is matched by: hashes of document number and of party.
    number_key TEXT NOT NULL,
    party_key TEXT NOT NULL,
    PRIMARY KEY (dispatch_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX dispatch_row_by_name ON dispatch_row (row_name, version);
CREATE INDEX dispatch_row_by_number ON dispatch_row (number_key);

CREATE TABLE receipt (
    receipt_id TEXT NOT NULL PRIMARY KEY,
    file_name TEXT NOT NULL,
    file_hash TEXT NOT NULL,
    counters TEXT NOT NULL,
    actor TEXT NOT NULL,
    read_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The same answer counts once.
CREATE UNIQUE INDEX receipt_once ON receipt (file_hash);

CREATE TABLE receipt_row (
    dispatch_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    receipt_id TEXT NOT NULL,
    row_number INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    -- The platform's own code, e.g. 1001; empty where it gave none.
    code TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (dispatch_id, position, receipt_id)
) STRICT, WITHOUT ROWID;
