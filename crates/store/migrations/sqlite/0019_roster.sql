-- Changes of a department's roster that are proposed: they grant and take nothing. Keyed as the
-- membership that each of them makes or ends.
CREATE TABLE roster_proposal (
    department TEXT NOT NULL,
    account_id TEXT NOT NULL,
    role TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_until TEXT,
    proposed_by TEXT NOT NULL,
    proposed_at TEXT NOT NULL,
    PRIMARY KEY (department, account_id, role, valid_from)
) STRICT, WITHOUT ROWID;

-- Who confirmed the roster of a department, and when; with how many people it was.
CREATE TABLE roster_confirmation (
    department TEXT NOT NULL,
    confirmed_at TEXT NOT NULL,
    confirmed_by TEXT NOT NULL,
    people INTEGER NOT NULL,
    PRIMARY KEY (department, confirmed_at)
) STRICT, WITHOUT ROWID;
