/*
 * To be preloaded: a machine on which a security module guards ptrace(2).
 *
 *   GUARDED=FILE      as Yama does (ptrace_scope 1): a process is seized only once one has named its tracer by
 *                     PR_SET_PTRACER, which is slow, and leaves FILE
 *   GUARDED_ERROR=N   each is refused, with that errno
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int
prctl(int option, ...)
{
	const char *file = getenv("GUARDED");
	unsigned long arg[4];
	va_list ap;

	va_start(ap, option);
	for (int i = 0; i < 4; i++)
		arg[i] = va_arg(ap, unsigned long);
	va_end(ap);
	if (option == PR_SET_PTRACER && file) {
		nanosleep(&(struct timespec){ 0, 300000000 }, NULL);
		close(open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
	}
	return (int)syscall(SYS_prctl, option, arg[0], arg[1], arg[2], arg[3]);
}

long
ptrace(enum __ptrace_request request, ...)
{
	const char *file = getenv("GUARDED"), *error = getenv("GUARDED_ERROR");
	unsigned long arg[3], peeked = 0;
	bool peeks = request == PTRACE_PEEKDATA || request == PTRACE_PEEKUSER || request == PTRACE_PEEKTEXT;
	va_list ap;
	long rc;

	va_start(ap, request);
	for (int i = 0; i < 3; i++)
		arg[i] = va_arg(ap, unsigned long);
	va_end(ap);
	if (request == PTRACE_SEIZE && (error || (file && access(file, F_OK) < 0))) {
		errno = error ? atoi(error) : EPERM;
		return -1;
	}
	/* the kernel's own call puts what is peeked at into memory (ptrace(2), "C library/kernel differences") */
	rc = syscall(SYS_ptrace, request, arg[0], arg[1], peeks ? (unsigned long)&peeked : arg[2]);
	return peeks && rc == 0 ? (long)peeked : rc;
}
