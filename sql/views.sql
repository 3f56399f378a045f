-- The public views: the interface for people and scripts, stable from release to release.
-- They are dropped and made again whenever the schema's version moves.

DROP VIEW IF EXISTS runs;
CREATE VIEW runs AS
SELECT id, name, kind,
       (SELECT group_concat(of_run_id, ',')
          FROM (SELECT of_run_id FROM of_run WHERE run_id = run.id ORDER BY seq)) AS of_run,
       uuid, host, login, directory, command,
       strftime('%Y-%m-%d %H:%M:%S', started_ns / 1000000000, 'unixepoch')
         || printf('.%03d', started_ns / 1000000 % 1000) AS started,
       strftime('%Y-%m-%d %H:%M:%S', ended_ns / 1000000000, 'unixepoch')
         || printf('.%03d', ended_ns / 1000000 % 1000) AS ended,
       round((ended_ns - started_ns) / 1e9, 3) AS seconds,
       exit_status, exit_signal, state, tracer_pid,
       strftime('%Y-%m-%d %H:%M:%S', imported_ns / 1000000000, 'unixepoch')
         || printf('.%03d', imported_ns / 1000000 % 1000) AS imported,
       n_created, n_modified, n_attributes, n_deleted, n_blind_spots, bytes_kept
  FROM run;

DROP VIEW IF EXISTS processes;
CREATE VIEW processes AS
SELECT p.run_id, p.id, p.parent_id, p.pid,
       coalesce(p.program, i.program) AS program,
       coalesce(p.command, i.command) AS command,
       p.directory,
       strftime('%Y-%m-%d %H:%M:%S', p.started_ns / 1000000000, 'unixepoch')
         || printf('.%03d', p.started_ns / 1000000 % 1000) AS started,
       strftime('%Y-%m-%d %H:%M:%S', p.ended_ns / 1000000000, 'unixepoch')
         || printf('.%03d', p.ended_ns / 1000000 % 1000) AS ended,
       p.exit_status, p.exit_signal
  FROM process AS p LEFT JOIN process AS i ON i.id = p.image_id;

-- A modification time may lie before 1970, where division and remainder must round down.
DROP VIEW IF EXISTS changes;
CREATE VIEW changes AS
SELECT c.run_id, n.path, c.class AS change,
       coalesce(c.type_after, c.type_before) AS type,
       c.differs,
       f.path AS renamed_from,
       c.size_before, c.size_after, c.mode_before, c.mode_after,
       c.uid_before, c.uid_after, c.gid_before, c.gid_after,
       strftime('%Y-%m-%d %H:%M:%S',
                (c.mtime_before_ns - (c.mtime_before_ns % 1000000000 + 1000000000) % 1000000000) / 1000000000,
                'unixepoch')
         || printf('.%09d', (c.mtime_before_ns % 1000000000 + 1000000000) % 1000000000) AS mtime_before,
       strftime('%Y-%m-%d %H:%M:%S',
                (c.mtime_after_ns - (c.mtime_after_ns % 1000000000 + 1000000000) % 1000000000) / 1000000000,
                'unixepoch')
         || printf('.%09d', (c.mtime_after_ns % 1000000000 + 1000000000) % 1000000000) AS mtime_after,
       c.target_before, c.target_after,
       CASE WHEN c.sha256_before IS NOT NULL THEN lower(hex(c.sha256_before)) END AS sha256_before,
       CASE WHEN c.sha256_after IS NOT NULL THEN lower(hex(c.sha256_after)) END AS sha256_after,
       c.process_id,
       coalesce(p.program, i.program) AS program,
       coalesce(p.command, i.command) AS command,
       c.old_content,
       c.disturbed, c.via
  FROM change AS c
  JOIN run AS r ON r.id = c.run_id AND r.state <> 'running' -- its rows are not all there yet
  JOIN path AS n ON n.id = c.path_id
  LEFT JOIN path AS f ON f.id = c.renamed_from_id
  LEFT JOIN process AS p ON p.id = c.process_id
  LEFT JOIN process AS i ON i.id = p.image_id
 WHERE c.class <> 'parent';

