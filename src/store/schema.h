/* The schema, its steps and views, embedded from sql/ at build time, and how a history is brought up to date. */
#ifndef WT_STORE_SCHEMA_H
#define WT_STORE_SCHEMA_H

#include "base/err.h"

struct sqlite3;

struct schema_step {
	int version;		/* user_version after this step */
	const char *name;
	const char *sql;
	const char *read_sql;	/* temporary views that stand for it where a history of before is read alone */
};

/* In order of version, the first from the oldest that can be read; a row of zeros ends it. */
extern const struct schema_step schema_migrations[];
/* What they come to, for an empty database. */
extern const char schema_sql[];
extern const char schema_views_sql[];

/* PRAGMA application_id of a history: "wtrc". */
#define SCHEMA_APPLICATION_ID 0x77747263

/* The version of the newest step. */
int schema_newest(void);
/* The oldest version that can be read. */
int schema_oldest(void);

/*
 * Tell whether db is a history that this program can read.  *version is its user_version, 0 for an
 * empty database.  Returns 0, or -1 with e set: ERR_INPUT for another program's database or a schema
 * that is newer, too old or of no version, ERR_DB for one that cannot be read.
 */
int schema_check(struct sqlite3 *db, const char *path, int *version, struct err *e);

/* Apply the missing steps, each with its version in one transaction, and make the views anew. */
int schema_migrate(struct sqlite3 *db, const char *path, struct err *e);

/*
 * Let a reader find in a history of an earlier version what the newest has: temporary views of this connection stand for
 * the tables that are not there.  0, or -1 with e set.
 */
int schema_stand_in(struct sqlite3 *db, int version, struct err *e);

/*
 * Make the public views as temporary ones of this connection, which hide those that the database has.  0, or -1 with
 * e set.
 */
int schema_own_views(struct sqlite3 *db, struct err *e);

#endif
