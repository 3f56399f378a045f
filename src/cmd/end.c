/* end: close a run whose command has ended; what it left running goes on unrecorded. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "cmd/cmd.h"
#include "cmd/ui/run_arg.h"
#include "store/query_run.h"

/* How long its tracer may be silent: it answers at once, but for the states that it has to take. */
enum { PATIENCE_SECONDS = 10, LOOK_MS = 20 };

static int end_main(struct cmd_context *ctx);

const struct cmd cmd_end = {
	.name = "end",
	.group = GROUP_RECORD,
	.summary = "end the record of a run now; what runs on goes on unrecorded",
	.usage = "end [--db=FILE] RUN",
	.needs = CMD_DB_WRITE,
	.min_args = 1,
	.max_args = 1,
	.options = { OPT_DB },
	.main = end_main,
};

/* 1: it goes on, and its tracer lives. */
static int
goes_on(struct cmd_context *ctx, int64_t id, struct run_row *run)
{
	if (query_run(ctx->store, id, run, &ctx->err) < 0)
		return -1;
	return run->state == RUN_RUNNING && !run_arg_is_dead(ctx->store, run->state, run->uuid);
}

static int
is_running(struct cmd_context *ctx, int64_t id)
{
	struct run_row run;
	int rc = goes_on(ctx, id, &run);

	query_run_release(&run);
	return rc;
}

/* A run that is over within the time is; one whose command still runs ends with that. */
static int
await_run_end(struct cmd_context *ctx, int64_t id)
{
	const struct timespec pause = { .tv_nsec = LOOK_MS * NS_PER_SECOND / 1000 };
	int64_t until_ns = clock_monotonic_ns() + PATIENCE_SECONDS * NS_PER_SECOND;
	int rc;

	while ((rc = is_running(ctx, id)) > 0) {
		if (clock_monotonic_ns() > until_ns)
			return err_set(&ctx->err, ERR_SYSTEM, "run %" PRId64 " goes on: its tracer was told, and "
				       "ends it as soon as its command has ended", id);
		nanosleep(&pause, NULL);
	}
	return rc;
}

static int
end_main(struct cmd_context *ctx)
{
	struct run_row run;
	int64_t id;
	int rc;

	if (run_arg_one(ctx->store, ctx->argv[0], &id, &ctx->err) < 0)
		return -1;
	rc = goes_on(ctx, id, &run);
	if (rc == 0)
		err_message("run %" PRId64 " has ended already", id);
	/* where the number is another process's, in another PID namespace for one, this signal does nothing to it */
	if (rc > 0 && kill((pid_t)run.tracer_pid, SIGURG) < 0) {
		err_set(&ctx->err, ERR_SYSTEM, "cannot reach the tracer of run %" PRId64 " (pid %" PRId64 "): %s", id,
			run.tracer_pid, strerror(errno));
		rc = -1;
	} else if (rc > 0) {
		rc = await_run_end(ctx, id);
		if (rc == 0)
			err_message("run %" PRId64 " has ended; what it left running goes on unrecorded", id);
	}
	query_run_release(&run);
	return rc < 0 ? -1 : EXIT_DONE;
}
