/* Histories that were tampered with, for the fuzz targets. */
#include "config.h"

#include "forged.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "cmd/table.h"
#include "store/store.h"
#include "store/columns.h"

/* As bytes: a sound one, and one whose tables take anything anywhere. */
static struct buf sound = BUF_INIT, lax = BUF_INIT;

/* %1$s is a directory that is there, with a file a in it. */
static const char rows_sql[] =
	"INSERT INTO word (id, word) VALUES (1, 'create'), (2, 'O_WRONLY|O_CREAT'), (3, 'ENOENT'), (4, 'unlink');"
	"INSERT INTO path (id, path) VALUES (1, '%1$s/a'), (2, '%1$s/b'), (3, '%1$s/d'), (4, '%1$s/d/c'),"
	" (5, '%1$s/l'), (6, '/etc/passwd');"
	"INSERT INTO run (id, uuid, name, kind, host, login, directory, command, started_ns, ended_ns,"
	" exit_status, state, tracer_pid, imported_ns, n_created, n_blind_spots) VALUES"
	" (1, '0192d3a0-0000-7000-8000-000000000001', 'app', 'run', 'h', 'root', '/', 'sh -c x', 1000, 2000,"
	"  0, 'complete', 10, NULL, 3, 1),"
	" (2, '0192d3a0-0000-7000-8000-000000000002', 'app', 'run', 'h', 'root', '/', 'sh -c y', 3000, 4000,"
	"  1, 'complete', 11, NULL, 1, 0),"
	" (3, '0192d3a0-0000-7000-8000-000000000003', NULL, 'undo', 'h', 'root', '/', 'writetrace undo 1', 5000,"
	"  6000, 0, 'interrupted', 12, NULL, 0, 0),"
	" (4, '0192d3a0-0000-7000-8000-000000000004', 'app', 'run', 'other', 'u', '/', 'make', 100, 200,"
	"  0, 'complete', 13, 7000, 0, 0);"
	"INSERT INTO of_run (run_id, seq, of_run_id) VALUES (3, 0, 1);"
	"INSERT INTO process (id, run_id, seq, parent_id, pid, image_id, program, command, directory, started_ns,"
	" ended_ns, exit_status) VALUES (1, 1, 1, NULL, 20, NULL, '/bin/sh', 'sh -c x', '/', 1000, 2000, 0),"
	" (2, 1, 2, 1, 21, 1, NULL, NULL, NULL, 1100, 1200, 0), (3, 2, 1, NULL, 22, NULL, '/bin/sh', 'sh', '/', 3000,"
	" 4000, 1), (4, 3, 1, NULL, 23, NULL, '/usr/bin/writetrace', 'writetrace', '/', 5000, 6000, 0);"
	"INSERT INTO access VALUES (1, 1, 1, 1, 2, 0, 1, 1000, 1001), (1, 2, 2, 1, 2, 0, 1, 1002, 1003),"
	" (1, 3, 1, 4, 0, 3, 1, 1002, 1003), (2, 1, 3, 1, 2, 0, 5, 3001, 3002), (3, 2, 4, 4, 0, 0, 1, 5001, 5002);"
	"INSERT INTO change (run_id, path_id, class, differs, renamed_from_id, process_id, old_content, type_before,"
	" type_after, size_before, size_after, mode_before, mode_after, uid_after, gid_after, mtime_before_ns,"
	" mtime_after_ns, target_after, sha256_before, sha256_after, xattrs_after, dev_after, ino_after, nlink_after)"
	" VALUES (1, 1, 'created', NULL, NULL, 1, NULL, NULL, 'file', NULL, 1, NULL, 420, 0, 0, NULL, 1500, NULL, NULL,"
	"  x'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb', NULL, 1, 2, 1),"
	" (1, 2, 'created', NULL, 5, 2, NULL, NULL, 'file', NULL, 4, NULL, 420, 0, 0, NULL, 1500, NULL, NULL,"
	"  zeroblob(32), x'757365722e610001000000ff', 1, 3, 1),"
	" (1, 3, 'created', NULL, NULL, 1, NULL, NULL, 'directory', NULL, NULL, NULL, 493, 0, 0, NULL, 1500, NULL, NULL,"
	"  NULL, NULL, 1, 4, 2),"
	" (1, 5, 'deleted', NULL, NULL, 1, 'kept', 'file', NULL, 3, NULL, 420, NULL, NULL, NULL, 500, NULL, NULL,"
	"  zeroblob(32), NULL, NULL, NULL, NULL, NULL),"
	" (2, 1, 'modified', 'content,mtime', NULL, 3, 'kept', 'file', 'file', 1, 2, 420, 420, 0, 0, 1500, 3500, NULL,"
	"  x'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb', zeroblob(32), NULL, 1, 2, 1),"
	" (2, 4, 'created', NULL, NULL, 3, NULL, NULL, 'symlink', NULL, NULL, NULL, 511, 0, 0, NULL, 3500, '../x', NULL,"
	"  NULL, NULL, 1, 9, 1),"
	" (3, 2, 'deleted', NULL, NULL, 4, 'not kept', 'file', NULL, 4, NULL, 420, NULL, NULL, NULL, 1500, NULL, NULL,"
	"  zeroblob(32), NULL, NULL, NULL, NULL, NULL);"
	"INSERT INTO connection VALUES (1, 1, 'AF_INET', 'SOCK_STREAM', 'IPPROTO_TCP', '192.0.2.1', 80, NULL, 1, 1001);"
	"INSERT INTO blind_spot (run_id, seq, process_id, kind, detail) VALUES (1, 1, 1, 'service', 'asked systemd');"
	"INSERT INTO notable_path (run_id, path_id, reason) VALUES (1, 6, 'user accounts');"
	"INSERT INTO outcome VALUES (3, 2, 'remove', NULL), (3, 1, 'keep', 'edited since run 1');";

