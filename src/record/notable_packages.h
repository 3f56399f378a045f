/* Files of packages that a run changed behind their manager's back, and programs that are found in place of theirs. */
#ifndef WT_RECORD_NOTABLE_PACKAGES_H
#define WT_RECORD_NOTABLE_PACKAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "record/ledger.h"
#include "record/notable_match.h"
#include "store/rows.h"

struct package_touch;

/* Begins as zeros. */
struct notable_packages {
	struct package_touch *v;
	size_t n;
	bool is_manager;		/* the run is a package manager's own */
};

/* Note a change, if it may be one of these; told: there is something else to be said of the path. */
void notable_packages_note(struct notable_packages *p, const struct notable_matcher *m, const struct remote_mounts *remote,
			   struct path_entry *path, const struct row_change *change, bool told);

/*
 * Tell of each what there is to be said, the files of a package as one, but those of which something else is told by
 * themselves.  Nobody is asked where nothing was noted; what packages say is left out where they cannot be asked, or
 * ask is false.
 */
void notable_packages_tell(struct notable_packages *p, bool ask,
			   void (*tell)(void *context, struct path_entry *path, enum notable_subject subject, char *words),
			   void *context);

void notable_packages_release(struct notable_packages *p);

#endif
