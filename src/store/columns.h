/*
 * What a run's rows consist of, table by table, as they go from one history into another: export writes
 * these columns, import reads these and no others.  A test compares them with the schema.
 */
#ifndef WT_STORE_COLUMNS_H
#define WT_STORE_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum column_kind {
	COLUMN_RUN,		/* a run's number: the history that takes it gives its own */
	COLUMN_OWN_ID,		/* a row's own number, likewise */
	COLUMN_PROCESS,		/* processes of the same run; 0 stands for none where the column is a key */
	COLUMN_PATH,		/* the id of a path */
	COLUMN_GIVEN_PATH,	/* the same, where it may be as a call that failed had it: relative, say */
	COLUMN_OPERATION,	/* the id of a word that is an operation's name */
	COLUMN_WORD,		/* the id of any other word; 0: none */
	COLUMN_OTHER_RUN,	/* that of another run, which may be known to nobody: the row then says nothing */
	COLUMN_UUID,
	COLUMN_NAME,		/* of a run */
	COLUMN_CHOICE,		/* one of several texts */
	COLUMN_TEXT,		/* any other */
	COLUMN_RUN_COMMAND,	/* a text that has arguments in it */
	COLUMN_COMMAND,		/* the same, of a process: its program stands in the column before it */
	COLUMN_INT,		/* from min to max */
	COLUMN_DIGEST,		/* a blob of a digest's size */
	COLUMN_BLOB,
};

struct table_column {
	const char *name;
	enum column_kind kind;
	bool may_be_null;
	int64_t min, max;		/* of COLUMN_INT; of texts and blobs max is their length */
	const char *const *choices;	/* of COLUMN_CHOICE: max of them */
	int since;			/* the version of the schema that brought it; 0: that which brought its table */
};

struct table {
	const char *name;
	int since;			/* the version of the schema that brought it */
	const struct table_column *columns;
	size_t n;
};

/* In the order in which rows can be put in: run is the first, process the second. */
enum { TABLE_RUN, TABLE_PROCESS, TABLE_COUNT = 10 };
extern const struct table tables[TABLE_COUNT];

/* The largest number of columns that a table has. */
enum { TABLE_COLUMNS_MAX = 48 };

/* "SELECT a, b FROM t", from the names above alone. */
void table_add_select(struct buf *out, const struct table *t);
/* "INSERT INTO t (a, b) VALUES (?1, ?2)", likewise. */
void table_add_insert(struct buf *out, const struct table *t);

/* The place of a column; it must be there. */
size_t table_column_at(const struct table *t, const char *name);

/* The tables of an export that carries old contents, beside the schema's. */
extern const char tables_contents_sql[];

#endif
