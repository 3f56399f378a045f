/* The recorder: it traces, and holds the history. */
#include "config.h"

#include "cmd/session/tracing.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "record/words.h"
#include "record/recorder.h"
#include "record/recover.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/quote.h"
#include "cmd/session/run_start.h"
#include "cmd/opts.h"
#include "cmd/ui/output.h"
#include "cmd/session/saved_journal.h"
#include "cmd/session/summary.h"
#include "cmd/ui/text.h"
#include "store/store.h"
#include "trace/ask.h"
#include "trace/attach.h"
#include "trace/path/proc.h"
#include "trace/release.h"
#include "trace/tracer.h"
#include "trace/signals.h"

enum { GRACE_SECONDS = 2 };

struct tracing {
	const struct order *order;
	pid_t front;
	int message_fd;
	struct store *store;
	struct recorder *record;
	struct tracer *tracer;
	struct ask *before;	/* who is asked before connections; NULL: nobody */
	struct summary *summary;
	FILE *paths;		/* -o FILE; NULL: not wanted */
	struct stat standard_error;	/* st_nlink 0: no regular file */
	struct identity identity;
	bool started, refused;
	bool command_ended;
	int command_status;	/* as waitpid() gives it, once it has ended */
	bool ending;		/* the tracees have been told to end */
	bool let_go;		/* they go on untraced */
	bool followed;		/* COMMAND has ended, and with it the front */
	enum run_state state;	/* how the run will have ended */
	int64_t notice_ns;	/* monotonic: when to name those that go on; 0: not */
	int64_t kill_ns;	/* monotonic: when to end what did not end when told to; 0: not */
};

static void
send_message(const struct tracing *r, enum message_kind kind, const char *text)
{
	struct message m = { .kind = kind };

	memcpy(m.uuid, r->identity.uuid, sizeof(m.uuid));
	if (text)
		snprintf(m.text, sizeof(m.text), "%s", text);
	/* a front that hears nothing would wait for ever; it learns of our end */
	if (io_write_full(r->message_fd, &m, sizeof(m)) < 0 && kind != MESSAGE_FOLLOWING) {
		err_message("cannot reach the process that was called: %s", strerror(errno));
		_exit(RECORDER_FAILED);
	}
}

static void __attribute__((noreturn))
give_up(const struct tracing *r, const struct err *e)
{
	send_message(r, MESSAGE_FAILED, e->text);
	_exit(RECORDER_FAILED);
}

/* The caller's limits are meant for COMMAND. */
static void
lift_limits(void)
{
	static const int resources[] = { RLIMIT_NOFILE, RLIMIT_FSIZE, RLIMIT_CPU, RLIMIT_AS, RLIMIT_DATA };
	struct rlimit limit;

	for (size_t i = 0; i < ARRAY_SIZE(resources); i++) {
		if (getrlimit(resources[i], &limit) == 0) {
			limit.rlim_cur = limit.rlim_max;
			setrlimit(resources[i], &limit);
		}
	}
}

/* Ctrl-Z and Ctrl-C are COMMAND's: we live in a session of our own, and hold nothing that is COMMAND's. */
static void
leave_caller(const struct tracing *r, int pid_fd)
{
	const int keep[] = { r->message_fd, pid_fd, r->paths ? fileno(r->paths) : -1 };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	setsid();
	signals_install();
	prctl(PR_SET_PDEATHSIG, SIGUSR2);
	if (getppid() != r->front)
		_exit(RECORDER_FAILED);		/* it died before it could be watched */
	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		if (!r->paths || fileno(r->paths) != STDOUT_FILENO)
			dup2(null, STDOUT_FILENO);
	}
	io_close_from(STDERR_FILENO + 1, keep, ARRAY_SIZE(keep));
	(void)!chdir("/");
	umask(077);
	lift_limits();
}

/* While our surroundings are still the caller's. */
static void
find_before(struct tracing *r)
{
	const struct options *o = r->order->opt;
	long seconds = 30;
	struct err e;
	char *end;

	if (o->before_timeout) {
		errno = 0;
		seconds = strtol(o->before_timeout, &end, 10);
		if (errno != 0 || *end != '\0' || end == o->before_timeout || seconds < 1 || seconds > INT32_MAX) {
			err_set(&e, ERR_USAGE, "--before-connect-timeout: %s is no number of seconds", o->before_timeout);
			give_up(r, &e);
		}
	}
	if (!o->before_connect)
		return;
	r->before = ask_new(o->before_connect, (int)seconds, &e);
	if (!r->before)
		give_up(r, &e);
}

