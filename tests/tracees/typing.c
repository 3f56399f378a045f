/*
 * What TIOCSTI and TIOCLINUX come to on standard input, which is no terminal, one a line: by the native call, with bits
 * above those that the kernel looks at, and by the 32-bit call where this machine has it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static char typed[] = "x";

/* rc is a result as the kernel gives it. */
static void
say(const char *how, long rc)
{
	int error = (int)-rc;

	printf("%s %s\n", how, rc == 0 ? "done" : error == EPERM ? "EPERM" : error == ENOTTY ? "ENOTTY" : strerror(error));
}

static long
native(unsigned long command)
{
	return syscall(SYS_ioctl, 0, command, typed) < 0 ? -errno : 0;
}

#ifdef __x86_64__
/* The address of what is typed does not matter: nothing is. */
static long
old_entry(long number, long a, long b)
{
	long rc;

	__asm__ volatile("int $0x80" : "=a"(rc) : "a"(number), "b"(a), "c"(b), "d"(0) : "memory", "r8", "r9", "r10", "r11");
	return rc;
}
#endif

/* A kernel without 32-bit calls. */
static void
stop_here(int signal)
{
	(void)signal;
	_exit(0);
}

int
main(void)
{
	static const unsigned long commands[] = { TIOCSTI, TIOCLINUX };

	setvbuf(stdout, NULL, _IONBF, 0);
	signal(SIGSEGV, stop_here);
	for (int i = 0; i < 2; i++) {
		say("plain", native(commands[i]));
		say("upper", native(commands[i] | 0x7700000000UL));
	}
#ifdef __x86_64__
	for (int i = 0; i < 2; i++) {
		long rc = old_entry(54, 0, (long)commands[i]);

		if (rc != -ENOSYS)
			say("32-bit", rc);
	}
#endif
	return 0;
}
