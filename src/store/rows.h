/*
 * What a run hands to the history, row by row.  Every function belongs inside a transaction, returns 0,
 * or -1 with e set (ERR_BUSY: a lock held elsewhere; ERR_DB), and repeats without harm but for counts, which
 * add up: a row that is there already is brought up to date.
 */
#ifndef WT_STORE_ROWS_H
#define WT_STORE_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "event.h"
#include "file/change.h"
#include "store/store.h"

/* The id of a path, made where it is new. */
int row_path(struct store *s, const char *path, int64_t *id, struct err *e);

struct row_process {
	int64_t run_id;
	int64_t seq;
	int64_t parent_id;	/* 0: none */
	int64_t pid;
	int64_t image_id;	/* 0: this row has its own program and command */
	const char *program;
	const char *command;
	const char *directory;
	int64_t started_ns;
	int64_t ended_ns;	/* 0: still running */
	int exit_status;	/* -1: none */
	int exit_signal;	/* 0: none */
};

/* *id is 0, or the row's where it was written before; then what has come of the image since is put there. */
int row_process(struct store *s, const struct row_process *row, int64_t *id, struct err *e);

struct row_access {
	int64_t run_id, path_id, process_id;
	const char *op;
	const char *flags;	/* NULL: the call has none */
	const char *error;	/* NULL: the call succeeded */
	int64_t count;		/* since the last time: added to what is there */
	int64_t first_ns, last_ns;
	bool replayed;		/* a row that is there already knows better */
};

int row_access(struct store *s, const struct row_access *row, struct err *e);

enum old_content {
	OLD_NOT_NEEDED,
	OLD_KEPT,		/* in the store of objects, by the digest before */
	OLD_NOT_KEPT,
	OLD_CONTENT_COUNT
};

/* As in `changes.old_content`; NULL where none was needed. */
extern const char *const row_old_content_names[OLD_CONTENT_COUNT];

struct row_change {
	int64_t run_id, path_id;
	enum change_class class;
	const char *differs;	/* NULL: nothing */
	int64_t renamed_from_id;/* 0: none */
	int64_t process_id;	/* 0: none known */
	enum old_content old_content;
	unsigned disturbed;	/* DISTURBED_* */
	bool caller_log;	/* the command's own standard output or error went there */
	bool doubtful;		/* a blind spot is about the path */
	bool left_kept;		/* what was left is in the store of objects, by the digest after */
	const char *via;	/* "watch", or the service that did it; NULL: a process of the run */
	const struct file_state *before, *after;
};

int row_change(struct store *s, const struct row_change *row, struct err *e);

/* A reason for a look at a changed path; the lower the rank, the graver it is. */
int row_notable(struct store *s, int64_t run_id, int64_t path_id, const char *reason, int rank, struct err *e);

int row_blind_spot(struct store *s, int64_t run_id, int64_t seq, int64_t process_id,
		   const char *kind, const char *detail, struct err *e);

struct row_connection {
	int64_t run_id, process_id;
	const char *family, *type, *protocol;
	const char *address;	/* NULL: a socket alone */
	int port;		/* -1: none */
	const char *error;	/* NULL: none */
	int64_t count;
	int64_t first_ns;
};

/* A new row, whose id is for row_connection_count(): this one does not look whether it is there already. */
int row_connection(struct store *s, const struct row_connection *row, int64_t *id, struct err *e);
int row_connection_count(struct store *s, int64_t id, int64_t more, struct err *e);

/* How many a run has already. */
int row_connections_stored(struct store *s, int64_t run_id, int64_t *n, struct err *e);

#endif
