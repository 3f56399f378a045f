/*
 * How far a long work has come: a line on standard error where that is a terminal, from the second second on.
 * A work that is shorter, or whose standard error goes elsewhere, shows nothing.
 */
#ifndef WT_CMD_UI_PROGRESS_H
#define WT_CMD_UI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Plain data of progress.c. */
struct progress {
	const char *what;	/* a word or two, borrowed */
	int64_t total, done;	/* in any unit */
	int64_t next_ns;	/* monotonic: when it is drawn next */
	bool wanted;
	bool shown;
};

/* Whether it could ever be shown: the work's size need not be found out otherwise. */
bool progress_possible(bool quiet);

/* Begin; total is the work's size in any unit, quiet: show nothing. */
void progress_begin(struct progress *p, const char *what, int64_t total, bool quiet);

/* So much more is done.  Takes struct progress as a context, for digest_watch(). */
void progress_add(void *progress, size_t amount);

/* So much is done in all. */
void progress_set(struct progress *p, int64_t done);

/* Take the line away: before anything else is printed, and at the end.  It comes back with the next step. */
void progress_clear(struct progress *p);

#endif
