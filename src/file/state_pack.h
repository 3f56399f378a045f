/* A file's state as bytes: for the journal, and for what a helper process says. */
#ifndef WT_FILE_STATE_PACK_H
#define WT_FILE_STATE_PACK_H

#include "base/buf.h"
#include "base/pack.h"
#include "file/state.h"

/* All but birth, digest and unread. */
void state_pack(struct buf *out, const struct file_state *s);

/* out owns what it points at.  Damage shows in p->bad. */
void state_pack_take(struct packed *p, struct file_state *out);

#endif
