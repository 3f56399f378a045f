/*
 * The entries of a journal: what each of them holds is told here, and in one place for those who write it and those
 * who read it.  Objects, paths and images are named by the numbers that they have in the ledger; 0: none.
 */
#ifndef WT_RECORD_JOURNAL_ENTRIES_H
#define WT_RECORD_JOURNAL_ENTRIES_H

#include <stdbool.h>
#include <stdint.h>

#include "record/journal.h"
#include "record/watched.h"
#include "base/digest.h"
#include "event.h"
#include "store/run.h"

/* On disk: add at the end. */
enum journal_type {
	JOURNAL_RUN = 1,	/* what the run's row in the history was made of */
	JOURNAL_IMAGE,		/* a process image */
	JOURNAL_END,		/* a process ended */
	JOURNAL_OBJECT,		/* an object and its state before the run */
	JOURNAL_CONTENT,	/* the digest of its content before the run */
	JOURNAL_FORGET,		/* an object's last name is gone: its number may be used again */
	JOURNAL_PATH,		/* a path and its object; none: it was absent */
	JOURNAL_ACCESS,		/* a call's outcome, when it is new */
	JOURNAL_BLIND,
	JOURNAL_MOVE,		/* a directory is about to be moved, with all below it */
	JOURNAL_MOVED,		/* that is done, and what is below it is in the journal */
	JOURNAL_COMMAND_ENDED,
	JOURNAL_PLACE,		/* where an object is now */
	JOURNAL_CONNECTION,	/* a socket or an address, when it is new */
	JOURNAL_FATE,		/* whether an object's content is in the store; its size and time then */
	JOURNAL_ALIAS,		/* another number of an object */
	JOURNAL_CALLER_LOG,	/* a path that the command's own output went to */
	JOURNAL_DOUBT,		/* a path that a blind spot is about */
	JOURNAL_SETTLED,	/* what the run has left at a path, where none of it can change that any more */
	JOURNAL_UNSETTLED,	/* it may change it again; none: it has mounted something, which may cover any */
	JOURNAL_LOOK,		/* a place is about to be looked at (watched.h); all names up to the next are in it */
	JOURNAL_SEEN,		/* a name in it */
	JOURNAL_LOOKED,		/* that is done */
	JOURNAL_JOINED,		/* a run that was begun within this one (joined.h) */
};

/* What is not owned: strings, and the state, of whoever writes it or of the journal; but see journal_read(). */
struct journal_entry {
	enum journal_type type;
	bool bad;		/* read, and a field was not there or is damaged: it is 0 or NULL */
	union {
		struct run_start run;		/* all but of_run */
		struct process_start image;	/* all but its number: they count themselves */
		struct {
			uint32_t image;
			int status;
			int64_t ended_ns;
		} end;
		struct file_state object;	/* without digest */
		struct {
			uint32_t object;
			bool at_risk, has_digest;
			struct digest digest;
		} content;
		struct {
			uint32_t object;
		} forget;
		struct {
			const char *path;
			uint32_t object;
			bool untracked;
		} path;
		struct {
			uint32_t path, image;
			uint32_t op, flag_set;
			uint64_t flags;
			int error;
			int64_t when_ns;
		} access;
		struct {
			uint32_t image, kind;
			const char *detail;
		} blind;
		struct {
			bool exchange;
			const char *from, *to;
		} move;				/* of JOURNAL_MOVED too */
		struct {
			int status;
			int64_t ended_ns;
		} command_ended;
		struct {
			uint32_t object, path;
		} place;
		struct {
			uint32_t image;
			struct connection is;
			int error;
			int64_t first_ns;
		} connection;
		struct {
			uint32_t object, fate;
			int error;
			int64_t size_bytes, mtime_ns;
			bool whole;
		} fate;
		struct {
			uint32_t object;
			uint64_t dev, ino;
		} alias;
		struct {
			uint32_t path;
		} caller_log;
		struct {
			uint32_t path;
		} doubt;
		struct {
			uint32_t path;
			bool held;		/* only which object it is will stay */
			struct file_state state;	/* what stat tells */
			const char *target;	/* of a link */
		} settled;
		struct {
			uint32_t path;
		} unsettled;
		struct {
			const char *path, *via;
			uint32_t image;
		} look;
		struct watched_name seen;
		struct {
			bool cut;
		} looked;
		struct {
			uint32_t image;
			const char *name, *uuid;
		} joined;
	};
};

/* Add an entry; nothing for NULL, since what is replayed from a journal is in it already. */
void journal_write(struct journal *j, const struct journal_entry *entry);

/*
 * The next whole entry: 1; 0 at the end or at the first torn one.  What it points at lasts as long as the reader; the
 * state of an object alone is the caller's to release.  Its type may be one that nobody knows; its numbers may be any.
 */
int journal_read(struct journal_reader *r, struct journal_entry *entry);

#endif
