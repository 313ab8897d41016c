-- Times are seconds since 1970, UTC. Truth values are 0 or 1. The same statements run on SQLite and PostgreSQL.

CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    created BIGINT NOT NULL
);

CREATE TABLE api_keys (
    api_key TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    sealed_secret TEXT NOT NULL,
    created BIGINT NOT NULL,
    revoked BIGINT
);

-- Requests already seen: signatures with what they were used for, and nonces.
CREATE TABLE requests_seen (
    id TEXT PRIMARY KEY,
    used_for TEXT NOT NULL,
    seen BIGINT NOT NULL
);
CREATE INDEX requests_seen_by_time ON requests_seen (seen);

CREATE TABLE packages (
    id TEXT PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    server_secret TEXT NOT NULL,
    account_id TEXT REFERENCES accounts (id),
    dropzone TEXT,
    sender TEXT NOT NULL,
    suite TEXT,
    life BIGINT NOT NULL,
    state TEXT NOT NULL,
    pickup TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    finalized BIGINT,
    expires BIGINT,
    ended BIGINT,
    purged BIGINT,
    checksum_hash TEXT,
    password_hash TEXT,
    undisclosed BIGINT NOT NULL
);
CREATE INDEX packages_by_state ON packages (state, updated);
CREATE INDEX packages_by_end ON packages (ended);

-- Apart from packages, because they may be large and few calls need them.
CREATE TABLE contents (
    package_id TEXT PRIMARY KEY REFERENCES packages (id),
    message TEXT,
    seal TEXT
);

CREATE TABLE files (
    id TEXT PRIMARY KEY,
    package_id TEXT NOT NULL REFERENCES packages (id),
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    size BIGINT NOT NULL,
    parts BIGINT NOT NULL,
    created BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    complete BIGINT NOT NULL,
    picked_up BIGINT NOT NULL,
    ended BIGINT,
    purged BIGINT
);
CREATE INDEX files_by_package ON files (package_id, position);
CREATE INDEX files_by_end ON files (ended);

CREATE TABLE recipients (
    id TEXT PRIMARY KEY,
    package_id TEXT NOT NULL REFERENCES packages (id),
    position BIGINT NOT NULL,
    email TEXT NOT NULL,
    code TEXT NOT NULL UNIQUE,
    UNIQUE (package_id, email)
);

CREATE TABLE confirmations (
    id TEXT PRIMARY KEY,
    recipient_id TEXT NOT NULL REFERENCES recipients (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    at BIGINT NOT NULL,
    is_message BIGINT NOT NULL
);
CREATE INDEX confirmations_by_recipient ON confirmations (recipient_id, at);
