/* What is at a target before its call goes on: behind a descriptor of ours, or as a helper has seen it. */
#ifndef WT_RECORD_TARGET_OBJECT_H
#define WT_RECORD_TARGET_OBJECT_H

#include <stdbool.h>

#include "file/fskind.h"
#include "event.h"
#include "record/ledger.h"

bool target_object_is_there(const struct target *t);

/* Of the file system that it is on; where nothing is there, that its directory is on; FS_FILES where none is known. */
enum fskind target_object_fskind(const struct target *t);

/* As state_of(), of what is there. */
void target_object_state(const struct target *t, struct file_state *out);

/*
 * Of what is there on an overlay, and tells no birth that lasts, as identity_overlay_birth(); 0 where it is elsewhere, and
 * where nothing is told.
 */
int64_t target_object_overlay_birth(const struct target *t, bool *is_copy);

/* The object of the run that is there, by device, number and birth; NULL: none that it knows. */
struct object *target_object_known(const struct ledger *l, const struct target *t);

/* As state_open(): to read what is there, or the helper's copy of it.  -1 with errno, EREMOTE_MOUNT where it has made none. */
int target_object_open(const struct target *t);

#endif
