/* The front: COMMAND's parent, as if it had been started without us. */
#include "config.h"

#include "cmd/session/front.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "record/journal.h"
#include "record/recover.h"
#include "base/io.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "cmd/session/needs.h"
#include "cmd/session/saved_journal.h"
#include "cmd/session/tracing.h"
#include "cmd/ui/text.h"
#include "store/store.h"
#include "trace/path/proc.h"
#include "trace/spawn.h"

/* What the front waits for; blocked, and taken one at a time by sigwaitinfo(2). */
static const int awaited[] = {
	SIGCHLD, SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP, SIGIO,
};

static const int unwanted[] = {
	SIGPIPE, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGSTKFLT, SIGPWR,
};

struct front {
	const struct order *order;
	sigset_t signals;	/* those awaited */
	sigset_t mask;		/* the caller's own */
	pid_t tracing, command;
	int messages;		/* from the tracing process */
	int pid_fd;		/* to the tracing process */
	int go_fd, fail_fd;	/* to and from the child */
	char uuid[40];
	int tracing_status, command_status;	/* as waitpid() gives them */
	bool tracing_ended, command_ended, following;
	int fatal_signal;	/* SIGTERM or SIGHUP that was sent to us */
	struct sigaction child_action;	/* the caller's own for SIGCHLD */
};

static int
make_pipe(int *read_end, int *write_end, struct err *e)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_system(e, "cannot make a pipe");
	*read_end = ends[0];
	*write_end = ends[1];
	return 0;
}

static int
read_message(const struct front *f, struct message *m, struct err *e)
{
	if (io_read_full(f->messages, m, sizeof(*m)) != (ssize_t)sizeof(*m))
		return err_set(e, ERR_GONE, "the tracing process ended before its time");
	return 0;
}

/* The next message; one that ended without one has said why. */
static int
receive_message(struct front *f, enum message_kind wanted, struct err *e)
{
	struct message m;

	if (read_message(f, &m, e) < 0)
		return -1;
	if (m.kind == MESSAGE_FAILED) {
		m.text[sizeof(m.text) - 1] = '\0';
		return err_set(e, ERR_SYSTEM, "%s", m.text);
	}
	if (m.kind != wanted)
		return err_set(e, ERR_INPUT, "the tracing process said something unexpected");
	if (m.kind == MESSAGE_READY)
		memcpy(f->uuid, m.uuid, sizeof(f->uuid));
	return 0;
}

static int
start_tracing(struct front *f, struct err *e)
{
	int message_fd = -1, pid_read = -1;
	pid_t front = getpid();

	if (make_pipe(&f->messages, &message_fd, e) < 0 || make_pipe(&pid_read, &f->pid_fd, e) < 0) {
		io_close(&message_fd);
		return -1;
	}
	f->tracing = fork();
	if (f->tracing == 0) {
		close(f->messages);
		close(f->pid_fd);
		tracing_main(f->order, front, message_fd, pid_read);
	}
	io_close(&message_fd);
	io_close(&pid_read);
	if (f->tracing < 0)
		return err_system(e, "cannot make the tracing process");
	return receive_message(f, MESSAGE_READY, e);
}

static int
start_command(struct front *f, struct err *e)
{
	struct spawn spawn = {
		.argv = f->order->argv, .filtered = !f->order->opt->no_filter,
		.filter = {
			.allow_io_uring = f->order->opt->io_uring != IO_URING_REFUSE,
			.leave_out_net = f->order->opt->no_net,
			.refuse_typing = f->order->user != NULL,
		},
		.tracer = f->tracing, .allowed = f->order->allowed,
		.go_fd = -1, .fail_fd = -1, .user = f->order->user,
		.signal_mask = &f->mask, .child_action = &f->child_action,
	};

	if (make_pipe(&spawn.go_fd, &f->go_fd, e) < 0)
		return -1;
	if (make_pipe(&f->fail_fd, &spawn.fail_fd, e) < 0) {
		io_close(&spawn.go_fd);
		return -1;
	}
	f->command = fork();
	if (f->command == 0) {
		close(f->go_fd);
		close(f->fail_fd);
		close(f->messages);
		close(f->pid_fd);
		spawn_child(&spawn);
	}
	io_close(&spawn.go_fd);
	io_close(&spawn.fail_fd);
	return f->command < 0 ? err_system(e, "cannot make a process") : 0;
}

