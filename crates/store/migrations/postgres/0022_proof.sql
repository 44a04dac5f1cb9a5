-- Proofs of what a record's public page said: a hash over its public wording and a random salt. The
-- same hash stands in the audit entry of the act.
CREATE TABLE proof (
    subject_key TEXT NOT NULL,
    record_tail TEXT NOT NULL,
    code TEXT NOT NULL,
    version BIGINT NOT NULL,
    digest TEXT NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (subject_key, record_tail, code)
);
CREATE INDEX proof_by_code ON proof (code);

-- The salt of a record's present proof, apart: without it nobody can show what the hash was made of.
-- It is destroyed with the publication.
CREATE TABLE proof_salt (
    subject_key TEXT NOT NULL,
    record_tail TEXT NOT NULL,
    code TEXT NOT NULL,
    salt TEXT NOT NULL,
    PRIMARY KEY (subject_key, record_tail)
);
