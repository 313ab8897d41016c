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
