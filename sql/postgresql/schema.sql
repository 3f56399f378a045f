-- Runs of writetrace histories, for psql: the tables and views are made where they are missing, and runs that are
-- there already stay as they are.
\set ON_ERROR_STOP on
\set QUIET on
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET client_min_messages = warning;
SET datestyle = 'ISO, YMD';
BEGIN;

-- One load after the other: what one finds missing another must not make at the same time.
DO $$
BEGIN
	IF current_setting('server_encoding') <> 'UTF8' THEN
		RAISE EXCEPTION 'the database has the encoding %: writetrace needs UTF8', current_setting('server_encoding');
	END IF;
	PERFORM pg_catalog.pg_advisory_xact_lock(2004120163);
END
$$;

CREATE SCHEMA IF NOT EXISTS writetrace;
CREATE TABLE IF NOT EXISTS writetrace.schema_version (version integer PRIMARY KEY);
INSERT INTO writetrace.schema_version SELECT 1 WHERE NOT EXISTS (SELECT FROM writetrace.schema_version);
DO $$
BEGIN
	IF (SELECT max(version) FROM writetrace.schema_version) <> 1 THEN
		RAISE EXCEPTION 'another version of writetrace made the schema writetrace of this database';
	END IF;
END
$$;

-- A text is UTF-8; where a name is not, U+FFFD stands in it, and its bytes are in the column beside it, which is
-- NULL otherwise.
CREATE TABLE IF NOT EXISTS writetrace.run (
	id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	uuid            uuid NOT NULL UNIQUE,
	number          bigint NOT NULL,        -- in the history that it comes from
	of_uuids        text,                   -- the runs that an undo or uninstall took back, with commas
	loaded          timestamptz NOT NULL DEFAULT now(),
	name            text,
	name_bytes      bytea,
	kind            text NOT NULL,
	host            text NOT NULL,
	host_bytes      bytea,
	login           text NOT NULL,
	login_bytes     bytea,
	directory       text NOT NULL,
	directory_bytes bytea,
	command         text NOT NULL,
	command_bytes   bytea,
	started         timestamptz NOT NULL,
	ended           timestamptz,
	seconds         double precision,
	exit_status     integer,
	exit_signal     integer,
	state           text NOT NULL,
	tracer_pid      bigint NOT NULL,
	n_created       bigint NOT NULL,
	n_modified      bigint NOT NULL,
	n_attributes    bigint NOT NULL,
	n_deleted       bigint NOT NULL,
	n_blind_spots   bigint NOT NULL,
	bytes_kept      bigint NOT NULL
);
CREATE INDEX IF NOT EXISTS run_by_host ON writetrace.run (host, started);
CREATE INDEX IF NOT EXISTS run_by_name ON writetrace.run (name);

-- Each path once, by its bytes.  A B-tree takes no keys as long as paths can be.
CREATE TABLE IF NOT EXISTS writetrace.path (
	id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	path  text NOT NULL,
	bytes bytea NOT NULL,
	EXCLUDE USING hash (bytes WITH =)
);
CREATE INDEX IF NOT EXISTS path_by_text ON writetrace.path USING spgist (path);

CREATE TABLE IF NOT EXISTS writetrace.process (
	id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	run_id          bigint NOT NULL REFERENCES writetrace.run ON DELETE CASCADE,
	number          bigint NOT NULL,        -- in the history that it comes from
	parent_number   bigint,
	pid             bigint NOT NULL,
	program         text,
	program_bytes   bytea,
	command         text,
	command_bytes   bytea,
	directory       text,
	directory_bytes bytea,
	started         timestamptz NOT NULL,
	ended           timestamptz,
	exit_status     integer,
	exit_signal     integer,
	UNIQUE (run_id, number)
);

CREATE TABLE IF NOT EXISTS writetrace.change (
	run_id              bigint NOT NULL REFERENCES writetrace.run ON DELETE CASCADE,
	path_id             bigint NOT NULL REFERENCES writetrace.path,
	change              text NOT NULL,
	type                text,
	differs             text,
	renamed_from_id     bigint REFERENCES writetrace.path,
	size_before         bigint,
	size_after          bigint,
	mode_before         integer,
	mode_after          integer,
	uid_before          bigint,
	uid_after           bigint,
	gid_before          bigint,
	gid_after           bigint,
	mtime_before        text,               -- nine digits, which timestamptz cannot hold
	mtime_after         text,
	target_before       text,
	target_before_bytes bytea,
	target_after        text,
	target_after_bytes  bytea,
	sha256_before       text,
	sha256_after        text,
	process_id          bigint REFERENCES writetrace.process ON DELETE SET NULL,
	old_content         text,
	disturbed           text,
	PRIMARY KEY (run_id, path_id)
);
ALTER TABLE writetrace.change ADD COLUMN IF NOT EXISTS disturbed text;
ALTER TABLE writetrace.change ADD COLUMN IF NOT EXISTS via text;
CREATE INDEX IF NOT EXISTS change_by_path ON writetrace.change (path_id);

