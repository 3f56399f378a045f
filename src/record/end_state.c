/* What paths are at a run's end. */
#include "config.h"

#include "record/end_state.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mount/remote_look.h"
#include "record/settling.h"
#include "file/identity.h"
#include "file/state.h"
#include "file/dir_cache.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"
#include "mount/remote.h"

enum {
	THREADS_MAX = 4,	/* contents come from one disk, and rows go to one history */
	WORTH_THREADS = 500,
	STRETCH = 16,		/* paths that a thread takes at a time: neighbours share a directory */
	STACK_BYTES = 1 << 20,	/* an extended attribute has to fit, whatever the caller's limit is */
};

/* Who looks.  */
struct looker {
	const struct ledger *ledger;
	struct remote_mounts *remote;	/* not to be touched */
	bool so_far;			/* the run goes on */
	struct digester *digester;
	struct dir_cache dirs;
};

struct end_states {
	struct looker own;
	struct looker thread_looker[THREADS_MAX];
	pthread_t thread[THREADS_MAX];
	unsigned n_threads, n_started;	/* n_started counts those that have taken their looker */
	pthread_mutex_t lock;		/* of what follows */
	pthread_cond_t work, done;
	struct end_state *batch;		/* NULL: there is nothing to do */
	size_t n, taken, finished;
	bool ending;
};

static void
looker_init(struct looker *k, const struct ledger *l, struct remote_mounts *remote, bool so_far)
{
	*k = (struct looker){
		.ledger = l, .remote = remote, .so_far = so_far, .digester = digest_new(), .dirs = DIR_CACHE_INIT,
	};
}

static void
looker_release(struct looker *k)
{
	digest_free(k->digester);
	dir_cache_release(&k->dirs);
}

/* Whether the content has to be read: not of what is as it was before the run, or was moved only. */
static bool
wants_content(const struct looker *k, const struct path_entry *p, const struct file_state *after)
{
	const struct object *now = ledger_find_object(k->ledger, after->dev, after->ino, after->birth);

	/* only to tell whether it is another one */
	if (k->so_far && (!p->before || p->before->state.type != FILE_REGULAR ||
			  p->before->state.size_bytes != after->size_bytes))
		return false;
	if (!p->before || p->before->state.type != FILE_REGULAR)
		return !now || now->at_risk;
	return now != p->before || p->before->at_risk;
}

/* Read it through a descriptor of what was found. */
static void
looker_read(struct looker *k, int opened, struct end_state *a)
{
	struct file_state *s = &a->state;
	struct err e = { 0 };
	struct stat st;

	s->has_digest = digest_whole(k->digester, opened, s->size_bytes, &s->digest, &e) == 0;
	a->unread = s->has_digest ? 0 : e.sys ? e.sys : EIO;
	if (s->has_digest && fstat(opened, &st) == 0 &&
	    (st.st_size != s->size_bytes || clock_ns(st.st_mtim) != s->mtime_ns)) {
		s->has_digest = false;
		a->unread = ESTALE;
	}
}

/*
 * Somebody has changed it since the run left it so.  Attributes that stat does not tell are taken from the object that was
 * left, where that is still there or was there before; a new one is taken to have none.
 */
static void
take_left(struct end_state *a, const struct file_state *left)
{
	const struct path_entry *p = a->entry;
	struct file_state found = a->state, whole = { .type = FILE_ABSENT };

	a->disturbed = true;
	if (left->type == found.type && identity_same_state(left, &found))
		state_copy(&whole, &found);
	else if (p->before && identity_same_state(left, &p->before->state))
		state_copy(&whole, &p->before->state);
	state_copy(&a->state, left);
	if (whole.type == left->type) {
		a->state.iflags = whole.iflags;
		a->state.xattrs = whole.xattrs;
		a->state.xattrs_len = whole.xattrs_len;
		whole.xattrs = NULL;
	}
	state_release(&whole);
	state_release(&found);
}

static void
look_at_entry(struct looker *k, struct end_state *a)
{
	const char *path = a->entry->path;
	const char *name = path_name(path);
	const struct file_state *left;
	int dir_fd, opened = -1;

	memset(&a->state, 0, sizeof(a->state));
	left = k->so_far && !a->entry->before ? settling_known(k->ledger, a->entry) : NULL;
	if (left) {
		state_copy(&a->state, left);
		return;
	}
	if (remote_covers(k->remote, path)) {
		a->error = remote_look(k->remote, path, &a->state) == 0 ? 0 : errno;
		return;
	}
	dir_fd = dir_cache_of(&k->dirs, path);
	if (dir_fd < 0 || !state_at_opened(dir_fd, *name ? name : ".", &a->state, &opened))
		a->error = errno;
	if (io_means_absent(a->error))
		a->error = 0;
	left = a->error == 0 ? settling_left(k->ledger, a->entry, &a->state) : NULL;
	if (left) {
		take_left(a, left);
		io_close(&opened);
	}
	if (opened >= 0 && a->state.type == FILE_REGULAR && wants_content(k, a->entry, &a->state))
		looker_read(k, opened, a);
	io_close(&opened);
}