static void
open_paths(struct tracing *r, struct err *e)
{
	const char *name = r->order->opt->output;

	if (!name)
		return;
	r->paths = strcmp(name, "-") == 0 ? stdout : fopen(name, "we");
	if (!r->paths) {
		err_system(e, "cannot open %s", name);
		give_up(r, e);
	}
}

static char *
command_line(const struct tracing *r)
{
	const struct order *order = r->order;
	char *program[] = { order->argv ? order->argv[0] : NULL, NULL };
	struct buf command = BUF_INIT;
	char *found;

	if (order->argv) {
		quote_argv(&command, order->opt->no_args ? program : order->argv);
		return buf_detach(&command);
	}
	found = order->opt->no_args ? NULL : proc_command(order->pids[0]);
	if (found && *found)
		return found;
	free(found);
	return proc_program(order->pids[0]);
}

static void
describe_run(struct tracing *r)
{
	bool attach = !r->order->argv;
	char *directory = attach ? proc_cwd(r->order->pids[0]) : NULL;

	run_start_fill(&r->identity, attach ? RUN_KIND_ATTACH : RUN_KIND_RUN, r->order->opt->name, command_line(r));
	if (!directory)
		return;
	free(r->identity.directory);
	r->identity.directory = directory;
	r->identity.start.directory = directory;
}

static void
on_first_write(void *context, const char *path, enum op op)
{
	struct buf quoted = BUF_INIT;

	(void)context;
	quote_shell(&quoted, path, strlen(path));
	err_message("%s %s", op_names[op], quoted.data);
	buf_release(&quoted);
}

static void
on_connected(void *context, const struct connection *c, int error)
{
	struct buf line = BUF_INIT;

	(void)context;
	buf_addstr(&line, c->address ? "connect " : "socket ");
	words_family(&line, c->family);
	buf_addch(&line, ' ');
	words_type(&line, c->type);
	buf_addch(&line, ' ');
	words_protocol(&line, c->family, c->protocol);
	if (c->address) {
		buf_addch(&line, ' ');
		quote_shell(&line, c->address, strlen(c->address));
	}
	if (c->port >= 0)
		buf_addf(&line, " port %d", c->port);
	if (error)
		buf_addf(&line, ": %s", words_error(error));
	err_message("%s", line.data);
	buf_release(&line);
}

static void
on_row(void *context, const char *path, const struct row_change *row, const char *const *reasons, size_t n_reasons)
{
	struct tracing *r = context;
	struct buf quoted = BUF_INIT;

	summary_row(r->summary, path, row, reasons, n_reasons);
	if (!r->paths || row->class >= CHANGE_UNCHANGED)
		return;
	quote_shell(&quoted, path, strlen(path));
	fprintf(r->paths, "%s\n", quoted.data);
	buf_release(&quoted);
}

static void
on_summarize(void *context, const struct tally_sheet *tally)
{
	struct tracing *r = context;
	struct summary_run run = {
		recorder_run_id(r->record), r->order->opt->name, r->identity.start.started_ns, r->state, r->let_go,
		output_color_wanted((enum color)r->order->opt->color, stderr), r->order->opt->db,
	};

	if (!r->followed)
		summary_print(r->summary, &run, tally, recorder_ledger(r->record));
}

static void
name_one(void *context, pid_t pid)
{
	struct buf *line = context;
	char *program = proc_program(pid);

	buf_addstr(line, line->len ? ", " : "");
	quote_shell(line, program, strlen(program));
	buf_addf(line, " (pid %d)", (int)pid);
	free(program);
}

static void
say_who_goes_on(const struct tracing *r, const char *before, const char *after)
{
	struct buf line = BUF_INIT;

	tracer_each_process(r->tracer, name_one, &line);
	if (line.len > 0)
		err_message("%s%s%s", before, line.data, after);
	buf_release(&line);
}

static void
let_go(struct tracing *r, enum run_state state)
{
	r->state = state;
	r->let_go = true;
	release_start(r->tracer);
}

/* Ask every tracee to end; what has not ended in a while is killed. */
static void
end_tracees(struct tracing *r, enum run_state state)
{
	r->state = state;
	if (r->ending) {
		tracer_kill(r->tracer, SIGKILL);
		return;
	}
	r->ending = true;
	r->notice_ns = 0;
	r->kill_ns = clock_monotonic_ns() + GRACE_SECONDS * NS_PER_SECOND;
	tracer_kill(r->tracer, SIGTERM);
	tracer_kill(r->tracer, SIGCONT);	/* what is stopped cannot end */
	signals_tick(1);
}

