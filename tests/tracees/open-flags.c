/* open(2) with every combination of flags that can change something, on what exists and on what does not. */
#include "tracee.h"

static const struct {
	const char *path;
	int flags;
	const char *shown;
	const char *op;
	const char *error;
} opens[] = {
	{ "old-w", O_WRONLY, "O_WRONLY", "open", NULL },
	{ "old-rw", O_RDWR, "O_RDWR", "open", NULL },
	{ "old-append", O_WRONLY | O_APPEND, "O_WRONLY|O_APPEND", "open", NULL },
	{ "old-trunc", O_WRONLY | O_TRUNC, "O_WRONLY|O_TRUNC", "open", NULL },
	{ "old-rdonly-trunc", O_RDONLY | O_TRUNC, "O_RDONLY|O_TRUNC", "open", NULL },
	{ "old-creat", O_WRONLY | O_CREAT, "O_WRONLY|O_CREAT", "open", NULL },
	{ "old-rdonly-creat", O_RDONLY | O_CREAT, "O_RDONLY|O_CREAT", "open", NULL },
	{ "old-creat-trunc", O_RDWR | O_CREAT | O_TRUNC, "O_RDWR|O_CREAT|O_TRUNC", "open", NULL },
	{ "old-excl", O_WRONLY | O_CREAT | O_EXCL, "O_WRONLY|O_CREAT|O_EXCL", "open", "EEXIST" },
	{ "old-excl-trunc", O_WRONLY | O_CREAT | O_EXCL | O_TRUNC, "O_WRONLY|O_CREAT|O_EXCL|O_TRUNC", "open", "EEXIST" },
	{ "old-empty", O_WRONLY | O_TRUNC, "O_WRONLY|O_TRUNC", "open", NULL },
	{ "dir", O_WRONLY, "O_WRONLY", "open", "EISDIR" },
	{ "dir", O_RDWR, "O_RDWR", "open", "EISDIR" },
	{ "dir", O_RDONLY | O_CREAT, "O_RDONLY|O_CREAT", "open", "EISDIR" },
	{ "new-w", O_WRONLY, "O_WRONLY", "open", "ENOENT" },
	{ "new-creat", O_WRONLY | O_CREAT, "O_WRONLY|O_CREAT", "create", NULL },
	{ "new-rdonly-creat", O_RDONLY | O_CREAT, "O_RDONLY|O_CREAT", "create", NULL },
	{ "new-excl", O_RDWR | O_CREAT | O_EXCL, "O_RDWR|O_CREAT|O_EXCL", "create", NULL },
	{ "new-append", O_WRONLY | O_CREAT | O_APPEND, "O_WRONLY|O_CREAT|O_APPEND", "create", NULL },
	{ "new-all", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, "O_RDWR|O_CREAT|O_TRUNC|O_CLOEXEC", "create", NULL },
	{ "new-sync", O_WRONLY | O_CREAT | O_SYNC, "O_WRONLY|O_CREAT|O_SYNC", "create", NULL },
};

static void
setup(void)
{
	for (size_t i = 0; i < sizeof(opens) / sizeof(*opens); i++) {
		if (strncmp(opens[i].path, "old-", 4) == 0)
			put_file(opens[i].path, strcmp(opens[i].path, "old-empty") == 0 ? "" : "old content\n");
	}
	must(mkdir("dir", 0755));
}

static void
story(void)
{
#ifdef SYS_open
	for (size_t i = 0; i < sizeof(opens) / sizeof(*opens); i++) {
		long fd = did(syscall(SYS_open, opens[i].path, opens[i].flags, 0640), opens[i].op, opens[i].shown,
			      opens[i].error, opens[i].path);

		if (fd >= 0 && (opens[i].flags & O_ACCMODE) != O_RDONLY && strstr(opens[i].path, "empty") == NULL)
			must(write((int)fd, "new", 3));
		if (fd >= 0)
			must(close((int)fd));
	}
#else
	skip("no open(2) here, only openat(2)");
#endif
}
