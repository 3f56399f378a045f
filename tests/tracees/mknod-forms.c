/* mknod and mknodat: what an ordinary user may make, and devices as root; and a socket by bind. */
#include "tracee.h"
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

static void
setup(void)
{
	put_file("taken", "t");
	must(mkfifo("fifo-goes", 0644));
}

static void
bind_to(const char *name, const char *error)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = (int)must(socket(AF_UNIX, SOCK_STREAM, 0));

	strncpy(un.sun_path, name, sizeof(un.sun_path) - 1);
	did(bind(fd, (struct sockaddr *)&un, sizeof(un)), "bind", NULL, error, name);
	must(close(fd));
}

static void
abstract_bind(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = (int)must(socket(AF_UNIX, SOCK_STREAM, 0));

	/* No file: a name that begins with NUL, here one that the kernel chooses. */
	must(bind(fd, (struct sockaddr *)&un, sizeof(un.sun_family)));
	must(close(fd));
}

static void
story(void)
{
#ifdef SYS_mknod
	did(syscall(SYS_mknod, "fifo", S_IFIFO | 0640, 0), "mknod", NULL, NULL, "fifo");
	did(syscall(SYS_mknod, "plain", S_IFREG | 0640, 0), "mknod", NULL, NULL, "plain");
#endif
	did(syscall(SYS_mknodat, AT_FDCWD, "fifo-at", S_IFIFO | 0600, 0), "mknod", NULL, NULL, "fifo-at");
	did(syscall(SYS_mknodat, AT_FDCWD, "socket", S_IFSOCK | 0600, 0), "mknod", NULL, NULL, "socket");
	did(syscall(SYS_mknodat, AT_FDCWD, "taken", S_IFIFO | 0600, 0), "mknod", NULL, "EEXIST", "taken");
	if (geteuid() == 0) {
		if (syscall(SYS_mknodat, AT_FDCWD, "null", S_IFCHR | 0666, makedev(1, 3)) == 0)
			row("mknod", NULL, NULL, "null");
		else
			did(-1, "mknod", NULL, "EPERM", "null");
	} else {
		did(syscall(SYS_mknodat, AT_FDCWD, "null", S_IFCHR | 0666, makedev(1, 3)), "mknod", NULL, "EPERM",
		    "null");
	}
	bind_to("bound", NULL);
	abstract_bind();
	did(syscall(SYS_unlinkat, AT_FDCWD, "fifo-goes", 0), "unlink", NULL, NULL, "fifo-goes");
}
