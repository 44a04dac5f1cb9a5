-- The district's own rules, all files of one state at once, as one person proposed and another
-- adopted them. What was adopted last holds; what was adopted before stays readable.
CREATE TABLE rule_set (
    number INTEGER NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL,
    files TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at TEXT NOT NULL,
    state TEXT NOT NULL,
    decided_by TEXT,
    decided_at TEXT,
    reason TEXT NOT NULL
) STRICT;
-- What an edition of a procedure provided when the first case was opened under it: it is not
-- changed and not taken away while a case goes on.
CREATE TABLE case_edition (
    kind TEXT NOT NULL,
    edition TEXT NOT NULL,
    digest TEXT NOT NULL,
    used_at TEXT NOT NULL,
    PRIMARY KEY (kind, edition)
) STRICT, WITHOUT ROWID;