/* Go on alone: the front ends, and whoever waits for our standard error must not. */
static void
follow_alone(struct tracing *r)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	char *before = xasprintf("run %lld stays running, still followed: ", (long long)recorder_run_id(r->record));

	if (!r->order->opt->quiet)
		say_who_goes_on(r, before, "");
	free(before);
	r->followed = true;
	prctl(PR_SET_PDEATHSIG, 0);
	if (null >= 0)
		dup2(null, STDERR_FILENO);
	send_message(r, MESSAGE_FOLLOWING, NULL);
	kill(r->front, SIGIO);
}

static bool
is_any(const struct tracing *r)
{
	struct buf line = BUF_INIT;
	bool any;

	tracer_each_process(r->tracer, name_one, &line);
	any = line.len > 0;
	buf_release(&line);
	return any;
}

/* From now on nothing is missed. */
static void
on_attached(struct tracing *r)
{
	unsigned threads = tracee_count(r->tracer);
	char *before = xasprintf("run %lld: attached to ", (long long)recorder_run_id(r->record));
	char *after = xasprintf(", %u thread%s; Ctrl-C lets go", threads, threads == 1 ? "" : "s");

	recorder_secure(r->record);	/* who it is outlives the tracer */
	if (!r->order->opt->quiet)
		say_who_goes_on(r, before, after);
	free(before);
	free(after);
	if (r->order->for_ns > 0 && signals_after(r->order->for_ns) < 0)
		err_message("cannot set a timer, --for is without effect: %s", strerror(errno));
}

static void
on_started(void *context)
{
	struct tracing *r = context;

	r->started = true;
	if (!r->order->argv) {
		on_attached(r);
		return;
	}
	if (tracer_proven(r->tracer))
		return;
	r->refused = true;
	err_message("cannot trace the command: its system calls do not stop for ptrace here");
	tracer_kill(r->tracer, SIGKILL);
}

static void
on_command_ended(void *context, int status)
{
	struct tracing *r = context;

	r->command_ended = true;
	r->command_status = status;
	recorder_command_ended(r->record, status, clock_now_ns());
	if (!r->started || !is_any(r))
		return;
	switch ((enum daemons)r->order->opt->daemons) {
	case DAEMONS_WAIT:
		r->notice_ns = clock_monotonic_ns() + GRACE_SECONDS * NS_PER_SECOND;
		signals_tick(1);
		break;
	case DAEMONS_FOLLOW:
		follow_alone(r);
		break;
	case DAEMONS_KILL:
		end_tracees(r, r->state);
		break;
	case DAEMONS_RELEASE:
		let_go(r, r->state);
		break;
	}
}

static void
on_deadlines(struct tracing *r)
{
	int64_t now = clock_monotonic_ns();

	if (r->notice_ns && now >= r->notice_ns) {
		r->notice_ns = 0;
		say_who_goes_on(r, "the command has ended; waiting for ", " (Ctrl-C ends them)");
	}
	if (r->kill_ns && now >= r->kill_ns) {
		r->kill_ns = 0;
		tracer_kill(r->tracer, SIGKILL);
	}
	if (r->notice_ns || r->kill_ns)
		signals_tick(1);
}

/* Whatever is to end an attachment, what is traced goes on. */
static void
on_woken_attached(struct tracing *r, unsigned bits)
{
	if (bits & WAKE_ORPHANED)
		let_go(r, RUN_INTERRUPTED);
	else if (bits & (WAKE_TERM | WAKE_HUP | WAKE_END))
		let_go(r, r->state);
}

static void
on_woken(void *context, unsigned bits)
{
	struct tracing *r = context;

	if (!r->order->argv) {
		on_woken_attached(r, bits);
		return;
	}
	if ((bits & (WAKE_TERM | WAKE_HUP)) && r->order->opt->no_filter)
		let_go(r, r->state);
	else if (bits & (WAKE_TERM | WAKE_HUP))
		end_tracees(r, RUN_INTERRUPTED);
	if ((bits & WAKE_ORPHANED) && !r->followed)
		end_tracees(r, RUN_INTERRUPTED);
	if ((bits & WAKE_END) && r->command_ended)
		end_tracees(r, r->state);
	on_deadlines(r);
}

