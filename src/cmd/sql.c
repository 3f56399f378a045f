/* sql: the sqlite3 shell on the history, which it cannot change. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"
#include "cmd/cmd.h"
#include "file/copy.h"
#include "file/temporary.h"

static int sql_main(struct cmd_context *ctx);

const struct cmd cmd_sql = {
	.name = "sql",
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

/* In a child, where something is left to be done after it.  Its exit status, or -1 with e set. */
static int
run_shell(char *const argv[], struct err *e)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, interrupt, quit;
	int failure[2];
	int error = 0, status = 0;
	pid_t pid;

	if (pipe2(failure, O_CLOEXEC) < 0)
		return err_system(e, "cannot make a pipe");
	/* Ctrl-C is for the shell */
	sigaction(SIGINT, &ignore, &interrupt);
	sigaction(SIGQUIT, &ignore, &quit);
	pid = fork();
	if (pid == 0) {
		sigaction(SIGINT, &interrupt, NULL);
		sigaction(SIGQUIT, &quit, NULL);
		execvp(argv[0], argv);
		error = errno;
		_exit(io_write_full(failure[1], &error, sizeof(error)) < 0);
	}
	close(failure[1]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGQUIT, &quit, NULL);
	if (pid > 0 && io_read_full(failure[0], &error, sizeof(error)) != (ssize_t)sizeof(error))
		error = 0;
	close(failure[0]);
	if (pid < 0)
		return err_system(e, "cannot run sqlite3");
	if (error)
		return cannot_run(error, e);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
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

	memcpy(argv, ours, sizeof(ours));
	memcpy(argv + ARRAY_SIZE(ours), ctx->argv, (size_t)ctx->argc * sizeof(*argv));
	store_close(ctx->store);
	ctx->store = NULL;
	if (rc == 0 && file.directory) {
		rc = run_shell(argv, &ctx->err);
	} else if (rc == 0) {
		execvp(program, argv);
		rc = cannot_run(errno, &ctx->err);
	}
	remove_copy(&file);
	free(argv);
	return rc;
}
