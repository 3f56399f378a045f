/*
 * The memory of a stopped tracee.  process_vm_readv(2) reads a string in one call that ends at the page's
 * end; behind it stands PTRACE_PEEKDATA in aligned words, which also reads what the tracee itself has
 * protected.  No aligned word crosses a page, so that a string that ends just before an unmapped page is
 * read whole.
 */
#include "config.h"

#include "trace/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/list.h"
#include "base/mem.h"

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

static int
peek_word(const struct memory *m, uint64_t addr, long *word)
{
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
peek_words(const struct memory *m, uint64_t addr, char *buf, size_t size, bool stop_at_nul)
{
	size_t got = 0;

	while (got < size) {
		uint64_t aligned = (addr + got) & ~(uint64_t)(WORD - 1);
		size_t skip = (size_t)(addr + got - aligned);
		size_t n = WORD - skip;
		char bytes[WORD];
		char *nul;
		long word;

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
read_bulk(const struct memory *m, uint64_t addr, void *buf, size_t size)
{
	size_t in_page = PAGE - (size_t)(addr & (PAGE - 1));
	struct iovec local = { buf, size < in_page ? size : in_page };
	struct iovec remote = { (void *)(uintptr_t)addr, local.iov_len };

	return process_vm_readv(m->tid, &local, 1, &remote, 1, 0);
}

static ssize_t
read_string(const struct memory *m, uint64_t addr, char *buf, size_t size)
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
	rest = peek_words(m, addr + got, buf + got, size - got, true);
	return rest < 0 ? -1 : (ssize_t)got + rest;
}

static int
read_bytes(const struct memory *m, uint64_t addr, void *buf, size_t len)
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
	return peek_words(m, addr + got, p + got, len - got, false) < 0 ? -1 : 0;
}

void
memory_keep(struct memory *m, bool on)
{
	m->keeps = on;
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
reads_the_same(const struct memory *m, const struct kept *k)
{
	char *now = xcalloc(1, k->size);
	ssize_t rc = k->is_string ? read_string(m, k->addr, now, k->size) : read_bytes(m, k->addr, now, k->size);
	size_t len = rc < 0 ? 0 : k->is_string ? (size_t)rc : k->size;
	bool same = rc == k->rc && memcmp(now, k->bytes, len) == 0;

	free(now);
	return same;
}

bool
memory_is_as_kept(const struct memory *m)
{
	for (size_t i = 0; i < m->n_kept; i++) {
		if (!reads_the_same(m, &m->kept[i]))
			return false;
	}
	return true;
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
memory_write(const struct memory *m, uint64_t addr, const void *buf, size_t len)
{
	const char *p = buf;

	for (size_t at = 0; at < len; at += WORD) {
		long word;

		memcpy(&word, p + at, WORD);
		if (ptrace(PTRACE_POKEDATA, m->tid, (void *)(uintptr_t)(addr + at), (void *)word) < 0)
			return -1;
	}
	return 0;
}
