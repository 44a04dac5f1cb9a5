-- Rows of natural persons, kept apart: the content sealed with the deployment's key, nothing of it
-- in clear, and no column by which the rows of one person could be found together.

CREATE TABLE person_row (
    -- Keyed hash of the decision and its party: the same row again gives the same one.
    row_key TEXT NOT NULL,
    version INTEGER NOT NULL,
    batch_id TEXT NOT NULL,
    row_number INTEGER NOT NULL,
    item TEXT NOT NULL,
    department TEXT NOT NULL,
    decided_on TEXT NOT NULL,
    received_on TEXT NOT NULL,
    -- Keyed hash of the content: whether anything has changed is told without the key's other half.
    content_index TEXT NOT NULL,
    key_id TEXT NOT NULL,
    -- Absent once deleted.
    sealed TEXT,
    deleted_at TEXT,
    PRIMARY KEY (row_key, version)
) STRICT;

CREATE INDEX person_row_by_item ON person_row (item, decided_on, row_key);
