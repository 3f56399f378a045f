/* When tracer and tracee share a processor, and the thread that sees to it. */
#include "config.h"

#include "trace/placement.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/processor.h"

enum {
	LOOK_NS = 4000000,
	ASK_STOPS = 256,	/* the thread is started, or woken, at each so many */
	SAMPLES_MIN = 4,	/* so many stops say something, of one look or of several */
	STACK_BYTES = 128 << 10,
};

/* In looks, and stops in one look. */
enum {
	DENSE_STOPS = 4,
	SPARSE_STOPS = 2,
	DENSE_LOOKS = 2,
	CROWDED_LOOKS = 2,
	SPARSE_LOOKS = 8,
	SLEEP_LOOKS = 16,
	WORTH_LOOKS = 16,	/* an end before so many was a loss */
	PAUSE_MIN = 4,
	PAUSE_MAX = 1024,
};

struct placement {
	atomic_ulong stops;
	atomic_ulong waiting;	/* stops at which others waited as well */
	_Atomic pid_t tid;	/* who stopped last */
	pid_t tracer;
	const char *load_file;
	bool tried, started;	/* the thread */
	pthread_t thread;
	pthread_mutex_t lock;	/* to change the next two */
	pthread_cond_t changed;
	atomic_bool asleep;	/* the thread; then the tracer is not lent */
	bool ending;
};

static enum placement_step
begin_or_wait(struct placement_mind *m, bool alone, unsigned long stops)
{
	m->dense = alone && stops >= DENSE_STOPS ? m->dense + 1 : 0;
	if (m->pause > 0) {
		m->pause--;
		return PLACEMENT_STAY;
	}
	if (m->dense >= DENSE_LOOKS) {
		m->on = true;
		m->age = m->crowded = m->sparse = 0;
		return PLACEMENT_BEGIN;
	}
	return m->sparse >= SLEEP_LOOKS ? PLACEMENT_SLEEP : PLACEMENT_STAY;
}

static enum placement_step
end_or_stay(struct placement_mind *m, bool others, bool waiting)
{
	bool starving = m->sparse > 0 && others;

	m->age++;
	if (!starving && !waiting && m->crowded < CROWDED_LOOKS && m->sparse < SPARSE_LOOKS)
		return PLACEMENT_STAY;
	m->pause = m->age >= WORTH_LOOKS || m->next_pause < PAUSE_MIN ? PAUSE_MIN : m->next_pause;
	m->next_pause = m->pause < PAUSE_MAX ? 2 * m->pause : PAUSE_MAX;
	m->on = false;
	m->dense = 0;
	return PLACEMENT_END;
}

/*
 * Beside the one that looks there are the tracer and a tracee, of which one waits for the other when they are apart.
 * When they are together a tracee that has been let go on leaves its tracer behind, still runnable.  Other tracees may
 * be stopped, and are not counted then: see placement_look.waiting.
 */
enum placement_step
placement_decide(struct placement_mind *m, const struct placement_look *look, unsigned processors)
{
	long room = processors / 4;	/* on a large machine others are elsewhere */

	m->sparse = look->stops < SPARSE_STOPS ? m->sparse + 1 : 0;
	m->crowded = look->runnable > 3 + room ? m->crowded + 1 : 0;
	if (m->on)
		return end_or_stay(m, look->runnable >= 3, look->waiting);
	return begin_or_wait(m, look->runnable <= 2 + room && !look->waiting, look->stops);
}

void
placement_refused(struct placement_mind *m)
{
	m->on = false;
	m->dense = 0;
	m->pause = PAUSE_MAX;
}

/* Memory is the tracer's: the thread allocates none.  False where the file cannot be read. */
static bool
read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd >= 0 ? read(fd, text, size - 1) : -1;

	io_close(&fd);
	text[len > 0 ? len : 0] = '\0';
	return len > 0;
}

/* The 39th field of /proc/TID/stat (proc(5)); the second, in parentheses, may hold anything.  -1: not known. */
static long
processor_of(pid_t tid)
{
	char path[64], text[1024];
	const char *at = NULL;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)tid);
	if (read_text(path, text, sizeof(text)))
		at = strrchr(text, ')');
	for (int field = 2; at && field < 39; field++)
		at = strchr(at + 1, ' ');
	return at ? strtol(at, NULL, 10) : -1;
}

/* "0.20 0.18 0.12 1/80 11206": the number before the slash.  Where it is not known there may be anybody. */
static long
runnable_now(const char *load_file)
{
	char text[128];
	const char *at = NULL;

	if (read_text(load_file, text, sizeof(text)))
		at = strchr(text, '/');
	while (at && at > text && at[-1] != ' ')
		at--;
	return at ? strtol(at, NULL, 10) : LONG_MAX;
}

