/* run: trace a command and its descendants until all have ended. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/list.h"
#include "base/number.h"
#include "base/processor.h"
#include "base/program.h"
#include "cmd/cmd.h"
#include "cmd/session/front.h"
#include "cmd/session/joining.h"
#include "cmd/ui/place_arg.h"
#include "cmd/ui/run_arg.h"
#include "record/watched_look.h"
#include "trace/credentials.h"

static int run_main(struct cmd_context *ctx);

const struct cmd cmd_run = {
	.name = "run",
	.group = GROUP_RECORD,
	.summary = "trace a command and record what it and its descendants write",
	.usage = "run [OPTION...] [--] COMMAND [ARG...]",
	.needs = CMD_OPTIONS_FIRST | CMD_RUNS_COMMAND,
	.min_args = 1,
	.max_args = -1,
	.options = { OPT_ALLOW, OPT_ALLOW_FROM, OPT_BEFORE_CONNECT, OPT_BEFORE_TIMEOUT, OPT_COLOR, OPT_DAEMONS, OPT_DB,
		     OPT_DURABLE, OPT_FIND_LINKS, OPT_IO_URING, OPT_NAME, OPT_NO_ARGS, OPT_NO_FILTER,
		     OPT_NO_NET, OPT_ONE_CPU, OPT_OUTPUT, OPT_PRE_IMAGES, OPT_QUIET, OPT_STRICT, OPT_USER, OPT_VERBOSE, OPT_WATCH,
		     OPT_WATCH_KEEP },
	.main = run_main,
};

/* Before anything is begun: a slip of the pen leaves no run.  0, or an errno. */
static int
find_command(const char *name)
{
	char *path = program_find(name);
	int why = path ? 0 : errno;

	free(path);
	return why;
}

static void
free_watched(struct order *order)
{
	for (size_t i = 0; i < order->n_watched; i++)
		free(order->watched[i]);
	free(order->watched);
}

/* By their own names, from here: a link that is named stands for where it leads. */
static int
find_watched(const struct options *opt, struct order *order, struct err *e)
{
	order->watch_bytes = WATCHED_FILE_BYTES;
	if (opt->watch_keep && number_parse_size(opt->watch_keep, &order->watch_bytes) < 0)
		return err_set(e, ERR_USAGE, "run: --watch-keep takes a size such as 64K, not %s", opt->watch_keep);
	for (size_t i = 0; i < opt->watch.n; i++) {
		char *path = realpath(opt->watch.v[i], NULL);

		if (!path)
			return err_system(e, "cannot watch %s", opt->watch.v[i]);
		*LIST_ADD(order->watched, order->n_watched) = path;
	}
	return 0;
}

static int
run_main(struct cmd_context *ctx)
{
	struct order order = { .argv = ctx->argv, .history = ctx->history, .opt = &ctx->opt };
	struct credentials *user = NULL;
	struct places allowed = { NULL, 0 };
	int why, status;

	if (ctx->opt.name && run_check_name(ctx->opt.name, &ctx->err) < 0)
		return -1;
	if (ctx->opt.daemons == DAEMONS_RELEASE && !ctx->opt.no_filter)
		return err_set(&ctx->err, ERR_USAGE, "run: --daemons=release needs --no-filter: under the filter "
			       "no process can be let go, its calls would fail");
	order.pre_images.durable = ctx->opt.durable;
	if (ctx->opt.pre_images && preimage_parse(ctx->opt.pre_images, &order.pre_images, &ctx->err) < 0)
		return err_prefix(&ctx->err, "run");
	why = ctx->opt.user ? 0 : find_command(ctx->argv[0]);
	if (why != 0)
		return front_cannot_execute(ctx->argv[0], why);
	if (ctx->opt.one_cpu && processor_bind() < 0)
		return err_system(&ctx->err, "cannot bind the command to one processor");
	status = joining_run(ctx->argv, &ctx->opt, &ctx->err);
	if (status != 0)
		return status;
	if (ctx->opt.user) {
		user = credentials_of(ctx->opt.user, &ctx->err);
		if (!user)
			return -1;
	}
	order.user = user;
	if (ctx->opt.given[OPT_ALLOW] || ctx->opt.given[OPT_ALLOW_FROM])
		order.allowed = &allowed;
	status = place_arg_all(&ctx->opt, &allowed, &ctx->err);
	if (status == 0)
		status = find_watched(&ctx->opt, &order, &ctx->err);
	if (status == 0)
		status = front_run(&order, &ctx->err);
	free_watched(&order);
	places_release(&allowed);
	credentials_free(user);
	return status;
}
