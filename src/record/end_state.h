/*
 * What paths are at a run's end: their states, with the digests of those contents that the comparison will ask for.
 * Many paths are looked at by threads, batch by batch, while the caller writes the rows of the batch before.
 *
 * The threads read the ledger: between end_state_begin() and end_state_end() nobody adds to its objects or forgets any, and
 * the members type and at_risk of objects stay as they are.
 */
#ifndef WT_RECORD_END_STATE_H
#define WT_RECORD_END_STATE_H

#include <stddef.h>

#include "record/ledger.h"

struct remote_mounts;

struct end_state {
	const struct path_entry *entry;
	struct file_state state;	/* FILE_ABSENT where nothing is; owned, see state_release() */
	int error;			/* an errno: it cannot be told whether there is anything; 0: it can */
	bool disturbed;			/* somebody else has changed it since: state is what the run left */
	int unread;			/* an errno: why a content that was wanted is not known, ESTALE where somebody
					   wrote to it meanwhile; 0: it is, or its state's unread says why not */
};

struct end_states;

/*
 * So many paths are to come; few are not worth a thread.  The ledger, and the mounts that are not to be touched, are
 * borrowed until end_state_free().  so_far: the run goes on, and the answer is wanted at once: what was not there before
 * is taken as it was settled, and its content not read.
 */
struct end_states *end_state_new(const struct ledger *l, struct remote_mounts *remote, size_t n_paths, bool so_far);
void end_state_free(struct end_states *looks);

/* Fill in one, whose entry is set, at once. */
void end_state_look(struct end_states *looks, struct end_state *a);

/*
 * Have n of them filled in, whose entries are set and best in byte order; they are not to be touched before end_state_end(),
 * which waits for them.  Where there are no threads it is end_state_end() that looks.
 */
void end_state_begin(struct end_states *looks, struct end_state *batch, size_t n);
void end_state_end(struct end_states *looks);

/* Read the content of what is there, a regular file, where that was not foreseen. */
void end_state_read(struct end_states *looks, struct end_state *a);

#endif
