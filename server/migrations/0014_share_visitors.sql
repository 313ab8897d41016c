-- Whose limit of downloads a recipient shares: its own id, or for those who came by the link for everybody and said who they are,
-- the share's, so that nobody gets more downloads by another name.
ALTER TABLE share_recipients ADD COLUMN counted_with TEXT NOT NULL DEFAULT '';
UPDATE share_recipients SET counted_with = id;
CREATE INDEX share_recipients_by_limit ON share_recipients (counted_with);
CREATE INDEX share_recipients_by_email ON share_recipients (email);

-- What was written to the recipients, if anything; and whether the owner is written to when something was downloaded.
ALTER TABLE shares ADD COLUMN message TEXT;
ALTER TABLE shares ADD COLUMN notify_on_download BIGINT NOT NULL DEFAULT 0;
