-- Share infos and share requests: who was given a ticket for what, and who asks for one.

-- What can be shared and asked for: a package, or one file of it. `lookup_hash` is a tag of both under the server's key.
CREATE TABLE share_items (
    lookup_hash TEXT PRIMARY KEY,
    package_id TEXT NOT NULL REFERENCES packages (id),
    file_id TEXT REFERENCES files (id)
);
CREATE INDEX share_items_by_package ON share_items (package_id);

-- A ticket in somebody's hands. `receiver` is an address; empty for the share itself of a ticket that names nobody. The
-- ticket is made again of these columns, and is kept nowhere.
CREATE TABLE share_infos (
    id BIGINT PRIMARY KEY,
    ticket_id TEXT NOT NULL,
    lookup_hash TEXT NOT NULL REFERENCES share_items (lookup_hash),
    owner_id TEXT NOT NULL REFERENCES accounts (id),
    kind TEXT NOT NULL,
    receiver TEXT NOT NULL,
    message TEXT NOT NULL,
    link TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    UNIQUE (ticket_id, receiver)
);
CREATE INDEX share_infos_by_owner ON share_infos (owner_id, created);
CREATE INDEX share_infos_by_receiver ON share_infos (receiver, created);
CREATE INDEX share_infos_by_item ON share_infos (lookup_hash);
CREATE INDEX share_infos_by_end ON share_infos (expires);

-- Tickets that their owners took back before they expired.
CREATE TABLE revoked_tickets (
    id TEXT PRIMARY KEY,
    expires BIGINT NOT NULL
);

-- `refusals` outlasts that its requester withdraws a request, so that nobody asks again and again.
CREATE TABLE share_requests (
    id TEXT PRIMARY KEY,
    lookup_hash TEXT NOT NULL REFERENCES share_items (lookup_hash),
    owner_id TEXT NOT NULL REFERENCES accounts (id),
    requester_id TEXT NOT NULL REFERENCES accounts (id),
    status TEXT NOT NULL,
    message TEXT NOT NULL,
    refusals BIGINT NOT NULL,
    withdrawn BIGINT NOT NULL,
    created BIGINT NOT NULL,
    UNIQUE (lookup_hash, owner_id, requester_id)
);
CREATE INDEX share_requests_by_owner ON share_requests (owner_id, created);
CREATE INDEX share_requests_by_requester ON share_requests (requester_id, created);
