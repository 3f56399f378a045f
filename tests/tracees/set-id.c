/* Who am I?  Made set-user-ID or set-group-ID by a test, it writes its ids into a file that it creates. */
#include "tracee.h"

static void
setup(void)
{
}

static void
story(void)
{
	char text[96];
	long fd = did(syscall(SYS_openat, AT_FDCWD, "ids", O_WRONLY | O_CREAT | O_EXCL, 0644), "create",
		      "O_WRONLY|O_CREAT|O_EXCL", NULL, "ids");

	snprintf(text, sizeof(text), "%d %d %d %d\n", (int)getuid(), (int)geteuid(), (int)getgid(), (int)getegid());
	must(write((int)fd, text, strlen(text)));
	must(close((int)fd));
}
