/* name: give a run a name, or another one. */
#include "config.h"

#include "cmd/cmd.h"
#include "cmd/ui/run_arg.h"
#include "store/run.h"

static int name_main(struct cmd_context *ctx);

const struct cmd cmd_name = {
	.name = "name",
	.group = GROUP_KEEP,
	.summary = "name a run, or name it anew ('' takes the name away)",
	.usage = "name [--db=FILE] RUN NAME",
	.needs = CMD_DB_WRITE,
	.min_args = 2,
	.max_args = 2,
	.options = { OPT_DB },
	.main = name_main,
};

static int
name_main(struct cmd_context *ctx)
{
	const char *name = *ctx->argv[1] ? ctx->argv[1] : NULL;
	int64_t id;

	if (name && run_check_name(name, &ctx->err) < 0)
		return -1;
	if (run_arg_one(ctx->store, ctx->argv[0], &id, &ctx->err) < 0)
		return -1;
	return run_rename(ctx->store, id, name, &ctx->err) < 0 ? -1 : EXIT_DONE;
}
