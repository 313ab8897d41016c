-- Secure shares: packages that open to recipients alone who verified that they are who they are.

-- Whether the package opens to its owner and to verified recipients alone. It stays so when its last secure share is gone.
ALTER TABLE packages ADD COLUMN only_verified BIGINT NOT NULL DEFAULT 0;

-- With `any_of` one of a recipient's ways to verify itself is enough; else it goes through all of them.
CREATE TABLE secure_shares (
    id TEXT PRIMARY KEY,
    package_id TEXT NOT NULL REFERENCES packages (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    any_of BIGINT NOT NULL,
    created BIGINT NOT NULL
);
CREATE INDEX secure_shares_by_account ON secure_shares (account_id, created);

-- What is not known is empty; of `language` (RFC 5646) and `verified` it is null. `phone` has its plus sign (ITU-T E.164). `ways` is how the recipient verifies itself, which
-- may hold national identity numbers: JSON, sealed under the server's key. `verified` is when it last did.
CREATE TABLE verified_recipients (
    id TEXT PRIMARY KEY,
    share_id TEXT NOT NULL REFERENCES secure_shares (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    external_reference TEXT NOT NULL,
    ways TEXT NOT NULL,
    send_email BIGINT NOT NULL,
    send_sms BIGINT NOT NULL,
    language TEXT,
    verified BIGINT
);
CREATE INDEX verified_recipients_by_share ON verified_recipients (share_id, position);

-- The files that a recipient opens; all of them when there are none here. A file that was deleted stays in here, since
-- otherwise its recipient would come to open the others.
CREATE TABLE verified_files (
    recipient_id TEXT NOT NULL REFERENCES verified_recipients (id) ON DELETE CASCADE,
    file_id TEXT NOT NULL,
    PRIMARY KEY (recipient_id, file_id)
);

-- When a recipient last asked for the end of a file.
CREATE TABLE verified_downloads (
    recipient_id TEXT NOT NULL REFERENCES verified_recipients (id) ON DELETE CASCADE,
    file_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (recipient_id, file_id)
);

-- A code is for an account that is given an API key, or for a recipient that verifies itself in a `way`. Codes that were on
-- their way are asked for again.
DROP TABLE codes;
CREATE TABLE codes (
    id TEXT PRIMARY KEY,
    account_id TEXT REFERENCES accounts (id),
    recipient_id TEXT REFERENCES verified_recipients (id) ON DELETE CASCADE,
    way TEXT NOT NULL,
    code TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX codes_by_end ON codes (expires);

-- A sign-in with an OpenID provider that is under way. `id` is SHA-256 of what the browser that began it keeps; `secrets`
-- are state, nonce and code verifier, sealed under the server's key.
CREATE TABLE provider_sign_ins (
    id TEXT PRIMARY KEY,
    recipient_id TEXT NOT NULL REFERENCES verified_recipients (id) ON DELETE CASCADE,
    way TEXT NOT NULL,
    secrets TEXT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX provider_sign_ins_by_end ON provider_sign_ins (expires);
