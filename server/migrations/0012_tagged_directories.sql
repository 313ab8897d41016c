-- What takes a directory's name's place where names are compared, as with files: sealed names are never equal.
ALTER TABLE directories ADD COLUMN name_tag TEXT;
