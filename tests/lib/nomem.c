/*
 * To be preloaded: the N-th allocation of one process finds no memory, or what SQLite asks of the system for the N-th
 * time is refused (badvfs.c; tests/faults/sweep.sh).
 *
 *   NOMEM=FILE            the allocations of each process, and what its SQLite asks for, are counted, in FILE, as struct counts
 *   NOMEM_AT=PROCESS:N    which allocation fails; 0 is the program's own process, 1, 2, ... are those that it and they fork
 *   BADVFS_AT=PROCESS:N   the same of SQLite's wishes
 *
 * Nothing of this is left in the environment: what the program executes is not preloaded.  Where allocations are
 * counted the C library's own, SQLite's and all others that go through malloc(3) are.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "badvfs.h"

enum { MAX_PROCESSES = 16 };

enum kind { MEMORY, VFS, KIND_COUNT };

struct counts {
	uint32_t processes;
	uint32_t reached;
	uint32_t count[KIND_COUNT][MAX_PROCESSES];
};

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *old, size_t size);

static struct counts *counts;	/* shared by all processes; NULL: nothing is asked for */
static uint32_t process;
static struct {
	unsigned in, at;	/* at 0: none */
} chosen[KIND_COUNT];

static void
forked(void)
{
	process = __atomic_fetch_add(&counts->processes, 1, __ATOMIC_SEQ_CST);
}

static void __attribute__((constructor))
begin(void)
{
	const char *file = getenv("NOMEM");
	const char *const at[KIND_COUNT] = { getenv("NOMEM_AT"), getenv("BADVFS_AT") };
	int fd = file ? open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
	struct counts *shared;

	if (fd < 0 || ftruncate(fd, sizeof(*counts)) < 0)
		return;
	for (int k = 0; k < KIND_COUNT; k++) {
		if (at[k] && sscanf(at[k], "%u:%u", &chosen[k].in, &chosen[k].at) != 2)
			_exit(99);
	}
	shared = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (shared == MAP_FAILED)
		return;
	shared->processes = 1;
	unsetenv("NOMEM");
	unsetenv("NOMEM_AT");
	unsetenv("BADVFS_AT");
	unsetenv("LD_PRELOAD");
	badvfs_register();
	counts = shared;
	pthread_atfork(NULL, NULL, forked);
}

static int
is_chosen(enum kind kind)
{
	unsigned n;

	if (!counts || process >= MAX_PROCESSES)
		return 0;
	n = __atomic_add_fetch(&counts->count[kind][process], 1, __ATOMIC_SEQ_CST);
	if (process != chosen[kind].in || n != chosen[kind].at)
		return 0;
	counts->reached = 1;
	return 1;
}

int
badvfs_fails(void)
{
	return is_chosen(VFS);
}

static int
fails(void)
{
	if (!is_chosen(MEMORY))
		return 0;
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *old, size_t size)
{
	return fails() ? NULL : __libc_realloc(old, size);
}
