-- What goes out to people, by e-mail or as a text to a phone. `address` is an e-mail address, or a number with its plus
-- sign. What it says may hold a code, and is sealed under the server's key.
ALTER TABLE mails RENAME TO outbox;
ALTER TABLE outbox RENAME COLUMN email TO address;
ALTER TABLE outbox ADD COLUMN channel TEXT NOT NULL DEFAULT 'email';
DROP INDEX mails_by_time;
CREATE INDEX outbox_by_time ON outbox (due);

-- Where codes go instead of the e-mail address, with its plus sign (ITU-T E.164); none when unknown.
ALTER TABLE accounts ADD COLUMN phone TEXT;

-- The pin sets another password for its account, and does nothing else.
ALTER TABLE pins ADD COLUMN resets BIGINT NOT NULL DEFAULT 0;
