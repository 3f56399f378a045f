-- The history: what runs did to files.  Tables hold observations; views.sql derives what people read.
-- Times are integers, nanoseconds since 1970 UTC.  Paths are TEXT holding the kernel's bytes as they are,
-- UTF-8 or not, so that path = '/etc/passwd' and GLOB work for people.
-- A migration changes this as well; tests/unit/store/check_schema compares a history that came through the steps with
-- one made from here.

CREATE TABLE word (                    -- short texts that many rows share: operations, flags, errors
	id   INTEGER PRIMARY KEY,      -- 0 stands for "none" in columns that are part of a key
	word TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE path (                    -- each path once, however many runs met it
	id   INTEGER PRIMARY KEY,
	path TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE "run" (
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
CREATE INDEX run_by_name ON run (name) WHERE name IS NOT NULL;

CREATE TABLE of_run (                  -- the runs that an undo or uninstall took back, or whose record a run has joined
	run_id    INTEGER NOT NULL REFERENCES run ON DELETE CASCADE, -- the undo or uninstall, or who joined
	seq       INTEGER NOT NULL,    -- in the order in which they were asked for
	of_run_id INTEGER NOT NULL,    -- may have been forgotten since
	image_seq INTEGER,             -- of who joined: the process image of that run that did; else NULL
	PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX of_run_by_run ON of_run (of_run_id);

CREATE TABLE unseen_end (              -- the runs whose end nobody saw: their states after are those found later
	run_id INTEGER PRIMARY KEY REFERENCES run ON DELETE CASCADE
) STRICT;

CREATE TABLE process (                 -- a row for each process image: a fork makes one, an exec the next
	id          INTEGER PRIMARY KEY,
	run_id      INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
	seq         INTEGER NOT NULL,  -- counts the images of a run from 1
	parent_id   INTEGER,           -- fork: the image that forked; exec: the image before
	pid         INTEGER NOT NULL,
	image_id    INTEGER,           -- a fork's row: the row with its program and command; an exec's: NULL
	program     TEXT,
	command     TEXT,              -- quoted argv; NULL where arguments are not recorded
	directory   TEXT,
	started_ns  INTEGER NOT NULL,
	ended_ns    INTEGER,
	exit_status INTEGER,
	exit_signal INTEGER,
	UNIQUE (run_id, seq)
) STRICT;

CREATE TABLE access (                  -- one row for each (path, process, operation, flags, error) of a run
	run_id     INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
	path_id    INTEGER NOT NULL REFERENCES path,
	process_id INTEGER NOT NULL,   -- the process image that made the call
	op_id      INTEGER NOT NULL,   -- word
	flags_id   INTEGER NOT NULL,   -- word; 0 where the call has none
	error_id   INTEGER NOT NULL,   -- word, an errno's name; 0 if the call succeeded
	count      INTEGER NOT NULL,
	first_ns   INTEGER NOT NULL,
	last_ns    INTEGER NOT NULL,
	PRIMARY KEY (run_id, path_id, process_id, op_id, flags_id, error_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX access_by_path ON access (path_id);

CREATE TABLE connection (              -- sockets made and addresses connected to, deduplicated
	run_id     INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
	process_id INTEGER NOT NULL,
	family     TEXT NOT NULL,
	type       TEXT NOT NULL,
	protocol   TEXT NOT NULL,
	address    TEXT,                -- NULL with port for socket(2) alone
	port       INTEGER,
	error      TEXT,
	count      INTEGER NOT NULL,
	first_ns   INTEGER NOT NULL
) STRICT;
CREATE INDEX connection_by_run ON connection (run_id);

CREATE TABLE blind_spot (              -- what the record cannot vouch for
	id         INTEGER PRIMARY KEY,
	run_id     INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
	seq        INTEGER NOT NULL,    -- counts the blind spots of a run from 1
	process_id INTEGER,
	kind       TEXT NOT NULL CHECK (kind IN ('io_uring', 'service', 'set-id', 'seccomp-listener',
	                                'ptrace', 'pre-image', 'path', 'mount', 'race', 'hard-link',
	                                'core-dump', 'untraced', 'unknown-call', 'device',
	                                'kernel-setting')),
	detail     TEXT NOT NULL,       -- a sentence for people
	UNIQUE (run_id, seq)
) STRICT;

CREATE TABLE notable_path (             -- changed paths that a person should look at
	run_id  INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
	path_id INTEGER NOT NULL REFERENCES path,
	reason  TEXT NOT NULL,
	rank    INTEGER,                -- the lower the graver
	PRIMARY KEY (run_id, path_id, reason)
) STRICT, WITHOUT ROWID;

CREATE TABLE outcome (                 -- what undo and uninstall did with each path, or why they kept it
	run_id  INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
	path_id INTEGER NOT NULL REFERENCES path,
	action  TEXT NOT NULL CHECK (action IN ('remove', 'rmdir', 'restore', 'keep')),
	reason  TEXT,                   -- of what was kept
	PRIMARY KEY (run_id, path_id)
) STRICT, WITHOUT ROWID;
-- The indexes by path tell prune whether anybody refers to a path that a forgotten run leaves behind; the foreign keys
-- on path ask the same for each that is deleted.
CREATE INDEX notable_by_path ON notable_path (path_id);
CREATE INDEX outcome_by_path ON outcome (path_id);

-- What a run did to a path: its state before the first change and after the run's end.
-- The columns of a side are NULL where the path was absent then.
-- For each row that is checked with IN and more than two values SQLite makes a table of these values first, which
-- took half the time of writing a change.
CREATE TABLE "change" (
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
	via             TEXT,             -- 'watch', or the service that did it; NULL: a process of the run
	left_kept       INTEGER,          -- 1: in the store of objects, by sha256_after; else NULL
	UNIQUE (run_id, path_id)
) STRICT;
CREATE INDEX change_by_path ON change (path_id);
CREATE INDEX change_by_kept ON change (sha256_before, run_id) WHERE old_content = 'kept';
CREATE INDEX change_by_left ON change (sha256_after, run_id) WHERE left_kept = 1;
CREATE INDEX change_by_digest_before ON change (sha256_before) WHERE sha256_before IS NOT NULL;
CREATE INDEX change_by_digest_after ON change (sha256_after) WHERE sha256_after IS NOT NULL;
CREATE INDEX change_by_origin ON change (renamed_from_id) WHERE renamed_from_id IS NOT NULL;