static const char lax_sql[] =
	"PRAGMA writable_schema = ON;"
	"UPDATE sqlite_schema SET sql = replace(replace(replace(sql, ') STRICT, WITHOUT', ') WITHOUT'), ') STRICT', ')'),"
	" ' NOT NULL', '') WHERE type = 'table';";

static void
exec(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return;
	fprintf(stderr, "%s: %s\n", sqlite3_errmsg(db), sql);
	abort();
}

/* A plain file without a -wal, which its bytes are all of. */
static void
make_templates(void)
{
	char *file = xasprintf("%s/template.db", fuzz_scratch());
	char *dir = xasprintf("%s/tree", fuzz_scratch());
	char *sql = xasprintf(rows_sql, dir);
	char *a = xasprintf("%s/a", dir);
	struct store *s;
	struct err e = { 0 };
	sqlite3 *db;

	fuzz_check(mkdir(dir, 0700) == 0);
	fuzz_write(a, "a", 1);
	fuzz_check(store_open(&s, file, STORE_WRITE, &e) == 0);
	store_close(s);
	fuzz_check(sqlite3_open(file, &db) == SQLITE_OK);
	exec(db, "PRAGMA journal_mode = DELETE");
	exec(db, sql);
	fuzz_check(io_read_file(file, &sound, 1 << 22) == 0);
	exec(db, lax_sql);
	sqlite3_close(db);
	fuzz_check(io_read_file(file, &lax, 1 << 22) == 0);
	unlink(file);
	free(a);
	free(sql);
	free(dir);
	free(file);
}

/* --- bytes --- */

static size_t
take_place(struct input *in, size_t len)
{
	size_t page = input_byte(in), at = (size_t)input_byte(in) << 8 | input_byte(in);

	return (page * 4096 + at % 4096) % len;
}

static void
forge_bytes(const char *file, struct input *in)
{
	uint8_t n = input_byte(in);
	size_t len = sound.len;
	char *bytes = xmemdup(sound.data, len);

	while (n-- > 0 && in->left > 0) {
		size_t at = take_place(in, len), run;
		const char *with = input_bytes(in, 32, &run);

		if (run == 0)
			len = at + 1;	/* cut off */
		for (size_t i = 0; i < run && at + i < len; i++)
			bytes[at + i] = with[i];
	}
	fuzz_write(file, bytes, len);
	free(bytes);
}

/* --- values --- */

static const char *const texts[] = {
	"", "/", "relative", "/a/../etc/passwd", "//x", "/a/", "..", "/etc/passwd", "run", "running", "file", "directory",
	"symlink", "char", "created", "deleted", "modified", "attributes", "kept", "1,2", ",,", "9999999999999999999999",
	"../../../etc/passwd", "last", "\x1b[2J", "\xff\xfe", "a\nb", "restore", "keep", "content,type", "2026-11-21 00:00:00",
};

static void
bind_value(sqlite3_stmt *stmt, struct input *in)
{
	const char *bytes;
	size_t len;

	switch (input_byte(in) % 7) {
	case 0:
		sqlite3_bind_null(stmt, 1);
		break;
	case 1:
		sqlite3_bind_int64(stmt, 1, input_int(in));
		break;
	case 2:
		sqlite3_bind_double(stmt, 1, (double)input_int(in) / 3 * (input_byte(in) & 1 ? 1e300 : 1));
		break;
	case 3:
		bytes = texts[input_byte(in) % ARRAY_SIZE(texts)];
		sqlite3_bind_text(stmt, 1, bytes, -1, SQLITE_STATIC);
		break;
	case 4:
		bytes = input_bytes(in, 255, &len);
		sqlite3_bind_text(stmt, 1, bytes, (int)len, SQLITE_TRANSIENT);
		break;
	case 5:
		bytes = input_bytes(in, 255, &len);
		sqlite3_bind_blob(stmt, 1, bytes, (int)len, SQLITE_TRANSIENT);
		break;
	default:
		sqlite3_bind_zeroblob(stmt, 1, input_byte(in) << 8);
	}
}

