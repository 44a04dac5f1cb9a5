-- One installation: who it is, what it was told, which rulebooks it used.

CREATE TABLE deployment (
    id TEXT NOT NULL PRIMARY KEY,
    secret BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE rulebook_edition (
    digest TEXT NOT NULL PRIMARY KEY,
    label TEXT NOT NULL,
    files TEXT NOT NULL,
    saved_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE department (
    code TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    unified_code TEXT,
    kind TEXT NOT NULL,
    list_order BIGINT NOT NULL
);
