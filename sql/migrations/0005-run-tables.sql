-- The runs that an undo or uninstall took back were a text of their numbers, '5,7'.
DROP VIEW IF EXISTS runs;
DROP VIEW IF EXISTS processes;
DROP VIEW IF EXISTS changes;
DROP VIEW IF EXISTS writes;
DROP VIEW IF EXISTS connections;
DROP VIEW IF EXISTS blind_spots;
DROP VIEW IF EXISTS notable;
DROP VIEW IF EXISTS outcomes;

CREATE TABLE of_run (                  -- the runs that an undo or uninstall took back
	run_id    INTEGER NOT NULL REFERENCES run ON DELETE CASCADE, -- the undo or uninstall
	seq       INTEGER NOT NULL,    -- in the order in which they were asked for
	of_run_id INTEGER NOT NULL,    -- may have been forgotten since
	PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX of_run_by_run ON of_run (of_run_id);

INSERT INTO of_run (run_id, seq, of_run_id)
SELECT r.id, n.key, n.value
  FROM run AS r, json_each(CASE WHEN json_valid('[' || r.of_run || ']') THEN '[' || r.of_run || ']' ELSE '[]' END) AS n
 WHERE n.type = 'integer';
-- The table is made anew, not altered: its text is then that of schema.sql.  Numbers that were given once stay so.
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
	              CHECK (state IN ('running', 'complete', 'interrupted', 'uninstalled', 'undone')),
	tracer_pid    INTEGER NOT NULL,
	imported_ns   INTEGER,
	n_created     INTEGER NOT NULL DEFAULT 0,
	n_modified    INTEGER NOT NULL DEFAULT 0,
	n_attributes  INTEGER NOT NULL DEFAULT 0,
	n_deleted     INTEGER NOT NULL DEFAULT 0,
	n_blind_spots INTEGER NOT NULL DEFAULT 0,
	bytes_kept    INTEGER NOT NULL DEFAULT 0,
	state_left    TEXT             -- the state before the run was undone or uninstalled
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

-- What undo has to know of a run was told by a sentence for people alone.
CREATE TABLE unseen_end (              -- the runs whose end nobody saw: their states after are those found later
	run_id INTEGER PRIMARY KEY REFERENCES run ON DELETE CASCADE
) STRICT;
INSERT INTO unseen_end (run_id)
SELECT DISTINCT run_id FROM blind_spot
 WHERE kind = 'race' AND detail = 'nobody saw this run end: the states after it are those found later';
