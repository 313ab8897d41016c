-- What people are told, and how.

-- The language in which an account is written to (RFC 5646); none for the server's own.
ALTER TABLE accounts ADD COLUMN language TEXT;

-- Programs that are told what others do with an account's packages. `events` has their names with commas between; `secret`
-- is sealed under the server's key.
CREATE TABLE webhooks (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    url TEXT NOT NULL,
    secret TEXT NOT NULL,
    events TEXT NOT NULL,
    description TEXT NOT NULL,
    created BIGINT NOT NULL
);
CREATE INDEX webhooks_by_account ON webhooks (account_id, created);

-- What webhooks were told, and what came of it. `id` is that of what waits in the outbox, while it does.
CREATE TABLE deliveries (
    id TEXT PRIMARY KEY,
    webhook_id TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    event TEXT NOT NULL,
    created BIGINT NOT NULL,
    status TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    attempted BIGINT,
    reason TEXT NOT NULL
);
CREATE INDEX deliveries_by_webhook ON deliveries (webhook_id, position);
CREATE INDEX deliveries_by_time ON deliveries (created);

-- Of which events it is told by e-mail, their names with commas between; none for the usual ones.
ALTER TABLE accounts ADD COLUMN mail_events TEXT;

-- How many days before its end a package that nobody opened reminds its recipients, 0 for never; and when it did.
ALTER TABLE packages ADD COLUMN remind_days BIGINT NOT NULL DEFAULT 0;
ALTER TABLE packages ADD COLUMN reminded BIGINT;
