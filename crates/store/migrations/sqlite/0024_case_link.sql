-- Private links to what somebody asked without an account: of the link only its hash is kept.
CREATE TABLE case_link (
    token_hash TEXT NOT NULL PRIMARY KEY,
    subject_key TEXT NOT NULL,
    case_tail TEXT NOT NULL,
    made_on TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- Answers that everybody reads are found by kind and state.
CREATE INDEX case_head_state ON case_head (kind, state, opened_on, case_tail);
