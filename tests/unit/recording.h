/* A run recorded by hand: each call is told to the sink as the tracer does, and really done in between. */
#ifndef WT_TESTS_RECORDING_H
#define WT_TESTS_RECORDING_H

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include "file/identity.h"
#include "record/recorder.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/path.h"
#include "unit/history.h"
#include "trace/path/resolve.h"
#include "trace/path/target.h"

static char scratch[PATH_MAX];		/* canonical */
static struct store *store;
static struct recorder *record;
static struct call call;
static int64_t recording_started_ns;	/* 0: what a test has made before is clearly older */

static inline void
recording_begin(void)
{
	const struct run_start start = {
		.uuid = "u", .kind = RUN_KIND_RUN, .host = "h", .login = "l", .directory = "/", .command = "c",
		.started_ns = recording_started_ns ? recording_started_ns : clock_now_ns() + NS_PER_SECOND,
		.tracer_pid = 1,
	};
	static const struct recorder_options options = { .no_args = false };
	static const struct process_start process = {
		.image = 1, .pid = 0x3fffffff, .is_exec = true, .program = "sh", .command = "sh -c x", .started_ns = 1000,
	};
	struct err e = { 0 };
	char *history;

	ck_assert_ptr_nonnull(realpath(".", scratch));
	history = path_join(scratch, "history.db");
	ck_assert_msg(store_open(&store, history, STORE_WRITE, &e) == 0, "%s", e.text);
	free(history);
	ck_assert_msg(recorder_begin(&record, store, &start, &options, &e) == 0, "%s", e.text);
	recorder_sink(record)->process_start(recorder_sink(record)->context, &process);
}

static inline struct tally_sheet
recording_finish(enum run_state state)
{
	struct tally_sheet tally;
	struct err e = { 0 };

	ck_assert_msg(recorder_finish(record, state, &tally, &e) == 0, "%s", e.text);
	recorder_free(record);
	store_close(store);
	return tally;
}

static inline void
recording_aim(struct target *t, const char *name)
{
	char *dir;

	*t = (struct target)TARGET_INIT;
	t->path = path_join(scratch, name);
	t->sight = TARGET_RESOLVED;
	dir = xstrndup(t->path, path_dir_len(t->path));
	t->dir_fd = open(dir, O_PATH | O_CLOEXEC);
	t->fd = open(t->path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (t->fd >= 0)
		ck_assert_int_eq(identity_stat(t->fd, &t->st, &t->birth), 0);
	free(dir);
}

/* Before the call goes on.  Names are relative to the scratch place; b may be NULL. */
static inline void
tell_enter(enum op op, const char *a, const char *b)
{
	call = (struct call){ .op = op, .n_targets = b ? 2 : 1, .opened = TARGET_INIT };
	recording_aim(&call.target[0], a);
	if (b)
		recording_aim(&call.target[1], b);
	if (op == OP_OPEN || op == OP_CREATE) {
		call.flag_set = FLAGS_OPEN;
		call.op = call.target[0].fd >= 0 ? OP_OPEN : OP_CREATE;
		call.flags = O_WRONLY | O_CREAT;
	}
	call.writes_content = op == OP_OPEN || op == OP_CREATE || op == OP_TRUNCATE;
	recorder_sink(record)->enter(recorder_sink(record)->context, 1, &call);
	for (unsigned i = 0; i < call.n_targets; i++)
		target_close(&call.target[i]);
}

static inline void
tell_leave(int rc)
{
	call.error = rc < 0 ? errno : 0;
	recorder_sink(record)->leave(recorder_sink(record)->context, 1, &call);
	for (unsigned i = 0; i < call.n_targets; i++)
		target_release(&call.target[i]);
	target_release(&call.opened);
}

/* The calls: told, done, told.  Each returns what the system call did. */
static inline int
do_write(const char *name, const char *content)
{
	int fd;

	tell_enter(OP_OPEN, name, NULL);
	fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd >= 0) {
		call.opened.path = path_join(scratch, name);
		call.opened.sight = TARGET_RESOLVED;
		ck_assert_int_eq(identity_stat(fd, &call.opened.st, &call.opened.birth), 0);
	}
	tell_leave(fd);
	if (fd < 0)
		return -1;
	if (content) {
		ck_assert_int_eq(ftruncate(fd, 0), 0);
		ck_assert_int_eq(io_write_full(fd, content, strlen(content)), 0);
	}
	return close(fd);
}

