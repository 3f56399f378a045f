/* show --owners: which package of this machine each path belongs to now. */
#include "config.h"

#include "cmd/show/owners.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/list.h"
#include "base/mem.h"
#include "cmd/show/rows.h"
#include "record/package_owners.h"

/* Paths of another machine say nothing about the packages of this one. */
static int
check_is_ours(const struct show *s, struct err *e)
{
	for (size_t i = 0; i < s->ids.n; i++) {
		struct run_row run;
		bool imported;

		if (query_run(s->store, s->ids.v[i], &run, e) < 0)
			return -1;
		imported = run.imported_ns != 0;
		query_run_release(&run);
		if (imported)
			return err_set(e, ERR_USAGE, "run %" PRId64 " was made on another machine: its paths are not known "
				       "to the packages of this one", s->ids.v[i]);
	}
	return 0;
}

static int
collect_paths(struct show *s, char ***paths, size_t *n, struct err *e)
{
	struct rows_changes rows;
	struct row *r;
	int more = rows_changes_open(&rows, s, COLUMNS_BRIEF, e);

	while (more >= 0 && (more = rows_changes_next(&rows, s, &r, e)) > 0)
		*LIST_ADD(*paths, *n) = xstrdup(row_text(r, "path"));
	rows_changes_close(&rows);
	return more;
}

int
show_ask_owners(struct show *s, struct err *e)
{
	char **paths = NULL;
	size_t n = 0;
	int rc = check_is_ours(s, e);

	if (rc == 0)
		rc = collect_paths(s, &paths, &n, e);
	if (rc == 0)
		s->owners = package_owners_ask((const char *const *)paths, n, e);
	for (size_t i = 0; i < n; i++)
		free(paths[i]);
	free(paths);
	return s->owners ? 0 : -1;
}
