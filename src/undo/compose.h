/*
 * From the rows of several runs to one state before all of them and one after, for each path; and where the
 * objects were that the runs moved about.  Pure but for the reading of rows.
 */
#ifndef WT_UNDO_COMPOSE_H
#define WT_UNDO_COMPOSE_H

#include <stddef.h>
#include <stdint.h>

#include "undo/paths.h"
#include "base/err.h"
#include "store/store.h"

/* One run whose rows are taken. */
struct compose_run {
	int64_t id;
	bool earlier_undo;	/* an undo of (some of) the others: what it did is taken as theirs */
	bool of_others_too;	/* and it also took back runs that are not among these: what it did stays so */
};

/* The names that undo gives to what it takes aside or has not yet put in place begin so. */
extern const char paths_temporary[];

/*
 * Fill out with the paths that the runs met (ascending by id).  paths_release() in either case.
 * 0, or -1 with e set.
 */
int compose(struct store *s, const struct compose_run *runs, size_t n, struct undo_paths *out, struct err *e);

/* The same from rows that are there already, by path and then by run. */
void compose_rows(const struct state_row *rows, size_t n_rows, const struct compose_run *runs, size_t n,
		  struct undo_paths *out);

#endif
