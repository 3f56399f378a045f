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
/* The same for a text that does not live until then. */
void stmt_text_copy(sqlite3_stmt *s, int at, const char *text);
void stmt_blob(sqlite3_stmt *s, int at, const void *bytes, size_t len);
void stmt_int(sqlite3_stmt *s, int at, int64_t value);
void stmt_int_if(sqlite3_stmt *s, int at, bool there, int64_t value);

/* A value to be bound. */
struct stmt_value {
	bool is_text;
	bool is_null;
	int64_t number;
	const char *text;
};

#define STMT_INT(value) { .number = (value) }
#define STMT_INT_IF(there, value) { .is_null = !(there), .number = (value) }
#define STMT_ID(id) STMT_INT_IF((id) != 0, id)		/* 0 stands for none */
#define STMT_TEXT(value) { .is_text = true, .text = (value) }

/* Bind values to the parameters from the first on, for the length of the next step. */
void stmt_bind(sqlite3_stmt *s, const struct stmt_value *values, size_t n);

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

#endif
