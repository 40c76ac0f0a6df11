-- What lists of users search and sort by, when the identity provider last spoke of a user, and who set what.

-- externalId joins what a search looks into, as the fourth line. Letters beyond ASCII are folded at the next change.
UPDATE users SET search = search || char(10) || lower(COALESCE(external_id, ''));

-- The name, folded: the second line of search.
ALTER TABLE users ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
UPDATE users SET name_key = substr(
    substr(search, instr(search, char(10)) + 1),
    1,
    instr(substr(search, instr(search, char(10)) + 1), char(10)) - 1
);

-- When a request of the identity provider last named the user; null for manual users.
ALTER TABLE users ADD COLUMN seen_at INTEGER;
UPDATE users SET seen_at = modified_at WHERE managed_by = 'scim';

-- Who set which attribute when, as JSON; null for users whose attributes were last set before this was kept.
ALTER TABLE users ADD COLUMN sources TEXT;

-- All that a list narrows and sorts by, so that it reads no row of the table but those it shows.
DROP INDEX users_by_name;
CREATE INDEX users_listed ON users
    (account_id, user_name_key, id, search, managed_by, active, seen_at, name_key, modified_at);
CREATE INDEX users_by_display ON users (account_id, name_key, id);
CREATE INDEX users_by_change ON users (account_id, modified_at, id);

-- What people and groups were given in an account.
CREATE INDEX IF NOT EXISTS direct_roles_by_account ON direct_roles (account_id, user_id);
CREATE INDEX IF NOT EXISTS group_roles_by_account ON group_roles (account_id, role);
