-- Direct roles that were taken together, and can be given back as they were for a short time. No reference to users:
-- rows are few and go by themselves, and a deleted user gets nothing back.
CREATE TABLE taken_roles (
    -- The first entry of the act that took them.
    act TEXT NOT NULL,
    user_id TEXT NOT NULL,
    role TEXT NOT NULL,
    account_id TEXT NOT NULL,
    granted_at INTEGER NOT NULL,
    granted_by TEXT NOT NULL,
    taken_at INTEGER NOT NULL,
    PRIMARY KEY (act, user_id, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX taken_roles_by_account ON taken_roles (account_id, taken_at);

-- Users with more roles than their groups give are found from here: direct roles are few, users many.
CREATE INDEX IF NOT EXISTS direct_roles_by_account ON direct_roles (account_id, user_id);
-- Groups without members, which a diagnosis looks at.
CREATE INDEX groups_without_members ON groups (account_id, id) WHERE member_count = 0;
