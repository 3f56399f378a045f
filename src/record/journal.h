/*
 * The journal of a run, HISTORY.journal/UUID: what is known of each path before its first change goes on.
 * Appended by write(2), so that it survives the death of every process of ours; a record that was torn is
 * ignored, since its call had not gone on.  The tracer holds a lock on it for as long as it lives: that is
 * how a dead run is told.
 */
#ifndef WT_RECORD_JOURNAL_H
#define WT_RECORD_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "event.h"

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
};

struct journal;

/*
 * Whether the directory of a history's journals is one that nobody else can have put something into, or is not there.
 * 0, or -1 with e set.
 */
int journal_check_directory(const char *history, struct err *e);

/*
 * Make the journal of a new run of the history at path, lock it.  *out is the caller's until
 * journal_close().  durable: what is flushed is on the disk, not only with the kernel (fsync(2)).
 * 0, or -1 with e set.
 */
int journal_create(struct journal **out, const char *history, const char *uuid, bool durable, struct err *e);

/*
 * Begin a record, add its fields, end it.  Nothing is written before journal_flush().  These do nothing
 * for NULL: what is replayed from a journal is in it already.
 */
void journal_begin(struct journal *j, enum journal_type type);
void journal_u32(struct journal *j, uint32_t value);
void journal_u64(struct journal *j, uint64_t value);
void journal_bytes(struct journal *j, const void *bytes, size_t len);
/* NULL is kept apart from "". */
void journal_string(struct journal *j, const char *s);
void journal_state(struct journal *j, const struct file_state *s);
void journal_end(struct journal *j);

/*
 * Write what has been added since the last call.  0, or -1 with e set: the disk is full, say.  What could
 * not be written is kept and goes with the next call.
 */
int journal_flush(struct journal *j, struct err *e);

/*
 * All of it shall be in a file that import reads: the journal itself, or where that cannot be written any more, or has
 * been removed, a copy in $TMPDIR, /var/tmp or /tmp, and the journal goes.  *file is its path, for the caller to free.
 * 0, or -1 with e set: it is nowhere.
 */
int journal_keep(struct journal *j, char **file, struct err *e);

/* Close; remove the file if the run is wholly in the history. */
void journal_close(struct journal *j, bool remove_file);

const char *journal_path(const struct journal *j);

/* The path of a run's journal, for the caller to free. */
char *journal_name(const char *history, const char *uuid);

/* Whether a run's tracer still lives: whether somebody holds its journal's lock. */
bool journal_is_live(const char *history, const char *uuid);

/*
 * Reading: a journal of a dead run.  Fields are taken in the order in which they were added; what is not
 * there reads as 0 or NULL, and journal_reader_bad() tells.
 */
struct journal_reader;

/* Whether a file begins as a journal does, of this version or another. */
bool journal_is_one(const char *file);

/* 0, or -1 with e set: ERR_NOT_FOUND where there is none, ERR_BUSY while its tracer lives. */
int journal_open(struct journal_reader **out, const char *file, struct err *e);
/* The next whole record: 1; 0 at the end or at the first torn one. */
int journal_next(struct journal_reader *r, enum journal_type *type);
uint32_t journal_take_u32(struct journal_reader *r);
uint64_t journal_take_u64(struct journal_reader *r);
/* Valid until the next journal_next(); NULL for NULL. */
const void *journal_take_bytes(struct journal_reader *r, size_t *len);
const char *journal_take_string(struct journal_reader *r);
/* out owns what it points at. */
void journal_take_state(struct journal_reader *r, struct file_state *out);
bool journal_reader_bad(const struct journal_reader *r);
/* When the last record was written, by the file's mtime. */
int64_t journal_last_ns(const struct journal_reader *r);
void journal_reader_close(struct journal_reader *r, bool remove_file);

#endif