/* Until the next look is due, or the tracer wakes us.  False: it is over. */
static bool
wait_for_look(struct placement *t, bool sleep)
{
	struct timespec until = clock_timespec(clock_monotonic_ns() + LOOK_NS);
	bool over;

	pthread_mutex_lock(&t->lock);
	t->asleep = sleep;
	while (t->asleep && !t->ending)
		pthread_cond_wait(&t->changed, &t->lock);
	while (!t->ending && pthread_cond_timedwait(&t->changed, &t->lock, &until) == 0)
		;
	over = t->ending;
	pthread_mutex_unlock(&t->lock);
	return !over;
}

/* The tracee may have been put elsewhere since: the tracer follows.  One that has just ended is nowhere. */
static bool
join_tracee(struct placement *t, long *cpu)
{
	long now = processor_of(atomic_load_explicit(&t->tid, memory_order_relaxed));

	if (now < 0 || now == *cpu)
		return true;
	*cpu = now;
	return processor_lend(t->tracer, (int)now);
}

/* What has been counted so far; judged is how many stops there were when it was last told who waits. */
struct counts {
	unsigned long stops, judged, waiting;
};

static struct placement_look
take_look(struct placement *t, struct counts *before)
{
	unsigned long stops = atomic_load_explicit(&t->stops, memory_order_relaxed);
	unsigned long waiting = atomic_load_explicit(&t->waiting, memory_order_relaxed);
	unsigned long samples = stops - before->judged;
	struct placement_look look = {
		.stops = stops - before->stops,
		.runnable = runnable_now(t->load_file),
		.waiting = samples >= SAMPLES_MIN && waiting - before->waiting >= samples,
	};

	before->stops = stops;
	if (samples >= SAMPLES_MIN) {
		before->judged = stops;
		before->waiting = waiting;
	}
	return look;
}

static void
watch_stops(struct placement *t)
{
	unsigned processors = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	struct placement_mind mind = { 0 };
	struct counts before = { 0 };
	bool sleep = false;
	long cpu = -1;

	while (wait_for_look(t, sleep)) {
		struct placement_look look = take_look(t, &before);

		sleep = placement_decide(&mind, &look, processors) == PLACEMENT_SLEEP;
		if (mind.on && !join_tracee(t, &cpu))
			placement_refused(&mind);
		if (mind.on || cpu < 0)
			continue;
		processor_ordinary(t->tracer);
		cpu = -1;
	}
	processor_ordinary(t->tracer);
}

static void *
placement_main(void *context)
{
	if (processor_remember())
		watch_stops(context);
	return NULL;
}

struct placement *
placement_new(const char *load_file)
{
	struct placement *t = xcalloc(1, sizeof(*t));
	pthread_condattr_t attr;

	t->load_file = load_file;
	t->tracer = (pid_t)syscall(SYS_gettid);
	pthread_mutex_init(&t->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&t->changed, &attr);
	pthread_condattr_destroy(&attr);
	return t;
}

/* Signals are for the tracer. */
static void
start_thread(struct placement *t)
{
	sigset_t all, before;
	pthread_attr_t attr;

	t->tried = true;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	t->started = pthread_create(&t->thread, &attr, placement_main, t) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
}

static void
rouse_thread(struct placement *t, bool ending)
{
	pthread_mutex_lock(&t->lock);
	t->ending = ending;
	t->asleep = false;
	pthread_cond_signal(&t->changed);
	pthread_mutex_unlock(&t->lock);
}

/* One thread alone counts: there is nothing to be lost between reading and writing. */
static unsigned long
count_up(atomic_ulong *count, unsigned long n)
{
	unsigned long sum = atomic_load_explicit(count, memory_order_relaxed) + n;

	atomic_store_explicit(count, sum, memory_order_relaxed);
	return sum;
}

void
placement_stop(struct placement *t, pid_t tid, bool others_wait)
{
	unsigned long n;

	count_up(&t->waiting, others_wait);
	n = count_up(&t->stops, 1);
	atomic_store_explicit(&t->tid, tid, memory_order_relaxed);
	if (n % ASK_STOPS != 0)
		return;
	if (!t->tried)
		start_thread(t);
	else if (t->started && atomic_load_explicit(&t->asleep, memory_order_relaxed))
		rouse_thread(t, false);
}

/* First of all the tracer is itself again: the thread may have to wait for it otherwise. */
void
placement_free(struct placement *t)
{
	if (!t)
		return;
	if (t->started) {
		processor_ordinary(0);
		rouse_thread(t, true);
		pthread_join(t->thread, NULL);
	}
	pthread_cond_destroy(&t->changed);
	pthread_mutex_destroy(&t->lock);
	free(t);
}
