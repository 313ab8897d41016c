-- Who an account is, beyond its address, and whether it administers this installation.
ALTER TABLE accounts ADD COLUMN first_name TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN last_name TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN admin BIGINT NOT NULL DEFAULT 0;
