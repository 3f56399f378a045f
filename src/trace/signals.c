/* Signals that interrupt the loop. */
#include "config.h"

#include "trace/signals.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/time.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"

enum { TICK_US = 250000, URGENT_US = 10000 };

static const struct {
	int signal;
	unsigned bit;
} signals[] = {
	{ SIGALRM, WAKE_TICK },
	{ SIGTERM, WAKE_TERM },
	{ SIGHUP, WAKE_HUP },
	{ SIGUSR1, WAKE_END },
	{ SIGUSR2, WAKE_ORPHANED },
	{ SIGURG, WAKE_LEAVE },
};

static const int ignored[] = { SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE, SIGXFSZ };

/* A handler knows nobody to hang this in; and the interval timer, which ticks or does not, is the process's one. */
static volatile sig_atomic_t arrived;
static int ticking;

static void
set_timer(long us)
{
	struct itimerval it = { { 0, us }, { 0, us } };

	setitimer(ITIMER_REAL, &it, NULL);
}

static void
handler(int signal)
{
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		if (signals[i].signal == signal)
			arrived |= (sig_atomic_t)signals[i].bit;
	}
	if (signal != SIGALRM)
		set_timer(URGENT_US);
}

void
signals_install(void)
{
	struct sigaction sa = { .sa_handler = handler };
	sigset_t none;

	/* one at a time, so that |= cannot be interrupted by another */
	sigfillset(&sa.sa_mask);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i].signal, &sa, NULL);
	sa.sa_handler = SIG_IGN;
	for (size_t i = 0; i < ARRAY_SIZE(ignored); i++)
		sigaction(ignored[i], &sa, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signals_tell_stops(false);
}

void
signals_tell_stops(bool on)
{
	struct sigaction sa = { .sa_handler = SIG_DFL, .sa_flags = on ? 0 : SA_NOCLDSTOP };
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(on ? SIG_BLOCK : SIG_UNBLOCK, &child, NULL);
	sigaction(SIGCHLD, &sa, NULL);
}

pid_t
signals_await_stop(int64_t ns)
{
	struct timespec patience = { ns / NS_PER_SECOND, ns % NS_PER_SECOND };
	siginfo_t info = { .si_pid = 0 };
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	if (sigtimedwait(&child, &info, &patience) < 0)
		return errno == EAGAIN ? 0 : -1;
	return info.si_pid;
}

unsigned
signals_take(void)
{
	sigset_t all, before;
	unsigned bits;

	if (arrived == 0)
		return 0;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	bits = (unsigned)arrived;
	arrived = 0;
	if (bits != WAKE_TICK)
		set_timer(ticking ? TICK_US : 0);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return bits;
}

void
signals_tick(int on)
{
	if (on == ticking)
		return;
	ticking = on;
	set_timer(on ? TICK_US : 0);
}

/* The interval timer ticks: this is another one. */
int
signals_after(int64_t ns)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	struct itimerspec when = { .it_value = { ns / NS_PER_SECOND, ns % NS_PER_SECOND } };
	timer_t timer;

	if (timer_create(CLOCK_MONOTONIC, &event, &timer) < 0)
		return -1;
	return timer_settime(timer, 0, &when, NULL);
}
