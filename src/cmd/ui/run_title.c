/* Runs in a sentence. */
#include "config.h"

#include "cmd/ui/run_title.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/ui/text.h"
#include "store/query_run.h"

static void
add_name(struct buf *out, const char *name)
{
	if (!name)
		return;
	buf_addstr(out, " (");
	text_add_quoted(out, name);
	buf_addch(out, ')');
}

static bool
same_name(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : !a && !b;
}

int
run_title_add(struct buf *out, struct store *s, const int64_t *ids, size_t n, struct err *e)
{
	char *name = NULL;
	int rc = 0;

	buf_addstr(out, n == 1 ? "run" : "runs");
	for (size_t i = 0; rc == 0 && i < n; i++) {
		struct run_row run;

		rc = query_run(s, ids[i], &run, e) < 0 ? -1 : 0;
		if (i > 0 && !same_name(name, run.name))
			add_name(out, name);
		buf_addf(out, "%s %" PRId64, i > 0 ? "," : "", ids[i]);
		free(name);
		name = run.name ? xstrdup(run.name) : NULL;
		query_run_release(&run);
	}
	add_name(out, name);
	free(name);
	return rc;
}
