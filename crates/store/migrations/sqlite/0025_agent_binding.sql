-- Who acts for which organisation, and by which document that the office looked at.
CREATE TABLE agent_binding (
    binding_id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL,
    subject_key TEXT NOT NULL,
    -- The kind of the document, and its number where it has one; never a person's identity number.
    document TEXT NOT NULL,
    document_number TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_until TEXT NOT NULL,
    checked_by TEXT NOT NULL,
    checked_at TEXT NOT NULL,
    -- Who ended it before its last day, and why.
    ended_by TEXT,
    ended_at TEXT,
    ended_why TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX agent_binding_account ON agent_binding (account_id);
