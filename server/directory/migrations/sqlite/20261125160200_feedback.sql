-- Identity providers that people miss a guide for, and who asked for each.
CREATE TABLE wishes (
    name_key TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'planned', 'done', 'declined')),
    answer TEXT NOT NULL,
    asked_at INTEGER NOT NULL
) STRICT;

CREATE TABLE wishers (
    name_key TEXT NOT NULL REFERENCES wishes (name_key),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    note TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    PRIMARY KEY (name_key, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX wishers_by_account ON wishers (account_id, name_key);
