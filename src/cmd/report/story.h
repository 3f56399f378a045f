/* What a report tells of runs that are taken as one, gathered once, whatever it is written as. */
#ifndef WT_CMD_REPORT_STORY_H
#define WT_CMD_REPORT_STORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "cmd/opts.h"
#include "cmd/ui/run_arg.h"
#include "file/change.h"
#include "history/runs_as_one.h"
#include "store/query_run.h"
#include "store/store.h"

/* How much is told in full; what is more is counted. */
enum {
	STORY_PATHS_MAX = 2000,		/* changed paths without a script, the first in byte order */
	STORY_TEXTS_MAX = 200,		/* files whose diffs are shown */
	STORY_LINES_MAX = 500,		/* lines of anything else */
};

/* A line of two texts and what counts it: of a blind spot, of what to look at, of an attempt, of a connection. */
struct story_line {
	char *subject;		/* path, kind, or address */
	char *words;		/* reason, detail, or operation */
	char *error;		/* NULL: none */
	char *program;		/* NULL: not known */
	int64_t count;		/* how often */
};

struct story_lines {
	struct story_line *v;
	size_t n;		/* at most STORY_LINES_MAX */
	int64_t n_all;
};

struct package_owners;

struct story {
	struct store *store;
	const struct options *opt;
	struct run_ids ids;
	struct run_row *runs;		/* one for each of ids */
	size_t n_runs;			/* of them, that are filled */
	int64_t n[CHANGE_COUNT];	/* changed paths by class */
	int64_t n_created[FILE_TYPE_COUNT];
	int64_t n_paths;		/* changed paths */
	int64_t bytes_more;		/* on disk after the runs; negative: less */
	int64_t n_kept, n_not_kept;	/* old contents, and paths that need one and have none */
	int64_t bytes_kept;
	struct path_change *first;	/* the changed paths, the first n_first in byte order */
	size_t n_first;
	char **texts;			/* modified files that everybody may read */
	size_t n_texts;			/* at most STORY_TEXTS_MAX */
	int64_t n_texts_all;
	int64_t n_private;		/* modified files that not everybody may read */
	struct story_lines notable, blind, refused, hosts;
	struct package_owners *owners;	/* of the packages of this machine; NULL: not known */
};

/* Gather what is known of s->ids.  0, or -1 with e set; story_release() in either case. */
int story_gather(struct story *s, struct err *e);
void story_release(struct story *s);

/*
 * The changed paths once more, by a reader that was zeros, all of them, as the options want them: 1 with *out filled,
 * which runs_as_one_release() frees, 0 at the end, -1 with e set.
 */
int story_next_path(const struct story *s, struct runs_as_one *reader, struct path_change *out, struct err *e);

/* The packages of this machine that a path belongs to now, or NULL. */
const char *story_package(const struct story *s, const char *path);

/* Whether the runs were made on this machine, so that its owners' names are theirs. */
bool story_is_ours(const struct story *s);

#endif
