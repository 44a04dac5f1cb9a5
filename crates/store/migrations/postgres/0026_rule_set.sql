-- The district's own rules, all files of one state at once, as one person proposed and another
-- adopted them. What was adopted last holds; what was adopted before stays readable.
CREATE TABLE rule_set (
    number BIGINT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL,
    files TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at TIMESTAMPTZ NOT NULL,
    state TEXT NOT NULL,
    decided_by TEXT,
    decided_at TIMESTAMPTZ,
    reason TEXT NOT NULL
);
-- What an edition of a procedure provided when the first case was opened under it: it is not
-- changed and not taken away while a case goes on.
CREATE TABLE case_edition (
    kind TEXT NOT NULL,
    edition DATE NOT NULL,
    digest TEXT NOT NULL,
    used_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (kind, edition)
);
