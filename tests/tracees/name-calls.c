/*
 * Calls that act on a name: a symbolic link in the end is what they act on, or what is in their way.  In every
 * form that the machine has.
 */
#include "tracee.h"
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

static void
setup(void)
{
	static const char *const links[] = {
		"rename", "rename-over", "renameat", "renameat-over", "link", "unlink", "unlinkat", "exists",
	};
	static const char *const files[] = { "file", "file-1", "file-2" };

	must(mkdir("dir", 0755));
	must(symlink("dir", "dir-link"));
	must(symlink("nowhere", "dangling"));
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		put_file(files[i], files[i]);
	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++)
		must(symlink("file", links[i]));
}

static void
two(long rc, const char *op, const char *flags, const char *from, const char *to)
{
	did(rc, op, flags, NULL, from);
	row(op, flags, NULL, to);
}

static void
bind_name(const char *name)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = (int)must(socket(AF_UNIX, SOCK_STREAM, 0));

	snprintf(un.sun_path, sizeof(un.sun_path), "%s", name);
	did(bind(fd, (struct sockaddr *)&un, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name) + 1)),
	    "bind", NULL, "EADDRINUSE", name);
	must(close(fd));
}

/* Those that AArch64 has not. */
static void
old_forms(void)
{
#ifdef SYS_rename
	two(syscall(SYS_rename, "rename", "renamed"), "rename", NULL, "rename", "renamed");
	two(syscall(SYS_rename, "file-1", "rename-over"), "rename", NULL, "file-1", "rename-over");
#endif
#ifdef SYS_link
	two(syscall(SYS_link, "link", "linked"), "link", NULL, "link", "linked");
#endif
#ifdef SYS_symlink
	did(syscall(SYS_symlink, "file", "exists"), "symlink", NULL, "EEXIST", "exists");
#endif
#ifdef SYS_unlink
	did(syscall(SYS_unlink, "unlink"), "unlink", NULL, NULL, "unlink");
#endif
#ifdef SYS_rmdir
	did(syscall(SYS_rmdir, "dir-link"), "rmdir", NULL, "ENOTDIR", "dir-link");
#endif
#ifdef SYS_mkdir
	did(syscall(SYS_mkdir, "dangling", 0755), "mkdir", NULL, "EEXIST", "dangling");
#endif
#ifdef SYS_mknod
	did(syscall(SYS_mknod, "dangling", S_IFREG | 0644, 0), "mknod", NULL, "EEXIST", "dangling");
#endif
}

static void
story(void)
{
	long here = must(open(".", O_PATH | O_DIRECTORY));
	long file = must(open("file", O_RDONLY));

	must(chdir("dir"));
	two(syscall(SYS_renameat, here, "renameat", here, "renamed-at"), "rename", NULL, "renameat", "renamed-at");
	two(syscall(SYS_renameat, here, "file-2", here, "renameat-over"), "rename", NULL, "file-2", "renameat-over");
	did(syscall(SYS_symlinkat, "file", here, "exists"), "symlink", NULL, "EEXIST", "exists");
	did(syscall(SYS_unlinkat, here, "unlinkat", 0), "unlink", NULL, NULL, "unlinkat");
	did(syscall(SYS_unlinkat, here, "dir-link", AT_REMOVEDIR), "rmdir", "AT_REMOVEDIR", "ENOTDIR", "dir-link");
	did(syscall(SYS_mkdirat, here, "dangling", 0755), "mkdir", NULL, "EEXIST", "dangling");
	did(syscall(SYS_mknodat, here, "dangling", S_IFREG | 0644, 0), "mknod", NULL, "EEXIST", "dangling");
	if (geteuid() == 0)
		two(syscall(SYS_linkat, file, "", here, "by-descriptor", AT_EMPTY_PATH), "link", "AT_EMPTY_PATH", "file",
		    "by-descriptor");
	must(fchdir((int)here));
	bind_name("dangling");
	old_forms();
}
