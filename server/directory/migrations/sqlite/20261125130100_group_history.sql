-- The request that made somebody a member, and the last one that named all members of a group at once: the newer of the
-- two is when the membership was last asserted. Naming all of fifty thousand again writes one row.
ALTER TABLE members ADD COLUMN added_entry TEXT;
ALTER TABLE groups ADD COLUMN asserted_at INTEGER;
ALTER TABLE groups ADD COLUMN asserted_entry TEXT;

-- The orders of the console's list.
CREATE INDEX groups_by_members ON groups (account_id, member_count, id);
CREATE INDEX groups_by_change ON groups (account_id, modified_at, id);

-- What deleted groups were and gave, whatever the log's retention: a group that is made in its place is offered the
-- roles (a list of objects with role and name).
CREATE TABLE former_groups (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    display_name TEXT NOT NULL,
    display_name_key TEXT NOT NULL,
    external_id TEXT,
    member_count INTEGER NOT NULL,
    roles TEXT NOT NULL,
    -- Active users to whom it gave them, through nested groups too.
    affected INTEGER NOT NULL,
    paused INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER NOT NULL,
    deleted_by TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    -- The group that got its roles; the offer ends with it.
    successor_id TEXT
) STRICT;
CREATE INDEX former_groups_by_name ON former_groups (account_id, display_name_key);
CREATE INDEX former_groups_by_external_id ON former_groups (account_id, external_id) WHERE external_id IS NOT NULL;
