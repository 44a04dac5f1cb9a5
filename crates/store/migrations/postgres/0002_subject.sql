-- Organisations. The key never changes; a corrected code is an alias in subject_code.

CREATE TABLE subject (
    subject_key TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    name_from DATE,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    registered_on DATE,
    provisional BOOLEAN NOT NULL,
    person_named BOOLEAN NOT NULL,
    as_of DATE,
    PRIMARY KEY (subject_key)
);

-- Former names only; the present one stands in subject.
CREATE TABLE subject_name (
    subject_key TEXT NOT NULL,
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    valid_from DATE,
    valid_until DATE,
    PRIMARY KEY (subject_key, position)
);

-- Only codes that differ from the key they lead to.
CREATE TABLE subject_code (
    code TEXT NOT NULL,
    subject_key TEXT NOT NULL,
    valid_from DATE,
    PRIMARY KEY (code)
);

CREATE INDEX subject_code_by_key ON subject_code (subject_key);
