-- Organisations. The key never changes; a corrected code is an alias in subject_code.
-- Clustered by key: every question about a subject starts with it.

CREATE TABLE subject (
    subject_key TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    name_from TEXT,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    registered_on TEXT,
    provisional INTEGER NOT NULL,
    person_named INTEGER NOT NULL,
    as_of TEXT,
    PRIMARY KEY (subject_key)
) STRICT, WITHOUT ROWID;

-- Former names only; the present one stands in subject.
CREATE TABLE subject_name (
    subject_key TEXT NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    valid_from TEXT,
    valid_until TEXT,
    PRIMARY KEY (subject_key, position)
) STRICT, WITHOUT ROWID;

-- Only codes that differ from the key they lead to.
CREATE TABLE subject_code (
    code TEXT NOT NULL,
    subject_key TEXT NOT NULL,
    valid_from TEXT,
    PRIMARY KEY (code)
) STRICT, WITHOUT ROWID;

CREATE INDEX subject_code_by_key ON subject_code (subject_key);
