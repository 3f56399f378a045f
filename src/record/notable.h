/* What of a run's changes a person should look at, the gravest first, each subject once.  No score, no verdict. */
#ifndef WT_RECORD_NOTABLE_H
#define WT_RECORD_NOTABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "record/ledger.h"
#include "store/rows.h"

struct remote_mounts;

struct notable_look {
	struct path_entry *path;	/* of a subject that has several the first one */
	int rank;			/* the lower the graver */
	char *reason;
};

/* Those of one run. */
struct notables;

/* history is that beside which contents are kept; both are borrowed. */
struct notables *notable_new(const char *history, const struct remote_mounts *remote);
void notable_free(struct notables *n);

/* Note what there is to a change, while what was left is what was looked at.  The entry is kept. */
void notable_note(struct notables *n, struct path_entry *path, const struct row_change *change);

/*
 * All has been noted: the looks, which live as long as n; how many is put into *len.  Where the run changed or removed
 * files in the system's places, package managers are asked whose they are, unless the run was one of theirs or packages
 * is false.
 */
const struct notable_look *notable_looks(struct notables *n, bool packages, size_t *len);

#endif
