-- People who sign in. Nobody is deleted: who acted stays known.
CREATE TABLE account (
    account_id TEXT NOT NULL PRIMARY KEY,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    -- Argon2id, as a PHC string; empty until the first password is set.
    password TEXT NOT NULL,
    -- The password was given by somebody else and is changed at the next sign-in.
    password_given INTEGER NOT NULL,
    locked INTEGER NOT NULL,
    -- Second factor: secret in hexadecimal, and the last step that was used.
    factor TEXT,
    factor_step INTEGER NOT NULL,
    -- SHA-256 of the recovery codes that are left, parted by blanks.
    recovery TEXT NOT NULL,
    -- Account of the operating system whose commands this person gives.
    os_user TEXT,
    -- Made by the demo: may be entered with one click on loopback.
    demo INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    made_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX account_login ON account (login);
CREATE UNIQUE INDEX account_os_user ON account (os_user);

-- Roles over time.
CREATE TABLE membership (
    account_id TEXT NOT NULL,
    role TEXT NOT NULL,
    -- Empty for a role of the office.
    department TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_until TEXT,
    granted_by TEXT NOT NULL,
    granted_at TEXT NOT NULL,
    PRIMARY KEY (account_id, role, department, valid_from)
) STRICT, WITHOUT ROWID;

-- Who is signed in: of the token only the hash.
CREATE TABLE session (
    token_hash TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL,
    -- The department for which the person acts; empty for the office.
    department TEXT NOT NULL,
    address TEXT NOT NULL,
    begun_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    ends_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_account ON session (account_id);

-- Failed sign-ins by name and address, until one succeeds.
CREATE TABLE sign_in (
    login_hash TEXT NOT NULL,
    address TEXT NOT NULL,
    failures INTEGER NOT NULL,
    last_at TEXT NOT NULL,
    PRIMARY KEY (login_hash, address)
) STRICT, WITHOUT ROWID;
