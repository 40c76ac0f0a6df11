-- A user is its canonical SCIM JSON (resource) plus the columns that are searched or joined.
CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    user_name TEXT NOT NULL,
    user_name_key TEXT NOT NULL UNIQUE,
    external_id TEXT,
    name TEXT,
    email TEXT,
    -- userName, name and email, folded, a line each: what a search looks into.
    search TEXT NOT NULL,
    managed_by TEXT NOT NULL CHECK (managed_by IN ('manual', 'scim')),
    active INTEGER NOT NULL,
    break_glass INTEGER NOT NULL DEFAULT 0,
    resource TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    -- When the identity provider took over a manual user; null for users it created and for manual ones.
    converted_at INTEGER
) STRICT;
-- With managed_by, so that counting and skipping need no table row.
CREATE INDEX users_by_account ON users (account_id, id, managed_by);
CREATE INDEX users_by_name ON users (account_id, user_name_key);
CREATE INDEX users_by_external_id ON users (account_id, external_id, id) WHERE external_id IS NOT NULL;

CREATE TABLE passwords (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL,
    hash TEXT NOT NULL,
    set_at INTEGER NOT NULL
) STRICT;
