/*
 * Rows of runs that go on, for the questions of one connection: temporary tables stand for those of the history, which is
 * not written, and nobody who writes it waits for us.  They hold the runs that are asked for and no others.
 */
#ifndef WT_STORE_INTERIM_H
#define WT_STORE_INTERIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "store/store.h"

/* The runs that go on, all of which are among those asked for.  Both lists are copied. */
struct interim_runs {
	const int64_t *running;
	size_t n_running;
	const int64_t *asked;
	size_t n_asked;
};

/*
 * Make the tables in a store that is opened for reading, once, with the rows of those runs that have ended: what is
 * written into the store from here to interim_end(), goes there.  0, or -1 with e set, when interim_end() follows as well.
 */
int interim_begin(struct store *s, const struct interim_runs *runs, struct err *e);
int interim_end(struct store *s, struct err *e);

/* Whether a run's rows are such: it goes on. */
bool interim_has(const struct store *s, int64_t run_id);


#endif
