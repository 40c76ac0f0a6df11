-- Roles of an account's own, beside the built-in ones. A grant holds the built-in name or the id from here.
CREATE TABLE roles (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    -- What it opens of the console: as the built-in role of this name, or nothing.
    access TEXT CHECK (access IN ('administrator', 'auditor')),
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    UNIQUE (account_id, name_key)
) STRICT;

-- While a group is paused, the roles that it gives are not in effect.
ALTER TABLE groups ADD COLUMN paused_at INTEGER;
ALTER TABLE groups ADD COLUMN paused_by TEXT;
