-- What entries are searched by besides their account, time and subject. The indexes are partial wherever the ordinary
-- write of an identity provider can do without: it is what there is most of.
ALTER TABLE entries ADD COLUMN actor_kind TEXT;
ALTER TABLE entries ADD COLUMN actor_id TEXT;
-- The folded name of a user or group that no longer is, or never came to be: others are found by the name they have.
ALTER TABLE entries ADD COLUMN name_key TEXT;
ALTER TABLE entries ADD COLUMN request_id TEXT;
UPDATE entries SET
    actor_kind = data ->> '$.actor.kind',
    actor_id = COALESCE(data ->> '$.actor.id', data ->> '$.actor.email', ''),
    name_key = CASE WHEN data ->> '$.subject.kind' IN ('user', 'group')
        AND (subject_id IS NULL OR (action IN ('delete_user', 'delete_group') AND outcome = 'done'))
        THEN lower(data ->> '$.subject.name') END,
    request_id = data ->> '$.request.id';
CREATE INDEX entries_not_done ON entries (account_id, outcome, id) WHERE outcome <> 'done';
CREATE INDEX entries_of_people ON entries (account_id, id) WHERE actor_kind <> 'token';
CREATE INDEX entries_by_name ON entries (account_id, name_key, id) WHERE name_key IS NOT NULL;
CREATE INDEX entries_by_request ON entries (request_id, id) WHERE request_id IS NOT NULL;

-- How long and how much of the log is kept; no row: as the program says.
CREATE TABLE retention (
    account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id),
    days INTEGER NOT NULL,
    entries INTEGER NOT NULL
) STRICT;

CREATE INDEX users_break_glass ON users (account_id) WHERE break_glass <> 0;
