/* The inside of struct store, for the files of store/ alone. */
#ifndef WT_STORE_STORE_IMPL_H
#define WT_STORE_STORE_IMPL_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/db.h"
#include "store/stmt.h"

struct word;

struct store {
	sqlite3 *db;
	char *path;
	bool wal;
	struct stmt_cache stmts;
	struct word *words;	/* texts whose ids are known; forgotten at a rollback */
};

/* The id of a short text in the table word, made where it is new; 0 for NULL.  0, or -1 with e set. */
int word_id(struct store *s, const char *text, int64_t *id, struct err *e);
void word_forget_all(struct store *s);

#endif
