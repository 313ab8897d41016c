-- When a recipient of a share last opened it.
ALTER TABLE share_recipients ADD COLUMN opened BIGINT;