/*
 * What the caller gave us is COMMAND's: whoever waits for the end of a pipe or for a lock that COMMAND
 * holds must not wait for us.
 */
static void
let_go_of_descriptors(const struct front *f)
{
	const int keep[] = { f->messages, f->pid_fd, f->go_fd, f->fail_fd };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
	}
	io_close_from(STDERR_FILENO + 1, keep, ARRAY_SIZE(keep));
}

/* Where Yama guards processes ours has to name its tracer before that may take hold of it. */
static int
hand_over(struct front *f, struct err *e)
{
	char named;

	if (io_read_full(f->fail_fd, &named, 1) != 1)
		return err_set(e, ERR_GONE, "the process that was made for the command ended before its time");
	if (io_write_full(f->pid_fd, &f->command, sizeof(f->command)) < 0)
		return err_system(e, "cannot reach the tracing process");
	if (receive_message(f, MESSAGE_SEIZED, e) < 0)
		return -1;
	if (io_write_full(f->go_fd, "", 1) < 0)
		return err_system(e, "cannot start the command");
	return 0;
}

/* Wait until the child has become COMMAND, or has said what kept it.  1: it has; 0: *failure tells. */
static int
await_exec(struct front *f, struct spawn_failure *failure)
{
	ssize_t n = io_read_full(f->fail_fd, failure, sizeof(*failure));

	io_close(&f->fail_fd);
	return n != (ssize_t)sizeof(*failure);
}

int
front_cannot_execute(const char *command, int error)
{
	err_message("cannot execute %s: %s", command, strerror(error));
	return error == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
}

static int
report_failure(const struct front *f, const struct spawn_failure *failure, struct err *e)
{
	errno = failure->error;
	switch (failure->stage) {
	case SPAWN_HELD:
		return err_set(e, ERR_GONE, "the tracing process let the command go before it began");
	case SPAWN_FILTER:
		return err_system(e, "cannot load the seccomp filter (run --no-filter goes without one)");
	case SPAWN_UNPROVEN:
		return err_set(e, ERR_SYSTEM, "cannot trace the command: a call that must stop for the "
			       "tracer does not; this kernel or emulator does not hand seccomp's stops to "
			       "ptrace (run --no-filter goes without them)");
	case SPAWN_CONFINED:
		return err_system(e, "cannot have the kernel guard the places of --allow (Landlock)");
	case SPAWN_USER:
		return err_system(e, "cannot become user %s", f->order->opt->user);
	case SPAWN_EXEC:
		return front_cannot_execute(f->order->argv[0], failure->error);
	}
	return -1;
}

static void
die_by(int signal)
{
	struct rlimit none = { 0, 0 };
	sigset_t set;

	setrlimit(RLIMIT_CORE, &none);
	(void)!sigaction(signal, &(struct sigaction){ .sa_handler = SIG_DFL }, NULL);
	sigemptyset(&set);
	sigaddset(&set, signal);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(signal);
}

/* Stop as COMMAND did, so that a shell says of us what it would say of it. */
static void
stop_by(const struct front *f, int signal)
{
	struct sigaction now;
	sigset_t set;

	if (signal == SIGSTOP || sigaction(signal, NULL, &now) < 0 || now.sa_handler != SIG_DFL) {
		kill(getpid(), SIGSTOP);
		return;
	}
	sigemptyset(&set);
	sigaddset(&set, signal);
	kill(getpid(), signal);
	sigprocmask(SIG_UNBLOCK, &set, NULL);	/* here we stop */
	sigprocmask(SIG_BLOCK, &f->signals, NULL);
}

