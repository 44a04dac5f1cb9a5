-- Names as they are searched, with their bigrams. The rank orders answers (shorter first,
-- then by code).

CREATE TABLE name_entry (
    rank BIGINT NOT NULL,
    subject_key TEXT NOT NULL,
    name TEXT NOT NULL,
    normalised TEXT NOT NULL,
    current BOOLEAN NOT NULL,
    terms TEXT[] NOT NULL,
    PRIMARY KEY (subject_key, rank)
);

CREATE INDEX name_entry_by_rank ON name_entry (rank);
CREATE INDEX name_entry_terms ON name_entry USING gin (terms);
