-- Files for the platform above, and what it answered, row by row. Nothing here is ever changed:
-- how a record stands above is the latest answer about it.

CREATE TABLE dispatch (
    dispatch_id TEXT NOT NULL PRIMARY KEY,
    -- From 1: the order, also of two within one second.
    number BIGINT NOT NULL,
    template TEXT NOT NULL,
    item TEXT NOT NULL,
    -- Rows of natural persons.
    persons BOOLEAN NOT NULL,
    -- Empty for all departments.
    department TEXT NOT NULL,
    decided_from DATE NOT NULL,
    decided_until DATE NOT NULL,
    file_name TEXT NOT NULL,
    file_hash TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    rulebook TEXT NOT NULL,
    actor TEXT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL
);

CREATE UNIQUE INDEX dispatch_once ON dispatch (number);

CREATE TABLE dispatch_row (
    dispatch_id TEXT NOT NULL,
    -- From 1, as in the file.
    position BIGINT NOT NULL,
    -- A record, or the key of a natural person's row.
    row_name TEXT NOT NULL,
    version BIGINT NOT NULL,
    -- What the platform's answer is matched by: hashes of document number and of party.
    number_key TEXT NOT NULL,
    party_key TEXT NOT NULL,
    PRIMARY KEY (dispatch_id, position)
);

CREATE INDEX dispatch_row_by_name ON dispatch_row (row_name, version);
CREATE INDEX dispatch_row_by_number ON dispatch_row (number_key);

CREATE TABLE receipt (
    receipt_id TEXT NOT NULL PRIMARY KEY,
    file_name TEXT NOT NULL,
    file_hash TEXT NOT NULL,
    counters TEXT NOT NULL,
    actor TEXT NOT NULL,
    read_at TIMESTAMPTZ NOT NULL
);

-- The same answer counts once.
CREATE UNIQUE INDEX receipt_once ON receipt (file_hash);

CREATE TABLE receipt_row (
    dispatch_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    receipt_id TEXT NOT NULL,
    row_number BIGINT NOT NULL,
    accepted BOOLEAN NOT NULL,
    -- The platform's own code, e.g. 1001; empty where it gave none.
    code TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (dispatch_id, position, receipt_id)
);
