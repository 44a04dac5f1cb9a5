-- The last passwords that somebody chose, so that none of them comes again.
CREATE TABLE password_used (
    account_id TEXT NOT NULL,
    set_at TIMESTAMPTZ NOT NULL,
    -- As in account.
    password TEXT NOT NULL,
    PRIMARY KEY (account_id, set_at)
);
