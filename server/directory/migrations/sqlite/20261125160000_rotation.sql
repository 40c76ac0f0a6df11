-- A token that takes the place of another: once it is used, the other one ends after a while by itself.
ALTER TABLE tokens ADD COLUMN first_used_at INTEGER;
ALTER TABLE tokens ADD COLUMN replaces TEXT;
-- How long the other one goes on after that, in microseconds.
ALTER TABLE tokens ADD COLUMN grace INTEGER;
-- The days before its end at which a token was last announced.
ALTER TABLE tokens ADD COLUMN announced INTEGER;
CREATE INDEX tokens_by_end ON tokens (expires_at) WHERE revoked_at IS NULL;