/* COMMAND has stopped: so do we, and go on together. */
static void
stop_together(const struct front *f, int signal)
{
	siginfo_t info = { .si_pid = 0 };

	stop_by(f, signal);
	/*
	 * Whoever continued us alone meant both; fg sends SIGCONT to the whole group.  An exit is not asked
	 * for here: reap_children() is to have it.
	 */
	if (waitid(P_PID, (id_t)f->command, &info, WCONTINUED | WNOHANG) == 0 && info.si_pid == 0)
		kill(f->command, SIGCONT);
}

static void
reap_children(struct front *f)
{
	int status;
	pid_t pid;

	for (;;) {
		pid = waitpid(-1, &status, WNOHANG | WUNTRACED | WCONTINUED);
		if (pid < 0 && errno == EINTR)
			continue;
		if (pid <= 0)
			return;
		if (WIFCONTINUED(status))
			continue;
		if (WIFSTOPPED(status)) {
			if (pid == f->command)
				stop_together(f, WSTOPSIG(status));
			else if (pid == f->tracing)
				kill(pid, SIGCONT);	/* a tracee of its user did that: all would wait for ever */
			continue;
		}
		if (pid == f->command) {
			f->command_ended = true;
			f->command_status = status;
		} else if (pid == f->tracing) {
			f->tracing_ended = true;
			f->tracing_status = status;
		}
	}
}

/* Its number may be another process's once it has been reaped. */
static void
tell_tracing(const struct front *f, int signal)
{
	if (!f->tracing_ended)
		kill(f->tracing, signal);
}

static bool
has_message(const struct front *f)
{
	struct pollfd messages = { .fd = f->messages, .events = POLLIN };

	return poll(&messages, 1, 0) > 0 && messages.revents & POLLIN;
}

/*
 * A command that signals its process group, as `kill 0` does, means itself and what it has started: we are in it
 * without being meant.  Where the sender is gone, without a zombie, this cannot be told any more, but for COMMAND:
 * its number does not come again for long.
 */
static bool
is_from_tracee(const struct front *f, const siginfo_t *info)
{
	if (!f->order->argv || info->si_code > 0 || info->si_pid <= 0)
		return false;		/* attach; or the kernel's */
	return info->si_pid == f->command || proc_tracer(info->si_pid) == f->tracing ||
	       proc_tracer(proc_parent(info->si_pid)) == f->tracing;
}

/* The tracing process goes on by itself; where the record has ended, that is its end for us. */
static void
on_parting(struct front *f)
{
	struct message m;
	struct err e;

	if (read_message(f, &m, &e) < 0)
		return;
	f->following = m.kind == MESSAGE_FOLLOWING;
	if (m.kind == MESSAGE_LEFT) {
		f->tracing_ended = true;
		f->tracing_status = m.outcome << 8;	/* as waitpid(2) gives it */
	}
}

static void
on_front_signal(struct front *f, int signal, const siginfo_t *info)
{
	switch (signal) {
	case SIGCHLD:
		reap_children(f);
		break;
	case SIGTERM:
	case SIGHUP:
		if (is_from_tracee(f, info))
			break;
		f->fatal_signal = signal;
		tell_tracing(f, signal);
		break;
	case SIGINT:
	case SIGQUIT:
		/* COMMAND has got it as well; after its end it is meant for those that go on */
		if (f->command_ended)
			tell_tracing(f, SIGUSR1);
		break;
	case SIGTSTP:
		if (f->command_ended)
			stop_by(f, SIGTSTP);
		break;
	case SIGIO:
		/* anybody can send it: where nothing was said, to read would be to wait */
		if (!f->following && has_message(f))
			on_parting(f);
		break;
	}
}

/* Without a filter SIGTERM and SIGHUP let COMMAND go on untraced, and alone. */
static bool
was_released(const struct front *f)
{
	return f->order->opt->no_filter && f->fatal_signal && f->tracing_ended && WIFEXITED(f->tracing_status);
}

