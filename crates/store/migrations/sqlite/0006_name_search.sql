-- Names as they are searched: whole names here, their bigrams in the index. The rank orders
-- answers (shorter first, then by code) and is the row number of both. It holds the code, so
-- that the names of a subject are found without an index of their own.

CREATE TABLE name_entry (
    rank INTEGER NOT NULL PRIMARY KEY,
    subject_key TEXT NOT NULL,
    name TEXT NOT NULL,
    normalised TEXT NOT NULL,
    current INTEGER NOT NULL
) STRICT;

CREATE VIRTUAL TABLE name_index USING fts5 (
    terms,
    content = '',
    contentless_delete = 1,
    detail = none,
    tokenize = 'ascii'
);

-- A register is loaded in large pieces: fewer segments, fewer merges.
INSERT INTO name_index (name_index, rank) VALUES ('hashsize', 8388608);
