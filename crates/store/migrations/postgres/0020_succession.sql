-- Departments that are no more, and those that came after them: one where they were merged or
-- renamed, several where one was split.
CREATE TABLE department_succession (
    predecessor TEXT NOT NULL,
    successor TEXT NOT NULL,
    valid_from DATE NOT NULL,
    -- By which document it was decided.
    document TEXT NOT NULL,
    noted_by TEXT NOT NULL,
    noted_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (predecessor, successor)
);

-- Of a split one: who answers for what it reported of a catalogue item.
CREATE TABLE department_matter (
    predecessor TEXT NOT NULL,
    item TEXT NOT NULL,
    successor TEXT NOT NULL,
    assigned_by TEXT NOT NULL,
    assigned_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (predecessor, item)
);
