/*
 * Settling: what the run has left at a path is looked at when no tracee can change it any more, since others may change
 * it before the run ends.  There is no stop for close(2): who may hold a file that it has opened for writing is asked for
 * at each tick, a child has what its parent has, and the end of a process lets go of all.  A path that is not settled
 * when the run ends is taken as it is found then.  Of what is still held, and may be written to at any moment, it is known
 * which object the run has left there: another one in its place is somebody else's.
 *
 * What is settled is in the journal, and that it is settled no more: before a call on it goes on.
 */
#ifndef WT_RECORD_SETTLING_H
#define WT_RECORD_SETTLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/ledger.h"

struct journal;
struct remote_mounts;

/* A file that processes may write to by descriptors. */
struct held_file {
	dev_t dev;
	ino_t ino;
	bool may_be_mapped;
	uint32_t holders;	/* process images */
	struct held_file *next;	/* of all that there are */
};

/* What a path held when it was settled. */
struct settled {
	struct file_state state;	/* what stat tells, and the target of a link */
	uint32_t mounts;		/* how often the run had mounted something by then: see settling_left() */
	uint32_t moves;			/* and moved a directory */
	bool in_journal;
	bool held;			/* it was held then, or may be changed by other names: only which object it is will stay */
};

/* An object with several names: by each of them the run may change what the others show. */
struct linked {
	struct object_key key;
	struct settled left;		/* of the object, when no tracee could change it any more */
	bool is_stale;			/* the run may have changed it since; so it is at the start */
	bool is_listed;			/* in settling.stale */
	struct held_file *held;		/* by whom it may be written to, under whatever name; NULL: by nobody */
	struct path_entry **names;	/* that it was settled under */
	size_t n_names;
	UT_hash_handle hh;
};

struct settling {
	struct journal *journal;	/* NULL: what is read from one is in it already */
	struct path_entry **pending;	/* touched, and not settled since */
	size_t n_pending;
	struct held_file *files;
	uint32_t *holding;		/* numbers of images that hold a file */
	size_t n_holding;
	size_t next;			/* of these, whose turn it is at the next tick */
	struct linked **stale;
	size_t n_stale;
	size_t next_look;		/* of those pending, which are looked at again at the next tick */
};

void settling_release(struct settling *s);

/* What was settled of objects with several names, and of one path, is not needed any more. */
void settling_forget(struct ledger *l);
void settling_free_state(struct path_entry *p);

/* A call has changed what is at p, or may have. */
void settling_touch(struct settling *s, struct path_entry *p);

/* The same for an object, whichever of its names the call has used. */
void settling_touch_object(struct settling *s, struct ledger *l, const struct stat *st);

/* A call of an image on what is at p is about to go on, and may change it; it has been made, and has failed. */
void settling_expect(struct settling *s, struct ledger *l, uint32_t image, struct path_entry *p);
void settling_returned(struct settling *s, struct ledger *l, uint32_t image, struct path_entry *p, bool failed);

/* The run has mounted or unmounted something. */
void settling_mounted(struct settling *s, struct ledger *l);

/* What a journal says: p was settled so; target is that of a link, borrowed, and NULL otherwise. */
void settling_adopt(const struct ledger *l, struct path_entry *p, const struct file_state *state, const char *target,
		    bool held);

/* An image may write to what is at p from now on: st is of the object. */
void settling_open(struct settling *s, struct ledger *l, uint32_t image, struct path_entry *p, const struct stat *st,
		   bool may_be_mapped);

/* What is at from is at to as well, or instead. */
void settling_follow(const struct path_entry *from, struct path_entry *to);

/* A process has forked, has executed a program, or has ended. */
void settling_start(struct settling *s, struct ledger *l, uint32_t image);
void settling_end(struct settling *s, struct ledger *l, const struct remote_mounts *remote, uint32_t image);

/* Ask some of the holders, and settle what nobody holds.  Whether anything is left to be settled. */
bool settling_tick(struct settling *s, struct ledger *l, const struct remote_mounts *remote);

/*
 * What the run has left at a path, known without a look at it, and all that stat tells of it; NULL where it is not known,
 * or the run may change it at any moment.
 */
const struct file_state *settling_known(const struct ledger *l, const struct path_entry *p);

/*
 * What the run has left at a path, where that holds something else at the run's end; NULL where it is as left, and where
 * that is not known.
 */
const struct file_state *settling_left(const struct ledger *l, const struct path_entry *p, const struct file_state *now);

#endif
