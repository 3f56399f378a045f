/*
 * What a run has made of each path: its state after the run against that of its object before, and what an undo
 * would need.  What has to be seen on the disk is seen here, so that rows can be written without a look at it.
 */
#ifndef WT_RECORD_OUTCOME_H
#define WT_RECORD_OUTCOME_H

#include <stdint.h>

#include "record/end_state.h"
#include "file/change.h"
#include "record/ledger.h"
#include "store/rows.h"

struct remote_mounts;

struct outcome {
	struct path_entry *path;	/* NULL: there is nothing to say, or nothing can be said */
	const struct file_state *after;
	enum change_class class;
	unsigned differs;
	struct path_entry *from;	/* where what is there was before the run; NULL: not elsewhere */
	enum old_content old_content;
	unsigned disturbed;		/* DISTURBED_* */
	bool doubtful;		/* a blind spot is about it */
	bool left_kept;		/* what was left is kept, left_content_keep() */
	bool caller_log;		/* the command's own standard output or error went there */
};

/* Those of one run. */
struct outcomes {
	struct ledger *ledger;		/* borrowed; blind spots are added to it */
	struct remote_mounts *remote;	/* borrowed; not to be touched */
	struct end_states *looks;	/* borrowed */
	struct digester *digester;
	bool so_far;			/* the run goes on: what it writes to at this moment is no blind spot */
	bool all_seen;			/* no blind spot that hides calls of the run, and no tracer that died */
	struct kept_content *kept;		/* hash of the contents that rows refer to */
	int hidden;			/* errno: why some path could not be looked at; 0: all could */
	int64_t n_kept, bytes_kept;	/* how many they are, and their length */
};

void outcome_init(struct outcomes *c, struct ledger *l, struct remote_mounts *remote, struct end_states *looks);
void outcome_release(struct outcomes *c);

/* Compare p with what it is after the run, which is borrowed; its content is read where that was not foreseen. */
void outcome_of(struct outcomes *c, struct path_entry *p, struct end_state *after, struct outcome *o);

/* A content is kept: it counts once, however many paths had it. */
void outcome_count_kept(struct outcomes *c, const struct digest *d, int64_t size_bytes);

#endif
