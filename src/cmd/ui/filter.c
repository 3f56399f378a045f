/* --only and --except. */
#include "config.h"

#include "cmd/ui/filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/quote.h"
#include "store/glob.h"

static bool
any_matches(const struct strings *globs, const char *path)
{
	for (size_t i = 0; i < globs->n; i++) {
		if (glob_matches(globs->v[i], path))
			return true;
	}
	return false;
}

bool
filter_excepts(const struct options *o, const char *path)
{
	return any_matches(&o->except, path);
}

bool
filter_passes(const struct options *o, const char *path)
{
	if (!path)
		return false;
	if (o->only.n > 0 && !any_matches(&o->only, path))
		return false;
	return !filter_excepts(o, path);
}

bool
filter_row(struct row *r, void *options)
{
	return filter_passes(options, row_text(r, "path"));
}

static void
add_globs(struct buf *out, const char *option, const struct strings *globs)
{
	for (size_t i = 0; i < globs->n; i++) {
		char *word = xasprintf("--%s=%s", option, globs->v[i]);

		buf_addch(out, ' ');
		quote_shell(out, word, strlen(word));
		free(word);
	}
}

void
filter_add_options(struct buf *out, const struct options *o)
{
	add_globs(out, "only", &o->only);
	add_globs(out, "except", &o->except);
}
