-- Files that reached the server as plaintext, and were encrypted here.

-- Whether anything in the package did: it is not end-to-end encrypted then.
ALTER TABLE packages ADD COLUMN server_encrypted BIGINT NOT NULL DEFAULT 0;
-- SHA-256 of the checksum of the keyCode under which files were encrypted here. All of them are under the same.
ALTER TABLE packages ADD COLUMN intake_checksum_hash TEXT;