static void
await_end(struct front *f)
{
	reap_children(f);
	while (!(f->tracing_ended && f->command_ended) && !(f->following && f->command_ended) &&
	       !was_released(f)) {
		siginfo_t info;
		int signal = sigwaitinfo(&f->signals, &info);

		if (signal > 0)
			on_front_signal(f, signal, &info);
	}
}

/* Of what was traced when the tracing process was killed: COMMAND got a SIGKILL from the kernel if it had not ended. */
static const char *
what_goes_on(const struct front *f)
{
	if (f->order->n_pids > 0)
		return "what it traced goes on";
	if (WIFSIGNALED(f->command_status) && WTERMSIG(f->command_status) == SIGKILL)
		return "the command was ended with it";
	return "the command had ended";
}

/* Whether the tracing process died, or gave up where nothing could be done: without a word on what became of the run. */
static bool
is_lost(const struct front *f)
{
	return f->tracing_ended &&
	       (!WIFEXITED(f->tracing_status) || WEXITSTATUS(f->tracing_status) > TRACING_FAILED);
}

static void
tell_loss(const struct front *f)
{
	if (WIFSIGNALED(f->tracing_status))
		err_message("the tracing process was killed by signal %d; %s", WTERMSIG(f->tracing_status),
			    what_goes_on(f));
	else
		err_message("the tracing process gave up; %s", what_goes_on(f));
}

/* The history has gone, and the run has gone on elsewhere until the tracing process died. */
static bool
tell_away(const struct front *f)
{
	char *file = journal_find_away(f->uuid);
	char *base = file ? journal_base_of(file) : NULL;
	char *contents = base ? xasprintf("%s.objects", base) : NULL;

	if (file)
		saved_journal_name("the run", file, contents && access(contents, F_OK) == 0 ? contents : NULL,
				   f->order->opt);
	free(contents);
	free(base);
	free(file);
	return file != NULL;
}

/* The tracing process is dead: its tracees are too, and its journal is ours to read. */
static int
rescue_run(const struct front *f, struct err *e)
{
	struct buf line = BUF_INIT;
	struct store *store = NULL;
	int64_t id = 0;
	int rc = -1;

	tell_loss(f);
	if (store_open(&store, f->order->history, STORE_WRITE_EXISTING, e) == 0)
		rc = recover_run(store, f->uuid, true, &id, NULL, e);
	store_close(store);
	if (rc < 0 && tell_away(f)) {
		err_print(e);
		return EXIT_RUN_FAILED;
	}
	if (rc < 0)
		return -1;
	buf_addf(&line, "run %lld %s: writetrace show %lld", (long long)id,
		 rc == RECOVER_ENDED ? "had ended, and all of it is in the history"
				    : "is interrupted; what it had done is in the history", (long long)id);
	text_add_db_option(&line, f->order->opt->db);
	err_message("%s", line.data);
	buf_release(&line);
	return EXIT_RUN_FAILED;
}

static int
end_as_command(const struct front *f, struct err *e)
{
	int outcome = f->tracing_ended && WIFEXITED(f->tracing_status) ? WEXITSTATUS(f->tracing_status) : TRACING_EXACT;

	if (is_lost(f))
		return rescue_run(f, e);
	if (f->fatal_signal)
		die_by(f->fatal_signal);
	/* who relies on the status relies on a record being there; the tracing process has said why there is none */
	if (outcome == TRACING_FAILED)
		return EXIT_RUN_FAILED;
	if (WIFSIGNALED(f->command_status)) {
		die_by(WTERMSIG(f->command_status));
		return 128 + WTERMSIG(f->command_status);
	}
	if (f->order->opt->strict && outcome == TRACING_BLIND && WEXITSTATUS(f->command_status) == 0) {
		err_message("--strict: the command succeeded, but its record has blind spots");
		return EXIT_RUN_FAILED;
	}
	if (f->order->opt->strict && outcome == TRACING_REFUSED && WEXITSTATUS(f->command_status) == 0) {
		err_message("--strict: the command succeeded, but was refused what is outside of the places of --allow");
		return EXIT_RUN_FAILED;
	}
	return WEXITSTATUS(f->command_status);
}

