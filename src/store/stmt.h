/* Prepared statements, for the files of store/ alone: made once, found again by their text's address. */
#ifndef WT_STORE_STMT_H
#define WT_STORE_STMT_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct stmt_cache {
	struct stmt_slot *slots;
	size_t n;
};

/* Fill e from db's last failure: ERR_BUSY for a lock that could not be had, else ERR_DB.  Returns -1. */
int stmt_error(sqlite3 *db, struct err *e);

/*
 * The statement for sql, a string constant whose address stands for it; reset and without bindings.
 * It stays the cache's own.  NULL with e set if SQLite cannot prepare it.
 */
sqlite3_stmt *stmt_get(struct stmt_cache *c, sqlite3 *db, const char *sql, struct err *e);
void stmt_cache_release(struct stmt_cache *c);

/* Binding for the length of the next step: SQLite does not copy text.  NULL binds as NULL. */
void stmt_text(sqlite3_stmt *s, int at, const char *text);
void stmt_blob(sqlite3_stmt *s, int at, const void *bytes, size_t len);
void stmt_int(sqlite3_stmt *s, int at, int64_t value);
void stmt_int_if(sqlite3_stmt *s, int at, bool there, int64_t value);

/* A value to be bound. */
struct stmt_value {
	enum { STMT_IS_INT, STMT_IS_NULL, STMT_IS_TEXT, STMT_IS_BLOB, STMT_IS_IDS, STMT_IS_BOUND } is;
	int64_t number;
	const void *bytes;	/* NULL binds as NULL */
	size_t n;		/* bytes of a blob, ids; the last character of a bound */
};

#define STMT_INT(value) { .number = (value) }
#define STMT_INT_IF(there, value) { .is = (there) ? STMT_IS_INT : STMT_IS_NULL, .number = (value) }
#define STMT_ID(id) STMT_INT_IF((id) != 0, id)		/* 0 stands for none */
#define STMT_TEXT(value) { .is = STMT_IS_TEXT, .bytes = (value) }
#define STMT_BLOB(value, len) { .is = STMT_IS_BLOB, .bytes = (value), .n = (len) }
#define STMT_DIGEST(digest) STMT_BLOB((digest)->bytes, DIGEST_SIZE)
#define STMT_IDS(ids, count) { .is = STMT_IS_IDS, .bytes = (ids), .n = (count) }	/* as JSON, for json_each() */
/* Two: the bounds of what lies below a directory, between "dir/" and "dir0", 0 being the character after the slash. */
#define STMT_BELOW(dir) \
	{ .is = STMT_IS_BOUND, .bytes = (dir), .n = '/' }, { .is = STMT_IS_BOUND, .bytes = (dir), .n = '/' + 1 }

/* Values and how many they are, as two arguments. */
#define STMT_VALUES(...) \
	(const struct stmt_value[]){ __VA_ARGS__ }, \
	sizeof((const struct stmt_value[]){ __VA_ARGS__ }) / sizeof(struct stmt_value)

/*
 * Bind values to the parameters from the first on, as many as the statement has.  Texts and blobs are to live until
 * after the next step with SQLITE_STATIC, are copied with SQLITE_TRANSIENT.
 */
void stmt_bind(sqlite3_stmt *s, const struct stmt_value *values, size_t n, sqlite3_destructor_type lives);

/* The text of a column; NULL for NULL alone. */
const char *stmt_column_text(sqlite3_stmt *s, int column);

/* The place of a word among n, some of which may be NULL; n where it is NULL or none of them. */
size_t stmt_word(const char *word, const char *const *words, size_t n);

/* Step a statement that returns no row, and reset it.  0, or -1 with e set. */
int stmt_done(sqlite3_stmt *s, struct err *e);

/* Step one that returns a row, its first column an integer: 0, or -1 with e set, also where there is no row. */
int stmt_the_int(sqlite3_stmt *s, int64_t *value, struct err *e);

/* Step one that returns at most one row; *value is its first column.  1 for a row, 0 for none, -1 with e set. */
int stmt_one_int(sqlite3_stmt *s, int64_t *value, struct err *e);

/* Each of the three with the statement for sql (stmt_get()) and its values bound. */
int stmt_run(struct stmt_cache *c, sqlite3 *db, const char *sql, const struct stmt_value *values, size_t n,
	     struct err *e);
int stmt_run_int(struct stmt_cache *c, sqlite3 *db, const char *sql, const struct stmt_value *values, size_t n,
		 int64_t *value, struct err *e);
int stmt_find_int(struct stmt_cache *c, sqlite3 *db, const char *sql, const struct stmt_value *values, size_t n,
		  int64_t *value, struct err *e);

#endif
