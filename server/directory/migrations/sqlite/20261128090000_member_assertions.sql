-- A request that names a member again confirms the membership without making it new: when it was last named, and by
-- which request; without a time, when it was added.
ALTER TABLE members RENAME COLUMN added_entry TO asserted_entry;
ALTER TABLE members ADD COLUMN asserted_at INTEGER;
