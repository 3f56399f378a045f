/*
 * __left: the process that lets calls go on.
 *
 * An exec leaves its task, and so its tracees, and takes all memory of the run along.  Where a program cannot be
 * executed any more, since a library of it was replaced meanwhile for one, the tracees would die with it: it is tried in
 * a child first, and where that fails the process stays as it is.
 */
#include "config.h"

#include "cmd/session/left.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "trace/leave.h"
#include "trace/signals.h"

#define OWN_PROGRAM "/proc/self/exe"

static int left_main(struct cmd_context *ctx);

const struct cmd cmd_left = {
	.name = "__left",
	.summary = "let the calls of processes go on that a run has left (for run itself)",
	.usage = "__left WORDS",
	.needs = CMD_HIDDEN,
	.min_args = 1,
	.max_args = 1,
	.main = left_main,
};

/* --- while the record is completed --- */

struct beside {
	int (*work)(void *context);
	void *context;
	int result;
	atomic_bool done;
};

static void *
work_main(void *context)
{
	struct beside *w = context;

	w->result = w->work(w->context);
	atomic_store(&w->done, true);
	kill(getpid(), SIGUSR1);	/* it interrupts until it is taken (trace/signals.h) */
	return NULL;
}

static bool
is_done(void *context, pid_t ended, int status)
{
	struct beside *w = context;

	(void)ended;
	(void)status;
	(void)signals_take();
	return atomic_load(&w->done);
}

int
left_while(int (*work)(void *context), void *context)
{
	struct beside w = { .work = work, .context = context };
	sigset_t all, before;
	pthread_t thread;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&thread, NULL, work_main, &w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc != 0)
		return work(context);	/* they wait so long */
	(void)leave_serve(is_done, &w);
	pthread_join(thread, NULL);
	return w.result;
}

/* --- afterwards --- */

/* Whoever ends this process ends what it serves: nothing but SIGKILL, and a fault of its own, is to. */
static void
ignore_signals(void)
{
	static const int kept[] = { SIGCHLD, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP };
	struct sigaction sa = { .sa_handler = SIG_IGN };

	signals_tick(0);
	for (int signal = 1; signal <= SIGRTMAX; signal++) {
		bool is_kept = false;

		for (size_t i = 0; i < ARRAY_SIZE(kept); i++)
			is_kept = is_kept || kept[i] == signal;
		if (!is_kept)
			(void)sigaction(signal, &sa, NULL);
	}
}

/* Root's is the last that a machine without memory ends; another may not ask for that. */
static void
spare_from_shortage(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd >= 0)
		(void)!write(fd, "-1000", 5);
	io_close(&fd);
}

/* Pages that are a file's can be had again; what the start of the program needed of them is needed no more. */
static void
give_back_pages(void)
{
	FILE *maps = fopen("/proc/self/smaps", "re");
	unsigned long from = 0, to = 0, inode = 0, start, end, kib;
	char line[512];

	while (maps && fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%lx-%lx %*s %*x %*s %lu", &start, &end, &inode) == 3) {
			from = inode ? start : 0;
			to = end;
		} else if (from && sscanf(line, "Anonymous: %lu", &kib) == 1 && kib == 0) {
			(void)madvise((void *)from, to - from, MADV_DONTNEED);
		}
	}
	if (maps)
		fclose(maps);
}

struct trial {
	pid_t pid;
	bool passed;
};

static bool
has_ended(void *context, pid_t ended, int status)
{
	struct trial *t = context;

	if (ended != t->pid)
		return false;
	t->passed = status == 0;
	return true;
}

static bool
can_be_executed(void)
{
	char *const argv[] = { (char[]){ "writetrace" }, (char[]){ "--version" }, NULL };
	struct trial trial = { .pid = fork() };

	if (trial.pid == 0) {
		execv(OWN_PROGRAM, argv);
		_exit(127);
	}
	return trial.pid > 0 && leave_serve(has_ended, &trial) && trial.passed;
}

void
left_go_on(int64_t run_id)
{
	char words[80];
	char *const argv[] = { (char[]){ "writetrace" }, (char[]){ "__left" }, words, NULL };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	snprintf(words, sizeof(words), "lets the calls of what run %lld has left running go on", (long long)run_id);
	prctl(PR_SET_PDEATHSIG, 0);
	for (int fd = STDIN_FILENO; null >= 0 && fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	io_close_from(STDERR_FILENO + 1, NULL, 0);
	ignore_signals();
	if (can_be_executed())
		execv(OWN_PROGRAM, argv);
	(void)leave_serve(NULL, NULL);
	_exit(EXIT_DONE);
}

static int
left_main(struct cmd_context *ctx)
{
	(void)ctx;
	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_NAME, "writetrace-left");
	ignore_signals();
	spare_from_shortage();
	give_back_pages();
	(void)leave_serve(NULL, NULL);
	return EXIT_DONE;
}
