/* Taking runs back, as far as the history is concerned: which runs have a say, and what came of it. */
#ifndef WT_STORE_UNDONE_H
#define WT_STORE_UNDONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "store/cursor.h"
#include "store/run.h"

/*
 * The undos and uninstalls of any of these runs that were not taken back themselves: column 0 is the id, 1 is
 * 1 where it took back other runs as well.  Ascending.
 */
int undone_earlier(struct store *s, const int64_t *ids, size_t n, struct cursor **out, struct err *e);

/*
 * Later runs that wrote paths of these: path, run_id, name, of each path the newest such run.  A run that
 * was taken back, here or wholly, has no say; neither has one that changed attributes alone.  except: runs
 * that are being taken back as well.
 */
int undone_later_writers(struct store *s, const int64_t *ids, size_t n, const int64_t *except, size_t n_except,
			 struct cursor **out, struct err *e);

/* Those of the runs whose end nobody saw, ascending: their ids. */
int undone_unseen(struct store *s, const int64_t *ids, size_t n, struct cursor **out, struct err *e);

/* Undos and uninstalls that are under way on any of these runs: id, uuid. */
int undone_running(struct store *s, const int64_t *ids, size_t n, struct cursor **out, struct err *e);

/* What became of a path in an undo; reason may be NULL.  Inside a transaction.  0, or -1 with e set. */
int undone_outcome(struct store *s, int64_t run_id, int64_t path_id, const char *action, const char *reason,
		   struct err *e);

/* What of runs is still to be taken back, by numbers of paths, borrowed. */
struct undone_rest {
	const int64_t *kept;	/* paths that were kept */
	size_t n_kept;
	const int64_t *open;	/* these, and all others of which something is left to be done */
	size_t n_open;
	bool all;		/* of each run something is left, whatever paths it has */
};

/*
 * The runs have been taken back: those with something left are now partly undone, the others undone or uninstalled, as
 * state says.  Runs that they themselves had taken back are again what they were before that.  0, or -1 with e set.
 */
int undone_runs(struct store *s, const int64_t *ids, size_t n, enum run_state state, const struct undone_rest *rest,
		struct err *e);

/* The reason of outcomes that are no whole restoring: what others had changed stayed in it. */
extern const char undone_merged_reason[];

/* The paths of which these runs, undos, took out what others' changes had left of theirs.  0, or -1 with e set. */
int undone_merged(struct store *s, const int64_t *ids, size_t n, struct cursor **out, struct err *e);

#endif
