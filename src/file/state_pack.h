/* File states in journal records. */
#ifndef WT_FILE_STATE_PACK_H
#define WT_FILE_STATE_PACK_H

#include "record/journal.h"
#include "event.h"

void state_to_journal(const struct file_state *s, struct journal *j);

/* out owns what it points at.  Damage shows in journal_reader_bad(). */
void state_from_journal(struct journal_reader *r, struct file_state *out);

#endif
