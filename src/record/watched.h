/*
 * Places that are looked at before others can have changed what is in them, and again at the run's end: those of
 * `run --watch`, and those that a service writes for its clients.  What differs, and has not been changed by a call of the
 * run, somebody else has done.
 *
 * Each name is kept packed, in the order of tree_walk(), and is in the journal before the command or the connection goes
 * on.
 */
#ifndef WT_RECORD_WATCHED_H
#define WT_RECORD_WATCHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/pack.h"
#include "file/state.h"

/* A name as it was.  On reading the path is borrowed until the next; the state is the reader's to release. */
struct watched_name {
	const char *path;
	bool whole;		/* content, extended attributes and inode flags are known too; else what stat tells */
	bool closed;		/* a directory that could not be entered, or is on another file system */
	struct file_state state;
	uint32_t fate;		/* enum fate, of its content */
	int fate_error;		/* an errno */
};

struct watched_place {
	char *path;
	char *via;		/* through whom what differs has come */
	uint32_t image;		/* of the process that asked the service; 0: none did */
	bool complete;		/* it has been looked at before anybody could change it */
	bool cut;		/* but not behind the last of its names: the time was over */
	struct buf names;
	struct buf last;	/* the path that was packed last: the next one says only from where it is another */
	uint64_t n_names;
	uint64_t n_bare;	/* regular files of them that are known by what stat tells */
};

/* Part of a ledger.  Zeros before the first. */
struct watched_places {
	struct watched_place *list;
	size_t n;
};

void watched_release(struct watched_places *all);

/* A new one, at the end of the list; strings are copied. */
struct watched_place *watched_add(struct watched_places *all, const char *path, const char *via, uint32_t image);

/* Whether one of that path and from whom it comes is there already. */
bool watched_has(const struct watched_places *all, const char *path, const char *via);

/* What is told of a name besides its path. */
void watched_pack_name(struct buf *out, const struct watched_name *name);
void watched_take_name(struct packed *in, struct watched_name *name);

/* One more name of the newest place; it comes behind all others. */
void watched_add_name(struct watched_place *p, const struct watched_name *name);

/* Reading the names of a place, in their order. */
struct watched_reader {
	struct packed in;
	struct buf path;
	struct watched_name now;	/* its state is owned */
	bool there;		/* there is one */
};

void watched_read(struct watched_reader *r, const struct watched_place *p);
void watched_next(struct watched_reader *r);
void watched_reader_release(struct watched_reader *r);

#endif
