/*
 * A ring is refused as by a kernel without it, and that is an attempt to open one.  Where IO_URING=allow stands in the
 * environment it is let through, and makes a file that no call of ours has made.
 */
#include "tracee.h"
#include <linux/io_uring.h>
#include <sys/mman.h>

/* The same numbers for all. */
enum { IO_URING_SETUP = 425, IO_URING_ENTER = 426, IO_URING_REGISTER = 427 };

static void
setup(void)
{
}

/* One submission at a time, and its completion. */
struct ring {
	int fd;
	struct io_uring_params params;
	char *queues;
	struct io_uring_sqe *entries;
};

static unsigned
number_at(const struct ring *r, unsigned offset)
{
	return __atomic_load_n((unsigned *)(void *)(r->queues + offset), __ATOMIC_ACQUIRE);
}

static void
advance(const struct ring *r, unsigned offset)
{
	__atomic_add_fetch((unsigned *)(void *)(r->queues + offset), 1, __ATOMIC_RELEASE);
}

static void
map_ring(struct ring *r)
{
	const struct io_uring_params *p = &r->params;
	size_t sq = p->sq_off.array + p->sq_entries * sizeof(unsigned);
	size_t cq = p->cq_off.cqes + p->cq_entries * sizeof(struct io_uring_cqe);

	if (!(p->features & IORING_FEAT_SINGLE_MMAP))
		skip("this kernel's rings are too old");
	r->queues = mmap(NULL, sq > cq ? sq : cq, PROT_READ | PROT_WRITE, MAP_SHARED, r->fd, IORING_OFF_SQ_RING);
	r->entries = mmap(NULL, p->sq_entries * sizeof(struct io_uring_sqe), PROT_READ | PROT_WRITE, MAP_SHARED, r->fd,
			  IORING_OFF_SQES);
	if (r->queues == MAP_FAILED || r->entries == MAP_FAILED)
		skip("rings cannot be mapped here");
}

static long
through(const struct ring *r, const struct io_uring_sqe *entry)
{
	const struct io_uring_params *p = &r->params;
	const struct io_uring_cqe *done = (void *)(r->queues + p->cq_off.cqes);
	unsigned at = number_at(r, p->sq_off.tail) & number_at(r, p->sq_off.ring_mask);
	long rc;

	r->entries[at] = *entry;
	((unsigned *)(void *)(r->queues + p->sq_off.array))[at] = at;
	advance(r, p->sq_off.tail);
	must(syscall(IO_URING_ENTER, r->fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0));
	rc = done[number_at(r, p->cq_off.head) & number_at(r, p->cq_off.ring_mask)].res;
	advance(r, p->cq_off.head);
	errno = rc < 0 ? (int)-rc : 0;
	return rc < 0 ? -1 : rc;
}

static void
write_through(struct ring *r)
{
	struct io_uring_sqe opening = {
		.opcode = IORING_OP_OPENAT, .fd = AT_FDCWD, .addr = (uintptr_t)"by-ring",
		.open_flags = O_WRONLY | O_CREAT, .len = 0644,
	};
	struct io_uring_sqe writing = { .opcode = IORING_OP_WRITE, .addr = (uintptr_t)"ring", .len = 4 };

	map_ring(r);
	writing.fd = (int)must(through(r, &opening));
	must(through(r, &writing));
}

static void
story(void)
{
	struct ring ring = { .fd = -1 };
	const char *allowed = getenv("IO_URING");
	long fd = syscall(IO_URING_SETUP, 4, &ring.params);

	must(close((int)did(syscall(SYS_openat, AT_FDCWD, "file", O_WRONLY | O_CREAT, 0644), "create",
			    "O_WRONLY|O_CREAT", NULL, "file")));
	if (allowed && strcmp(allowed, "allow") == 0) {
		if (fd < 0)
			skip("this kernel makes no rings");
		ring.fd = (int)fd;
		write_through(&ring);
		return;
	}
	if (fd >= 0)
		exit(99);
	row("open", NULL, "ENOSYS", "anon_inode:[io_uring]");
	ended(syscall(IO_URING_SETUP, 4, &ring.params), "ENOSYS", "io_uring_setup");
	ended(syscall(IO_URING_ENTER, -1, 1, 1, 0, NULL, 0), "ENOSYS", "io_uring_enter");
	ended(syscall(IO_URING_REGISTER, -1, 0, NULL, 0), "ENOSYS", "io_uring_register");
}
