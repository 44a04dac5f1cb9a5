-- Every change has its entry, committed with it. One sealer chains the hashes afterwards.

CREATE TABLE audit_entry (
    subject_key TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    purpose TEXT,
    detail TEXT NOT NULL,
    PRIMARY KEY (subject_key, entry_id)
);

CREATE INDEX audit_entry_by_time ON audit_entry (entry_id);

-- Entries that wait for the sealer.
CREATE TABLE audit_pending (
    subject_key TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    PRIMARY KEY (subject_key, entry_id)
);

-- Hashes only, so that bodies can be pruned by retention. `changes` sums up the entries that may
-- have changed what is public.
CREATE TABLE audit_log (
    position BIGINT NOT NULL PRIMARY KEY,
    subject_key TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    entry_hash TEXT NOT NULL,
    chain_hash TEXT NOT NULL,
    changes BIGINT NOT NULL,
    sealed_at TIMESTAMPTZ NOT NULL
);

CREATE UNIQUE INDEX audit_log_once ON audit_log (entry_id);
