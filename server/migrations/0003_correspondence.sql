-- What was done with packages. `actor` is the address of who did it; empty for nobody known. `detail` is the name or
-- address that it was done to, and goes where that goes.
CREATE TABLE activities (
    id TEXT PRIMARY KEY,
    package_id TEXT NOT NULL REFERENCES packages (id),
    position BIGINT NOT NULL,
    at BIGINT NOT NULL,
    address TEXT NOT NULL,
    account_id TEXT,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    description TEXT NOT NULL,
    target_id TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX activities_by_package ON activities (package_id, position);
CREATE INDEX activities_by_target ON activities (target_id, at);

-- When the activities of a package that ended were deleted.
ALTER TABLE packages ADD COLUMN forgotten BIGINT;

-- When its sender archived it; with what it was made; and what its sender asked for, which nobody can enforce.
ALTER TABLE packages ADD COLUMN archived BIGINT;
ALTER TABLE packages ADD COLUMN browser TEXT NOT NULL DEFAULT '';
ALTER TABLE packages ADD COLUMN os TEXT NOT NULL DEFAULT '';
ALTER TABLE packages ADD COLUMN read_only_pdf BIGINT NOT NULL DEFAULT 0;
ALTER TABLE packages ADD COLUMN notify BIGINT NOT NULL DEFAULT 0;
CREATE INDEX packages_by_account ON packages (account_id, created);
CREATE INDEX IF NOT EXISTS recipients_by_email ON recipients (email);

-- An approver has to agree to this recipient first.
ALTER TABLE recipients ADD COLUMN needs_approval BIGINT NOT NULL DEFAULT 0;

-- The digits behind the country's calling code; the highest position is the one used last.
CREATE TABLE phones (
    recipient_id TEXT NOT NULL REFERENCES recipients (id) ON DELETE CASCADE,
    country_code BIGINT NOT NULL,
    number TEXT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (recipient_id, country_code, number)
);

-- Which file was opened.
ALTER TABLE confirmations ADD COLUMN file_id TEXT;

-- Lists of addresses that are added to packages as one; an enterprise group is for every account.
CREATE TABLE contact_groups (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    enterprise BIGINT NOT NULL,
    created BIGINT NOT NULL
);
CREATE INDEX contact_groups_by_account ON contact_groups (account_id);

CREATE TABLE group_members (
    id TEXT PRIMARY KEY,
    group_id TEXT NOT NULL REFERENCES contact_groups (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    UNIQUE (group_id, email)
);

CREATE TABLE package_groups (
    package_id TEXT NOT NULL REFERENCES packages (id),
    group_id TEXT NOT NULL REFERENCES contact_groups (id) ON DELETE CASCADE,
    PRIMARY KEY (package_id, group_id)
);
CREATE INDEX package_groups_by_group ON package_groups (group_id);

-- The group that brought this recipient, and takes it along; none for one that was added by itself.
ALTER TABLE recipients ADD COLUMN group_id TEXT REFERENCES contact_groups (id) ON DELETE SET NULL;
CREATE INDEX recipients_by_group ON recipients (group_id);

-- What clients report of their own failures, for the operator. `sender` is an account's address; empty for a Dropzone's.
CREATE TABLE feedback (
    id TEXT PRIMARY KEY,
    position BIGINT NOT NULL,
    at BIGINT NOT NULL,
    sender TEXT NOT NULL,
    client TEXT NOT NULL,
    message TEXT NOT NULL,
    stacktrace TEXT NOT NULL,
    system_info TEXT NOT NULL
);
CREATE INDEX feedback_by_position ON feedback (position);

-- Entrances for senders without an account: what is sent through one belongs to its owner.
CREATE TABLE dropzones (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    created BIGINT NOT NULL,
    revoked BIGINT
);

-- The owner of the Dropzone knows that the sender's address is the sender's.
ALTER TABLE packages ADD COLUMN sender_confirmed BIGINT NOT NULL DEFAULT 0;
