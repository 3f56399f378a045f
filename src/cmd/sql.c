/* sql: the sqlite3 shell on the history, which it cannot change. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cmd/cmd.h"

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

static int
sql_main(struct cmd_context *ctx)
{
	static char program[] = "sqlite3", readonly[] = "-readonly", header[] = "-header";
	/* whoever closes the history last holds it for a moment (SQLite's "Write-Ahead Logging", section 2.1) */
	static char first[] = "-cmd", wait[] = ".timeout 10000";
	/* a view of a history that somebody sent must not call what this shell has, edit() for one */
	static char trust[] = "PRAGMA trusted_schema = OFF";
	/* as this program could open it: a WAL history in a place that cannot be written needs immutable */
	char *file = store_readable_name(ctx->store);
	char *const ours[] = { program, readonly, header, first, wait, first, trust, file };
	char **argv = xcalloc((size_t)ctx->argc + ARRAY_SIZE(ours) + 1, sizeof(*argv));

	memcpy(argv, ours, sizeof(ours));
	memcpy(argv + ARRAY_SIZE(ours), ctx->argv, (size_t)ctx->argc * sizeof(*argv));
	store_close(ctx->store);
	ctx->store = NULL;
	execvp(program, argv);
	if (errno == ENOENT)
		err_set(&ctx->err, ERR_SYSTEM, "cannot run sqlite3: it is not installed "
			"(the package is called sqlite3, or sqlite)");
	else
		err_system(&ctx->err, "cannot run sqlite3");
	free(argv);
	free(file);
	return -1;
}
