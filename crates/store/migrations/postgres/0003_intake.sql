-- Batches: one file of one department under one catalogue item. What came with a batch is
-- visible from the one write that sets sealed_at.

CREATE TABLE batch (
    batch_id TEXT NOT NULL PRIMARY KEY,
    item TEXT NOT NULL,
    department TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_hash TEXT NOT NULL,
    -- The sheet that was asked for; empty where none was.
    sheet TEXT NOT NULL,
    -- From 1: a file whose refused rows can go in by now may come again.
    attempt BIGINT NOT NULL,
    format TEXT,
    rulebook TEXT NOT NULL,
    actor TEXT NOT NULL,
    received_on DATE NOT NULL,
    staged_at TIMESTAMPTZ NOT NULL,
    sealed_at TIMESTAMPTZ,
    refused_at TIMESTAMPTZ,
    refusal TEXT,
    counters TEXT,
    latest_decision DATE
);

-- The same file lands once (I7), also when two people hand it in at the same moment.
CREATE UNIQUE INDEX batch_file_once ON batch (department, item, file_hash, sheet, attempt) WHERE refused_at IS NULL;

CREATE TABLE batch_chunk (
    batch_id TEXT NOT NULL,
    chunk BIGINT NOT NULL,
    counters TEXT NOT NULL,
    latest_decision DATE,
    PRIMARY KEY (batch_id, chunk)
);

CREATE TABLE batch_finding (
    batch_id TEXT NOT NULL,
    chunk BIGINT NOT NULL,
    position BIGINT NOT NULL,
    row_number BIGINT NOT NULL,
    severity TEXT NOT NULL,
    code TEXT NOT NULL,
    finding TEXT NOT NULL,
    PRIMARY KEY (batch_id, chunk, position)
);

CREATE INDEX batch_unsealed ON batch (batch_id) WHERE sealed_at IS NULL;
