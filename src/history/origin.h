/* Where the objects that runs left had been before the first of them: what was only moved is nobody's to remove. */
#ifndef WT_HISTORY_ORIGIN_H
#define WT_HISTORY_ORIGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "store/query_state.h"

/* What a run did to the object at a path: all rows but those that leave one where it was, with its content. */
struct origin_step {
	char *path;
	char *from;		/* where the object that is there after it was before it; NULL: not moved */
	int64_t run_id;
	bool existed, left;	/* whether there was something before it, and after it */
	bool stayed;		/* both, and they are the same object */
	enum old_content old_content;
	bool has_digest;
	struct digest digest;	/* of the content before */
};

struct origins {
	struct origin_step *v;	/* by path, then in the order of the runs */
	size_t n;
};

/* Rows come by path, then in the order of the runs. */
void origin_add(struct origins *o, const struct state_row *row);
void origin_release(struct origins *o);

/*
 * The path that what the last run left at path had before the first run, through the moves of all of them; path itself
 * where it was there already; NULL where the runs made it.  Who wrote in its place, or put something at a name from
 * which the runs moved it, does not matter: it is not theirs alone.  Lives as long as o.
 */
const char *origin_of(const struct origins *o, const char *path);

/* The same of the very object, and of what path held before a run; NULL also where it is another one now. */
const char *origin_of_object(const struct origins *o, const char *path, int64_t before_run);

#endif
