-- A file made for the platform above in the browser, sealed, until its days are over.
CREATE TABLE dispatch_content (
    dispatch_id TEXT NOT NULL PRIMARY KEY,
    content BLOB NOT NULL
) STRICT;
