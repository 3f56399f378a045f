/*
 * without CALL[,CALL...] CMD [ARG...]: run CMD as on a kernel that has not these system calls, in any of its ABIs: each
 * gets ENOSYS.  99 where that cannot be had.
 */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { STATUS_BROKEN = 99 };

static int
refuse_calls(scmp_filter_ctx filter, char *names)
{
	for (char *name = strtok(names, ","); name; name = strtok(NULL, ",")) {
		int number = seccomp_syscall_resolve_name(name);

		if (number == __NR_SCMP_ERROR || seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), number, 0) < 0) {
			fprintf(stderr, "without: no call %s\n", name);
			return -1;
		}
	}
	return seccomp_load(filter);
}

int
main(int argc, char **argv)
{
	scmp_filter_ctx filter = argc > 2 ? seccomp_init(SCMP_ACT_ALLOW) : NULL;

	if (!filter || seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, geteuid() != 0) < 0 || refuse_calls(filter, argv[1]) < 0)
		return STATUS_BROKEN;
	execvp(argv[2], argv + 2);
	perror(argv[2]);
	return STATUS_BROKEN;
}
