-- The log: what the identity provider asked, what people did, what was decided. data is the whole entry as JSON;
-- the columns are what it is found by. account_id is null for what concerns the installation alone.
CREATE TABLE entries (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT REFERENCES accounts (id),
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    outcome TEXT NOT NULL,
    subject_id TEXT,
    data TEXT NOT NULL
) STRICT;
CREATE INDEX entries_by_account ON entries (account_id, id);
CREATE INDEX entries_by_subject ON entries (subject_id, id) WHERE subject_id IS NOT NULL;
