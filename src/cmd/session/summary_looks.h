/* What of a run a person should look at, in a few lines: one for each subject, the gravest first. */
#ifndef WT_CMD_SESSION_SUMMARY_LOOKS_H
#define WT_CMD_SESSION_SUMMARY_LOOKS_H

#include <stddef.h>

#include "base/buf.h"

struct summary_look;

/* Begins as zeroes. */
struct summary_looks {
	struct summary_look *hash;
};

/* One more path and its reason, the gravest first. */
void summary_looks_note(struct summary_looks *l, const char *path, const char *reason);

/* A line for each subject, without its label and the end: called at most eight times, and once for what is left. */
void summary_looks_each(struct summary_looks *l, void (*line)(void *context, const char *words), void *context);

void summary_looks_release(struct summary_looks *l);

#endif
