-- Owners run the installation; an account is one tenant, with its one connection to an identity provider.
-- Times are microseconds since the epoch, UTC. Ids are UUIDv7 as text.
CREATE TABLE owners (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE connections (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id),
    enabled INTEGER NOT NULL DEFAULT 0,
    switched_at INTEGER,
    last_contact_at INTEGER,
    last_contact_agent TEXT
) STRICT;
