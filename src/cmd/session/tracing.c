/* The tracing process: it traces, and holds the history. */
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
#include "base/processor.h"
#include "base/quote.h"
#include "cmd/history.h"
#include "cmd/session/left.h"
#include "cmd/session/live.h"
#include "cmd/session/run_start.h"
#include "cmd/opts.h"
#include "cmd/ui/output.h"
#include "cmd/session/saved_journal.h"
#include "cmd/session/summary.h"
#include "cmd/ui/text.h"
#include "store/store.h"
#include "trace/allow.h"
#include "trace/ask.h"
#include "trace/attach.h"
#include "trace/path/kept_dirs.h"
#include "trace/path/proc.h"
#include "trace/leave.h"
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
	struct live *live;	/* NULL: not wanted */
	FILE *paths;		/* -o FILE; NULL: not wanted */
	struct stat standard_error;	/* st_nlink 0: no regular file */
	struct identity identity;
	enum daemons daemons;	/* what becomes of those that outlive COMMAND */
	char *left;		/* who they are, where they are left to themselves; NULL: they are not */
	bool at_terminal;	/* somebody may press keys */
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
send_message(const struct tracing *t, enum message_kind kind, const char *text)
{
	struct message m = { .kind = kind };

	memcpy(m.uuid, t->identity.uuid, sizeof(m.uuid));
	if (text)
		snprintf(m.text, sizeof(m.text), "%s", text);
	/* a front that hears nothing would wait for ever; it learns of our end */
	if (io_write_full(t->message_fd, &m, sizeof(m)) < 0) {
		err_message("cannot reach the process that was called: %s", strerror(errno));
		_exit(TRACING_FAILED);
	}
}

/* We go on by ourselves; a front that is not there any more need not know. */
static void
part_from_front(const struct tracing *t, enum message_kind kind, int outcome)
{
	struct message m = { .kind = kind, .outcome = outcome };

	if (t->followed || getppid() != t->front)
		return;
	prctl(PR_SET_PDEATHSIG, 0);
	if (io_write_full(t->message_fd, &m, sizeof(m)) == 0)
		kill(t->front, SIGIO);
}

static void __attribute__((noreturn))
give_up(const struct tracing *t, const struct err *e)
{
	send_message(t, MESSAGE_FAILED, e->text);
	_exit(TRACING_FAILED);
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
leave_caller(const struct tracing *t, int pid_fd)
{
	const int keep[] = { t->message_fd, pid_fd, t->paths ? fileno(t->paths) : -1, live_fd(t->live) };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	setsid();
	signals_install();
	prctl(PR_SET_PDEATHSIG, SIGUSR2);
	if (getppid() != t->front)
		_exit(TRACING_FAILED);		/* it died before it could be watched */
	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		if (!t->paths || fileno(t->paths) != STDOUT_FILENO)
			dup2(null, STDOUT_FILENO);
	}
	io_close_from(STDERR_FILENO + 1, keep, ARRAY_SIZE(keep));
	(void)!chdir("/");
	umask(077);
	lift_limits();
}

/* While our surroundings are still the caller's. */
static void
find_before(struct tracing *t)
{
	const struct options *o = t->order->opt;
	long seconds = 30;
	struct err e;
	char *end;

	if (o->before_timeout) {
		errno = 0;
		seconds = strtol(o->before_timeout, &end, 10);
		if (errno != 0 || *end != '\0' || end == o->before_timeout || seconds < 1 || seconds > INT32_MAX) {
			err_set(&e, ERR_USAGE, "--before-connect-timeout: %s is no number of seconds", o->before_timeout);
			give_up(t, &e);
		}
	}
	if (!o->before_connect)
		return;
	t->before = ask_new(o->before_connect, (int)seconds, &e);
	if (!t->before)
		give_up(t, &e);
}

static void
open_paths(struct tracing *t, struct err *e)
{
	const char *name = t->order->opt->output;

	if (!name)
		return;
	t->paths = strcmp(name, "-") == 0 ? stdout : fopen(name, "we");
	if (!t->paths) {
		err_system(e, "cannot open %s", name);
		give_up(t, e);
	}
}

static void
open_live(struct tracing *t)
{
	if (!t->order->opt->live)
		return;
	t->live = live_new();
	if (!t->live)
		err_message("--live: standard output is no terminal; going on without the table");
}