static int
trace_command(struct front *f, struct err *e)
{
	struct spawn_failure failure;

	if (start_tracing(f, e) < 0 || start_command(f, e) < 0)
		return -1;
	let_go_of_descriptors(f);
	if (hand_over(f, e) < 0)
		return -1;
	if (!await_exec(f, &failure)) {
		int status = report_failure(f, &failure, e);

		await_end(f);
		return status;
	}
	await_end(f);
	return end_as_command(f, e);
}

/*
 * A signal that was ignored when we were started stays ignored, as nohup(1) wants it.  SIGCHLD is another
 * matter: where it is ignored children leave no status.  SIGIO comes from our tracing process; what is blocked waits
 * for us also where it is ignored.  SIGPIPE is blocked, so that write(2) fails instead; the others of unwanted[] and
 * the real-time signals, since COMMAND may send them to its group, and they would end us.
 */
static void
block_signals(struct front *f)
{
	struct sigaction now;
	sigset_t blocked;

	sigemptyset(&f->signals);
	for (size_t i = 0; i < ARRAY_SIZE(awaited); i++) {
		if (awaited[i] == SIGCHLD || awaited[i] == SIGIO || sigaction(awaited[i], NULL, &now) < 0 ||
		    now.sa_handler != SIG_IGN)
			sigaddset(&f->signals, awaited[i]);
	}
	sigaction(SIGCHLD, &(struct sigaction){ .sa_handler = SIG_DFL }, &f->child_action);
	blocked = f->signals;
	for (size_t i = 0; i < ARRAY_SIZE(unwanted); i++)
		sigaddset(&blocked, unwanted[i]);
	for (int i = SIGRTMIN; i <= SIGRTMAX; i++)
		sigaddset(&blocked, i);
	sigprocmask(SIG_BLOCK, &blocked, &f->mask);
}

int
front_run(const struct order *order, struct err *e)
{
	struct front f = {
		.order = order, .tracing = -1, .command = -1,
		.messages = -1, .pid_fd = -1, .go_fd = -1, .fail_fd = -1,
	};
	int status;

	if (needs_check(e) < 0)
		return -1;
	block_signals(&f);
	status = trace_command(&f, e);
	/* what was started and failed ends by itself: its pipes are closed */
	io_close(&f.messages);
	io_close(&f.pid_fd);
	io_close(&f.go_fd);
	io_close(&f.fail_fd);
	return status;
}

static int
end_of_attach(const struct front *f, struct err *e)
{
	if (is_lost(f))
		return rescue_run(f, e);
	if (WEXITSTATUS(f->tracing_status) == TRACING_FAILED)
		return EXIT_RUN_FAILED;		/* it has said why */
	if (f->order->opt->strict && WEXITSTATUS(f->tracing_status) == TRACING_BLIND) {
		err_message("--strict: the record has blind spots");
		return EXIT_RUN_FAILED;
	}
	return EXIT_DONE;
}

int
front_attach(const struct order *order, struct err *e)
{
	struct front f = {
		.order = order, .tracing = -1, .command = -1, .command_ended = true,
		.messages = -1, .pid_fd = -1, .go_fd = -1, .fail_fd = -1,
	};
	int status = -1;

	if (needs_check(e) < 0)
		return -1;
	block_signals(&f);
	if (start_tracing(&f, e) == 0 && receive_message(&f, MESSAGE_SEIZED, e) == 0) {
		await_end(&f);
		status = end_of_attach(&f, e);
	}
	io_close(&f.messages);
	io_close(&f.pid_fd);
	return status;
}
