/* The rows of all views for a central PostgreSQL. */
#ifndef WT_CMD_EXPORT_POSTGRESQL_H
#define WT_CMD_EXPORT_POSTGRESQL_H

#include "cmd/export.h"

/* Write the rows of all views: a text for psql.  0, or -1 with e set; the file is the caller's. */
int export_postgresql(const struct exporting *x, struct err *e);

/* sql/postgresql/: what stands before the rows, and behind them. */
extern const char postgresql_schema_sql[];
extern const char postgresql_load_sql[];

#endif
