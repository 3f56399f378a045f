/* The word that a mistyped one was meant to be. */
#ifndef WT_BASE_NEAREST_H
#define WT_BASE_NEAREST_H

#include <stddef.h>

struct nearest {
	const char *word;	/* as it was typed; borrowed */
	const char *name;	/* of those tried, the first that is one slip away, in a long word two; NULL: none.  Borrowed. */
	size_t least;
};

void nearest_begin(struct nearest *n, const char *word);
void nearest_try(struct nearest *n, const char *name);

#endif
