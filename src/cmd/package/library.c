/* libarchive, loaded where an archive is made. */
#include "config.h"

#include "cmd/package/library.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#include "base/mem.h"

/* Since libarchive 3.0, of 2011; what is used of it has not changed since. */
#define LIBRARY_NAME "libarchive.so.13"

#define LIBRARY_ROW(function) { #function, offsetof(struct library, function) },

static const struct {
	const char *name;
	size_t at;		/* the member of struct library */
} functions[] = {
	LIBRARY_FUNCTIONS(LIBRARY_ROW)
};

int
library_open(struct library *l, struct err *e)
{
	memset(l, 0, sizeof(*l));
	l->handle = dlopen(LIBRARY_NAME, RTLD_NOW | RTLD_LOCAL);
	if (!l->handle)
		return err_set(e, ERR_NOT_FOUND, "packages are written by libarchive, which is not here: %s", dlerror());
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++) {
		void *function = dlsym(l->handle, functions[i].name);

		if (!function)
			return err_set(e, ERR_NOT_FOUND, "%s is too old: it has no %s", LIBRARY_NAME, functions[i].name);
		memcpy((char *)l + functions[i].at, &function, sizeof(function));
	}
	return 0;
}

void
library_close(struct library *l)
{
	if (l->handle)
		dlclose(l->handle);
	l->handle = NULL;
}
