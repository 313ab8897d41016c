-- Shares: who may open which files and directories of a package, until when and how often.

-- Whether the package opens by link through its shares alone.
ALTER TABLE packages ADD COLUMN only_shares BIGINT NOT NULL DEFAULT 0;

-- One without `expires` does not, one without `max_downloads` has no limit. `deleted` is when its maker deleted it.
CREATE TABLE shares (
    id TEXT PRIMARY KEY,
    package_id TEXT NOT NULL REFERENCES packages (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    title TEXT NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT,
    deleted BIGINT,
    max_downloads BIGINT,
    require_login BIGINT NOT NULL,
    require_user_info BIGINT NOT NULL,
    view_only BIGINT NOT NULL,
    newest BIGINT NOT NULL
);
CREATE INDEX shares_by_account ON shares (account_id, created);
CREATE INDEX shares_by_package ON shares (package_id);

-- Ids of files or directories. With `newest` any version of a file stands for its newest one.
CREATE TABLE shared_items (
    share_id TEXT NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
    item_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (share_id, item_id)
);

-- Each has a link and counters of its own. The one whose id is the share's stands for whoever is not told apart.
CREATE TABLE share_recipients (
    id TEXT PRIMARY KEY,
    share_id TEXT NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    email TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    company TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    downloads BIGINT NOT NULL
);
CREATE INDEX share_recipients_by_share ON share_recipients (share_id, position);

-- A download under way. It counts once the end of a file was handed out, and is given back when it ends before.
CREATE TABLE share_leases (
    id TEXT PRIMARY KEY,
    recipient_id TEXT NOT NULL REFERENCES share_recipients (id) ON DELETE CASCADE,
    expires BIGINT NOT NULL,
    counted BIGINT NOT NULL
);
CREATE INDEX share_leases_by_recipient ON share_leases (recipient_id);
