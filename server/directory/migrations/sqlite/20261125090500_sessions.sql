-- Sign-ins and one-time links. The secrets are kept as SHA-256, in hexadecimal text.
CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    owner_id TEXT REFERENCES owners (id) ON DELETE CASCADE,
    account_id TEXT,
    user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    CHECK ((owner_id IS NULL) <> (user_id IS NULL)),
    CHECK ((account_id IS NULL) = (user_id IS NULL))
) STRICT;
CREATE INDEX sessions_by_owner ON sessions (owner_id) WHERE owner_id IS NOT NULL;
CREATE INDEX sessions_by_user ON sessions (user_id) WHERE user_id IS NOT NULL;

CREATE TABLE links (
    hash TEXT NOT NULL PRIMARY KEY,
    -- 'owner': creates the first owner; 'password': sets a user's password.
    kind TEXT NOT NULL CHECK (kind IN ('owner', 'password')),
    account_id TEXT,
    user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX links_by_user ON links (user_id) WHERE user_id IS NOT NULL;
