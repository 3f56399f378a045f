/*
 * Fuzz trace/peek: strings and bytes at any address of a memory in which some pages are there and some are not.  The
 * memory is our own: process_vm_readv(2) reads it in bulk, and /proc/self/mem stands in for PTRACE_PEEKDATA, which
 * nobody can use on himself.
 */
#include "config.h"

#include "fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "trace/memory.h"

/* Behind the pages of which some are there, as many as one reads at most, of which none is. */
enum { PAGE = 4096, PAGES = 6, MEMORY = PAGES * PAGE, READ_MAX = 2 * PAGE };

static uint8_t *memory;
static bool there[PAGES];

/* Of exactly the size that is read, so that a sanitizer sees a byte too far; made before there are holes to fill. */
static char *string_buf, *bytes_buf;

static void
map_pages(unsigned bits)
{
	memory = mmap(NULL, MEMORY + READ_MAX, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	fuzz_check(memory != MAP_FAILED);
	for (int i = 0; i < PAGES; i++)
		there[i] = !(bits & 1U << i);
}

static void
unmap_absent(void)
{
	fuzz_check(munmap(memory + MEMORY, READ_MAX) == 0);
	for (int i = 0; i < PAGES; i++) {
		if (!there[i])
			fuzz_check(munmap(memory + i * PAGE, PAGE) == 0);
	}
}

static void
unmap_rest(void)
{
	for (int i = 0; i < PAGES; i++) {
		if (there[i])
			fuzz_check(munmap(memory + i * PAGE, PAGE) == 0);
	}
}

static bool
is_there(size_t at)
{
	return at < MEMORY && there[at / PAGE];
}

static struct memory reader;	/* of ourselves */

/* What memory_string() must answer: a length, or the negative of an errno. */
static ssize_t
string_at(size_t at, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (!is_there(at + i))
			return -EFAULT;
		if (memory[at + i] == 0)
			return (ssize_t)i;
	}
	return -ENAMETOOLONG;
}

static bool
bytes_at(size_t at, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!is_there(at + i))
			return false;
	}
	return true;
}

static void
check_string(size_t at, size_t size)
{
	uint64_t addr = (uintptr_t)memory + at;
	char *buf = string_buf;
	ssize_t want = string_at(at, size);
	ssize_t got = memory_string(&reader, addr, buf, size);

	/* without a tracee ptrace(2) itself has nobody to name for an address */
	if (want == -EFAULT)
		fuzz_check(got == -1 && errno != ENAMETOOLONG);
	else if (want < 0)
		fuzz_check(got == -1 && errno == -want);
	else
		fuzz_check(got == want && memcmp(buf, memory + at, (size_t)got + 1) == 0);
}

static void
check_bytes(size_t at, size_t len)
{
	uint64_t addr = (uintptr_t)memory + at;
	int rc = memory_bytes(&reader, addr, bytes_buf, len);

	fuzz_check((rc == 0) == bytes_at(at, len));
	if (rc == 0 && len > 0)
		fuzz_check(memcmp(bytes_buf, memory + at, len) == 0);
}

static void
fill(struct input *in)
{
	size_t at = 0;

	memset(memory, 'x', MEMORY);
	while (in->left > 4 && at < MEMORY) {
		size_t len;
		const char *bytes = input_bytes(in, MEMORY - at, &len);

		memcpy(memory + at, bytes, len);
		at += len + 16U * input_byte(in);
	}
}

static void
check_reads(size_t at, size_t size)
{
	for (int bulk = 0; bulk < 2; bulk++) {
		reader.by_words = !bulk;
		check_string(at, size + 1);
		check_bytes(at, size);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	unsigned absent = input_byte(&in);
	size_t at = (size_t)(input_byte(&in) << 8 | input_byte(&in)) % MEMORY;
	size_t len = (size_t)(input_byte(&in) << 8 | input_byte(&in)) % READ_MAX;
	int fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);

	fuzz_check(fd >= 0);
	reader = (struct memory){ .tid = getpid(), .fd = fd };
	map_pages(absent);
	fill(&in);
	string_buf = malloc(len + 1);
	bytes_buf = malloc(len);
	unmap_absent();
	check_reads(at, len);
	unmap_rest();
	free(string_buf);
	free(bytes_buf);
	close(fd);
	return 0;
}