DROP VIEW IF EXISTS writes;
CREATE VIEW writes AS
SELECT a.run_id, n.path, o.word AS operation, g.word AS flags, e.word AS error, a.count,
       strftime('%Y-%m-%d %H:%M:%S', a.first_ns / 1000000000, 'unixepoch')
         || printf('.%03d', a.first_ns / 1000000 % 1000) AS first,
       strftime('%Y-%m-%d %H:%M:%S', a.last_ns / 1000000000, 'unixepoch')
         || printf('.%03d', a.last_ns / 1000000 % 1000) AS last,
       a.process_id, p.pid,
       coalesce(p.program, i.program) AS program,
       coalesce(p.command, i.command) AS command
  FROM access AS a
  JOIN path AS n ON n.id = a.path_id
  JOIN word AS o ON o.id = a.op_id
  LEFT JOIN word AS g ON g.id = a.flags_id
  LEFT JOIN word AS e ON e.id = a.error_id
  LEFT JOIN process AS p ON p.id = a.process_id
  LEFT JOIN process AS i ON i.id = p.image_id;

-- To the right of a LEFT JOIN a view of several tables is made as a whole for each question.
DROP VIEW IF EXISTS written;
CREATE VIEW written AS
SELECT a.run_id, n.path, o.word AS operation, g.word AS flags, e.word AS error, a.count,
       strftime('%Y-%m-%d %H:%M:%S', a.first_ns / 1000000000, 'unixepoch')
         || printf('.%03d', a.first_ns / 1000000 % 1000) AS first,
       strftime('%Y-%m-%d %H:%M:%S', a.last_ns / 1000000000, 'unixepoch')
         || printf('.%03d', a.last_ns / 1000000 % 1000) AS last,
       a.process_id, p.pid,
       coalesce(p.program, i.program) AS program,
       coalesce(p.command, i.command) AS command,
       CASE WHEN c.class <> 'parent' AND r.state <> 'running' THEN c.class END AS change,
       CASE WHEN c.class <> 'parent' AND r.state <> 'running' THEN c.differs END AS differs,
       CASE WHEN c.class <> 'parent' AND r.state <> 'running' THEN c.size_before END AS size_before,
       CASE WHEN c.class <> 'parent' AND r.state <> 'running' THEN c.size_after END AS size_after,
       CASE WHEN c.class <> 'parent' AND r.state <> 'running' AND c.sha256_before IS NOT NULL
            THEN lower(hex(c.sha256_before)) END AS sha256_before,
       CASE WHEN c.class <> 'parent' AND r.state <> 'running' AND c.sha256_after IS NOT NULL
            THEN lower(hex(c.sha256_after)) END AS sha256_after
  FROM access AS a
  JOIN run AS r ON r.id = a.run_id
  JOIN path AS n ON n.id = a.path_id
  JOIN word AS o ON o.id = a.op_id
  LEFT JOIN word AS g ON g.id = a.flags_id
  LEFT JOIN word AS e ON e.id = a.error_id
  LEFT JOIN change AS c ON c.run_id = a.run_id AND c.path_id = a.path_id
  LEFT JOIN process AS p ON p.id = a.process_id
  LEFT JOIN process AS i ON i.id = p.image_id;

DROP VIEW IF EXISTS connections;
CREATE VIEW connections AS
SELECT c.run_id, c.process_id, coalesce(p.program, i.program) AS program,
       c.family, c.type, c.protocol, c.address, c.port, c.error, c.count,
       strftime('%Y-%m-%d %H:%M:%S', c.first_ns / 1000000000, 'unixepoch')
         || printf('.%03d', c.first_ns / 1000000 % 1000) AS first
  FROM connection AS c
  LEFT JOIN process AS p ON p.id = c.process_id
  LEFT JOIN process AS i ON i.id = p.image_id;

DROP VIEW IF EXISTS blind_spots;
CREATE VIEW blind_spots AS
SELECT b.run_id, b.process_id, coalesce(p.program, i.program) AS program, b.kind, b.detail
  FROM blind_spot AS b
  LEFT JOIN process AS p ON p.id = b.process_id
  LEFT JOIN process AS i ON i.id = p.image_id;

DROP VIEW IF EXISTS notable;
CREATE VIEW notable AS
SELECT t.run_id, n.path, t.reason
  FROM notable_path AS t JOIN path AS n ON n.id = t.path_id
 ORDER BY t.run_id, t.rank IS NULL, t.rank, n.path, t.reason;

DROP VIEW IF EXISTS outcomes;
CREATE VIEW outcomes AS
SELECT o.run_id, n.path, o.action, o.reason
  FROM outcome AS o JOIN path AS n ON n.id = o.path_id;