CREATE TABLE IF NOT EXISTS writetrace.write (
	run_id     bigint NOT NULL REFERENCES writetrace.run ON DELETE CASCADE,
	path_id    bigint NOT NULL REFERENCES writetrace.path,
	operation  text NOT NULL,
	flags      text,
	error      text,
	count      bigint NOT NULL,
	first      timestamptz NOT NULL,
	last       timestamptz NOT NULL,
	process_id bigint REFERENCES writetrace.process ON DELETE SET NULL
);
CREATE INDEX IF NOT EXISTS write_by_run ON writetrace.write (run_id);
CREATE INDEX IF NOT EXISTS write_by_path ON writetrace.write (path_id);

CREATE TABLE IF NOT EXISTS writetrace.connection (
	run_id        bigint NOT NULL REFERENCES writetrace.run ON DELETE CASCADE,
	process_id    bigint REFERENCES writetrace.process ON DELETE SET NULL,
	family        text NOT NULL,
	type          text NOT NULL,
	protocol      text NOT NULL,
	address       text,
	address_bytes bytea,
	port          integer,
	error         text,
	count         bigint NOT NULL,
	first         timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS connection_by_run ON writetrace.connection (run_id);

CREATE TABLE IF NOT EXISTS writetrace.blind_spot (
	run_id       bigint NOT NULL REFERENCES writetrace.run ON DELETE CASCADE,
	process_id   bigint REFERENCES writetrace.process ON DELETE SET NULL,
	kind         text NOT NULL,
	detail       text NOT NULL,
	detail_bytes bytea
);
CREATE INDEX IF NOT EXISTS blind_spot_by_run ON writetrace.blind_spot (run_id);

CREATE TABLE IF NOT EXISTS writetrace.notable_path (
	run_id  bigint NOT NULL REFERENCES writetrace.run ON DELETE CASCADE,
	path_id bigint NOT NULL REFERENCES writetrace.path,
	reason  text NOT NULL,
	PRIMARY KEY (run_id, path_id, reason)
);

CREATE TABLE IF NOT EXISTS writetrace.outcome (
	run_id       bigint NOT NULL REFERENCES writetrace.run ON DELETE CASCADE,
	path_id      bigint NOT NULL REFERENCES writetrace.path,
	action       text NOT NULL,
	reason       text,
	reason_bytes bytea,
	PRIMARY KEY (run_id, path_id)
);

-- The views of a history; behind their columns the host, and the bytes of what is not UTF-8.

CREATE OR REPLACE VIEW writetrace.runs AS
SELECT r.id, r.name, r.kind,
       (SELECT string_agg(t.id::text, ',' ORDER BY t.id) FROM writetrace.run AS t
         WHERE t.uuid = ANY (string_to_array(r.of_uuids, ',')::uuid[])) AS of_run,
       r.uuid, r.host, r.login, r.directory, r.command, r.started, r.ended, r.seconds, r.exit_status, r.exit_signal,
       r.state, r.tracer_pid, r.loaded AS imported, r.n_created, r.n_modified, r.n_attributes, r.n_deleted,
       r.n_blind_spots, r.bytes_kept,
       r.number, r.name_bytes, r.host_bytes, r.login_bytes, r.directory_bytes, r.command_bytes
  FROM writetrace.run AS r;

CREATE OR REPLACE VIEW writetrace.processes AS
SELECT p.run_id, p.id, parent.id AS parent_id, p.pid, p.program, p.command, p.directory, p.started, p.ended,
       p.exit_status, p.exit_signal,
       r.host, p.program_bytes, p.command_bytes, p.directory_bytes
  FROM writetrace.process AS p
  JOIN writetrace.run AS r ON r.id = p.run_id
  LEFT JOIN writetrace.process AS parent ON parent.run_id = p.run_id AND parent.number = p.parent_number;

-- A view that is replaced takes new columns at its end alone, and these stand before the database's own.
DO $$ BEGIN
	IF NOT EXISTS (SELECT FROM information_schema.columns
			WHERE table_schema = 'writetrace' AND table_name = 'changes' AND column_name = 'via') THEN
		DROP VIEW IF EXISTS writetrace.changes;
	END IF;
END $$;
CREATE OR REPLACE VIEW writetrace.changes AS
SELECT c.run_id, n.path, c.change, c.type, c.differs, f.path AS renamed_from, c.size_before, c.size_after,
       c.mode_before, c.mode_after, c.uid_before, c.uid_after, c.gid_before, c.gid_after, c.mtime_before,
       c.mtime_after, c.target_before, c.target_after, c.sha256_before, c.sha256_after, c.process_id, p.program,
       p.command, c.old_content, c.disturbed, c.via,
       r.host, n.bytes AS path_bytes, f.bytes AS renamed_from_bytes, c.target_before_bytes, c.target_after_bytes,
       p.program_bytes, p.command_bytes
  FROM writetrace.change AS c
  JOIN writetrace.run AS r ON r.id = c.run_id
  JOIN writetrace.path AS n ON n.id = c.path_id
  LEFT JOIN writetrace.path AS f ON f.id = c.renamed_from_id
  LEFT JOIN writetrace.process AS p ON p.id = c.process_id;

CREATE OR REPLACE VIEW writetrace.writes AS
SELECT w.run_id, n.path, w.operation, w.flags, w.error, w.count, w.first, w.last, w.process_id, p.pid, p.program,
       p.command,
       r.host, n.bytes AS path_bytes, p.program_bytes, p.command_bytes
  FROM writetrace.write AS w
  JOIN writetrace.run AS r ON r.id = w.run_id
  JOIN writetrace.path AS n ON n.id = w.path_id
  LEFT JOIN writetrace.process AS p ON p.id = w.process_id;

CREATE OR REPLACE VIEW writetrace.connections AS
SELECT c.run_id, c.process_id, p.program, c.family, c.type, c.protocol, c.address, c.port, c.error, c.count, c.first,
       r.host, c.address_bytes, p.program_bytes
  FROM writetrace.connection AS c
  JOIN writetrace.run AS r ON r.id = c.run_id
  LEFT JOIN writetrace.process AS p ON p.id = c.process_id;

CREATE OR REPLACE VIEW writetrace.blind_spots AS
SELECT b.run_id, b.process_id, p.program, b.kind, b.detail,
       r.host, b.detail_bytes, p.program_bytes
  FROM writetrace.blind_spot AS b
  JOIN writetrace.run AS r ON r.id = b.run_id
  LEFT JOIN writetrace.process AS p ON p.id = b.process_id;

CREATE OR REPLACE VIEW writetrace.notable AS
SELECT t.run_id, n.path, t.reason,
       r.host, n.bytes AS path_bytes
  FROM writetrace.notable_path AS t
  JOIN writetrace.run AS r ON r.id = t.run_id
  JOIN writetrace.path AS n ON n.id = t.path_id;

CREATE OR REPLACE VIEW writetrace.outcomes AS
SELECT o.run_id, n.path, o.action, o.reason,
       r.host, n.bytes AS path_bytes, o.reason_bytes
  FROM writetrace.outcome AS o
  JOIN writetrace.run AS r ON r.id = o.run_id
  JOIN writetrace.path AS n ON n.id = o.path_id;

-- What follows fills these, which are gone afterwards.

CREATE TEMPORARY TABLE load_runs (
	id bigint, uuid uuid, name text, name_bytes bytea, kind text, host text, host_bytes bytea, login text,
	login_bytes bytea, directory text, directory_bytes bytea, command text, command_bytes bytea, started timestamptz,
	ended timestamptz, seconds double precision, exit_status integer, exit_signal integer, state text,
	tracer_pid bigint, n_created bigint, n_modified bigint, n_attributes bigint, n_deleted bigint,
	n_blind_spots bigint, bytes_kept bigint, of_uuids text
) ON COMMIT DROP;
CREATE TEMPORARY TABLE load_processes (
	run_id bigint, id bigint, parent_id bigint, pid bigint, program text, program_bytes bytea, command text,
	command_bytes bytea, directory text, directory_bytes bytea, started timestamptz, ended timestamptz,
	exit_status integer, exit_signal integer
) ON COMMIT DROP;
CREATE TEMPORARY TABLE load_changes (
	run_id bigint, path text, path_bytes bytea, change text, type text, differs text, renamed_from text,
	renamed_from_bytes bytea, size_before bigint, size_after bigint, mode_before integer, mode_after integer,
	uid_before bigint, uid_after bigint, gid_before bigint, gid_after bigint, mtime_before text, mtime_after text,
	target_before text, target_before_bytes bytea, target_after text, target_after_bytes bytea, sha256_before text,
	sha256_after text, process_id bigint, old_content text, disturbed text, via text
) ON COMMIT DROP;
CREATE TEMPORARY TABLE load_writes (
	run_id bigint, path text, path_bytes bytea, operation text, flags text, error text, count bigint,
	first timestamptz, last timestamptz, process_id bigint
) ON COMMIT DROP;
CREATE TEMPORARY TABLE load_connections (
	run_id bigint, process_id bigint, family text, type text, protocol text, address text, address_bytes bytea,
	port integer, error text, count bigint, first timestamptz
) ON COMMIT DROP;
CREATE TEMPORARY TABLE load_blind_spots (
	run_id bigint, process_id bigint, kind text, detail text, detail_bytes bytea
) ON COMMIT DROP;
CREATE TEMPORARY TABLE load_notable (
	run_id bigint, path text, path_bytes bytea, reason text
) ON COMMIT DROP;
CREATE TEMPORARY TABLE load_outcomes (
	run_id bigint, path text, path_bytes bytea, action text, reason text, reason_bytes bytea
) ON COMMIT DROP;
