/* The file of an import, opened so that it can do nothing, its shape known.  What is in it is for store/ alone. */
#ifndef WT_STORE_IMPORT_FILE_H
#define WT_STORE_IMPORT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"
#include "store/snapshot.h"

struct sqlite3;
struct sqlite3_stmt;

/* Whether a name may be a run's: 0, or -1 with e set to the reason. */
typedef int import_check_name(const char *name, struct err *e);

/* A run of the file, after import_rows(). */
struct import_run {
	int64_t old_id;		/* its number in the file */
	int64_t id;		/* and in the history */
	bool here;		/* it was there already: nothing of it was taken */
};

/* A number in the file and what it stands for. */
struct import_id {
	int64_t old_id;		/* ascending */
	int64_t new_id;		/* 0: not yet known */
	int64_t run_id;		/* of a process: its run's number in the file */
	size_t text;		/* of a path or word: where its text begins */
};

struct import_ids {
	struct import_id *v;
	size_t n;
};

/* An old content that runs taken from the file keep. */
struct import_wanted {
	struct digest digest;
	bool found;
};

struct import_file {
	struct sqlite3 *db;
	char *path;
	struct snapshot snapshot;
	import_check_name *check_name;
	int version;			/* of its schema */
	bool has_contents;
	struct import_run *runs;	/* by old_id */
	size_t n_runs;
	struct import_ids processes, paths, words;
	struct buf texts;		/* of paths and words, each ended by NUL */
	struct import_wanted *wanted;	/* by digest */
	size_t n_wanted;
	bool wanted_known;
	struct sqlite3_stmt *contents, *parts;	/* NULL: not begun */
	int64_t content_id;
	int64_t content_size;
	bool part_ready;		/* the row of parts that was read last is not yet used */
};

/*
 * Open and look at the file's shape; nothing is ever written to it.  *out is the caller's until
 * import_close().  0, or -1 with e set: ERR_INPUT for what is no history that this program can read.
 */
int import_open(struct import_file **out, const char *file, import_check_name *check_name, struct err *e);
void import_close(struct import_file *f);

/* Say that the file is refused, with the reason.  Returns -1. */
int import_refuse(const struct import_file *f, struct err *e, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* SQLite's reason for not reading the file, in front of it its name.  Returns -1. */
int import_failed(const struct import_file *f, struct err *e);

/* A statement on the file, for the caller to finalize; NULL with e set. */
struct sqlite3_stmt *import_prepare(struct import_file *f, const char *sql, struct err *e);

/* Find an id; NULL if the file has none such. */
struct import_id *import_find(const struct import_ids *ids, int64_t old_id);
struct import_run *import_find_run(const struct import_file *f, int64_t old_id);

#endif
