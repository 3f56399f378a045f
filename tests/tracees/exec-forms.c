/* execveat by descriptor and by directory, a program that is only in memory, posix_spawn, a script: each writes a file. */
#include "tracee.h"
#include <spawn.h>
#include <sys/mman.h>
#include <sys/sendfile.h>

extern char **environ;

static void
setup(void)
{
	put_file("script", "#!/bin/sh\necho x >by-script\n");
	must(chmod("script", 0755));
	put_file("plain", "echo x >by-plain\n");
	must(chmod("plain", 0755));
	must(mkdir("bin", 0755));
	put_file("bin/script", "#!/bin/sh\necho x >\"$1\"\n");
	must(chmod("bin/script", 0755));
}

static void
expect_file(pid_t pid, const char *name)
{
	must(pid);
	reap(pid);
	row("create", "O_WRONLY|O_CREAT|O_TRUNC", NULL, name);
}

/* A copy of the shell that has no name in any file system. */
static int
shell_in_memory(void)
{
	int from = (int)must(open("/bin/sh", O_RDONLY));
	int fd = (int)must(memfd_create("shell", MFD_CLOEXEC));
	struct stat st;

	must(fstat(from, &st));
	for (off_t left = st.st_size; left > 0;)
		left -= must(sendfile(fd, from, NULL, (size_t)left));
	must(close(from));
	return fd;
}

static void
story(void)
{
	char *const by_fd[] = { (char[]){ "sh" }, (char[]){ "-c" }, (char[]){ "echo x >by-fd" }, NULL };
	char *const by_memory[] = { (char[]){ "sh" }, (char[]){ "-c" }, (char[]){ "echo x >by-memory" }, NULL };
	char *const by_spawn[] = { (char[]){ "sh" }, (char[]){ "-c" }, (char[]){ "echo x >by-spawn" }, NULL };
	char *const by_dir[] = { (char[]){ "script" }, (char[]){ "by-dir" }, NULL };
	pid_t pid;
	int fd;

	fd = (int)must(open("/bin/sh", O_PATH | O_CLOEXEC));
	pid = fork();
	if (pid == 0)
		must(syscall(SYS_execveat, fd, "", by_fd, environ, AT_EMPTY_PATH));
	expect_file(pid, "by-fd");

	/* Not close-on-exec: the script's interpreter opens it by the descriptor. */
	fd = (int)must(open("bin", O_PATH | O_DIRECTORY));
	pid = fork();
	if (pid == 0)
		must(syscall(SYS_execveat, fd, "script", by_dir, environ, 0));
	expect_file(pid, "by-dir");

	fd = shell_in_memory();
	pid = fork();
	if (pid == 0)
		must(fexecve(fd, by_memory, environ));
	expect_file(pid, "by-memory");

	if (posix_spawn(&pid, "/bin/sh", NULL, NULL, by_spawn, environ) != 0)
		exit(99);
	expect_file(pid, "by-spawn");

	pid = fork();
	if (pid == 0)
		must(execl("./script", "script", (char *)NULL));
	expect_file(pid, "by-script");

	/* Without a first line that names the interpreter, which is the C library's doing. */
	pid = fork();
	if (pid == 0)
		must(execlp("./plain", "plain", (char *)NULL));
	expect_file(pid, "by-plain");
}
