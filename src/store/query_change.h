/* Questions about what runs did. */
#ifndef WT_STORE_QUERY_CHANGE_H
#define WT_STORE_QUERY_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/err.h"
#include "store/cursor.h"

/* How many of a view's columns are wanted: times are dear, and people are not shown them. */
enum columns_wanted {
	COLUMNS_ALL,		/* as the view has them */
	COLUMNS_BRIEF,		/* of changes all but run_id, owners, times, the process and old_content */
};

/*
 * Rows of the views of one run.  Changes are in byte order of the paths; all: also the unchanged and the
 * transient ones.  *out is the caller's until cursor_close().  0, or -1 with e set.
 */
int query_changes(struct store *s, int64_t run_id, bool all, enum columns_wanted columns,
		  struct cursor **out, struct err *e);
int query_processes(struct store *s, int64_t run_id, struct cursor **out, struct err *e);
/* The same with a further column, seconds. */
int query_processes_timed(struct store *s, int64_t run_id, struct cursor **out, struct err *e);
/* Beside these columns started_ms and ended_ms, in milliseconds since a moment, and is_copy: a fork that has executed nothing. */
int query_processes_since(struct store *s, int64_t run_id, int64_t since_ns, struct cursor **out, struct err *e);
/* What addresses were connected to, and behind that, if wanted, what sockets were made. */
int query_connections(struct store *s, int64_t run_id, bool sockets_too, struct cursor **out, struct err *e);
/*
 * Each address that was connected to, once for each program and outcome: address (with its port) protocol error count
 * program.  The kernel itself, behind netlink, is none.
 */
int query_addresses(struct store *s, int64_t run_id, struct cursor **out, struct err *e);
int query_blind_spots(struct store *s, int64_t run_id, struct cursor **out, struct err *e);
/* kind and detail alone, the detail with the program and pid that are its subject. */
int query_blind_lines(struct store *s, int64_t run_id, struct cursor **out, struct err *e);
int query_notable(struct store *s, int64_t run_id, struct cursor **out, struct err *e);

/*
 * Attempts to write that the kernel refused, or could not do: path operation error count program, by path.  What a
 * program tries to learn what is there (ENOENT, EEXIST and their like) is none.
 */
int query_refused(struct store *s, int64_t run_id, struct cursor **out, struct err *e);

/* The paths that a run has written so far, in byte order: all there is to see of a run that has not ended. */
int query_written_paths(struct store *s, int64_t run_id, struct cursor **out, struct err *e);

/* Sums over the changes of a run. */
struct change_sums {
	int64_t bytes_more;	/* on disk after the run; negative: less */
	int64_t n_kept;		/* old contents that were kept, each counted once */
	int64_t n_not_kept;	/* paths that need one and have none */
	int64_t bytes_kept;	/* of the old contents that were kept */
};

int query_change_sums(struct store *s, int64_t run_id, struct change_sums *out, struct err *e);

/*
 * What runs left, for manifests: rows of the view changes, transient and unchanged ones too, of all runs
 * of ids, by path and then in the order of the runs.
 */
int query_changes_of(struct store *s, const int64_t *ids, size_t n, enum columns_wanted columns,
		     struct cursor **out, struct err *e);

/*
 * What a run left, for comparing: path, change, type, size, mode, uid, gid, target, sha256 after the run
 * of what is there then below dir, in byte order of the paths.
 */
int query_left(struct store *s, int64_t run_id, const char *dir, struct cursor **out, struct err *e);

/*
 * Who wrote path, or anything below it: run_id name path change type process_id pid program command by
 * first last, by run, path and time; by is the run's command.  Refused attempts are left out.
 */
int query_who(struct store *s, const char *path, struct cursor **out, struct err *e);

/* The same of whatever had that content before a run or was left with it, of contents that were read. */
int query_who_content(struct store *s, const struct digest *digest, struct cursor **out, struct err *e);

/* Whether the history knows any path below this one: 1, 0, or -1 with e set. */
int query_any_below(struct store *s, const char *path, struct err *e);

/*
 * The process images that led to one, the first of the run at the head, itself last:
 * program command is_copy (1 for a fork that has executed nothing yet).
 */
int query_ancestors(struct store *s, int64_t process_id, struct cursor **out, struct err *e);

#endif