/* A column of one of the tables, path and word among them. */
static void
take_column(struct input *in, const char **table, const char **column)
{
	static const char *const shared[][2] = { { "path", "path" }, { "path", "id" }, { "word", "word" }, { "word", "id" } };
	uint8_t t = input_byte(in), c = input_byte(in);

	if (t % (TABLE_COUNT + 1) == TABLE_COUNT) {
		*table = shared[c % ARRAY_SIZE(shared)][0];
		*column = shared[c % ARRAY_SIZE(shared)][1];
		return;
	}
	*table = tables[t % (TABLE_COUNT + 1)].name;
	*column = tables[t % (TABLE_COUNT + 1)].columns[c % tables[t % (TABLE_COUNT + 1)].n].name;
}

/* Set one value, or all of a column; what SQLite does not let pass is left. */
static void
forge_value(sqlite3 *db, struct input *in)
{
	const char *table, *column;
	sqlite3_stmt *stmt;
	uint8_t row;
	char *sql;

	take_column(in, &table, &column);
	row = input_byte(in);
	sql = xasprintf("WITH n AS (SELECT row_number() OVER () AS n, t.* FROM %s AS t) UPDATE %s SET %s = ?1 WHERE %d OR"
			" EXISTS (SELECT 1 FROM n WHERE n.n = %d AND n.%s IS %s.%s)", table, table, column, row == 255,
			row % 8 + 1, column, table, column);
	fuzz_check(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK);
	bind_value(stmt, in);
	sqlite3_step(stmt);
	sqlite3_finalize(stmt);
	free(sql);
}

static void
forge_values(const char *file, struct input *in)
{
	uint8_t n = input_byte(in) % 16;
	sqlite3 *db;

	fuzz_write(file, lax.data, lax.len);
	fuzz_check(sqlite3_open(file, &db) == SQLITE_OK);
	exec(db, "PRAGMA ignore_check_constraints = ON; PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; BEGIN");
	while (n-- > 0 && in->left > 0)
		forge_value(db, in);
	exec(db, "COMMIT");
	sqlite3_close(db);
}

void
forged_write(const char *file, struct input *in)
{
	if (sound.len == 0)
		make_templates();
	if (input_byte(in) & 1)
		forge_values(file, in);
	else
		forge_bytes(file, in);
}

/* --- commands --- */

static int
run(struct cmd_context *ctx, int argc, char **argv)
{
	enum store_mode mode = ctx->cmd->needs & CMD_DB_WRITE ? STORE_WRITE_EXISTING : STORE_READ;
	int first;

	if (opts_parse(ctx->cmd, argc, argv, &ctx->opt, &first, &ctx->err) < 0)
		return -1;
	ctx->argc = argc - first;
	ctx->argv = argv + first;
	if (ctx->cmd->needs & (CMD_DB_READ | CMD_DB_WRITE) &&
	    store_open(&ctx->store, ctx->history, mode, &ctx->err) < 0)
		return -1;
	return ctx->cmd->main(ctx);
}

int
forged_command(const char *history, const char *const words[])
{
	struct cmd_context ctx = { .cmd = table_find(words[0]), .history = xstrdup(history) };
	FILE *standard_output = stdout, *standard_error = stderr;
	char *argv[16] = { NULL }, *owned[16];
	int argc = 0, status;

	while (words[argc]) {
		owned[argc] = argv[argc] = xstrdup(words[argc]);
		argc++;
	}
	/* the descriptor stays: a sanitizer says there what it finds */
	stdout = fopen("/dev/null", "w");
	stderr = fopen("/dev/null", "w");
	fuzz_check(ctx.cmd && stdout && stderr);
	status = run(&ctx, argc, argv);
	store_close(ctx.store);
	opts_release(&ctx.opt);
	fclose(stdout);
	fclose(stderr);
	stdout = standard_output;
	stderr = standard_error;
	fuzz_check(status >= 0 || ctx.err.text[0]);
	for (int i = 0; i < argc; i++)
		free(owned[i]);	/* argv is put in another order, and operands may stand there twice */
	free(ctx.history);
	return status < 0 ? EXIT_FAILED : status;
}
