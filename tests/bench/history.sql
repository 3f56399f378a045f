-- history.sql: fill a history with what many runs would have left in it.  tests/bench/history.sh puts numbers in the
-- place of @RUNS@ and @ROWS@, the changes of each run.
--
-- Three paths in four are those of earlier runs, as with packages that are installed anew: each is written by four runs
-- in a row.  Each path has one call and one change in each of its runs, all by one of twenty processes.

PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -1000000;
PRAGMA foreign_keys = OFF;

INSERT OR IGNORE INTO word (word) VALUES ('create'), ('open'), ('O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC'), ('O_RDWR|O_CLOEXEC');

WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < @RUNS@)
INSERT INTO run (uuid, name, kind, host, login, directory, command, started_ns, ended_ns, exit_status, state, tracer_pid,
                 n_created, n_modified, n_blind_spots)
SELECT lower(hex(randomblob(16))), CASE WHEN i % 3 = 0 THEN 'package-' || (i % 100) END, 'run', 'host', 'root', '/root',
       'make -C package-' || i || ' install', 1700000000000000000 + i * 3600000000000,
       1700000000000000000 + i * 3600000000000 + 60000000000, 0, 'complete', 1000 + i,
       @ROWS@ / 4, @ROWS@ - @ROWS@ / 4, 2
  FROM n;

CREATE TEMP TABLE made AS
SELECT row_number() OVER (ORDER BY id) - 1 AS i, id FROM run WHERE command GLOB 'make -C package-*';

INSERT INTO process (run_id, seq, parent_id, pid, program, command, directory, started_ns, ended_ns, exit_status)
SELECT made.id, seq.value, NULL, 2000 + seq.value, '/usr/bin/install',
       'install -c -m 644 file-' || seq.value || ' /usr/share', '/root/package', 1700000000000000000, 1700000060000000000, 0
  FROM made, (SELECT value FROM json_each('[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]')) AS seq
 ORDER BY made.id, seq.value;

WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < @RUNS@ * (@ROWS@ / 4) + @ROWS@)
INSERT INTO path (path)
SELECT '/usr/share/package-' || (i / 2500) || '/part-' || (i / 100 % 25) || '/file-' || i || '.txt' FROM n;

CREATE TEMP TABLE first AS SELECT min(id) AS id FROM path WHERE path GLOB '/usr/share/package-0/part-0/file-0.txt';

CREATE TEMP TABLE known AS
SELECT (SELECT id FROM word WHERE word = 'create') AS made, (SELECT id FROM word WHERE word = 'open') AS opened,
       (SELECT id FROM word WHERE word = 'O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC') AS made_flags,
       (SELECT id FROM word WHERE word = 'O_RDWR|O_CLOEXEC') AS opened_flags,
       (SELECT min(id) FROM process WHERE run_id = (SELECT min(id) FROM made)) AS process, (SELECT id FROM first) AS path;

CREATE TEMP TABLE n (i INTEGER PRIMARY KEY);
WITH RECURSIVE c (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < @ROWS@ - 1) INSERT INTO n SELECT i FROM c;

INSERT INTO access (run_id, path_id, process_id, op_id, flags_id, error_id, count, first_ns, last_ns)
SELECT made.id, known.path + made.i * (@ROWS@ / 4) + n.i, known.process + made.i * 20 + n.i % 20,
       CASE WHEN n.i < @ROWS@ * 3 / 4 THEN opened ELSE known.made END,
       CASE WHEN n.i < @ROWS@ * 3 / 4 THEN opened_flags ELSE made_flags END, 0, 1,
       1700000000000000000 + made.i * 3600000000000 + n.i * 1000000, 1700000000000000000 + made.i * 3600000000000 + n.i * 1000000
  FROM known, made CROSS JOIN n;

INSERT INTO change (run_id, path_id, class, differs, process_id, old_content, type_before, type_after, size_before, size_after,
                    mode_before, mode_after, uid_before, uid_after, gid_before, gid_after, mtime_before_ns, mtime_after_ns,
                    sha256_before, sha256_after, iflags_before, iflags_after, dev_before, dev_after, ino_before, ino_after,
                    nlink_before, nlink_after)
SELECT made.id, known.path + made.i * (@ROWS@ / 4) + n.i, CASE WHEN was THEN 'modified' ELSE 'created' END,
       CASE WHEN was THEN 'content,mtime' END, known.process + made.i * 20 + n.i % 20, CASE WHEN was THEN 'kept' END,
       CASE WHEN was THEN 'file' END, 'file', CASE WHEN was THEN 4000 END, 5000, CASE WHEN was THEN 420 END, 420,
       CASE WHEN was THEN 0 END, 0, CASE WHEN was THEN 0 END, 0, CASE WHEN was THEN 1700000000123456789 END,
       1700000000123456789 + made.i * 3600000000000, CASE WHEN was THEN randomblob(32) END, randomblob(32),
       CASE WHEN was THEN 0 END, 0, CASE WHEN was THEN 65025 END, 65025, CASE WHEN was THEN 1000000 + n.i END, 2000000 + n.i,
       CASE WHEN was THEN 1 END, 1
  FROM known, made CROSS JOIN (SELECT i, i < @ROWS@ * 3 / 4 AS was FROM n) AS n;

INSERT INTO notable_path (run_id, path_id, reason)
SELECT made.id, known.path + made.i * (@ROWS@ / 4) + n.i, 'systemd unit' FROM known, made CROSS JOIN n WHERE n.i % 1000 = 0;

INSERT INTO blind_spot (run_id, seq, process_id, kind, detail)
SELECT made.id, v.value, known.process + made.i * 20, 'service', 'connected to systemd; what it did is not in this record'
  FROM known, made, (SELECT value FROM json_each('[1,2]')) AS v;