#define DO_CALL(name, op, a, b, system_call)        \
	static inline int                           \
	name                                        \
	{                                           \
		int rc;                             \
                                                    \
		tell_enter(op, a, b);               \
		rc = (system_call);                 \
		tell_leave(rc);                     \
		return rc;                          \
	}

DO_CALL(do_unlink(const char *a), OP_UNLINK, a, NULL, unlink(a))
DO_CALL(do_rename(const char *a, const char *b), OP_RENAME, a, b, rename(a, b))
DO_CALL(do_exchange(const char *a, const char *b), OP_EXCHANGE, a, b,
	renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE))
DO_CALL(do_link(const char *a, const char *b), OP_LINK, a, b, link(a, b))
DO_CALL(do_symlink(const char *text, const char *a), OP_SYMLINK, a, NULL, symlink(text, a))
DO_CALL(do_mkdir(const char *a), OP_MKDIR, a, NULL, mkdir(a, 0755))
DO_CALL(do_rmdir(const char *a), OP_RMDIR, a, NULL, rmdir(a))
DO_CALL(do_mkfifo(const char *a), OP_MKNOD, a, NULL, mkfifo(a, 0600))
DO_CALL(do_chmod(const char *a, mode_t mode), OP_CHMOD, a, NULL, chmod(a, mode))
DO_CALL(do_truncate(const char *a, off_t size), OP_TRUNCATE, a, NULL, truncate(a, size))
DO_CALL(do_utime(const char *a, const struct timespec times[2]), OP_UTIME, a, NULL,
	utimensat(AT_FDCWD, a, times, AT_SYMLINK_NOFOLLOW))

/* What is there before the run; times are of long ago, so that a write always moves them. */
static inline void
put(const char *name, const char *content)
{
	static const struct timespec old[2] = { { 1000000000, 0 }, { 1000000000, 0 } };
	FILE *f = fopen(name, "we");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(content, f), 0);
	ck_assert_int_eq(fclose(f), 0);
	ck_assert_int_eq(chmod(name, 0644), 0);
	ck_assert_int_eq(utimensat(AT_FDCWD, name, old, 0), 0);
}

/* The rows of a query, a line each, with the scratch place left out of paths.  The caller frees it. */
static inline char *
ask_text(const char *sql)
{
	struct buf out = BUF_INIT;
	char *begin = xasprintf("%s/", scratch);
	sqlite3_stmt *stmt = NULL;
	sqlite3 *db;

	ck_assert_int_eq(sqlite3_open("history.db", &db), SQLITE_OK);
	ck_assert_msg(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK, "%s", sqlite3_errmsg(db));
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(stmt); i++) {
			const char *text = (const char *)sqlite3_column_text(stmt, i);

			if (!text)
				continue;
			if (i > 0)
				buf_addch(&out, ' ');
			buf_addstr(&out, strncmp(text, begin, strlen(begin)) == 0 ? text + strlen(begin) : text);
		}
		buf_addch(&out, '\n');
	}
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	free(begin);
	return buf_detach(&out);
}

static inline void
expect_rows(const char *sql, const char *want)
{
	char *got = ask_text(sql);

	ck_assert_str_eq(got ? got : "", want);
	free(got);
}

/* path change differs, and where it was before */
#define CHANGES "SELECT path, change, differs, CASE WHEN renamed_from NOT NULL THEN '<' END, renamed_from FROM changes ORDER BY path"
#define WRITES "SELECT path, operation, error, count FROM writes ORDER BY path, operation, error"

#endif
