/* The blind spots of a run in memory: each once, in the order in which they came. */
#ifndef WT_RECORD_LEDGER_BLIND_H
#define WT_RECORD_LEDGER_BLIND_H

#include "record/ledger.h"

/* Returns false if the same one is there already. */
bool ledger_add_blind(struct ledger *l, uint32_t image, enum blind_kind kind, const char *detail);
/* The same where it is known to be new. */
void ledger_append_blind(struct ledger *l, uint32_t image, enum blind_kind kind, const char *detail);
void ledger_release_blinds(struct ledger *l);

#endif
