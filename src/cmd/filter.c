/* --only and --except. */
#include "config.h"

#include "cmd/filter.h"

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
filter_passes(const struct options *o, const char *path)
{
	if (!path)
		return false;
	if (o->only.n > 0 && !any_matches(&o->only, path))
		return false;
	return !any_matches(&o->except, path);
}
