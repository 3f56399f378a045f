/*
 * Paths of 4095 bytes, the greatest length that the kernel takes, in every family of calls; and names of 255 bytes,
 * the last bytes of which alone tell them apart.
 */
#include "tracee.h"

enum { LENGTH = PATH_MAX - 1 };

static void
setup(void)
{
	static const char *const names[] = { "written", "moved", "removed", "mode", "short", "times" };
	char name[64];

	must(mkdir("deep", 0755));
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(name, sizeof(name), "deep/%s", names[i]);
		put_file(name, names[i]);
	}
	must(mkdir("deep/empty", 0755));
}

/* deep/NAME, made as long as it can be by what means nothing: "deep/././/./NAME". */
static const char *
at_length(const char *name)
{
	static char path[2][PATH_MAX];
	static unsigned int turn;
	char *out = path[turn++ % 2];
	size_t at = 5;

	memcpy(out, "deep/", 5);
	for (; LENGTH - strlen(name) - at >= 2; at += 2)
		memcpy(out + at, "./", 2);
	if (LENGTH - strlen(name) > at)
		out[at++] = '/';
	strcpy(out + at, name);
	if (strlen(out) != LENGTH)
		exit(99);
	return out;
}

static void
story(void)
{
	char name[NAME_MAX + 1];
	char path[NAME_MAX + 8];
	long fd;

	fd = did(syscall(SYS_openat, AT_FDCWD, at_length("written"), O_WRONLY | O_TRUNC), "open", "O_WRONLY|O_TRUNC",
		 NULL, "deep/written");
	must(write((int)fd, "w", 1));
	did(syscall(SYS_openat, AT_FDCWD, at_length("created"), O_WRONLY | O_CREAT, 0644), "create",
	    "O_WRONLY|O_CREAT", NULL, "deep/created");
	did(syscall(SYS_mkdirat, AT_FDCWD, at_length("made"), 0755), "mkdir", NULL, NULL, "deep/made");
	did(syscall(SYS_symlinkat, "x", AT_FDCWD, at_length("sym")), "symlink", NULL, NULL, "deep/sym");
	did(syscall(SYS_mknodat, AT_FDCWD, at_length("fifo"), S_IFIFO | 0644, 0), "mknod", NULL, NULL, "deep/fifo");
	did(syscall(SYS_linkat, AT_FDCWD, at_length("written"), AT_FDCWD, at_length("linked"), 0), "link", NULL, NULL,
	    "deep/written");
	row("link", NULL, NULL, "deep/linked");
	did(syscall(SYS_renameat2, AT_FDCWD, at_length("moved"), AT_FDCWD, at_length("moved2"), 0), "rename", NULL,
	    NULL, "deep/moved");
	row("rename", NULL, NULL, "deep/moved2");
	did(syscall(SYS_unlinkat, AT_FDCWD, at_length("removed"), 0), "unlink", NULL, NULL, "deep/removed");
	did(syscall(SYS_unlinkat, AT_FDCWD, at_length("empty"), AT_REMOVEDIR), "rmdir", "AT_REMOVEDIR", NULL,
	    "deep/empty");
	did(syscall(SYS_fchmodat, AT_FDCWD, at_length("mode"), 0600), "chmod", NULL, NULL, "deep/mode");
	did(truncate(at_length("short"), 1), "truncate", NULL, NULL, "deep/short");
	did(syscall(SYS_utimensat, AT_FDCWD, at_length("times"), NULL, 0), "utime", NULL, NULL, "deep/times");

	memset(name, 'n', NAME_MAX);
	name[NAME_MAX] = '\0';
	for (char c = 'a'; c <= 'c'; c++) {
		name[NAME_MAX - 1] = c;
		snprintf(path, sizeof(path), "deep/%s", name);
		did(syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT, 0644), "create", "O_WRONLY|O_CREAT", NULL,
		    path);
	}
}
