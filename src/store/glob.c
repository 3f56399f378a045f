/* SQLite's GLOB on paths. */
#include "config.h"

#include "store/glob.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

bool
glob_matches(const char *glob, const char *path)
{
	size_t len = strlen(glob);
	char *below;
	bool found;

	while (len > 1 && glob[len - 1] == '/')
		len--;
	below = xasprintf("%.*s", (int)len, glob);
	found = sqlite3_strglob(below, path) == 0;
	free(below);
	if (found)
		return true;
	below = xasprintf("%.*s%s", (int)len, glob, len == 1 && glob[0] == '/' ? "*" : "/*");
	found = sqlite3_strglob(below, path) == 0;
	free(below);
	return found;
}

void
glob_add_literal(struct buf *out, const char *text)
{
	for (; *text; text++)
		buf_addf(out, strchr("*?[", *text) ? "[%c]" : "%c", *text);
}
