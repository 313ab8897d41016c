-- Locked links: SHA-256 of the proof of the password that locks the key in the link. It stays, like the checksum's, when the
-- content goes: whoever shows it is told what became of the package.
ALTER TABLE packages ADD COLUMN proof_hash TEXT;
