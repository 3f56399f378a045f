/* calls: the names of the system calls that writetrace looks at, as strace's -e trace= takes them. */
#include "config.h"

#include <stdio.h>

#include "trace/syscalls.h"

int
main(void)
{
	/* "?": strace may not know a call, or only for another machine */
	for (size_t i = 0; i < syscall_table_len; i++)
		printf("%s?%s", i > 0 ? "," : "", syscall_table[i].name);
	putchar('\n');
	return 0;
}
