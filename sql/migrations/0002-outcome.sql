-- What undo and uninstall did with each path, or why they kept it.

CREATE TABLE outcome (
	run_id  INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
	path_id INTEGER NOT NULL REFERENCES path,
	action  TEXT NOT NULL CHECK (action IN ('remove', 'rmdir', 'restore', 'keep')),
	reason  TEXT,                   -- of what was kept
	PRIMARY KEY (run_id, path_id)
) STRICT, WITHOUT ROWID;

ALTER TABLE run ADD COLUMN state_left TEXT; -- the state before the run was undone or uninstalled
