-- The runs that an undo or uninstall took back were a text of their numbers, '5,7'.
DROP VIEW IF EXISTS runs;

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
ALTER TABLE run DROP COLUMN of_run;

-- What undo has to know of a run was told by a sentence for people alone.
CREATE TABLE unseen_end (              -- the runs whose end nobody saw: their states after are those found later
	run_id INTEGER PRIMARY KEY REFERENCES run ON DELETE CASCADE
) STRICT;
INSERT INTO unseen_end (run_id)
SELECT DISTINCT run_id FROM blind_spot
 WHERE kind = 'race' AND detail = 'nobody saw this run end: the states after it are those found later';
