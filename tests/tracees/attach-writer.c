/*
 * Many threads that write when they are told to, one line of standard input an order, and one of standard output when
 * it is done.  For tests of attach: nothing here depends on time, and any call that fails ends it with 99.
 *
 *     N NAME       thread N (0 to 3) makes the file NAME, and adds a line to held-N, which it has open from the start
 *     map NAME     a mapping of the file mapped, whose descriptor is closed, gets NAME as its content
 *     fork NAME    a child makes it
 *     vfork FIFO   a new thread waits for a vfork child that opens and reads the FIFO; others go on meanwhile
 *     new NAME     a new thread makes it
 *     compute NAME a new thread, number 4, makes no call until somebody writes into the file mapped; then it waits for
 *                  an order as the others do: "4 NAME"
 *     stops        it will be stopped (SIGSTOP): from now on the kernel itself may interrupt calls
 *     leave        the first thread ends, another one goes on reading
 *     exec NAME    a thread that is not the first executes sh, which makes it
 */
#include "tracee.h"

#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>

enum { THREADS = 4, LINE = 256 };

enum { COMPUTER = THREADS };

static int orders[THREADS + 1][2];
static char *mapped;
static volatile bool may_be_stopped;

static void
say(const char *verb, const char *name)
{
	char line[LINE * 2];
	int len = snprintf(line, sizeof(line), "%s %s\n", verb, name);

	must(write(STDOUT_FILENO, line, (size_t)len));
}

static void
make(const char *name)
{
	put_file(name, name);
}

/* This wait knows no restart: an interrupt that is not undone makes it fail with EINTR. */
static void
await_in_epoll(int fd)
{
#ifdef __x86_64__
	struct epoll_event event = { .events = EPOLLIN };
	int epoll = (int)must(epoll_create1(EPOLL_CLOEXEC));

	must(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
	while (epoll_wait(epoll, &event, 1, -1) < 0)
		must(errno == EINTR && may_be_stopped ? 0 : -1);
	must(close(epoll));
#else
	(void)fd;
#endif
}

static bool
next_order(int number, char name[LINE])
{
	if (number == 3 || number == COMPUTER)
		await_in_epoll(orders[number][0]);
	return must(read(orders[number][0], name, LINE)) > 0;
}

static void *
serve(void *arg)
{
	int number = (int)(intptr_t)arg;
	char held[32], name[LINE];
	int fd;

	snprintf(held, sizeof(held), "held-%d", number);
	fd = (int)must(open(held, O_WRONLY | O_CREAT | O_APPEND, 0644));
	say("ready", held);
	while (next_order(number, name)) {
		make(name);
		must(write(fd, name, strlen(name)));
		must(write(fd, "\n", 1));
		say("done", name);
	}
	return NULL;
}

static void *
compute(void *unused)
{
	char name[LINE];

	(void)unused;
	while (*(volatile char *)mapped == '\0')
		;
	must(next_order(COMPUTER, name));
	make(name);
	say("done", name);
	return NULL;
}

static void *
make_new(void *name)
{
	make(name);
	return NULL;
}

static void *
execute(void *name)
{
	execl("/bin/sh", "sh", "-c", "echo x >\"$1\" && echo done \"$1\"", "sh", (char *)name, (char *)NULL);
	exit(99);
}

static void
start(void *(*function)(void *), void *arg, bool join)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, function, arg) != 0 || (join && pthread_join(thread, NULL) != 0))
		exit(99);
}

static void
fork_and_make(const char *name)
{
	pid_t pid = (pid_t)must(fork());

	if (pid == 0) {
		make(name);
		_exit(0);
	}
	reap(pid);
}

static void *
vfork_and_wait(void *fifo)
{
	pid_t pid = vfork();
	char c;

	if (pid == 0)
		_exit(read(open(fifo, O_RDONLY), &c, 1) == 1 ? 0 : 99);
	reap(pid);
	say("done", fifo);
	return NULL;
}

static void *obey_all(void *unused);

static void
obey(const char *verb, char *rest)
{
	if (verb[0] >= '0' && verb[0] <= '0' + COMPUTER) {
		must(write(orders[verb[0] - '0'][1], rest, strlen(rest) + 1));
		return;		/* it says so itself */
	}
	if (strcmp(verb, "leave") == 0) {
		start(obey_all, NULL, false);
		pthread_exit(NULL);
	}
	if (strcmp(verb, "exec") == 0) {
		start(execute, rest, true);
		exit(99);
	}
	if (strcmp(verb, "compute") == 0)
		start(compute, NULL, false);
	if (strcmp(verb, "map") == 0)
		strcpy(mapped, rest);
	if (strcmp(verb, "stops") == 0)
		may_be_stopped = true;
	if (strcmp(verb, "fork") == 0)
		fork_and_make(rest);
	if (strcmp(verb, "vfork") == 0) {
		start(vfork_and_wait, strdup(rest), false);
		return;
	}
	if (strcmp(verb, "new") == 0)
		start(make_new, rest, true);
	say("done", rest);
}

/* Lines byte by byte: what is not read yet is left to the next thread, or program. */
static void *
obey_all(void *unused)
{
	static char line[LINE];
	size_t len = 0;

	(void)unused;
	while (must(read(STDIN_FILENO, line + len, 1)) == 1) {
		char *rest;

		if (line[len] != '\n') {
			len += len < sizeof(line) - 2;
			continue;
		}
		line[len] = '\0';
		len = 0;
		rest = strchr(line, ' ');
		if (rest)
			*rest++ = '\0';
		obey(line, rest ? rest : line + strlen(line));
	}
	exit(0);
}

static void
setup(void)
{
}

static void
story(void)
{
	int fd = (int)must(open("mapped", O_RDWR | O_CREAT, 0644));
	sigset_t child;

	/* to a traced process the kernel also sends signals that it ignores, and they interrupt calls */
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	must(sigprocmask(SIG_BLOCK, &child, NULL));
	must(ftruncate(fd, LINE));
	mapped = mmap(NULL, LINE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	must(mapped == MAP_FAILED ? -1 : 0);
	must(close(fd));
	must(pipe2(orders[COMPUTER], O_CLOEXEC));
	for (int i = 0; i < THREADS; i++) {
		must(pipe2(orders[i], O_CLOEXEC));
		start(serve, (void *)(intptr_t)i, false);
	}
	obey_all(NULL);
}
