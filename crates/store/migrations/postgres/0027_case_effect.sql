-- What follows from a step about something that is kept elsewhere: noted with the step, done right
-- after it.
CREATE TABLE case_effect (
    subject_key TEXT NOT NULL,
    case_tail TEXT NOT NULL,
    -- The event that it follows from, and which of its effects.
    seq BIGINT NOT NULL,
    position BIGINT NOT NULL,
    -- What it is about: there it is done.
    target_key TEXT NOT NULL,
    -- What is done, with its values, as JSON.
    effect TEXT NOT NULL,
    -- Why it could not be done yet; nothing before it was tried.
    refused TEXT NOT NULL,
    done_at TIMESTAMPTZ,
    PRIMARY KEY (subject_key, case_tail, seq, position)
);
CREATE INDEX case_effect_open ON case_effect (subject_key, case_tail) WHERE done_at IS NULL;

-- Beside what was changed, in the same transaction: an effect that stands here is not done again.
CREATE TABLE effect_done (
    subject_key TEXT NOT NULL,
    case_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    position BIGINT NOT NULL,
    done_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (subject_key, case_id, seq, position)
);