static void
begin_run(struct tracing *r, const struct event_sink **sink)
{
	struct recorder_options options = {
		.no_args = r->order->opt->no_args,
		.find_links = r->order->opt->find_links,
		.pre_images = r->order->pre_images,
		.first_write = r->order->opt->verbose ? on_first_write : NULL,
		.connected = r->order->opt->verbose ? on_connected : NULL,
		.row = on_row,
		.summarize = r->order->opt->quiet ? NULL : on_summarize,
		.late = r->standard_error.st_nlink && !r->order->opt->quiet ? &r->standard_error : NULL,
		.context = r,
	};
	struct err e = { 0 };

	if (store_open(&r->store, r->order->history, STORE_RECORD, &e) < 0)
		give_up(r, &e);
	recover_all(r->store);
	if (!store_is_wal(r->store))
		err_message("history %s is where SQLite cannot use a write-ahead log; a rollback journal is used",
			    r->order->history);
	if (recorder_begin(&r->record, r->store, &r->identity.start, &options, &e) < 0) {
		err_prefix(&e, "cannot write history %s", r->order->history);
		store_close(r->store);
		give_up(r, &e);
	}
	if (r->before)
		ask_set_run(r->before, recorder_run_id(r->record));
	*sink = recorder_sink(r->record);
	if (r->order->opt->no_net)
		(*sink)->blind((*sink)->context, 0, BLIND_SERVICE,
			       "connections were not watched (--no-net); who was asked to act, and what that did, "
			       "is not in this record");
}

static void
seize_tracees(struct tracing *r, int pid_fd)
{
	struct err e = { 0 };
	pid_t pid;
	int rc;

	if (!r->order->argv)
		rc = attach_start(r->tracer, r->order->pids, r->order->n_pids, &e);
	else if (io_read_full(pid_fd, &pid, sizeof(pid)) == (ssize_t)sizeof(pid))
		rc = tracer_seize(r->tracer, pid, &e);
	else
		rc = err_set(&e, ERR_GONE, "no process was made for the command");
	if (rc < 0)
		give_up(r, &e);
}

/* A full disk must not look like a short list. */
static int
close_paths(const struct tracing *r, struct err *e)
{
	bool failed;

	if (!r->paths)
		return 0;
	failed = ferror(r->paths) != 0;
	errno = EIO;
	if (fclose(r->paths) == 0 && !failed)
		return 0;
	return err_system(e, "cannot write %s", r->paths == stdout ? "to standard output" : r->order->opt->output);
}

static int
end_run(struct tracing *r)
{
	struct tally_sheet tally;
	struct err e = { 0 };
	bool blind;

	if (!r->started && WIFSIGNALED(r->command_status))
		err_message("the command was killed by signal %d before it began", WTERMSIG(r->command_status));
	if (!r->started || r->refused) {
		recorder_discard(r->record);
		r->record = NULL;
		return RECORDER_FAILED;
	}
	if (recorder_finish(r->record, r->state, &tally, &e) < 0) {
		err_print(&e);
		saved_journal_say(r->record, r->order->opt);
		return RECORDER_FAILED;
	}
	blind = tally.blind_spots > 0;
	if (close_paths(r, &e) < 0) {
		err_print(&e);
		return RECORDER_FAILED;
	}
	return blind ? RECORDER_BLIND : RECORDER_EXACT;
}

void
tracing_main(const struct order *order, pid_t front, int message_fd, int pid_fd)
{
	struct tracing r = {
		.order = order, .front = front, .message_fd = message_fd, .state = RUN_COMPLETE,
	};
	const struct tracer_hooks hooks = { &r, on_started, on_command_ended, on_woken };
	/* what runs already must not notice us */
	struct tracer_options options = {
		.filter = order->argv && !order->opt->no_filter,
		.allow_io_uring = order->opt->io_uring == IO_URING_ALLOW || !order->argv,
		.leave_out_net = order->opt->no_net,
	};
	const struct event_sink *sink;
	struct err e = { 0 };
	int status;

	find_before(&r);
	open_paths(&r, &e);
	describe_run(&r);
	leave_caller(&r, pid_fd);
	if (fstat(STDERR_FILENO, &r.standard_error) < 0 || !S_ISREG(r.standard_error.st_mode))
		memset(&r.standard_error, 0, sizeof(r.standard_error));
	r.summary = summary_new();
	send_message(&r, MESSAGE_READY, NULL);
	options.before = r.before;
	r.tracer = tracer_new(&hooks, &options);
	seize_tracees(&r, pid_fd);
	begin_run(&r, &sink);	/* where nothing can be traced no history is made */
	send_message(&r, MESSAGE_SEIZED, NULL);
	if (tracer_loop(r.tracer, sink, &e) < 0)
		err_print(&e);
	ask_free(r.before);
	status = end_run(&r);
	tracer_free(r.tracer);
	recorder_free(r.record);
	store_close(r.store);
	summary_free(r.summary);
	_exit(status);
}
