-- Workspaces: packages with directories and roles, which change while they are read.
ALTER TABLE packages ADD COLUMN root_directory_id TEXT;
ALTER TABLE packages ADD COLUMN label TEXT NOT NULL DEFAULT '';
CREATE INDEX workspaces_by_account ON packages (account_id) WHERE root_directory_id IS NOT NULL;

ALTER TABLE recipients ADD COLUMN role TEXT NOT NULL DEFAULT 'VIEWER';
CREATE INDEX IF NOT EXISTS recipients_by_email ON recipients (email);

-- One without a parent is its workspace's root. Names are too long for an index.
CREATE TABLE directories (
    id TEXT PRIMARY KEY,
    package_id TEXT NOT NULL REFERENCES packages (id),
    parent_id TEXT REFERENCES directories (id),
    name TEXT NOT NULL,
    created BIGINT NOT NULL
);
CREATE INDEX directories_by_parent ON directories (parent_id);
CREATE INDEX directories_by_package ON directories (package_id);

-- An earlier version names the file that it is a version of. A file without a directory is in no workspace.
ALTER TABLE files ADD COLUMN directory_id TEXT REFERENCES directories (id);
ALTER TABLE files ADD COLUMN version_of TEXT REFERENCES files (id);
ALTER TABLE files ADD COLUMN name_tag TEXT;
ALTER TABLE files ADD COLUMN file_key TEXT;
ALTER TABLE files ADD COLUMN created_by_id TEXT REFERENCES accounts (id);
ALTER TABLE files ADD COLUMN only_new BIGINT NOT NULL DEFAULT 0;
CREATE INDEX files_by_directory ON files (directory_id);
CREATE INDEX files_by_version ON files (version_of);
