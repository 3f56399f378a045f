/*
 * The memory of a stopped tracee.  process_vm_readv(2) reads a string in one call that ends at the page's
 * end; behind it stands PTRACE_PEEKDATA in aligned words, which also reads what the tracee itself has
 * protected.  No aligned word crosses a page, so that a string that ends just before an unmapped page is
 * read whole.
 */
#include "config.h"

#include "trace/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/list.h"
#include "base/mem.h"
#include "mount/remote.h"

enum { WORD = sizeof(long), PAGE = 4096 };

/* One thing that was read, with its outcome: a string's length, or 0; -1 with the error. */
struct kept {
	bool is_string;
	uint64_t addr;
	size_t size;
	ssize_t rc;
	int error;
	char *bytes;		/* owned */
};

/* Bits of /proc/PID/pagemap (Documentation/admin-guide/mm/pagemap.rst). */
#define PAGE_PRESENT (UINT64_C(1) << 63)
#define PAGE_SHARED (UINT64_C(1) << 61)		/* of a file, or of anonymous memory that several share */
#define PAGE_WATCHED (UINT64_C(1) << 57)	/* userfaultfd(2) waits for whoever writes to it */

enum { MAPS_MAX = 64 << 20 };

/* What is known of the page at addr; 0 where nothing is. */
static uint64_t
page_flags(const struct memory *m, uint64_t addr)
{
	uint64_t flags = 0;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", (int)m->tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	if (pread(fd, &flags, sizeof(flags), (off_t)(addr / (uint64_t)sysconf(_SC_PAGESIZE) * sizeof(flags))) !=
	    (ssize_t)sizeof(flags))
		flags = 0;
	close(fd);
	return flags;
}

/* Whether what is mapped at addr is a file that somebody may have to be asked for. */
static bool
is_served_file(const struct memory *m, uint64_t addr)
{
	struct buf text = BUF_INIT;
	bool served = true;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)m->tid);
	if (io_read_file(path, &text, MAPS_MAX) < 0) {
		buf_release(&text);
		return true;
	}
	/* "7f0c-7f0d r--p 00000000 fe:01 1234  NAME"; an inode 0 is memory without a file */
	for (const char *line = text.data; line && *line; line = strchr(line, '\n'), line += line != NULL) {
		uint64_t from, end, inode;
		unsigned major, minor;

		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %*x %x:%x %" SCNu64, &from, &end, &major, &minor, &inode) != 5)
			break;
		if (addr < from) {
			served = false;		/* nothing is */
			break;
		}
		if (addr < end) {
			served = inode != 0 && remote_serves_device(m->remote, major, minor);
			break;
		}
	}
	buf_release(&text);
	return served;
}

/* Whether a look at addr might have to wait for somebody.  What is swapped out the kernel brings by itself. */
static bool
may_wait(struct memory *m, uint64_t addr)
{
	if (m->risk == MEMORY_SAFE || (page_flags(m, addr) & PAGE_PRESENT))
		return false;
	if (m->risk == MEMORY_FILES && !is_served_file(m, addr))
		return false;
	m->late = true;
	errno = EFAULT;
	return true;
}

/* The same for a write: the page is to be the tracee's own, and nobody's to watch. */
static bool
write_may_wait(struct memory *m, uint64_t addr)
{
	uint64_t flags = m->risk == MEMORY_SAFE ? PAGE_PRESENT : page_flags(m, addr);

	if ((flags & (PAGE_PRESENT | PAGE_SHARED | PAGE_WATCHED)) == PAGE_PRESENT)
		return false;
	m->late = true;
	errno = EFAULT;
	return true;
}

static int
peek_word(const struct memory *m, uint64_t addr, long *word)
{
	if (m->by_fd)
		return pread(m->fd, word, sizeof(*word), (off_t)addr) == (ssize_t)sizeof(*word) ? 0 : -1;
	errno = 0;
	*word = ptrace(PTRACE_PEEKDATA, m->tid, (void *)(uintptr_t)addr, NULL);
	if (*word != -1 || errno == 0)
		return 0;
	if (m->fd >= 0 && pread(m->fd, word, sizeof(*word), (off_t)addr) == (ssize_t)sizeof(*word))
		return 0;
	return -1;
}

/* Copy from memory into buf word by word: the heart of both readers. */
static ssize_t
peek_words(struct memory *m, uint64_t addr, char *buf, size_t size, bool stop_at_nul)
{
	size_t got = 0;

	while (got < size) {
		uint64_t aligned = (addr + got) & ~(uint64_t)(WORD - 1);
		size_t skip = (size_t)(addr + got - aligned);
		size_t n = WORD - skip;
		char bytes[WORD];
		char *nul;
		long word;

		if ((got == 0 || aligned % PAGE == 0) && may_wait(m, aligned))
			return -1;
		if (peek_word(m, aligned, &word) < 0) {
			/* a bad address is EIO to ptrace, EFAULT to everybody else */
			if (errno == EIO)
				errno = EFAULT;
			return -1;
		}
		memcpy(bytes, &word, WORD);
		if (n > size - got)
			n = size - got;
		memcpy(buf + got, bytes + skip, n);
		nul = stop_at_nul ? memchr(buf + got, '\0', n) : NULL;
		if (nul)
			return nul - buf;
		got += n;
	}
	if (!stop_at_nul)
		return (ssize_t)got;
	errno = ENAMETOOLONG;
	return -1;
}