static char *
command_line(const struct tracing *t)
{
	const struct order *order = t->order;
	char *program[] = { order->argv ? order->argv[0] : NULL, NULL };
	struct buf command = BUF_INIT;
	char *found;

	if (order->argv) {
		quote_argv(&command, order->opt->no_args ? program : order->argv);
		return buf_detach(&command);
	}
	found = order->opt->no_args ? NULL : proc_command(order->pids[0], PROC_RUNNING);
	if (found && *found)
		return found;
	free(found);
	return proc_program(order->pids[0], PROC_RUNNING);
}

static void
describe_run(struct tracing *t)
{
	bool attach = !t->order->argv;
	char *directory = attach ? proc_cwd(t->order->pids[0]) : NULL;

	run_start_fill(&t->identity, attach ? RUN_KIND_ATTACH : RUN_KIND_RUN, t->order->opt->name, command_line(t));
	if (!directory)
		return;
	free(t->identity.directory);
	t->identity.directory = directory;
	t->identity.start.directory = directory;
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
on_opened(void *context, const char *path, const char *program)
{
	const struct tracing *t = context;

	live_opened(t->live, path, program);
}

static void
on_connected(void *context, const struct connection *c, int error)
{
	struct tracing *t = context;
	struct buf line = BUF_INIT;

	summary_connection(t->summary, c, error);
	if (!t->order->opt->verbose)
		return;
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
on_look(void *context, const char *path, const char *reason)
{
	struct tracing *t = context;

	summary_look(t->summary, path, reason);
}

static void
on_row(void *context, const char *path, const struct row_change *row)
{
	struct tracing *t = context;
	struct buf quoted = BUF_INIT;

	summary_row(t->summary, path, row);
	if (!t->paths || row->class >= CHANGE_UNCHANGED)
		return;
	quote_shell(&quoted, path, strlen(path));
	fprintf(t->paths, "%s\n", quoted.data);
	buf_release(&quoted);
}

static void
on_summarize(void *context, const struct tally_sheet *tally)
{
	struct tracing *t = context;
	struct summary_run run = {
		recorder_run_id(t->record), t->order->opt->name, t->identity.start.started_ns, t->state,
		!t->order->argv, t->let_go,
		t->left, output_color_wanted((enum color)t->order->opt->color, stderr), tracer_refused(t->tracer),
		t->order->opt->db,
	};

	if (!t->followed)
		summary_print(t->summary, &run, tally, recorder_ledger(t->record));
}

static void
name_one(void *context, pid_t pid)
{
	struct buf *line = context;
	char *program = proc_program(pid, PROC_RUNNING);

	buf_addstr(line, line->len ? ", " : "");
	quote_shell(line, program, strlen(program));
	buf_addf(line, " (pid %d)", (int)pid);
	free(program);
}

static void
say_who_goes_on(const struct tracing *t, const char *before, const char *after)
{
	struct buf line = BUF_INIT;

	tracer_each_process(t->tracer, name_one, &line);
	if (line.len > 0)
		err_message("%s%s%s", before, line.data, after);
	buf_release(&line);
}

static void
let_go(struct tracing *t, enum run_state state)
{
	t->state = state;
	t->let_go = true;
	release_start(t->tracer);
}

/* Ask every tracee to end; what has not ended in a while is killed. */
static void
end_tracees(struct tracing *t, enum run_state state)
{
	t->state = state;
	if (t->ending) {
		tracer_kill(t->tracer, SIGKILL);
		return;
	}
	t->ending = true;
	t->notice_ns = 0;
	t->kill_ns = clock_monotonic_ns() + GRACE_SECONDS * NS_PER_SECOND;
	tracer_kill(t->tracer, SIGTERM);
	tracer_kill(t->tracer, SIGCONT);	/* what is stopped cannot end */
	signals_tick(1);
}

/* Go on alone: the front ends, and whoever waits for our standard error must not. */
static void
follow_alone(struct tracing *t)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	char *before = xasprintf("run %lld stays running, still followed: ", (long long)recorder_run_id(t->record));

	if (!t->order->opt->quiet)
		say_who_goes_on(t, before, "");
	free(before);
	if (null >= 0)
		dup2(null, STDERR_FILENO);
	part_from_front(t, MESSAGE_FOLLOWING, 0);
	t->followed = true;
}

/* NULL: nobody. */
static char *
who_goes_on(const struct tracing *t)
{
	struct buf line = BUF_INIT;

	tracer_each_process(t->tracer, name_one, &line);
	if (line.len > 0)
		return buf_detach(&line);
	buf_release(&line);
	return NULL;
}

/* The record ends; what is there yet goes on without it. */
static void
leave_daemons(struct tracing *t)
{
	if (t->left || t->ending || t->let_go)
		return;
	t->left = who_goes_on(t);
	t->notice_ns = 0;
	if (t->order->opt->no_filter)
		let_go(t, t->state);
	else if (t->left)
		leave_start(t->tracer);
}

static void
on_left_out(void *context, pid_t pid)
{
	const struct tracing *t = context;

	if (!t->order->opt->quiet)
		err_message("process %d has ended, and is left out", (int)pid);
}

/* From now on nothing is missed. */
static void
on_attached(struct tracing *t)
{
	unsigned threads = tracee_count(t->tracer);
	char *before = xasprintf("run %lld: attached to ", (long long)recorder_run_id(t->record));
	char *after = xasprintf(", %u thread%s; Ctrl-C lets go", threads, threads == 1 ? "" : "s");

	recorder_secure(t->record);	/* who it is outlives the tracer */
	if (!t->order->opt->quiet)
		say_who_goes_on(t, before, after);
	free(before);
	free(after);
	if (t->live)
		live_refresh(t->live, t->tracer, false);
	if (t->order->for_ns > 0 && signals_after(t->order->for_ns) < 0)
		err_message("cannot set a timer, --for is without effect: %s", strerror(errno));
}

static void
on_started(void *context)
{
	struct tracing *t = context;

	t->started = true;
	if (!t->order->argv) {
		on_attached(t);
		return;
	}
	if (tracer_proven(t->tracer))
		return;
	t->refused = true;
	err_message("cannot trace the command: its system calls do not stop for ptrace here");
	tracer_kill(t->tracer, SIGKILL);
}

static void
on_command_ended(void *context, int status)
{
	struct tracing *t = context;

	t->command_ended = true;
	t->command_status = status;
	recorder_command_ended(t->record, status, clock_now_ns());
	if (!t->started || tracee_count(t->tracer) == 0)
		return;
	switch (t->daemons) {
	case DAEMONS_WAIT:
		t->notice_ns = clock_monotonic_ns() + GRACE_SECONDS * NS_PER_SECOND;
		signals_tick(1);
		break;
	case DAEMONS_FOLLOW:
		follow_alone(t);
		break;
	case DAEMONS_KILL:
		end_tracees(t, t->state);
		break;
	case DAEMONS_RELEASE:
		let_go(t, t->state);
		break;
	case DAEMONS_LEAVE:
		leave_daemons(t);
		break;
	}
}

/* With the ways to do something about it. */
static void
say_who_is_awaited(const struct tracing *t)
{
	struct buf ways = BUF_INIT;

	buf_addstr(&ways, t->at_terminal ? " (Ctrl-C ends them; Ctrl-Z and bg wait in the background; "
					 : " (--daemons=kill would end them; ");
	buf_addf(&ways, "--daemons=leave would leave them running, as does now: writetrace end %lld",
		 (long long)recorder_run_id(t->record));
	text_add_db_option(&ways, t->order->opt->db);
	buf_addch(&ways, ')');
	say_who_goes_on(t, "the command has ended; waiting for ", ways.data);
	buf_release(&ways);
}

static void
on_deadlines(struct tracing *t)
{
	int64_t now = clock_monotonic_ns();

	if (t->notice_ns && now >= t->notice_ns) {
		t->notice_ns = 0;
		say_who_is_awaited(t);
	}
	if (t->kill_ns && now >= t->kill_ns) {
		t->kill_ns = 0;
		tracer_kill(t->tracer, SIGKILL);
	}
	if (t->notice_ns || t->kill_ns)
		signals_tick(1);
}

/* Whatever is to end an attachment, what is traced goes on. */
static void
on_woken_attached(struct tracing *t, unsigned bits)
{
	if (t->live) {
		live_refresh(t->live, t->tracer, false);
		signals_tick(1);
	}
	if (bits & WAKE_ORPHANED)
		let_go(t, RUN_INTERRUPTED);
	else if (bits & (WAKE_TERM | WAKE_HUP | WAKE_END | WAKE_LEAVE))
		let_go(t, t->state);
}

static void
on_woken(void *context, unsigned bits)
{
	struct tracing *t = context;

	if (!t->order->argv) {
		on_woken_attached(t, bits);
		return;
	}
	if ((bits & (WAKE_TERM | WAKE_HUP)) && t->order->opt->no_filter)
		let_go(t, t->state);
	else if (bits & (WAKE_TERM | WAKE_HUP))
		end_tracees(t, RUN_INTERRUPTED);
	if ((bits & WAKE_ORPHANED) && !t->followed)
		end_tracees(t, RUN_INTERRUPTED);
	if ((bits & WAKE_END) && t->command_ended)
		end_tracees(t, t->state);
	if (bits & WAKE_LEAVE)
		t->daemons = DAEMONS_LEAVE;
	if ((bits & WAKE_LEAVE) && t->command_ended)
		leave_daemons(t);
	on_deadlines(t);
}

static void
begin_run(struct tracing *t, const struct event_sink **sink)
{
	struct recorder_options options = {
		.no_args = t->order->opt->no_args,
		.find_links = t->order->opt->find_links,
		.packages = true,
		.pre_images = t->order->pre_images,
		.watch_bytes = t->order->watch_bytes,
		.remote = t->tracer->remote,
		.first_write = t->order->opt->verbose ? on_first_write : NULL,
		.opened = t->live ? on_opened : NULL,
		.connected = on_connected,
		.row = on_row,
		.look = on_look,
		.summarize = t->order->opt->quiet ? NULL : on_summarize,
		.late = t->standard_error.st_nlink && !t->order->opt->quiet ? &t->standard_error : NULL,
		.context = t,
	};
	struct err e = { 0 };

	if (store_open(&t->store, t->order->history, STORE_RECORD, &e) < 0) {
		history_hint(&e, t->order->opt->db, t->order->history);
		give_up(t, &e);
	}
	recover_all(t->store);
	if (!store_is_wal(t->store))
		err_message("history %s is where SQLite cannot use a write-ahead log; a rollback journal is used",
			t->order->history);
	if (recorder_begin(&t->record, t->store, &t->identity.start, &options, &e) < 0) {
		err_prefix(&e, "cannot write history %s", t->order->history);
		store_close(t->store);
		give_up(t, &e);
	}
	if (t->before)
		ask_set_run(t->before, recorder_run_id(t->record));
	for (size_t i = 0; i < t->order->n_watched; i++)
		recorder_watch(t->record, t->order->watched[i]);
	*sink = recorder_sink(t->record);
	if (t->order->opt->no_net)
		(*sink)->blind((*sink)->context, 0, BLIND_SERVICE,
			       "connections were not watched (--no-net); who was asked to act, and what that did, "
			       "is not in this record");
}

static void
seize_tracees(struct tracing *t, int pid_fd)
{
	struct err e = { 0 };
	pid_t pid;
	int rc;

	if (!t->order->argv)
		rc = attach_start(t->tracer, t->order->pids, t->order->n_pids, &e);
	else if (io_read_full(pid_fd, &pid, sizeof(pid)) == (ssize_t)sizeof(pid))
		rc = tracer_seize(t->tracer, pid, &e);
	else
		rc = err_set(&e, ERR_GONE, "no process was made for the command");
	if (rc < 0)
		give_up(t, &e);
}

/* A full disk must not look like a short list. */
static int
close_paths(const struct tracing *t, struct err *e)
{
	bool failed;

	if (!t->paths)
		return 0;
	failed = ferror(t->paths) != 0;
	errno = EIO;
	if (fclose(t->paths) == 0 && !failed)
		return 0;
	return err_system(e, "cannot write %s", t->paths == stdout ? "to standard output" : t->order->opt->output);
}

static int
end_run(void *context)
{
	struct tracing *t = context;
	struct tally_sheet tally;
	struct err e = { 0 };
	bool blind;

	if (!t->started && WIFSIGNALED(t->command_status))
		err_message("the command was killed by signal %d before it began", WTERMSIG(t->command_status));
	if (!t->started || t->refused) {
		recorder_discard(t->record);
		t->record = NULL;
		return TRACING_FAILED;
	}
	if (recorder_finish(t->record, t->state, &tally, &e) < 0) {
		err_print(&e);
		saved_journal_say(t->record, t->order->opt);
		return TRACING_FAILED;
	}
	blind = tally.blind_spots > 0;
	if (close_paths(t, &e) < 0) {
		err_print(&e);
		return TRACING_FAILED;
	}
	if (blind)
		return TRACING_BLIND;
	return tracer_refused(t->tracer) > 0 ? TRACING_REFUSED : TRACING_EXACT;
}

/* The record is ended in another thread while this one, the tracer, lets the calls of those that are left go on. */
static int
end_run_beside(struct tracing *t)
{
	return t->left && !t->order->opt->no_filter ? left_while(end_run, t) : end_run(t);
}

/*
 * A tracee of the same user is not to write to our memory, nor to take our descriptors.  Before Linux 5.14 that would
 * close to an ordinary user's tracer its own /proc/self/fdinfo, which tells the mounts that are not ours to touch.
 */
static void
close_to_others(void)
{
	int fd;

	prctl(PR_SET_DUMPABLE, 0);
	fd = open("/proc/self/fdinfo/2", O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == EACCES)
		prctl(PR_SET_DUMPABLE, 1);
	io_close(&fd);
}

void
tracing_main(const struct order *order, pid_t front, int message_fd, int pid_fd)
{
	struct tracing t = {
		.order = order, .front = front, .message_fd = message_fd, .state = RUN_COMPLETE,
		.daemons = (enum daemons)order->opt->daemons, .at_terminal = isatty(STDIN_FILENO),
	};
	const struct tracer_hooks hooks = { &t, on_started, on_command_ended, on_woken, on_left_out };
	/* what runs already must not notice us */
	struct tracer_options options = {
		.filter = order->argv && !order->opt->no_filter,
		.allow_io_uring = order->opt->io_uring == IO_URING_ALLOW || !order->argv,
		.leave_out_net = order->opt->no_net,
		.refuse_typing = order->user != NULL,
		.children = order->opt->children,
		.cgroup = order->cgroup,
	};
	const struct event_sink *sink;
	struct err e = { 0 };
	int64_t run_id;
	struct allow allow;
	int status;

	if (order->allowed) {
		allow_init(&allow, order->allowed);
		options.allow = &allow;
	}
	close_to_others();
	find_before(&t);
	options.held_mount = kept_dirs_mount_of(".");	/* the front's directory, too */
	open_paths(&t, &e);
	open_live(&t);
	describe_run(&t);
	leave_caller(&t, pid_fd);
	if (fstat(STDERR_FILENO, &t.standard_error) < 0 || !S_ISREG(t.standard_error.st_mode))
		memset(&t.standard_error, 0, sizeof(t.standard_error));
	t.summary = summary_new(t.identity.start.directory);
	send_message(&t, MESSAGE_READY, NULL);
	options.before = t.before;
	t.tracer = tracer_new(&hooks, &options);
	seize_tracees(&t, pid_fd);
	begin_run(&t, &sink);	/* where nothing can be traced no history is made */
	send_message(&t, MESSAGE_SEIZED, NULL);
	if (tracer_loop(t.tracer, sink, &e) < 0)
		err_print(&e);
	if (t.live)
		live_refresh(t.live, t.tracer, true);
	live_free(t.live);
	ask_free(t.before);
	processor_unbind();	/* contents are read by several threads */
	run_id = recorder_run_id(t.record);
	status = end_run_beside(&t);
	if (tracer_leak_checkers(t.tracer) > 0 && !order->opt->quiet && !t.followed)
		err_message("a program's leak checker failed: it does not work in a process that is traced; "
			    "ASAN_OPTIONS=detect_leaks=0 leaves it out");
	tracer_free(t.tracer);
	recorder_free(t.record);
	store_close(t.store);
	summary_free(t.summary);
	if (t.left && !order->opt->no_filter) {
		part_from_front(&t, MESSAGE_LEFT, status);
		left_go_on(run_id);
	}
	_exit(status);
}
