/* A history: opening, closing, transactions. */
#ifndef WT_STORE_STORE_H
#define WT_STORE_STORE_H

#include <stdbool.h>

#include "base/err.h"

struct rights;
struct store;

enum store_mode {
	STORE_READ,		/* never writes, not even to fold in a -wal */
	STORE_WRITE,		/* creates the history and its directories where they are missing */
	STORE_RECORD,		/* as STORE_WRITE, to add rows to: what asks the views would fail */
	STORE_WRITE_EXISTING,	/* writes, but creates nothing: ERR_NOT_FOUND where there is no history */
};

/*
 * Open the history at path.  *out is the caller's until store_close().  Returns 0, or -1 with e set:
 * ERR_NOT_FOUND where there is none to read, ERR_INPUT for what is no history of ours or too new,
 * ERR_SYSTEM and ERR_DB for the system's and SQLite's reasons; all name the file.
 */
int store_open(struct store **out, const char *path, enum store_mode mode, struct err *e);
void store_close(struct store *s);

const char *store_path(const struct store *s);
/*
 * Of a history opened for writing: whether it is still what is at its path.  One that was removed takes all, for nobody.
 * 0, or -1 with e set: it was removed or replaced, or that cannot be told.
 */
int store_check_place(const struct store *s, struct err *e);
bool store_is_wal(const struct store *s);

/*
 * What another reader has to open to get what this one sees: the path, or a URI where the history could only
 * be opened as immutable.  A new string that the caller frees.  Not of a snapshot, which has no name.
 */
char *store_readable_name(const struct store *s);

/*
 * Of a history that root reads and that is not root's alone: its descriptor, borrowed, -1 for all others; and with whose
 * rights what lies beside it is to be opened (file/rights.h), borrowed, NULL: with our own.
 */
int store_snapshot_fd(const struct store *s);
const struct rights *store_rights(const struct store *s);

/* How long a lock held elsewhere is waited for.  0: ERR_BUSY at once, whatever keeps it from us. */
void store_busy_timeout(struct store *s, int milliseconds);

/*
 * From now on no commit waits until the write-ahead log is folded into the file, as far as it has grown: a thread does
 * that.  store_close() waits for it.
 */
void store_fold_aside(struct store *s);

/* A write transaction (BEGIN IMMEDIATE).  Statements outside of one commit by themselves. */
int store_begin(struct store *s, struct err *e);
int store_commit(struct store *s, struct err *e);
/* Undo what was done since store_begin; row ids that were handed out since then mean nothing any more. */
void store_rollback(struct store *s);

#endif
