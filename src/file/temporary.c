/* Places for what has none of its own. */
#include "config.h"

#include "file/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "file/rights.h"

char *
temporary_place(unsigned n)
{
	const char *const places[] = { getenv("TMPDIR"), "/var/tmp", "/tmp" };

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		char *real = places[i] && places[i][0] == '/' ? realpath(places[i], NULL) : NULL;

		/* root's must not lie where somebody could exchange it; who else has one there knows why */
		if (real && (geteuid() != 0 || rights_keep(real)) && n-- == 0)
			return real;
		free(real);
	}
	return NULL;
}

int
temporary_file_in(const char *dir)
{
	int fd = open(dir, O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	char *name;

	if (fd >= 0)
		return fd;
	name = path_join(dir, "writetrace-XXXXXX");
	fd = mkostemp(name, O_CLOEXEC);
	if (fd >= 0)
		unlink(name);
	free(name);
	return fd;
}

int
temporary_file(struct err *e)
{
	char *place;
	int fd = -1;

	errno = ENOENT;
	for (unsigned i = 0; fd < 0 && (place = temporary_place(i)); i++) {
		fd = temporary_file_in(place);
		free(place);
	}
	return fd >= 0 ? fd : err_system(e, "cannot make a temporary file");
}

char *
temporary_directory(struct err *e)
{
	char *place;

	errno = ENOENT;
	for (unsigned i = 0; (place = temporary_place(i)); i++) {
		char *dir = path_join(place, "writetrace-XXXXXX");

		free(place);
		if (mkdtemp(dir))
			return dir;
		free(dir);
	}
	err_system(e, "cannot make a temporary directory");
	return NULL;
}
