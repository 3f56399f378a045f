/*
 * An open of a FIFO that waits, is interrupted by signals and restarted by the kernel, after a handler that opens a
 * file itself: one call, one row, one count.
 */
#include "tracee.h"
#include <signal.h>

static int caught[2];

static void
on_signal(int number)
{
	(void)number;
	must(close((int)must(syscall(SYS_openat, AT_FDCWD, "handled", O_WRONLY | O_CREAT, 0644))));
	must(write(caught[1], "s", 1));
}

static void
setup(void)
{
	must(mkfifo("fifo", 0644));
}

/* True once the process sleeps in the open, as /proc tells (state S in openat). */
static bool
is_waiting(pid_t pid)
{
	char name[64];
	char line[64] = "";
	FILE *f;

	snprintf(name, sizeof(name), "/proc/%ld/wchan", (long)pid);
	f = fopen(name, "r");
	if (f) {
		if (!fgets(line, sizeof(line), f))
			line[0] = '\0';
		fclose(f);
	}
	return strstr(line, "fifo") || strstr(line, "wait_for_partner");
}

static void
story(void)
{
	const struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	char c;
	pid_t writer;

	must(pipe(caught));
	writer = fork();
	if (writer == 0) {
		must(sigaction(SIGUSR1, &action, NULL));
		must(write(caught[1], "r", 1));
		long fd = ended(syscall(SYS_openat, AT_FDCWD, "fifo", O_WRONLY), NULL, "fifo");

		must(write((int)fd, "x", 1));
		_exit(0);
	}
	must(read(caught[0], &c, 1));
	/* Where /proc does not tell, the signals may come too early; the row is the same. */
	for (int tries = 0; tries < 5000 && !is_waiting(writer); tries++)
		must(usleep(100));
	for (int i = 0; i < 3; i++) {
		must(kill(writer, SIGUSR1));
		must(read(caught[0], &c, 1));
	}
	long fd = must(open("fifo", O_RDONLY));

	must(read((int)fd, &c, 1));
	reap(writer);
	row("open", "O_WRONLY", NULL, "fifo");
	row("create", "O_WRONLY|O_CREAT", NULL, "handled");
	row("open", "O_WRONLY|O_CREAT", NULL, "handled");
}
