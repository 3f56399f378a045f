/*
 * The memory of a stopped tracee.  process_vm_readv(2) reads a string in one call that ends at the page's
 * end; behind it stands PTRACE_PEEKDATA in aligned words, which also reads what the tracee itself has
 * protected.  No aligned word crosses a page, so that a string that ends just before an unmapped page is
 * read whole.
 */
#include "config.h"

#include "trace/peek.h"

#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <unistd.h>

enum { WORD = sizeof(long), PAGE = 4096 };

bool peek_in_bulk = true;

static int memory = -1;

void
peek_use_memory(int mem_fd)
{
	memory = mem_fd;
}

static int
peek_word(pid_t tid, uint64_t addr, long *word)
{
	errno = 0;
	*word = ptrace(PTRACE_PEEKDATA, tid, (void *)(uintptr_t)addr, NULL);
	if (*word != -1 || errno == 0)
		return 0;
	if (memory >= 0 && pread(memory, word, sizeof(*word), (off_t)addr) == (ssize_t)sizeof(*word))
		return 0;
	return -1;
}

/* Copy from memory into buf word by word: the heart of both readers. */
static ssize_t
copy_words(pid_t tid, uint64_t addr, char *buf, size_t size, bool stop_at_nul)
{
	size_t got = 0;

	while (got < size) {
		uint64_t aligned = (addr + got) & ~(uint64_t)(WORD - 1);
		size_t skip = (size_t)(addr + got - aligned);
		size_t n = WORD - skip;
		char bytes[WORD];
		char *nul;
		long word;

		if (peek_word(tid, aligned, &word) < 0) {
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
bulk(pid_t tid, uint64_t addr, void *buf, size_t size)
{
	size_t in_page = PAGE - (size_t)(addr & (PAGE - 1));
	struct iovec local = { buf, size < in_page ? size : in_page };
	struct iovec remote = { (void *)(uintptr_t)addr, local.iov_len };

	return process_vm_readv(tid, &local, 1, &remote, 1, 0);
}

ssize_t
peek_string(pid_t tid, uint64_t addr, char *buf, size_t size)
{
	size_t got = 0;
	ssize_t rest;

	while (peek_in_bulk && got < size) {
		ssize_t n = bulk(tid, addr + got, buf + got, size - got);
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
	rest = copy_words(tid, addr + got, buf + got, size - got, true);
	return rest < 0 ? -1 : (ssize_t)got + rest;
}

int
peek_bytes(pid_t tid, uint64_t addr, void *buf, size_t len)
{
	char *p = buf;
	size_t got = 0;

	while (peek_in_bulk && got < len) {
		ssize_t n = bulk(tid, addr + got, p + got, len - got);

		if (n <= 0)
			break;
		got += (size_t)n;
	}
	if (got == len)
		return 0;
	return copy_words(tid, addr + got, p + got, len - got, false) < 0 ? -1 : 0;
}

int
peek_write(pid_t tid, uint64_t addr, const void *buf, size_t len)
{
	const char *p = buf;

	for (size_t at = 0; at < len; at += WORD) {
		long word;

		memcpy(&word, p + at, WORD);
		if (ptrace(PTRACE_POKEDATA, tid, (void *)(uintptr_t)(addr + at), (void *)word) < 0)
			return -1;
	}
	return 0;
}
