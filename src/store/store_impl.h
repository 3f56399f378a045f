/* The inside of struct store, and what of store.c is for the files of store/ alone: its one private header. */
#ifndef WT_STORE_STORE_IMPL_H
#define WT_STORE_STORE_IMPL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "store/snapshot.h"
#include "store/store.h"
#include "store/stmt.h"

struct fold;
struct known_word;

struct store {
	sqlite3 *db;
	char *path;
	char *real;		/* without symbolic links, where it is opened for reading and is no snapshot */
	struct snapshot snapshot;
	dev_t dev;		/* of the file, where it is opened for writing */
	ino_t ino;
	int version;		/* of its schema; 0: it is empty */
	bool wal;
	bool immutable;		/* opened so, since nothing else would do */
	struct fold *fold;	/* NULL: commits fold the log in themselves */
	struct stmt_cache stmts;
	int64_t *interim;	/* runs that go on and have rows all the same (interim.h); NULL: none has */
	size_t n_interim;
	struct known_word *words;	/* texts whose ids are known; forgotten at a rollback */
};

/* The path as a URI for sqlite3_open_v2(), with what follows its question mark.  A new string for the caller. */
char *store_uri(const char *path, const char *how);

/*
 * One statement of the store's own with values of struct stmt_value for its parameters.  STORE_RUN: it returns nothing;
 * STORE_RUN_INT: a row, its first column in *value; both 0, or -1 with e set.  STORE_FIND_INT: a row or none; 1, 0, or
 * -1 with e set.
 */
#define STORE_RUN(s, e, sql, ...) stmt_run(&(s)->stmts, (s)->db, sql, STMT_VALUES(__VA_ARGS__), e)
#define STORE_RUN_INT(s, value, e, sql, ...) \
	stmt_run_int(&(s)->stmts, (s)->db, sql, STMT_VALUES(__VA_ARGS__), value, e)
#define STORE_FIND_INT(s, value, e, sql, ...) \
	stmt_find_int(&(s)->stmts, (s)->db, sql, STMT_VALUES(__VA_ARGS__), value, e)

/* Run statements that return nothing.  0, or -1 with e (may be NULL) set. */
int store_exec(struct store *s, const char *sql, struct err *e);

/* Take from a database what it could make its reader do, and let locks be waited for. */
void store_harden(sqlite3 *db);

#endif
