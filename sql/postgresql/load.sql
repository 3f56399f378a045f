
-- The runs that are new, by their numbers there and here; of the others nothing is taken.
CREATE TEMPORARY TABLE new_runs (id bigint, number bigint) ON COMMIT DROP;
WITH added AS (
	INSERT INTO writetrace.run (uuid, number, of_uuids, name, name_bytes, kind, host, host_bytes, login, login_bytes,
		directory, directory_bytes, command, command_bytes, started, ended, seconds, exit_status, exit_signal,
		state, tracer_pid, n_created, n_modified, n_attributes, n_deleted, n_blind_spots, bytes_kept)
	SELECT uuid, id, of_uuids, name, name_bytes, kind, host, host_bytes, login, login_bytes,
		directory, directory_bytes, command, command_bytes, started, ended, seconds, exit_status, exit_signal,
		state, tracer_pid, n_created, n_modified, n_attributes, n_deleted, n_blind_spots, bytes_kept
	  FROM load_runs ORDER BY id
	ON CONFLICT (uuid) DO NOTHING
	RETURNING id, number)
INSERT INTO new_runs SELECT id, number FROM added;

CREATE TEMPORARY TABLE load_paths ON COMMIT DROP AS
SELECT DISTINCT ON (bytes) path, bytes
  FROM (SELECT path, coalesce(path_bytes, convert_to(path, 'UTF8')) AS bytes
	  FROM (SELECT run_id, path, path_bytes FROM load_changes
		UNION ALL SELECT run_id, renamed_from, renamed_from_bytes FROM load_changes WHERE renamed_from IS NOT NULL
		UNION ALL SELECT run_id, path, path_bytes FROM load_writes
		UNION ALL SELECT run_id, path, path_bytes FROM load_notable
		UNION ALL SELECT run_id, path, path_bytes FROM load_outcomes) AS named
	 WHERE run_id IN (SELECT number FROM new_runs)) AS named;
INSERT INTO writetrace.path (path, bytes) SELECT path, bytes FROM load_paths ORDER BY bytes ON CONFLICT DO NOTHING;
ALTER TABLE load_paths ADD COLUMN id bigint;
ANALYZE load_paths;
UPDATE load_paths AS l SET id = p.id FROM writetrace.path AS p WHERE p.bytes = l.bytes;

-- By the text and the bytes, as the rows have them.
CREATE TEMPORARY TABLE path_ids ON COMMIT DROP AS
SELECT id, path, CASE WHEN bytes <> convert_to(path, 'UTF8') THEN bytes ELSE '' END AS bytes FROM load_paths;
ANALYZE path_ids;

INSERT INTO writetrace.process (run_id, number, parent_number, pid, program, program_bytes, command, command_bytes,
	directory, directory_bytes, started, ended, exit_status, exit_signal)
SELECT r.id, l.id, l.parent_id, l.pid, l.program, l.program_bytes, l.command, l.command_bytes,
	l.directory, l.directory_bytes, l.started, l.ended, l.exit_status, l.exit_signal
  FROM load_processes AS l JOIN new_runs AS r ON r.number = l.run_id
 ORDER BY l.id;

CREATE TEMPORARY TABLE process_ids ON COMMIT DROP AS
SELECT p.id, r.number AS run_id, p.number FROM writetrace.process AS p JOIN new_runs AS r ON r.id = p.run_id;
ANALYZE process_ids;

INSERT INTO writetrace.change
SELECT r.id, n.id, l.change, l.type, l.differs, f.id, l.size_before, l.size_after, l.mode_before, l.mode_after,
	l.uid_before, l.uid_after, l.gid_before, l.gid_after, l.mtime_before, l.mtime_after, l.target_before,
	l.target_before_bytes, l.target_after, l.target_after_bytes, l.sha256_before, l.sha256_after, p.id, l.old_content,
	l.disturbed, l.via
  FROM load_changes AS l
  JOIN new_runs AS r ON r.number = l.run_id
  JOIN path_ids AS n ON n.path = l.path AND n.bytes = coalesce(l.path_bytes, '')
  LEFT JOIN path_ids AS f ON f.path = l.renamed_from AND f.bytes = coalesce(l.renamed_from_bytes, '')
  LEFT JOIN process_ids AS p ON p.run_id = l.run_id AND p.number = l.process_id;

INSERT INTO writetrace.write
SELECT r.id, n.id, l.operation, l.flags, l.error, l.count, l.first, l.last, p.id
  FROM load_writes AS l
  JOIN new_runs AS r ON r.number = l.run_id
  JOIN path_ids AS n ON n.path = l.path AND n.bytes = coalesce(l.path_bytes, '')
  LEFT JOIN process_ids AS p ON p.run_id = l.run_id AND p.number = l.process_id;

INSERT INTO writetrace.connection
SELECT r.id, p.id, l.family, l.type, l.protocol, l.address, l.address_bytes, l.port, l.error, l.count, l.first
  FROM load_connections AS l
  JOIN new_runs AS r ON r.number = l.run_id
  LEFT JOIN process_ids AS p ON p.run_id = l.run_id AND p.number = l.process_id;

INSERT INTO writetrace.blind_spot
SELECT r.id, p.id, l.kind, l.detail, l.detail_bytes
  FROM load_blind_spots AS l
  JOIN new_runs AS r ON r.number = l.run_id
  LEFT JOIN process_ids AS p ON p.run_id = l.run_id AND p.number = l.process_id;

INSERT INTO writetrace.notable_path
SELECT r.id, n.id, l.reason
  FROM load_notable AS l
  JOIN new_runs AS r ON r.number = l.run_id
  JOIN path_ids AS n ON n.path = l.path AND n.bytes = coalesce(l.path_bytes, '');

INSERT INTO writetrace.outcome
SELECT r.id, n.id, l.action, l.reason, l.reason_bytes
  FROM load_outcomes AS l
  JOIN new_runs AS r ON r.number = l.run_id
  JOIN path_ids AS n ON n.path = l.path AND n.bytes = coalesce(l.path_bytes, '');

COMMIT;

-- A database that has just got its first rows knows nothing of how many there are.
ANALYZE writetrace.run, writetrace.path, writetrace.process, writetrace.change, writetrace.write;
