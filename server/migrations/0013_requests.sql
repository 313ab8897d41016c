-- Requests: entrances like Dropzones, with terms and with a public key of their own. The private key is the owner's alone:
-- what is kept of it here is encrypted to the owner's devices.
CREATE TABLE requests (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    public_key TEXT NOT NULL,
    wrapped_key TEXT NOT NULL,
    signature TEXT NOT NULL,
    title TEXT NOT NULL,
    message TEXT NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT,
    deleted BIGINT,
    max_packages BIGINT,
    max_files BIGINT,
    max_bytes BIGINT,
    require_user_info BIGINT NOT NULL,
    notify_on_upload BIGINT NOT NULL,
    track_until BIGINT,
    send_frequency BIGINT,
    send_interval BIGINT,
    -- How many e-mails told the owner of what came in, and when the latest one goes out or went.
    notices BIGINT NOT NULL DEFAULT 0,
    noticed BIGINT
);
CREATE INDEX requests_by_account ON requests (account_id, created);

-- What goes or came through a request. The keyCode is encrypted to the request's public key.
CREATE TABLE request_packages (
    package_id TEXT PRIMARY KEY REFERENCES packages (id),
    request_id TEXT NOT NULL REFERENCES requests (id),
    key_code TEXT,
    name TEXT NOT NULL DEFAULT '',
    noticed BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX request_packages_by_request ON request_packages (request_id);
