/* Functions of ours that questions in SQL use. */
#include "config.h"

#include "store/functions.h"

#include <sqlite3.h>

#include "base/path.h"
#include "store/stmt.h"

static void
directory_of(sqlite3_context *context, int n, sqlite3_value **values)
{
	const char *path = (const char *)sqlite3_value_text(values[0]);
	size_t len = path ? path_dir_len(path) : 0;

	(void)n;
	/* the root's directory is the root: whoever asks again and again must come to an end */
	if (len > 0 && path[len] != '\0')
		sqlite3_result_text64(context, path, len, SQLITE_TRANSIENT, SQLITE_UTF8);
}

int
functions_add(sqlite3 *db, struct err *e)
{
	int rc = sqlite3_create_function_v2(db, "directory_of", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
					    NULL, directory_of, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : stmt_error(db, e);
}
