/*
 * The journal of a run, HISTORY.journal/UUID: what is known of each path before its first change goes on.
 * Appended by write(2), so that it survives the death of every process of ours; an entry that was torn is
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
#include "base/pack.h"

struct journal;
struct rights;

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
 * Begin an entry of a type, add its fields to what is returned, end it.  Nothing is written before journal_flush().
 * What the entries are is for journal_entries.h to say.
 */
struct buf *journal_begin(struct journal *j, uint32_t type);
void journal_end(struct journal *j);

/*
 * Write what has been added since the last call.  0, or -1 with e set: the disk is full, say.  What could
 * not be written is kept and goes with the next call.
 */
int journal_flush(struct journal *j, struct err *e);

/*
 * Go on in another file, a new one, which gets all that the journal holds.  The one beside the history stays locked until
 * journal_close(), for others tell by that whether the run goes on.  0, or -1 with e set: it is where it was.
 */
int journal_relocate(struct journal *j, const char *file, struct err *e);

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

/*
 * Where a run goes on whose history goes away (refuge.h): "PLACE/writetrace-UUID", to which ".journal" and ".objects" are
 * added.  For the caller to free.
 */
char *journal_base_away(const char *place, const char *uuid);

/* The base of a file that is called so, "BASE.journal", for the caller to free; NULL where it is not. */
char *journal_base_of(const char *file);

/* The journal of such a run, in the first place that has one of the caller's own, to be freed; NULL: there is none. */
char *journal_find_away(const char *uuid);

/* Whether a run's tracer still lives: whether somebody holds its journal's lock. */
bool journal_is_live(const char *history, const char *uuid);

/*
 * A descriptor of a run's journal, on which its lock can be tried, got with the rights of the history's owner
 * (file/rights.h); NULL: with our own.  -1 with errno: ENOENT where there is none.
 */
int journal_open_lock(const struct rights *rights, const char *history, const char *uuid);

/* Reading: a journal of a dead run. */
struct journal_reader;

/* Whether a file begins as a journal does, of this version or another. */
bool journal_is_one(const char *file);

/* 0, or -1 with e set: ERR_NOT_FOUND where there is none, ERR_BUSY while its tracer lives. */
int journal_open(struct journal_reader **out, const char *file, struct err *e);
/*
 * The journal of a run that goes on, as far as it has been written by now; where it goes on elsewhere, of that.  Nothing
 * is locked.  0, or -1 with e set: ERR_NOT_FOUND where there is none of a run that goes on, ERR_INPUT where somebody else
 * may have written it.
 */
int journal_open_running(struct journal_reader **out, const char *history, const char *uuid, struct err *e);

/*
 * The next whole entry: 1, and its type and fields, which last as long as the reader; 0 at the end or at the first torn
 * one.
 */
int journal_next(struct journal_reader *r, uint32_t *type, struct packed *fields);
/* When the last entry was written, by the file's mtime. */
int64_t journal_last_ns(const struct journal_reader *r);
void journal_reader_close(struct journal_reader *r, bool remove_file);

#endif
