/* The file of an import, for the files of store/ alone: opened so that it can do nothing, its shape known. */
#ifndef WT_STORE_IMPORT_FILE_H
#define WT_STORE_IMPORT_FILE_H

#include <sqlite3.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/digest.h"
#include "store/import.h"

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
	sqlite3 *db;
	char *path;
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
	sqlite3_stmt *contents, *parts;	/* NULL: not begun */
	int64_t content_id;
	int64_t content_size;
	bool part_ready;		/* the row of parts that was read last is not yet used */
};

/* SQLite's reason for not reading the file, in front of it its name.  Returns -1. */
int import_failed(const struct import_file *f, struct err *e);

/* A statement on the file, for the caller to finalize; NULL with e set. */
sqlite3_stmt *import_prepare(struct import_file *f, const char *sql, struct err *e);

/* Find an id; NULL if the file has none such. */
struct import_id *import_find(const struct import_ids *ids, int64_t old_id);
struct import_run *import_find_run(const struct import_file *f, int64_t old_id);

#endif
