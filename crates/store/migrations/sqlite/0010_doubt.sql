-- Versions of records with a text in which the finder doubts something, or which it withholds: where
-- the list of what is to be read looks. What is masked is found anew whenever a text leaves.
CREATE TABLE text_doubt (
    subject_key TEXT NOT NULL,
    record_tail TEXT NOT NULL,
    version INTEGER NOT NULL,
    -- The day on which it was found first: that of the receipt, or a later one by a better finder.
    found_on TEXT NOT NULL,
    PRIMARY KEY (subject_key, record_tail, version)
) STRICT, WITHOUT ROWID;
