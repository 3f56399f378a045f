/* sql: the sqlite3 shell on the history, which it cannot change. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"
#include "cmd/cmd.h"
#include "cmd/ui/visible.h"
#include "file/copy.h"
#include "file/temporary.h"

static int sql_main(struct cmd_context *ctx);

const struct cmd cmd_sql = {
	.name = "sql",
	.group = GROUP_LOOK,
	.summary = "query the history: sqlite3 -readonly, with headers",
	.usage = "sql [--db=FILE] [ARG...]",
	.needs = CMD_DB_READ | CMD_OPTIONS_FIRST | CMD_RAW_ARGS,
	.max_args = -1,
	.options = { OPT_DB },
	.main = sql_main,
};

/* What the shell is to open, and what of it is to go when the shell has ended. */
struct sql_file {
	char *name;
	char *directory;	/* of a copy; NULL: it is the history itself */
};

static void
remove_copy(struct sql_file *f)
{
	if (f->directory) {
		unlink(f->name);
		rmdir(f->directory);
	}
	free(f->directory);
	free(f->name);
}

/*
 * Where a database says how it is read and written: 1 and 1, without a write-ahead log, so that nothing is made beside the
 * copy ("Database File Format", section 1.3.3, sqlite.org/fileformat2.html).
 */
enum { MODE_AT = 18 };

/* The shell goes by names, and what those of another user's history lead to is that user's to say. */
static int
copy_snapshot(const struct store *s, struct sql_file *f, struct err *e)
{
	int from = store_snapshot_fd(s);
	struct stat st;
	int fd, rc;

	f->directory = temporary_directory(e);
	if (!f->directory)
		return -1;
	f->name = path_join(f->directory, path_name(store_path(s)));
	fd = open(f->name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0 || fstat(from, &st) < 0)
		rc = err_system(e, "cannot make %s", f->name);
	else if ((rc = copy_content(from, fd, st.st_size, e)) == 0 && io_pwrite_full(fd, "\1\1", 2, MODE_AT) < 0)
		rc = err_system(e, "cannot write %s", f->name);
	io_close(&fd);
	return rc;
}

static int
find_file(const struct store *s, struct sql_file *f, struct err *e)
{
	/* as this program could open it: a WAL history in a place that cannot be written needs immutable */
	if (store_snapshot_fd(s) < 0)
		f->name = store_readable_name(s);
	else if (copy_snapshot(s, f, e) < 0)
		return err_prefix(e, "cannot read history %s", store_path(s));
	return 0;
}

static int
cannot_run(int error, struct err *e)
{
	if (error == ENOENT)
		return err_set(e, ERR_SYSTEM, "cannot run sqlite3: it is not installed "
			       "(the package is called sqlite3, or sqlite)");
	errno = error;
	return err_system(e, "cannot run sqlite3");
}

/* What the shell prints, made visible.  The last of it comes when the pipe is closed. */
static void
show_output(int fd)
{
	struct visible v = { .out = BUF_INIT, .rest = BUF_INIT };
	char chunk[4096];
	ssize_t n;

	while ((n = read(fd, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		visible_add(&v, chunk, (size_t)n);
		if (io_write_full(STDOUT_FILENO, v.out.data, v.out.len) < 0)
			break;
		buf_reset(&v.out);
	}
	visible_end(&v);
	(void)!io_write_full(STDOUT_FILENO, v.out.data, v.out.len);
	visible_release(&v);
}

/* The shell's place; failure is told of what keeps it from beginning. */
static void __attribute__((noreturn))
become_shell(char *const argv[], int output, int failure)
{
	int error;

	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	if (output < 0 || dup2(output, STDOUT_FILENO) >= 0)
		execvp(argv[0], argv);
	error = errno;
	_exit(io_write_full(failure, &error, sizeof(error)) < 0);
}

static int
await_shell(pid_t pid, int failure, struct err *e)
{
	int error = 0, status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (io_read_full(failure, &error, sizeof(error)) == (ssize_t)sizeof(error))
		return cannot_run(error, e);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* In a child, where something is left to be done beside it or after it.  Its exit status, or -1 with e set. */
static int
run_shell(char *const argv[], bool visible, struct err *e)
{
	int failure[2], output[2] = { -1, -1 };
	pid_t pid;
	int rc;

	if (pipe2(failure, O_CLOEXEC) < 0)
		return err_system(e, "cannot make a pipe");
	/* Ctrl-C is for the shell */
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	pid = visible && pipe2(output, O_CLOEXEC) < 0 ? -1 : fork();
	if (pid == 0)
		become_shell(argv, output[1], failure[1]);
	if (pid < 0)
		err_system(e, "cannot run sqlite3");
	close(failure[1]);
	io_close(&output[1]);
	if (pid > 0 && visible)
		show_output(output[0]);
	io_close(&output[0]);
	rc = pid < 0 ? -1 : await_shell(pid, failure[0], e);
	close(failure[0]);
	return rc;
}

/* Options of the sqlite3 shell that take a word. */
static bool
takes_word(const char *option)
{
	static const char *const names[] = {
		"cmd", "escape", "heap", "init", "lookaside", "maxsize", "mmap", "newline", "nullvalue", "pagecache",
		"separator", "vfs",
	};

	option += option[0] == '-' && option[1] == '-' ? 2 : 1;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(option, names[i]) == 0)
			return true;
	}
	return false;
}

/* Whether somebody will type: no statement is given, and standard input is a terminal. */
static bool
is_interactive(const struct cmd_context *ctx)
{
	const char *last = ctx->argc > 0 ? ctx->argv[ctx->argc - 1] : NULL;
	const char *before = ctx->argc > 1 ? ctx->argv[ctx->argc - 2] : NULL;

	if (last && last[0] != '-' && !(before && before[0] == '-' && takes_word(before)))
		return false;
	return isatty(STDIN_FILENO);
}

static int
sql_main(struct cmd_context *ctx)
{
	static char program[] = "sqlite3", readonly[] = "-readonly", header[] = "-header";
	/* whoever closes the history last holds it for a moment (SQLite's "Write-Ahead Logging", section 2.1) */
	static char first[] = "-cmd", wait[] = ".timeout 10000";
	/* a view of a history that somebody sent must not call what this shell has, edit() for one */
	static char trust[] = "PRAGMA trusted_schema = OFF";
	struct sql_file file = { NULL, NULL };
	int rc = find_file(ctx->store, &file, &ctx->err);
	char *const ours[] = { program, readonly, header, first, wait, first, trust, file.name };
	char **argv = xcalloc((size_t)ctx->argc + ARRAY_SIZE(ours) + 1, sizeof(*argv));
	bool at_terminal = isatty(STDOUT_FILENO), interactive = is_interactive(ctx);

	memcpy(argv, ours, sizeof(ours));
	memcpy(argv + ARRAY_SIZE(ours), ctx->argv, (size_t)ctx->argc * sizeof(*argv));
	store_close(ctx->store);
	ctx->store = NULL;
	/* what is typed has to be edited, which is between sqlite3 and the terminal */
	if (rc == 0 && at_terminal && interactive)
		err_message("sqlite3 shows names as they are here, control characters and all; "
			    "writetrace sql 'SELECT ...' makes them visible");
	if (rc == 0 && (file.directory || (at_terminal && !interactive))) {
		rc = run_shell(argv, at_terminal && !interactive, &ctx->err);
	} else if (rc == 0) {
		execvp(program, argv);
		rc = cannot_run(errno, &ctx->err);
	}
	remove_copy(&file);
	free(argv);
	return rc;
}