void
end_state_look(struct end_states *looks, struct end_state *a)
{
	look_at_entry(&looks->own, a);
}

void
end_state_read(struct end_states *looks, struct end_state *a)
{
	const char *path = a->entry->path;
	struct file_state now = { .type = FILE_ABSENT };
	int dir_fd, opened = -1;

	if (looks->own.so_far || a->state.has_digest || a->unread != 0 || a->disturbed || remote_covers(looks->own.remote, path))
		return;
	dir_fd = dir_cache_of(&looks->own.dirs, path);
	if (dir_fd >= 0)
		(void)state_at_opened(dir_fd, path_name(path), &now, &opened);
	if (now.type != FILE_REGULAR || !identity_same_state(&now, &a->state))
		a->unread = ESTALE;
	else if (opened >= 0)
		looker_read(&looks->own, opened, a);
	state_release(&now);
	io_close(&opened);
}

/* --- threads --- */

/* Take a stretch of the batch and look at it; called and left with the lock held.  False where nothing was left. */
static bool
work_on(struct end_states *looks, struct looker *k)
{
	size_t from = looks->taken;
	size_t to = looks->n - from > STRETCH ? from + STRETCH : looks->n;
	struct end_state *batch = looks->batch;

	if (!batch || from == to)
		return false;
	looks->taken = to;
	pthread_mutex_unlock(&looks->lock);
	for (size_t i = from; i < to; i++)
		look_at_entry(k, &batch[i]);
	pthread_mutex_lock(&looks->lock);
	looks->finished += to - from;
	if (looks->finished == looks->n)
		pthread_cond_signal(&looks->done);
	return true;
}

static void *
thread_main(void *context)
{
	struct end_states *looks = context;
	struct looker *k;

	pthread_mutex_lock(&looks->lock);
	k = &looks->thread_looker[looks->n_started++];
	while (!looks->ending) {
		if (!work_on(looks, k))
			pthread_cond_wait(&looks->work, &looks->lock);
	}
	pthread_mutex_unlock(&looks->lock);
	return NULL;
}

static unsigned
processors(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) == 0 ? (unsigned)CPU_COUNT(&set) : THREADS_MAX;
}

/* One processor is for the caller, who writes rows meanwhile; signals are for the one thread that has handlers in mind. */
static void
start_threads(struct end_states *looks)
{
	unsigned wanted = processors() - 1 < THREADS_MAX ? processors() - 1 : THREADS_MAX;
	sigset_t all, before;
	pthread_attr_t attr;

	if (wanted == 0)
		return;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (unsigned i = 0; i < wanted; i++) {
		looker_init(&looks->thread_looker[i], looks->own.ledger, looks->own.remote, looks->own.so_far);
		if (pthread_create(&looks->thread[i], &attr, thread_main, looks) != 0) {
			looker_release(&looks->thread_looker[i]);
			break;
		}
		looks->n_threads++;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
}

struct end_states *
end_state_new(const struct ledger *l, struct remote_mounts *remote, size_t n_paths, bool so_far)
{
	struct end_states *looks = xcalloc(1, sizeof(*looks));

	looker_init(&looks->own, l, remote, so_far);
	pthread_mutex_init(&looks->lock, NULL);
	pthread_cond_init(&looks->work, NULL);
	pthread_cond_init(&looks->done, NULL);
	(void)io_own_fds();	/* made once, for all of us */
	/* where others serve mounts we fork helpers, and a fork takes along the locks that threads hold */
	if (n_paths >= WORTH_THREADS && !remote_any(remote))
		start_threads(looks);
	return looks;
}

void
end_state_free(struct end_states *looks)
{
	if (!looks)
		return;
	pthread_mutex_lock(&looks->lock);
	looks->ending = true;
	pthread_cond_broadcast(&looks->work);
	pthread_mutex_unlock(&looks->lock);
	for (unsigned i = 0; i < looks->n_threads; i++) {
		pthread_join(looks->thread[i], NULL);
		looker_release(&looks->thread_looker[i]);
	}
	looker_release(&looks->own);
	pthread_cond_destroy(&looks->done);
	pthread_cond_destroy(&looks->work);
	pthread_mutex_destroy(&looks->lock);
	free(looks);
}

void
end_state_begin(struct end_states *looks, struct end_state *batch, size_t n)
{
	pthread_mutex_lock(&looks->lock);
	looks->batch = batch;
	looks->n = n;
	looks->taken = 0;
	looks->finished = 0;
	pthread_cond_broadcast(&looks->work);
	pthread_mutex_unlock(&looks->lock);
}

void
end_state_end(struct end_states *looks)
{
	pthread_mutex_lock(&looks->lock);
	while (work_on(looks, &looks->own))
		continue;
	while (looks->finished < looks->n)
		pthread_cond_wait(&looks->done, &looks->lock);
	looks->batch = NULL;
	looks->n = 0;
	looks->taken = 0;
	looks->finished = 0;
	pthread_mutex_unlock(&looks->lock);
}
