/* Finds the subcommand, sets up what all of them need, and ends with its status. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record/recover.h"
#include "base/err.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "cmd/help.h"
#include "cmd/history.h"
#include "cmd/session/needs.h"
#include "cmd/table.h"
#include "cmd/ui/filter.h"

/*
 * Where standard descriptors are closed the next file opened would get their number, and a message could
 * be written into the history.  What fills them is closed again for a command that is run.
 */
static void
fill_standard_descriptors(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

static int
check_operands(const struct cmd *cmd, int n, struct err *e)
{
	if (n < cmd->min_args)
		return err_set(e, ERR_USAGE, "%s: too few arguments; usage: writetrace %s",
			       cmd->name, cmd->usage);
	if (cmd->max_args >= 0 && n > cmd->max_args)
		return err_set(e, ERR_USAGE, "%s: too many arguments; usage: writetrace %s",
			       cmd->name, cmd->usage);
	return 0;
}

static int
open_store(struct cmd_context *ctx)
{
	enum store_mode mode = ctx->cmd->needs & CMD_DB_WRITE ? STORE_WRITE_EXISTING : STORE_READ;

	if (!(ctx->cmd->needs & (CMD_DB_READ | CMD_DB_WRITE)))
		return 0;
	if (store_open(&ctx->store, ctx->history, mode, &ctx->err) < 0)
		return -1;
	/* whoever may write completes what dead runs left */
	if (mode == STORE_WRITE_EXISTING)
		recover_all(ctx->store);
	return 0;
}

static int
set_up_and_run(struct cmd_context *ctx, int argc, char **argv)
{
	int first;

	if (opts_parse(ctx->cmd, argc, argv, &ctx->opt, &first, &ctx->err) < 0)
		return -1;
	if (ctx->opt.help) {
		help_command(ctx->cmd, stdout);
		return EXIT_DONE;
	}
	if (ctx->opt.version) {
		puts(PACKAGE_STRING);
		return EXIT_DONE;
	}
	ctx->argc = argc - first;
	ctx->argv = argv + first;
	if (check_operands(ctx->cmd, ctx->argc, &ctx->err) < 0)
		return -1;
	if (filter_read(&ctx->opt, &ctx->err) < 0)
		return -1;
	if (opts_takes(ctx->cmd, OPT_DB) && history_find(ctx->opt.db, &ctx->history, &ctx->err) < 0)
		return -1;
	if (open_store(ctx) < 0)
		return -1;
	return ctx->cmd->main(ctx);
}

/* A full disk must not look like a short list. */
static int
check_stdout(void)
{
	int failed = ferror(stdout);

	errno = 0;
	if (fflush(stdout) == 0 && !failed)
		return 0;
	err_message("cannot write to standard output: %s", strerror(errno ? errno : EIO));
	return -1;
}

static int
run_cmd(const struct cmd *cmd, int argc, char **argv)
{
	struct cmd_context ctx = { .cmd = cmd };
	int failed = cmd->needs & CMD_RUNS_COMMAND ? EXIT_RUN_FAILED : EXIT_FAILED;
	int status;

	mem_set_exit_status(failed);
	status = set_up_and_run(&ctx, argc, argv);
	if (status < 0) {
		if (ctx.history)
			history_hint(&ctx.err, ctx.opt.db, ctx.history);
		err_print(&ctx.err);
		status = failed;
	} else if (!ctx.opt.quiet) {
		filter_say_unmet(&ctx.opt);
	}
	if (check_stdout() < 0)
		status = failed;
	store_close(ctx.store);
	filter_release(&ctx.opt);
	opts_release(&ctx.opt);
	free(ctx.history);
	return status;
}

/*
 * What a first word that is an option stands for: --help for help, and options with "--" behind them for
 * run.  *skip is how many words the command's own words follow.
 */
static const struct cmd *
option_command(int argc, char **argv, int *skip)
{
	*skip = 1;
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return table_find("help");
	*skip = 0;
	for (int i = 1; i < argc && argv[1][0] == '-'; i++) {
		if (strcmp(argv[i], "--") == 0)
			return table_find("run");
	}
	return NULL;
}

int
main(int argc, char **argv)
{
	const struct cmd *cmd;
	struct err e;
	int skip = 1;

	fill_standard_descriptors();
	setlocale(LC_CTYPE, "");
	if (argc < 2) {
		err_message("no command given");
		help_overview(stderr);
		return EXIT_FAILED;
	}
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
		puts(PACKAGE_STRING);
		if (argc > 2 && strcmp(argv[2], "-v") == 0)
			needs_describe(stdout);
		return check_stdout() < 0 ? EXIT_FAILED : EXIT_DONE;
	}
	cmd = table_find(argv[1]);
	if (!cmd)
		cmd = option_command(argc, argv, &skip);
	if (cmd)
		return run_cmd(cmd, argc - skip, argv + skip);
	if (argv[1][0] == '-')
		err_set(&e, ERR_USAGE, "unknown option %s; see: writetrace help", argv[1]);
	else
		table_unknown(argv + 1, &e);
	err_print(&e);
	return EXIT_FAILED;
}
