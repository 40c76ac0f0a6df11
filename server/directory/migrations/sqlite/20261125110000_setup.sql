-- The set-up of an account's connection: the guide that was chosen, and the first of each thing that came.
ALTER TABLE connections ADD COLUMN guide TEXT;

CREATE TABLE milestones (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    milestone TEXT NOT NULL,
    at INTEGER NOT NULL,
    request TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (account_id, milestone)
) STRICT, WITHOUT ROWID;
