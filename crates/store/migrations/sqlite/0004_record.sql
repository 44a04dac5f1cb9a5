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
    received_on TEXT,
    facets TEXT NOT NULL,
    document_number TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    replaces TEXT,
    ended_on TEXT,
    ended_grounds TEXT,
    replaced_by TEXT,
    payload TEXT NOT NULL,
    -- It was public under the answer of an earlier rulebook, which is overwritten.
    once_public INTEGER,
    PRIMARY KEY (subject_key, record_tail, version)
) STRICT;

-- The department last: a list of one department is cut inside the index.
CREATE INDEX record_by_item ON record (item, decided_on, landed, department);
CREATE INDEX record_held ON record (alarm_on) WHERE alarm_on IS NOT NULL;

-- What many records share of "why that long": a few dozen rows instead of a text per record.
CREATE TABLE record_basis (
    basis_id TEXT NOT NULL PRIMARY KEY,
    rulebook TEXT NOT NULL,
    trace TEXT NOT NULL,
    never_reason TEXT,
    clock_rule TEXT,
    clock_calendar TEXT
) STRICT, WITHOUT ROWID;

-- What officers decided about a record, never changed afterwards.
CREATE TABLE record_decision (
    subject_key TEXT NOT NULL,
    record_tail TEXT NOT NULL,
    -- From 1 for each record: the order, also of two within one second.
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    class TEXT,
    grounds TEXT NOT NULL,
    actor TEXT NOT NULL,
    decided_at TEXT NOT NULL,
    PRIMARY KEY (subject_key, record_tail, position)
) STRICT;
