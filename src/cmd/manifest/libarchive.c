/* Loading libarchive. */
#include "config.h"

#include "cmd/manifest/libarchive.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/mem.h"

/* What libarchive 3 has been called since its first release. */
static const char file_name[] = "libarchive.so.13";

static const struct {
	const char *name;
	size_t at;
} functions[] = {
#define LIBARCHIVE_ROW(name) { #name, offsetof(struct libarchive, name) },
	LIBARCHIVE_FUNCTIONS(LIBARCHIVE_ROW)
#undef LIBARCHIVE_ROW
};

static int
fail(struct err *e)
{
	const char *why = dlerror();

	return err_set(e, ERR_INPUT, "cannot load libarchive: %s", why ? why : file_name);
}

const struct libarchive *
libarchive_load(struct err *e)
{
	static struct libarchive loaded;
	static bool is_loaded;
	void *library;

	if (is_loaded)
		return &loaded;
	library = dlopen(file_name, RTLD_NOW | RTLD_LOCAL);
	if (!library) {
		fail(e);
		return NULL;
	}
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++) {
		void *function = dlsym(library, functions[i].name);

		if (!function) {
			fail(e);
			dlclose(library);
			return NULL;
		}
		memcpy((char *)&loaded + functions[i].at, &function, sizeof(function));
	}
	is_loaded = true;
	return &loaded;
}
