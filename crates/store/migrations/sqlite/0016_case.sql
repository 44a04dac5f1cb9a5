-- Cases: what was done stands in the events; the head is computed from them and kept for lists.
CREATE TABLE case_head (
    -- The subject's key, "d:" and a department's code, or "q:" and the case's own tail.
    subject_key TEXT NOT NULL,
    case_tail TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- First day of the edition of the kind under which it was opened.
    edition TEXT NOT NULL,
    -- Number of the record, key of the subject, code of the department.
    about TEXT,
    opened_on TEXT NOT NULL,
    seq INTEGER NOT NULL,
    state TEXT NOT NULL,
    phase TEXT NOT NULL,
    assigned TEXT,
    due_on TEXT,
    due_clock TEXT,
    late_since TEXT,
    -- The day from which time alone changes something.
    next_on TEXT,
    PRIMARY KEY (subject_key, case_tail)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_head_next ON case_head (next_on) WHERE next_on IS NOT NULL;
CREATE INDEX case_head_about ON case_head (subject_key, about);
CREATE INDEX case_head_opened ON case_head (opened_on, case_tail);

CREATE TABLE case_event (
    subject_key TEXT NOT NULL,
    case_tail TEXT NOT NULL,
    seq INTEGER NOT NULL,
    step TEXT NOT NULL,
    actor TEXT NOT NULL,
    role TEXT,
    department TEXT,
    done_at TEXT NOT NULL,
    -- What was filled in, as JSON.
    fields TEXT NOT NULL,
    state TEXT NOT NULL,
    assigned TEXT,
    PRIMARY KEY (subject_key, case_tail, seq)
) STRICT, WITHOUT ROWID;

-- What may not have two open cases: the insert refuses the second one.
CREATE TABLE case_open (
    subject_key TEXT NOT NULL,
    kind TEXT NOT NULL,
    unique_key TEXT NOT NULL,
    case_tail TEXT NOT NULL,
    PRIMARY KEY (subject_key, kind, unique_key)
) STRICT, WITHOUT ROWID;

-- On whose desks an open case lies; no department: the office.
CREATE TABLE case_desk (
    subject_key TEXT NOT NULL,
    case_tail TEXT NOT NULL,
    role TEXT NOT NULL,
    department TEXT NOT NULL,
    due_on TEXT NOT NULL,
    PRIMARY KEY (subject_key, case_tail, role, department)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_desk_due ON case_desk (role, department, due_on, case_tail);
