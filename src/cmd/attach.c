/* attach: trace processes that are running already. */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/list.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "cmd/session/front.h"
#include "cmd/ui/run_arg.h"
#include "trace/cgroup.h"
#include "trace/path/proc.h"

static int attach_main(struct cmd_context *ctx);

const struct cmd cmd_attach = {
	.name = "attach",
	.group = GROUP_RECORD,
	.summary = "trace processes that are running already, and what they write",
	.usage = "attach [OPTION...] -p PID | --unit=NAME",
	.needs = CMD_RUNS_COMMAND,
	.options = { OPT_ATTACH_CONTENTS, OPT_BEFORE_CONNECT, OPT_BEFORE_TIMEOUT, OPT_CHILDREN, OPT_COLOR, OPT_DB, OPT_DURABLE,
		     OPT_FIND_LINKS, OPT_FOR, OPT_LIVE, OPT_NAME, OPT_NO_ARGS, OPT_NO_NET, OPT_OUTPUT, OPT_PID, OPT_QUIET,
		     OPT_STRICT, OPT_UNIT, OPT_VERBOSE },
	.main = attach_main,
};

/* What stands between two numbers of one argument, as pidof(1) and pgrep(1) print them. */
static const char separators[] = ", \t\n";

struct pids {
	pid_t *v;
	size_t n;
};

static void
add_pid(struct pids *pids, pid_t pid)
{
	for (size_t i = 0; i < pids->n; i++) {
		if (pids->v[i] == pid)
			return;
	}
	*LIST_ADD(pids->v, pids->n) = pid;
}

/* A thread stands for its process. */
static pid_t
process_of(pid_t tid, bool quiet)
{
	pid_t pid = proc_process(tid);

	if (pid <= 0 || pid == tid)
		return tid;
	if (!quiet)
		err_message("%d is a thread of process %d: all of it is attached to", (int)tid, (int)pid);
	return pid;
}

static int
add_pid_word(struct pids *pids, const char *word, size_t len, bool quiet, struct err *e)
{
	char *number = xstrndup(word, len);
	char *end;
	long pid;
	int rc = 0;

	errno = 0;
	pid = strtol(number, &end, 10);
	if (errno != 0 || *end != '\0' || pid <= 0 || pid > INT_MAX)
		rc = err_set(e, ERR_USAGE, "attach: '%s' is not the number of a process", number);
	else
		add_pid(pids, process_of((pid_t)pid, quiet));
	free(number);
	return rc;
}

static int
parse_pids(const struct options *opt, struct pids *pids, struct err *e)
{
	for (size_t i = 0; i < opt->pid.n; i++) {
		const char *at = opt->pid.v[i];

		for (;;) {
			size_t len;

			at += strspn(at, separators);
			len = strcspn(at, separators);
			if (len == 0)
				break;
			if (add_pid_word(pids, at, len, opt->quiet, e) < 0)
				return -1;
			at += len;
		}
	}
	if (opt->pid.n == 0)
		return err_set(e, ERR_USAGE, "attach: no process given; usage: writetrace %s", cmd_attach.usage);
	if (pids->n == 0)
		return err_set(e, ERR_USAGE, "attach: -p has no number of a process in it: nothing of that name runs?");
	return 0;
}

/* A session's scope may have us in it. */
static int
list_unit(const char *unit, char **cgroup, struct pids *pids, struct err *e)
{
	size_t n = 0;
	pid_t *all;

	*cgroup = cgroup_of_unit(unit, e);
	if (!*cgroup)
		return err_prefix(e, "attach");
	if (cgroup_processes(*cgroup, &all, &n) < 0)
		return err_system(e, "attach: cannot list the processes of %s", unit);
	for (size_t i = 0; i < n; i++) {
		if (all[i] != getpid())
			add_pid(pids, all[i]);
	}
	free(all);
	return pids->n > 0 ? 0 : err_set(e, ERR_NOT_FOUND, "attach: %s has no process", unit);
}

struct aged {
	unsigned long long ticks;
	pid_t pid;
};

static int
by_age(const void *a, const void *b)
{
	const struct aged *x = a, *y = b;

	if (x->ticks != y->ticks)
		return x->ticks < y->ticks ? -1 : 1;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

/* The first is what the run is called by; one that has ended comes last. */
static void
sort_by_age(struct pids *pids)
{
	struct aged *aged = xcalloc(pids->n, sizeof(*aged));
	struct proc_stat stat;

	for (size_t i = 0; i < pids->n; i++) {
		bool alive = proc_stat(pids->v[i], &stat) && !proc_is_dead(&stat);

		aged[i] = (struct aged){ alive ? stat.started_ticks : ULLONG_MAX, pids->v[i] };
	}
	qsort(aged, pids->n, sizeof(*aged), by_age);
	for (size_t i = 0; i < pids->n; i++)
		pids->v[i] = aged[i].pid;
	free(aged);
}

static int
find_pids(const struct options *opt, char **cgroup, struct pids *pids, struct err *e)
{
	int rc = opt->unit ? list_unit(opt->unit, cgroup, pids, e) : parse_pids(opt, pids, e);

	if (rc == 0)
		sort_by_age(pids);
	return rc;
}

static int
parse_seconds(const char *word, int64_t *ns, struct err *e)
{
	static const double longest = 1e9;
	double seconds;
	char *end;

	*ns = 0;
	if (!word)
		return 0;
	seconds = strtod(word, &end);
	if (end == word || *end != '\0' || !isfinite(seconds) || seconds <= 0 || seconds > longest)
		return err_set(e, ERR_USAGE, "attach: --for=%s is not a number of seconds above 0", word);
	*ns = (int64_t)(seconds * (double)NS_PER_SECOND);
	if (*ns == 0)
		*ns = 1;
	return 0;
}

static int
parse_attach_options(const struct options *opt, struct order *order, struct err *e)
{
	if (opt->name && run_check_name(opt->name, e) < 0)
		return -1;
	if (opt->live && opt->output && strcmp(opt->output, "-") == 0)
		return err_set(e, ERR_USAGE, "attach: --live and -o - would both write to standard output");
	/* it is to be looked at, not taken back; and what a server has open may be large */
	order->pre_images.mode = PREIMAGE_NONE;
	order->pre_images.durable = opt->durable;
	if (opt->pre_images && preimage_parse(opt->pre_images, &order->pre_images, e) < 0)
		return err_prefix(e, "attach");
	return parse_seconds(opt->for_seconds, &order->for_ns, e);
}

static int
attach_main(struct cmd_context *ctx)
{
	struct order order = { .history = ctx->history, .opt = &ctx->opt };
	struct pids pids = { NULL, 0 };
	char *cgroup = NULL;
	int status = -1;

	if (parse_attach_options(&ctx->opt, &order, &ctx->err) == 0 &&
	    find_pids(&ctx->opt, &cgroup, &pids, &ctx->err) == 0) {
		order.cgroup = cgroup;
		order.pids = pids.v;
		order.n_pids = pids.n;
		status = front_attach(&order, &ctx->err);
	}
	free(pids.v);
	free(cgroup);
	return status;
}
