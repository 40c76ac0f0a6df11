-- Groups come only from the identity provider. Membership is its own table, indexed both ways, so that one member
-- costs the same in a group of ten and of fifty thousand.
CREATE TABLE groups (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    display_name TEXT NOT NULL,
    display_name_key TEXT NOT NULL,
    external_id TEXT,
    -- Kept by the writer, which knows the difference: counting fifty thousand members at each change would not do.
    member_count INTEGER NOT NULL DEFAULT 0,
    resource TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    UNIQUE (account_id, display_name_key)
) STRICT;
CREATE INDEX groups_by_account ON groups (account_id, id);
CREATE INDEX groups_by_external_id ON groups (account_id, external_id, id) WHERE external_id IS NOT NULL;

CREATE TABLE members (
    group_id TEXT NOT NULL REFERENCES groups (id) ON DELETE CASCADE,
    member_id TEXT NOT NULL,
    member_kind TEXT NOT NULL CHECK (member_kind IN ('user', 'group')),
    account_id TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    PRIMARY KEY (group_id, member_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_by_member ON members (member_id, group_id);
CREATE INDEX members_nested ON members (account_id, member_id) WHERE member_kind = 'group';
