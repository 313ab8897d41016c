-- Uploads through a request whose blocks arrive here as plaintext. Each is one file in a package of its own, and makes it one that
-- is not end-to-end encrypted.
CREATE TABLE share_uploads (
    package_id TEXT PRIMARY KEY REFERENCES packages (id),
    file_id TEXT NOT NULL,
    request_id TEXT NOT NULL REFERENCES requests (id),
    -- Who uploads, and alone goes on with it.
    account_id TEXT NOT NULL REFERENCES accounts (id),
    -- SHA-256 of what stands in its URLs.
    token_hash TEXT NOT NULL UNIQUE,
    method TEXT NOT NULL,
    raw BIGINT NOT NULL,
    -- None until a form brings it.
    name TEXT,
    size BIGINT,
    -- Whether the owner is written to when it is there.
    notify BIGINT NOT NULL,
    -- So many blocks, with so many octets, came in their order: MD5 of them as far as it is computed, sealed.
    hashed BIGINT NOT NULL DEFAULT 0,
    hashed_size BIGINT NOT NULL DEFAULT 0,
    hash_state TEXT,
    created BIGINT NOT NULL,
    finished BIGINT
);
CREATE INDEX share_uploads_by_account ON share_uploads (account_id, request_id, name);

-- What came of each block. Its keyCode is encrypted to the request's public key and kept nowhere else.
CREATE TABLE share_upload_blocks (
    package_id TEXT NOT NULL REFERENCES share_uploads (package_id),
    -- From 0. The block is the file's part with the next number.
    position BIGINT NOT NULL,
    start BIGINT NOT NULL,
    size BIGINT NOT NULL,
    key_code TEXT NOT NULL,
    -- By which the same block is known when it comes again; none once the upload is finished.
    tag TEXT,
    stored BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (package_id, position)
);
