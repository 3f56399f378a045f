/*
 * Preloaded into a tracer: what each of its own processes has used is appended to the file that BENCH_USAGE names
 * when it ends, as seconds of processor time and the peak of its memory in KiB.  Nobody else can tell exactly:
 * who waits for a tracer gets its figures mixed with those of its tracees.  COMMAND does not inherit this.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static char file[4096];

static void __attribute__((constructor))
begin(void)
{
	const char *name = getenv("BENCH_USAGE");

	if (name && strlen(name) < sizeof(file))
		strcpy(file, name);
	unsetenv("BENCH_USAGE");
	unsetenv("LD_PRELOAD");
}

static void
tell(void)
{
	struct rusage u;
	char line[64];
	int fd, len;

	fd = file[0] ? open(file, O_WRONLY | O_APPEND | O_CLOEXEC) : -1;
	if (fd < 0)
		return;
	getrusage(RUSAGE_SELF, &u);
	len = snprintf(line, sizeof(line), "%.6f %ld\n",
		       (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
		       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6, u.ru_maxrss);
	(void)!write(fd, line, (size_t)len);
	close(fd);
}

static void __attribute__((destructor))
end(void)
{
	tell();
}

/* The recorder leaves without its destructors; strace's children, of which it watches each call, do so too. */
void
_exit(int status)
{
	if (strcmp(program_invocation_short_name, "writetrace") == 0)
		tell();
	syscall(SYS_exit_group, status);
	__builtin_unreachable();
}
