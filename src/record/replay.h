/* A ledger out of a journal: what a dead run had met, and what it was about to do. */
#ifndef WT_RECORD_REPLAY_H
#define WT_RECORD_REPLAY_H

#include <stdbool.h>

#include "record/journal.h"
#include "record/ledger.h"

/* A directory that was about to be moved when all ended; whether it was, the file system tells. */
struct unfinished_move {
	bool there;
	bool exchange;
	char *from, *to;
};

struct replay {
	const char *history;	/* where old contents have to be; borrowed */
	struct ledger ledger;
	struct unfinished_move move;
	char *uuid;		/* the run's; NULL where the journal does not say */
	bool attached;		/* what it traced does not end with its tracer */
};

void replay_init(struct replay *r, const char *history);

/* Fill the ledger with what the journal holds.  What names nothing is passed over. */
void replay_journal(struct replay *r, struct journal_reader *reader);

void replay_release(struct replay *r);

#endif
