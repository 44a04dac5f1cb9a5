-- Letters that cases have written, as they went out.
CREATE TABLE letter (
    subject_key TEXT NOT NULL,
    case_tail TEXT NOT NULL,
    -- The event with which it was written.
    seq INTEGER NOT NULL,
    letter TEXT NOT NULL,
    -- Empty where the issuing department gives one of its own.
    number TEXT NOT NULL,
    -- Department that issues it; empty: the office.
    issuer TEXT NOT NULL,
    title TEXT NOT NULL,
    addressee TEXT NOT NULL,
    -- Paragraphs, a line each.
    body TEXT NOT NULL,
    made_at TEXT NOT NULL,
    PRIMARY KEY (subject_key, case_tail, seq, letter)
) STRICT, WITHOUT ROWID;

-- The office's register of letters: the insert refuses a number that is taken, and a write that does
-- not commit leaves no gap.
CREATE TABLE letter_number (
    series TEXT NOT NULL,
    year INTEGER NOT NULL,
    number INTEGER NOT NULL,
    -- What is printed on it, by which anybody asks whether it is ours.
    code TEXT NOT NULL,
    subject_key TEXT NOT NULL,
    case_tail TEXT NOT NULL,
    seq INTEGER NOT NULL,
    letter TEXT NOT NULL,
    made_on TEXT NOT NULL,
    PRIMARY KEY (series, year, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX letter_number_code ON letter_number (code);

-- Files that belong to a case. The row stays when the content is removed.
CREATE TABLE case_file (
    subject_key TEXT NOT NULL,
    case_tail TEXT NOT NULL,
    file_id TEXT NOT NULL,
    file_name TEXT NOT NULL,
    -- As its content was recognised.
    media_type TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    file_hash TEXT NOT NULL,
    added_by TEXT NOT NULL,
    role TEXT NOT NULL,
    department TEXT,
    added_at TEXT NOT NULL,
    removed_by TEXT,
    removed_at TEXT,
    PRIMARY KEY (subject_key, case_tail, file_id)
) STRICT, WITHOUT ROWID;

-- The content, sealed.
CREATE TABLE case_file_content (
    subject_key TEXT NOT NULL,
    case_tail TEXT NOT NULL,
    file_id TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (subject_key, case_tail, file_id)
) STRICT;
