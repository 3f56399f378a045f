/* What follows from a successful call for what the record knows: objects go where their names go. */
#ifndef WT_RECORD_CALL_EFFECT_H
#define WT_RECORD_CALL_EFFECT_H

#include "record/prestate.h"

/* A directory is about to move (JOURNAL_MOVE), or has (JOURNAL_MOVED); nothing where the call moves none. */
void call_effect_journal(struct prestate *ps, enum journal_type type, const struct call *c);

/* The call has succeeded and its caller is held. */
void call_effect_follow(struct prestate *ps, const struct call *c, uint32_t image);

#endif
