-- For each row that is checked with IN and more than two values SQLite makes a table of these values first, which
-- took half the time of writing a change.  SQLite cannot give a column another check: the table is made anew.
DROP VIEW IF EXISTS changes;

-- What a run did to a path: its state before the first change and after the run's end.
-- The columns of a side are NULL where the path was absent then.
CREATE TABLE change_anew (
	run_id          INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
	path_id         INTEGER NOT NULL REFERENCES path,
	class           TEXT NOT NULL CHECK (class = 'created' OR class = 'deleted' OR class = 'modified' OR
	                                     class = 'attributes' OR class = 'unchanged' OR class = 'transient' OR
	                                     class = 'parent'), -- met only as the directory of a name
	differs         TEXT,
	renamed_from_id INTEGER REFERENCES path,
	process_id      INTEGER,          -- the process image that wrote the path last
	old_content     TEXT CHECK (old_content IN ('kept', 'not kept')), -- NULL where none was needed
	type_before     TEXT,
	type_after      TEXT,
	size_before     INTEGER,          -- bytes, of regular files only
	size_after      INTEGER,
	mode_before     INTEGER,          -- permission bits with set-id and sticky (07777)
	mode_after      INTEGER,
	uid_before      INTEGER,
	uid_after       INTEGER,
	gid_before      INTEGER,
	gid_after       INTEGER,
	mtime_before_ns INTEGER,
	mtime_after_ns  INTEGER,
	target_before   TEXT,             -- of symbolic links
	target_after    TEXT,
	sha256_before   BLOB,             -- of regular files whose content was read
	sha256_after    BLOB,
	xattrs_before   BLOB,             -- names and values, ACLs among them; NULL if there are none
	xattrs_after    BLOB,
	iflags_before   INTEGER,          -- inode flags (FS_IOC_GETFLAGS)
	iflags_after    INTEGER,
	dev_before      INTEGER,          -- dev and ino together name the object: equal on hard links
	dev_after       INTEGER,
	ino_before      INTEGER,
	ino_after       INTEGER,
	nlink_before    INTEGER,
	nlink_after     INTEGER,
	rdev_before     INTEGER,          -- of devices
	rdev_after      INTEGER,
	UNIQUE (run_id, path_id)
) STRICT;
INSERT INTO change_anew SELECT * FROM change ORDER BY rowid;
DROP TABLE change;
ALTER TABLE change_anew RENAME TO change;
CREATE INDEX change_by_path ON change (path_id);
CREATE INDEX change_by_kept ON change (sha256_before, run_id) WHERE old_content = 'kept';
CREATE INDEX change_by_origin ON change (renamed_from_id) WHERE renamed_from_id IS NOT NULL;
