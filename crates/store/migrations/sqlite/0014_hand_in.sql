-- Files that departments prepare before they hand them in.
CREATE TABLE hand_in (
    hand_in_id TEXT NOT NULL PRIMARY KEY,
    department TEXT NOT NULL,
    item TEXT,
    file_name TEXT NOT NULL,
    -- SHA-256 of the file, and of the file with what was corrected in it: what a batch knows it by.
    file_hash TEXT NOT NULL,
    edited_hash TEXT NOT NULL,
    -- Sheet that was asked for; empty where none was.
    sheet TEXT NOT NULL,
    staged_by TEXT NOT NULL,
    staged_at TEXT NOT NULL,
    -- prepared, released or withdrawn; that its time is over is told by the day.
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    ended_by TEXT,
    ended_at TEXT,
    batch_id TEXT,
    -- What the last check counted, as JSON.
    counters TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX hand_in_department ON hand_in (department, staged_at);

-- Cells corrected in the browser: laid over the file, which stays as it came. The value is sealed,
-- and empty once the file is gone.
CREATE TABLE hand_in_edit (
    hand_in_id TEXT NOT NULL,
    sheet_row INTEGER NOT NULL,
    column_number INTEGER NOT NULL,
    value TEXT NOT NULL,
    edited_by TEXT NOT NULL,
    edited_at TEXT NOT NULL,
    PRIMARY KEY (hand_in_id, sheet_row, column_number)
) STRICT, WITHOUT ROWID;

-- The file and what the last check said of it, both sealed, until it is removed.
CREATE TABLE hand_in_content (
    hand_in_id TEXT NOT NULL PRIMARY KEY,
    content BLOB NOT NULL,
    findings BLOB NOT NULL
) STRICT;
