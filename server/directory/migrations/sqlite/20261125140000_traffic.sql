-- What came over the wire, as counts: a row for each minute in which something came, and who sent it. source is the
-- token's id, or why it was turned away. Noted in memory and stored from time to time, so that a read is no write.
CREATE TABLE traffic (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    minute INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('provisioning', 'reading', 'turned_away')),
    source TEXT NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    reads INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    PRIMARY KEY (account_id, minute, kind, source)
) STRICT, WITHOUT ROWID;

-- How many there were at the end of each day, for the course of a month.
CREATE TABLE daily_counts (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    day TEXT NOT NULL,
    scim_users INTEGER NOT NULL,
    manual_users INTEGER NOT NULL,
    groups INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    PRIMARY KEY (account_id, day)
) STRICT, WITHOUT ROWID;
