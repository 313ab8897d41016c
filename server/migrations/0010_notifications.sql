-- What people are told, and how.

-- The language in which an account is written to (RFC 5646); none for the server's own.
ALTER TABLE accounts ADD COLUMN language TEXT;
