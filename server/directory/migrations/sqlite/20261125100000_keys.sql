-- What the installation signs with: the cursors of SCIM lists.
CREATE TABLE keys (
    name TEXT NOT NULL PRIMARY KEY,
    key TEXT NOT NULL
) STRICT;

-- How forgiving the account's SCIM API is, and which identity provider its requests show.
ALTER TABLE connections ADD COLUMN tolerance TEXT NOT NULL DEFAULT 'as_needed'
    CHECK (tolerance IN ('as_needed', 'all', 'strict'));
ALTER TABLE connections ADD COLUMN identity_provider TEXT;
-- The User-Agent that showed it: what another client needs is not told by it.
ALTER TABLE connections ADD COLUMN identity_provider_agent TEXT;
