/* The rows of all views for log pipelines. */
#ifndef WT_CMD_EXPORT_NDJSON_H
#define WT_CMD_EXPORT_NDJSON_H

#include "cmd/export.h"

/* Write the rows of all views: a JSON object each.  0, or -1 with e set; the file is the caller's. */
int export_ndjson(const struct exporting *x, struct err *e);

#endif
