/* A thread that folds the write-ahead log in. */
#include "config.h"

#include "store/fold.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/processor.h"
#include "store/store_impl.h"

struct fold {
	sqlite3 *db;		/* whose commits fill the log */
	const char *path;
	int due;		/* the length of the log, in pages, from which on it is folded in */
	bool started;		/* thread is to be joined */
	atomic_bool done;	/* and will end at once */
	pthread_t thread;
};

/* What cannot be folded in now stays in the log, complete, until the next time. */
static void *
fold_main(void *context)
{
	struct fold *f = context;
	sqlite3 *db = NULL;

	processor_ordinary(0);
	if (sqlite3_open_v2(f->path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK) {
		store_harden(db);
		sqlite3_exec(db, "PRAGMA synchronous = NORMAL", NULL, NULL, NULL);
		sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	}
	sqlite3_close(db);
	atomic_store(&f->done, true);
	return NULL;
}

static void
join_fold(struct fold *f)
{
	if (f->started)
		pthread_join(f->thread, NULL);
	f->started = false;
}

/* Signals are for the thread that has handlers in mind. */
static void
start_fold(struct fold *f)
{
	sigset_t all, before;

	join_fold(f);
	atomic_store(&f->done, false);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	f->started = pthread_create(&f->thread, NULL, fold_main, f) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* After a commit; the log begins anew by itself once all of it has been folded in. */
static int
on_commit(void *context, sqlite3 *db, const char *name, int pages)
{
	struct fold *f = context;

	(void)db;
	(void)name;
	if (pages < FOLD_PAGES)
		f->due = FOLD_PAGES;
	if (pages < f->due || (f->started && !atomic_load(&f->done)))
		return SQLITE_OK;
	start_fold(f);
	f->due = pages + FOLD_PAGES;
	return SQLITE_OK;
}

struct fold *
fold_new(sqlite3 *db, const char *path)
{
	struct fold *f;

	if (!sqlite3_threadsafe())
		return NULL;
	f = xcalloc(1, sizeof(*f));
	f->db = db;
	f->path = path;
	f->due = FOLD_PAGES;
	sqlite3_wal_hook(db, on_commit, f);
	return f;
}

void
fold_free(struct fold *f)
{
	if (!f)
		return;
	sqlite3_wal_hook(f->db, NULL, NULL);
	join_fold(f);
	free(f);
}
