-- Records, in versions. Current = the highest version whose batch is sealed.

CREATE TABLE record (
    subject_key TEXT NOT NULL,
    -- What its id has after the subject's key and a hyphen: the index of every record holds it.
    record_tail TEXT NOT NULL,
    version INTEGER NOT NULL,
    item TEXT NOT NULL,
    department TEXT NOT NULL,
    batch_id TEXT NOT NULL,
    row_number INTEGER NOT NULL,
    -- When the batch came and at which row: what comes later is greater. Lists of a day follow it,
    -- so that what comes goes to the end of its day in the index.
    landed INTEGER NOT NULL,
    -- 0001-01-01 where there is none, so that lists need no order of nulls.
    decided_on TEXT NOT NULL,
    public_from TEXT,
    public_until TEXT,
    ended_kind TEXT,
    -- A later version exists, sealed or not: spares looking for one. Never false by mistake.
    followed INTEGER NOT NULL,
    basis_id TEXT NOT NULL,
    publicity_class TEXT,
    earliest_repair TEXT,
    alarm_on TEXT,
    deadline TEXT,
    deadline_provisional INTEGER,
    -- When the decision was received for the first time, whatever version this is.
    first_received_on TEXT NOT NULL,
    facets TEXT NOT NULL,
    document_number TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    replaces TEXT,
    ended_on TEXT,
    ended_grounds TEXT,
    replaced_by TEXT,
    payload TEXT NOT NULL,
    -- It was public under an answer that has been overwritten: by another rulebook, or by an act.
    once_public INTEGER,
    -- How often the record has changed, on its first version alone: landing and acts compare it
    -- and count it up, so that none of them rests on what another one has changed meanwhile.
    revision INTEGER NOT NULL,
    PRIMARY KEY (subject_key, record_tail, version)
) STRICT;

-- The department last: a list of one department is cut inside the index.
CREATE INDEX record_by_item ON record (item, decided_on, landed, department);
CREATE INDEX record_held ON record (alarm_on) WHERE alarm_on IS NOT NULL;
-- Decisions that are no more: the public is told for a while.
CREATE INDEX record_no_more ON record (ended_on) WHERE ended_kind IN ('annulled', 'changed');

-- What many records share of "why that long": a few dozen rows instead of a text per record.
CREATE TABLE record_basis (
    basis_id TEXT NOT NULL PRIMARY KEY,
    rulebook TEXT NOT NULL,
    trace TEXT NOT NULL,
    never_reason TEXT,
    clock_rule TEXT,
    clock_calendar TEXT
) STRICT, WITHOUT ROWID;

-- What was done about a record, never changed afterwards. An act copies no content.
CREATE TABLE record_act (
    subject_key TEXT NOT NULL,
    record_tail TEXT NOT NULL,
    -- From 1 for each record: the order, also of two within one second.
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    class TEXT,
    -- Digest of the facts that a class rests on.
    facts TEXT,
    grounds TEXT NOT NULL,
    actor TEXT NOT NULL,
    acted_at TEXT NOT NULL,
    PRIMARY KEY (subject_key, record_tail, position)
) STRICT;
