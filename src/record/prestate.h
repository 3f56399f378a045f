/*
 * Pre-states: what a path was before the run.  The first state of an object holds for every name that it
 * had then; it is in the journal before the call that changes it goes on.
 */
#ifndef WT_RECORD_PRESTATE_H
#define WT_RECORD_PRESTATE_H

#include "record/creations.h"
#include "record/ledger.h"
#include "record/preimage.h"
#include "record/settling.h"

struct remote_mounts;

struct journal;

struct prestate {
	struct ledger *ledger;
	struct journal *journal;	/* NULL: what is read from one is in it already */
	struct preimages contents;
	const char *history;	/* its own files are never recorded */
	int missed;		/* errno: why a state before could not be told as a whole; for the caller to reset */
	const struct remote_mounts *remote;	/* not to be touched; NULL: all may be */
	struct creations creations;
	struct settling settling;
};

/* Whether a path is of the history itself, or of what it keeps beside it, or where its run goes on (refuge.h). */
bool prestate_is_own(const struct prestate *ps, const char *path);

/* A blind spot, in the ledger and in the journal; nothing where the same one is there already. */
void prestate_blind(struct prestate *ps, uint32_t image, enum blind_kind kind, const char *detail);

/* A blind spot is about that path: what the record tells of it may not be true, and undo is held back from it. */
void prestate_doubt(struct prestate *ps, const char *path);

/* What is before path, quoted, and what is behind it; then why, an errno.  kind: BLIND_PATH, if no other is said. */
void prestate_tell_kind(struct prestate *ps, uint32_t image, enum blind_kind kind, const char *before, const char *path,
			const char *behind, int error);
void prestate_tell(struct prestate *ps, uint32_t image, const char *before, const char *path, const char *behind,
		   int error);

/*
 * The entry of a target, made with its state as it is now where the path is new.  NULL for what has no
 * entry: the history's own files.
 */
struct path_entry *prestate_path(struct prestate *ps, const struct target *t);

/* A success of the image's has changed what is at the path. */
void prestate_touch(struct prestate *ps, struct path_entry *p, uint32_t image);

/* The same for the directory that holds the target's name, whose times every new or lost name changes. */
void prestate_parent(struct prestate *ps, const struct target *t);

/*
 * The content of t's object is about to be lost or changed: it is kept, once.  True where that hangs on the
 * call's success: then prestate_settle() wants to hear of it.
 */
bool prestate_content(struct prestate *ps, const struct target *t);

/*
 * A call for which prestate_content() returned true has ended.  Where it failed and no other is on its way, the
 * content is as safe as before, and a later call finds it kept only if nobody has written it meanwhile.
 */
void prestate_settle(struct prestate *ps, const struct target *t, bool success);

/* What t's object holds is seen only now that a call has opened it for writing; is_gone: or cut it short. */
void prestate_too_late(struct prestate *ps, const struct target *t, bool is_gone);

/*
 * A call that may change more of t's object than its names is on its way: true where prestate_altered() is to hear how it
 * ended.  What the run has not altered it is not blamed for when it is met under another name.
 */
bool prestate_alter(struct prestate *ps, const struct target *t);
void prestate_altered(struct prestate *ps, const struct target *t, bool was_told, bool success);

/*
 * One of several names of t's object is about to go, its content stays under others; or the object is on
 * overlayfs, where any change may give it another number.  Where we might not find its content again, it
 * is read now.
 */
void prestate_last_look(struct prestate *ps, const struct path_entry *p, const struct target *t);

/*
 * One of several names of t's object on overlayfs is about to go.  The links of a file in a lower layer are not counted
 * down: that it was the last name of it does not show.  The content is kept now; if it is there at the end under another
 * name it is dropped.
 */
void prestate_keep(struct prestate *ps, const struct target *t);

/* The object is known by another number as well. */
void prestate_alias(struct prestate *ps, struct object *o, const struct stat *st);

/* The object has lost its last name; it is at p now.  Both are in the journal from then on. */
void prestate_forget(struct prestate *ps, struct object *o);
void prestate_place(struct prestate *ps, struct object *o, struct path_entry *p);

#endif
