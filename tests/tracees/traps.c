/*
 * What debuggers do to others a program may do to itself: breakpoints, single steps, an alarm in the middle of calls,
 * stops of a process with several threads.  It gets each signal as without a tracer, and loses no call.
 */
#include "tracee.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/time.h>
#include <ucontext.h>

static volatile sig_atomic_t traps;
static volatile sig_atomic_t alarms;
static volatile sig_atomic_t code;

static void
setup(void)
{
}

static void
on_trap(int number, siginfo_t *info, void *context)
{
	(void)number;
	traps++;
	code = info->si_code;
#ifdef __x86_64__
	/* No more single steps. */
	((ucontext_t *)context)->uc_mcontext.gregs[REG_EFL] &= ~0x100L;
#else
	(void)context;
#endif
}

static void
on_alarm(int number)
{
	(void)number;
	alarms++;
}

static void
created(const char *name)
{
	must(close((int)did(syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT, 0644), "create",
			    "O_WRONLY|O_CREAT", NULL, name)));
}

static void
trapped(const char *name, int n)
{
	if (traps != n)
		exit(99);
	created(name);
}

static void *
thread_main(void *arg)
{
	char name[32];

	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "thread-%ld-%d", (long)(intptr_t)arg, i);
		must(close((int)must(syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT, 0644))));
	}
	return NULL;
}

/* A process of four threads is stopped and continued by another while they work. */
static void
stopped_with_threads(void)
{
	int status = 0;
	pid_t pid = (pid_t)must(fork());

	if (pid == 0) {
		pthread_t thread[4];

		for (intptr_t i = 0; i < 4; i++) {
			if (pthread_create(&thread[i], NULL, thread_main, (void *)i) != 0)
				_exit(99);
		}
		for (int i = 0; i < 4; i++)
			pthread_join(thread[i], NULL);
		_exit(0);
	}
	for (int i = 0; i < 10; i++) {
		must(kill(pid, i % 2 ? SIGSTOP : SIGTSTP));
		must(waitpid(pid, &status, WUNTRACED));
		if (!WIFSTOPPED(status))
			break;
		must(kill(pid, SIGCONT));
	}
	if (!WIFEXITED(status))
		must(waitpid(pid, &status, 0));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		exit(99);
	for (int t = 0; t < 4; t++) {
		for (int i = 0; i < 40; i++) {
			char name[32];

			snprintf(name, sizeof(name), "thread-%d-%d", t, i);
			row("create", "O_WRONLY|O_CREAT", NULL, name);
		}
	}
}

static void
story(void)
{
	const struct sigaction trap = { .sa_sigaction = on_trap, .sa_flags = SA_SIGINFO };
	const struct sigaction alarm_action = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	const struct itimerval never = { { 0, 0 }, { 0, 0 } };
	char name[32];

	must(sigaction(SIGTRAP, &trap, NULL));
	must(raise(SIGTRAP));
	trapped("raised", 1);
	if (code != SI_TKILL)
		exit(99);
#ifdef __x86_64__
	__asm__ volatile("int3");
	trapped("breakpoint", 2);
	__asm__ volatile("pushfq; orq $0x100, (%%rsp); popfq; nop" ::: "memory", "cc");
	trapped("single-step", 3);
	if (code != TRAP_TRACE)
		exit(99);
#endif
	/*
	 * An alarm each time, whatever call it meets.  A timer that repeats itself would leave no time for anything else
	 * where the tracer needs longer for a signal than until the next.
	 */
	must(sigaction(SIGALRM, &alarm_action, NULL));
	for (int i = 0; i < 300 || alarms == 0; i++) {
		const struct itimerval soon = { { 0, 0 }, { 0, 1 + i * 37 % 500 } };

		must(setitimer(ITIMER_REAL, &soon, NULL));
		snprintf(name, sizeof(name), "alarmed-%d", i);
		created(name);
	}
	must(setitimer(ITIMER_REAL, &never, NULL));
	stopped_with_threads();
}
