-- Letters by which auditors look, within a scope and from a day to a day.
CREATE TABLE audit_letter (
    letter_id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL,
    issuer TEXT NOT NULL,
    document_number TEXT NOT NULL,
    dated_on DATE NOT NULL,
    -- Codes of departments, parted by blanks; empty for the whole district.
    departments TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_until DATE NOT NULL,
    entered_by TEXT NOT NULL,
    entered_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX audit_letter_account ON audit_letter (account_id);
