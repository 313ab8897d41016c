-- Signing in: passwords, sessions, codes by e-mail; e-mail on its way; public keys and keyCodes wrapped to them.

-- An Argon2id hash; none while the account has only API keys. `disabled` is when an administrator shut it out.
ALTER TABLE accounts ADD COLUMN password_hash TEXT;
ALTER TABLE accounts ADD COLUMN disabled BIGINT;

ALTER TABLE api_keys ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE api_keys ADD COLUMN used BIGINT;
CREATE INDEX api_keys_by_account ON api_keys (account_id);

-- `id` is SHA-256 of what the cookie holds.
CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    created BIGINT NOT NULL,
    used BIGINT NOT NULL
);
CREATE INDEX sessions_by_account ON sessions (account_id);
CREATE INDEX sessions_by_time ON sessions (used);

-- A password that was right, waiting for its code. `id` is SHA-256 of the token; `code` is a tag of the code under
-- the server's key, since a hash of six digits hides nothing.
CREATE TABLE codes (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    code TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX codes_by_end ON codes (expires);

-- A pin stands for an account once, or for an address that has none yet. `id` is SHA-256 of it.
CREATE TABLE pins (
    id TEXT PRIMARY KEY,
    account_id TEXT REFERENCES accounts (id),
    email TEXT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX pins_by_end ON pins (expires);

-- E-mail on its way. What it says may hold a code, and is sealed under the server's key.
CREATE TABLE mails (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL,
    sealed TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    due BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX mails_by_time ON mails (due);

-- When the recipient's notification was queued: once is enough.
ALTER TABLE recipients ADD COLUMN notified BIGINT;

CREATE TABLE public_keys (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    armored TEXT NOT NULL,
    description TEXT NOT NULL,
    created BIGINT NOT NULL
);
CREATE INDEX public_keys_by_account ON public_keys (account_id, created);

-- A package's keyCode, encrypted to a public key by a client. `signature` is its sender's, opaque to the server.
CREATE TABLE wrapped_key_codes (
    package_id TEXT NOT NULL REFERENCES packages (id),
    public_key_id TEXT NOT NULL REFERENCES public_keys (id) ON DELETE CASCADE,
    key_code TEXT NOT NULL,
    signature TEXT,
    created BIGINT NOT NULL,
    PRIMARY KEY (package_id, public_key_id)
);
CREATE INDEX wrapped_key_codes_by_key ON wrapped_key_codes (public_key_id);
