/* What runs left against what is there now, and which later run explains the difference. */
#ifndef WT_HISTORY_VERIFY_H
#define WT_HISTORY_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "file/dir_cache.h"
#include "history/runs_as_one.h"
#include "file/compare.h"
#include "base/digest.h"
#include "base/err.h"
#include "store/store.h"

enum verdict {
	VERDICT_AS_LEFT,
	VERDICT_MISSING,
	VERDICT_MODIFIED,	/* other content, target or type */
	VERDICT_ATTRIBUTES,
	VERDICT_REAPPEARED,	/* deleted by the runs, there again */
	VERDICT_COUNT
};

extern const char *const verdict_names[VERDICT_COUNT];

struct verify {
	struct store *store;
	const int64_t *ids;	/* the runs */
	size_t n_ids;
	const char *root;	/* look below it instead of below "/"; NULL: no */
	struct digester *digester;
	struct dir_cache dirs;
};

struct verify_finding {
	enum verdict verdict;
	unsigned differs;	/* DIFFERS_*, of VERDICT_MODIFIED and VERDICT_ATTRIBUTES */
	struct present now;
	int64_t by_run;		/* the later run that made the path what it is; 0: none that was recorded */
	int64_t since_run;	/* where there is none: the newest later run that changed the path; 0: none either */
};

/* Whether the runs left anything to verify at the path: they created, changed or deleted it. */
bool verify_concerns(const struct path_change *l);

/* How many bytes of content a comparison reads at most. */
int64_t verify_cost(const struct path_change *l);

/*
 * Compare.  No symbolic link is followed on the way.  verify_finding_release() in either case.  0, or -1 with e set where
 * it cannot be told (ERR_SYSTEM: the path may not be looked at or read) or the history cannot be read.
 */
int verify_path(struct verify *v, const struct path_change *l, struct verify_finding *out, struct err *e);
void verify_finding_release(struct verify_finding *f);

#endif