/* How much one call reads: to the end of this page, so that a following unmapped one does not matter. */
static ssize_t
read_bulk(struct memory *m, uint64_t addr, void *buf, size_t size)
{
	size_t in_page = PAGE - (size_t)(addr & (PAGE - 1));
	struct iovec local = { buf, size < in_page ? size : in_page };
	struct iovec remote = { (void *)(uintptr_t)addr, local.iov_len };
	ssize_t n;

	if (may_wait(m, addr))
		return -1;
	n = process_vm_readv(m->tid, &local, 1, &remote, 1, 0);
	if (n >= 0 || !m->by_fd || errno != EPERM)
		return n;
	/* Yama keeps it from whoever is no tracer; but a descriptor waits for no userfaultfd(2): it fails then */
	n = pread(m->fd, buf, local.iov_len, (off_t)addr);
	m->late |= n < 0;
	return n;
}

static ssize_t
read_string(struct memory *m, uint64_t addr, char *buf, size_t size)
{
	size_t got = 0;
	ssize_t rest;

	while (!m->by_words && got < size) {
		ssize_t n = read_bulk(m, addr + got, buf + got, size - got);
		char *nul;

		if (n <= 0)
			break;
		nul = memchr(buf + got, '\0', (size_t)n);
		if (nul)
			return nul - buf;
		got += (size_t)n;
	}
	if (got == size) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (m->late)
		return -1;
	rest = peek_words(m, addr + got, buf + got, size - got, true);
	return rest < 0 ? -1 : (ssize_t)got + rest;
}

static int
read_bytes(struct memory *m, uint64_t addr, void *buf, size_t len)
{
	char *p = buf;
	size_t got = 0;

	while (!m->by_words && got < len) {
		ssize_t n = read_bulk(m, addr + got, p + got, len - got);

		if (n <= 0)
			break;
		got += (size_t)n;
	}
	if (got == len)
		return 0;
	if (m->late)
		return -1;
	return peek_words(m, addr + got, p + got, len - got, false) < 0 ? -1 : 0;
}

void
memory_keep(struct memory *m, bool on)
{
	m->keeps = on;
	m->only_kept = m->late = false;
	if (!m->kept)
		return;
	for (size_t i = 0; i < m->n_kept; i++)
		free(m->kept[i].bytes);
	free(m->kept);
	m->kept = NULL;
	m->n_kept = 0;
}

static ssize_t
read_kept(const struct memory *m, bool is_string, uint64_t addr, void *buf, size_t size)
{
	for (size_t i = 0; i < m->n_kept; i++) {
		const struct kept *k = &m->kept[i];

		if (k->is_string != is_string || k->addr != addr || k->size != size)
			continue;
		memcpy(buf, k->bytes, size);
		errno = k->error;
		return k->rc;
	}
	errno = EFAULT;
	return -1;
}

/* One look at memory: what is kept is the whole room, whatever has been read. */
static ssize_t
read_memory(struct memory *m, bool is_string, uint64_t addr, void *buf, size_t size)
{
	struct kept k = { .is_string = is_string, .addr = addr, .size = size };

	if (m->only_kept)
		return read_kept(m, is_string, addr, buf, size);
	if (m->keeps)
		memset(buf, 0, size);
	k.rc = is_string ? read_string(m, addr, buf, size) : read_bytes(m, addr, buf, size);
	k.error = errno;
	m->failed |= k.rc < 0 && k.error == EFAULT;
	if (m->keeps) {
		k.bytes = xmemdup(buf, size);
		*LIST_ADD(m->kept, m->n_kept) = k;
	}
	errno = k.error;
	return k.rc;
}

static bool
reads_the_same(struct memory *m, const struct kept *k)
{
	char *now = xcalloc(1, k->size);
	ssize_t rc = k->is_string ? read_string(m, k->addr, now, k->size) : read_bytes(m, k->addr, now, k->size);
	size_t len = rc < 0 ? 0 : k->is_string ? (size_t)rc : k->size;
	bool same = rc == k->rc && memcmp(now, k->bytes, len) == 0;

	free(now);
	return same;
}

bool
memory_is_as_kept(struct memory *m)
{
	for (size_t i = 0; i < m->n_kept; i++) {
		if (!reads_the_same(m, &m->kept[i]))
			return false;
	}
	return true;
}

/* Each with as many bytes behind it as its size says. */
void
memory_pack(const struct memory *m, struct buf *out)
{
	for (size_t i = 0; i < m->n_kept; i++) {
		buf_add(out, &m->kept[i], sizeof(m->kept[i]));
		buf_add(out, m->kept[i].bytes, m->kept[i].size);
	}
}

bool
memory_unpack(struct memory *m, const char *bytes, size_t len)
{
	memory_keep(m, true);
	m->only_kept = true;
	while (len >= sizeof(struct kept)) {
		struct kept k;

		memcpy(&k, bytes, sizeof(k));
		bytes += sizeof(k);
		len -= sizeof(k);
		if (k.size > len)
			return false;
		k.bytes = xmemdup(bytes, k.size);
		*LIST_ADD(m->kept, m->n_kept) = k;
		bytes += k.size;
		len -= k.size;
	}
	return len == 0;
}

ssize_t
memory_string(struct memory *m, uint64_t addr, char *buf, size_t size)
{
	return read_memory(m, true, addr, buf, size);
}

int
memory_bytes(struct memory *m, uint64_t addr, void *buf, size_t len)
{
	return (int)read_memory(m, false, addr, buf, len);
}

int
memory_write(struct memory *m, uint64_t addr, const void *buf, size_t len)
{
	const char *p = buf;

	for (size_t at = 0; at < len; at += WORD) {
		long word;

		if (write_may_wait(m, addr + at))
			return -1;
		memcpy(&word, p + at, WORD);
		if (ptrace(PTRACE_POKEDATA, m->tid, (void *)(uintptr_t)(addr + at), (void *)word) < 0)
			return -1;
	}
	return 0;
}
