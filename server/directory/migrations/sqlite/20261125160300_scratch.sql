-- A scratch account is one for a moment: simulated traffic goes into it, then it is gone with all that it had.
ALTER TABLE accounts ADD COLUMN scratch INTEGER NOT NULL DEFAULT 0;
