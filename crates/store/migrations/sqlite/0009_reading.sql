-- What the public wording of texts rests on beside the finder: names, and what departments said.

-- Representatives of an organisation, of all versions of all its records: masked in each of its
-- texts. Never searched, never shown, in no index of names.
CREATE TABLE subject_person (
    subject_key TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (subject_key, name)
) STRICT, WITHOUT ROWID;

-- What a department said of a text of its own once it had read it, and what the office did about
-- one. Never changed: what is taken back is taken back by a row of its own.
CREATE TABLE text_reading (
    -- From 1: the order.
    position INTEGER NOT NULL,
    department TEXT NOT NULL,
    -- SHA-256 of the text; of the text without what was found in it.
    text_hash TEXT NOT NULL,
    skeleton_hash TEXT NOT NULL,
    says TEXT NOT NULL,
    -- The piece of which it speaks, or the new wording.
    piece TEXT,
    -- The position of what is taken back.
    undoes INTEGER,
    record_id TEXT NOT NULL,
    field TEXT NOT NULL,
    document TEXT NOT NULL,
    dated_on TEXT,
    stated_by TEXT NOT NULL,
    grounds TEXT NOT NULL,
    actor TEXT NOT NULL,
    acted_at TEXT NOT NULL,
    PRIMARY KEY (position)
) STRICT, WITHOUT ROWID;
