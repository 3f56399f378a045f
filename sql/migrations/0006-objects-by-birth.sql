-- An object is known by its birth too, a content that was not read by its ctime; what others did meanwhile is told.
DROP VIEW IF EXISTS runs;
DROP VIEW IF EXISTS processes;
DROP VIEW IF EXISTS changes;
DROP VIEW IF EXISTS writes;
DROP VIEW IF EXISTS connections;
DROP VIEW IF EXISTS blind_spots;
DROP VIEW IF EXISTS notable;
DROP VIEW IF EXISTS outcomes;

CREATE TABLE change_made_anew (
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
	dev_before      INTEGER,          -- dev, ino and birth together name the object: equal on hard links
	dev_after       INTEGER,
	ino_before      INTEGER,
	ino_after       INTEGER,
	nlink_before    INTEGER,
	nlink_after     INTEGER,
	rdev_before     INTEGER,          -- of devices
	rdev_after      INTEGER,
	birth_before    INTEGER,          -- when the object was made; below 0: made of its file handle; NULL: unknown
	birth_after     INTEGER,
	ctime_after_ns  INTEGER,          -- unmoved, it says that a content is still the one that was left; NULL: unknown
	disturbed       TEXT CHECK (disturbed = 'before' OR disturbed = 'after' OR disturbed = 'before,after'),
	caller_log      INTEGER,          -- 1: the command's own standard output or error went there; else NULL
	doubtful        INTEGER,          -- 1: a blind spot is about this path: undo is held back; else NULL
	UNIQUE (run_id, path_id)
) STRICT;
INSERT INTO change_made_anew (
	run_id, path_id, class, differs, renamed_from_id, process_id, old_content, type_before, type_after,
	size_before, size_after, mode_before, mode_after, uid_before, uid_after, gid_before, gid_after,
	mtime_before_ns, mtime_after_ns, target_before, target_after, sha256_before, sha256_after, xattrs_before,
	xattrs_after, iflags_before, iflags_after, dev_before, dev_after, ino_before, ino_after, nlink_before,
	nlink_after, rdev_before, rdev_after)
SELECT
	run_id, path_id, class, differs, renamed_from_id, process_id, old_content, type_before, type_after,
	size_before, size_after, mode_before, mode_after, uid_before, uid_after, gid_before, gid_after,
	mtime_before_ns, mtime_after_ns, target_before, target_after, sha256_before, sha256_after, xattrs_before,
	xattrs_after, iflags_before, iflags_after, dev_before, dev_after, ino_before, ino_after, nlink_before,
	nlink_after, rdev_before, rdev_after
  FROM change;
DROP TABLE change;
ALTER TABLE change_made_anew RENAME TO change;
CREATE INDEX change_by_path ON change (path_id);
CREATE INDEX change_by_kept ON change (sha256_before, run_id) WHERE old_content = 'kept';
CREATE INDEX change_by_origin ON change (renamed_from_id) WHERE renamed_from_id IS NOT NULL;

-- What an undo or uninstall has kept back is told: a run may be undone in part.
CREATE TABLE run_made_anew (
	id            INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice: people note them down
	uuid          TEXT NOT NULL UNIQUE,
	name          TEXT,
	kind          TEXT NOT NULL CHECK (kind IN ('run', 'attach', 'undo', 'uninstall')),
	host          TEXT NOT NULL,
	login         TEXT NOT NULL,   -- who ran it; the caller of sudo where sudo was used
	directory     TEXT NOT NULL,
	command       TEXT NOT NULL,   -- quoted, a shell reads it back
	started_ns    INTEGER NOT NULL,
	ended_ns      INTEGER,         -- NULL while it runs
	exit_status   INTEGER,
	exit_signal   INTEGER,
	state         TEXT NOT NULL
	              CHECK (state IN ('running', 'complete', 'interrupted', 'uninstalled', 'undone',
	                               'partly undone')),
	tracer_pid    INTEGER NOT NULL,
	imported_ns   INTEGER,
	n_created     INTEGER NOT NULL DEFAULT 0,
	n_modified    INTEGER NOT NULL DEFAULT 0,
	n_attributes  INTEGER NOT NULL DEFAULT 0,
	n_deleted     INTEGER NOT NULL DEFAULT 0,
	n_blind_spots INTEGER NOT NULL DEFAULT 0,
	bytes_kept    INTEGER NOT NULL DEFAULT 0,
	state_left    TEXT,            -- the state before the run was undone or uninstalled, wholly or partly
	n_kept_back   INTEGER          -- how many of its paths the last undo or uninstall kept; NULL: not partly undone
) STRICT;
INSERT INTO run_made_anew (
	id, uuid, name, kind, host, login, directory, command, started_ns, ended_ns, exit_status, exit_signal,
	state, tracer_pid, imported_ns, n_created, n_modified, n_attributes, n_deleted, n_blind_spots, bytes_kept,
	state_left)
SELECT
	id, uuid, name, kind, host, login, directory, command, started_ns, ended_ns, exit_status, exit_signal,
	state, tracer_pid, imported_ns, n_created, n_modified, n_attributes, n_deleted, n_blind_spots, bytes_kept,
	state_left
  FROM run;
DELETE FROM sqlite_sequence WHERE name = 'run_made_anew';
INSERT INTO sqlite_sequence (name, seq) SELECT 'run_made_anew', seq FROM sqlite_sequence WHERE name = 'run';
DROP TABLE run;
ALTER TABLE run_made_anew RENAME TO run;
CREATE INDEX run_by_name ON run (name) WHERE name IS NOT NULL;
