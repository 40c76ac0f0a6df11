-- Links by which somebody without a sign-in follows the guide of an account's set-up and sees what arrives.
CREATE TABLE setup_links (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    hash TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX setup_links_by_account ON setup_links (account_id, id);
