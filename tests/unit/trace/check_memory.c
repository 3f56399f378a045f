/* trace/memory: strings at every place of a stopped child's memory, by both readers. */
#include "config.h"

#include "trace/memory.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "base/buf.h"
#include "unit/unit.h"

enum { PAGE = 4096, PAGES = 4 };

/* The child has what we have mapped when it is made, at the same addresses. */
static char *memory;
static pid_t child;
static struct memory reader = MEMORY_OF(0);	/* of child */

static void
make_memory(void)
{
	memory = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(memory, MAP_FAILED);
	/* the next page belongs to nobody */
	ck_assert_int_eq(munmap(memory + (PAGES - 1) * PAGE, PAGE), 0);
	memset(memory, 'x', (PAGES - 1) * PAGE);
}

/* Fork a child that stops, traced by us; what prepare does happens there alone. */
static void
make_child(void (*prepare)(void))
{
	int status;

	child = fork();
	ck_assert_int_ge(child, 0);
	if (child == 0) {
		if (prepare)
			prepare();
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0 || raise(SIGSTOP) != 0)
			_exit(1);
		_exit(0);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSTOPPED(status));
	/* a test that fails leaves nobody behind */
	ck_assert_int_eq(ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_EXITKILL), 0);
	reader.tid = child;
}

static void
end_child(void)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static ssize_t
read_string(const char *at, char *buf, size_t size)
{
	return memory_string(&reader, (uint64_t)(uintptr_t)at, buf, size);
}

/* Those that loop run with both readers: odd rounds in bulk. */
static const size_t lengths[] = { 4094, 4095, 4096 };

START_TEST(a_string_is_read_at_every_alignment)
{
	char got[64];

	reader.by_words = !(_i & 1);
	make_memory();
	for (size_t align = 0; align < 16; align++) {
		/* 41 strings in slots of 64 bytes, each at the same place of its slot */
		memset(memory, 'x', 3 * PAGE);
		for (size_t len = 0; len <= 40; len++) {
			char *at = memory + 64 * len + align;

			for (size_t i = 0; i < len; i++)
				at[i] = (char)(1 + (i * 37 + align) % 255);	/* any byte but NUL */
			at[len] = '\0';
		}
		make_child(NULL);
		for (size_t len = 0; len <= 40; len++) {
			ck_assert_int_eq(read_string(memory + 64 * len + align, got, sizeof(got)), (ssize_t)len);
			ck_assert_mem_eq(got, memory + 64 * len + align, len + 1);
		}
		end_child();
	}
}
END_TEST

START_TEST(a_string_across_pages_is_read_whole)
{
	static char got[PATH_MAX * 2];

	reader.by_words = !(_i & 1);
	make_memory();
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		for (size_t align = 0; align < 16; align++) {
			char *at = memory + 16 + align;

			memset(memory, 'x', 3 * PAGE);
			at[lengths[i]] = '\0';
			make_child(NULL);
			ck_assert_int_eq(read_string(at, got, sizeof(got)), (ssize_t)lengths[i]);
			ck_assert_mem_eq(got, at, lengths[i] + 1);
			end_child();
		}
	}
}
END_TEST

/* What is behind it is not there, or may not be read: neither matters to what ends before. */
START_TEST(a_string_that_ends_at_an_unmapped_page_is_read_whole)
{
	char *end = NULL;
	char got[PAGE + 1];

	reader.by_words = !(_i & 1);
	make_memory();
	end = memory + (PAGES - 1) * PAGE;
	end[-1] = '\0';
	make_child(NULL);
	for (size_t len = 0; len < 40; len++) {
		ck_assert_int_eq(read_string(end - 1 - len, got, sizeof(got)), (ssize_t)len);
		ck_assert_uint_eq(strlen(got), len);
	}
	ck_assert_int_eq(read_string(end - PATH_MAX, got, sizeof(got)), PATH_MAX - 1);
	end_child();
}
END_TEST

START_TEST(a_string_that_runs_into_an_unmapped_page_is_none)
{
	char *end = NULL;
	char got[PAGE];

	reader.by_words = !(_i & 1);
	make_memory();
	end = memory + (PAGES - 1) * PAGE;
	make_child(NULL);
	for (size_t len = 0; len < 40; len++) {
		errno = 0;
		ck_assert_int_eq(read_string(end - len, got, sizeof(got)), -1);
		ck_assert_int_eq(errno, EFAULT);
	}
	end_child();
}
END_TEST

static const uint64_t nowhere[] = {
	0, 1, 8, PAGE - 1, UINT64_C(0x7ffffffff000), UINT64_C(0x8000000000000000), UINT64_MAX - 4096,
	UINT64_MAX - 7, UINT64_MAX,
};

START_TEST(an_address_that_is_none_is_efault)
{
	char got[PATH_MAX];

	make_child(NULL);
	for (int bulk = 0; bulk < 2; bulk++) {
		reader.by_words = !bulk;
		errno = 0;
		ck_assert_int_eq(memory_string(&reader, nowhere[_i], got, sizeof(got)), -1);
		ck_assert_int_eq(errno, EFAULT);
		errno = 0;
		ck_assert_int_eq(memory_bytes(&reader, nowhere[_i], got, 24), -1);
		ck_assert_int_eq(errno, EFAULT);
	}
	end_child();
}
END_TEST

START_TEST(a_string_longer_than_there_is_room_is_enametoolong)
{
	char got[PATH_MAX];

	reader.by_words = !(_i & 1);
	make_memory();
	memory[100 + PATH_MAX] = '\0';
	make_child(NULL);
	for (size_t size = 1; size <= PATH_MAX; size = size < 40 ? size + 1 : size * 2) {
		errno = 0;
		ck_assert_int_eq(read_string(memory + 100, got, size), -1);
		ck_assert_int_eq(errno, ENAMETOOLONG);
	}
	errno = 0;
	ck_assert_int_eq(read_string(memory + 100, got, PATH_MAX), -1);	/* its NUL is the byte behind */
	ck_assert_int_eq(errno, ENAMETOOLONG);
	ck_assert_int_eq(read_string(memory + 101, got, PATH_MAX), PATH_MAX - 1);
	end_child();
}
END_TEST

START_TEST(a_buffer_is_never_overrun)
{
	char got[64];

	reader.by_words = !(_i & 1);
	make_memory();
	make_child(NULL);
	for (size_t size = 1; size < 32; size++) {
		for (size_t align = 0; align < 8; align++) {
			memset(got, 'G', sizeof(got));
			read_string(memory + align, got, size);
			ck_assert_int_eq(got[size], 'G');
			ck_assert_int_eq(memory_bytes(&reader, (uint64_t)(uintptr_t)memory + align, got, size), 0);
			ck_assert_int_eq(got[size], 'G');
		}
	}
	end_child();
}
END_TEST

START_TEST(bytes_are_read_across_pages_and_from_any_address)
{
	static char got[2 * PAGE];

	reader.by_words = !(_i & 1);
	make_memory();
	for (size_t i = 0; i < 3 * PAGE; i++)
		memory[i] = (char)(i * 31 >> 3);	/* NULs among them */
	make_child(NULL);
	for (size_t align = 0; align < 16; align++) {
		memset(got, 0, sizeof(got));
		ck_assert_int_eq(memory_bytes(&reader, (uint64_t)(uintptr_t)memory + PAGE - 8 + align, got, PAGE + 20), 0);
		ck_assert_mem_eq(got, memory + PAGE - 8 + align, PAGE + 20);
	}
	ck_assert_int_eq(memory_bytes(&reader, 0, got, 0), 0);	/* nothing is anywhere */
	errno = 0;
	ck_assert_int_eq(memory_bytes(&reader, (uint64_t)(uintptr_t)memory + 3 * PAGE - 8, got, 9), -1);
	ck_assert_int_eq(errno, EFAULT);
	end_child();
}
END_TEST

static void
protect(void)
{
	if (mprotect(memory, (PAGES - 1) * PAGE, PROT_NONE) < 0)
		_exit(1);
}

/* ptrace is not bound by it; that the kernel gives the tracee EFAULT is the call's own outcome. */
START_TEST(memory_that_the_tracee_closed_to_itself_is_read_all_the_same)
{
	char got[64];

	reader.by_words = !(_i & 1);
	make_memory();
	strcpy(memory + 5, "/a/path");
	make_child(protect);
	ck_assert_int_eq(read_string(memory + 5, got, sizeof(got)), 7);
	ck_assert_str_eq(got, "/a/path");
	ck_assert_int_eq(memory_bytes(&reader, (uint64_t)(uintptr_t)memory + 5, got, 8), 0);
	end_child();
}
END_TEST

static void
make_read_only(void)
{
	if (mprotect(memory, PAGE, PROT_READ) < 0)
		_exit(1);
}

START_TEST(words_are_written_even_where_memory_is_read_only)
{
	uint64_t words[3] = { UINT64_C(0x0123456789abcdef), UINT64_MAX, 0 };
	uint64_t got[3] = { 0 }, before[3];
	uint64_t at;

	reader.by_words = !(_i & 1);
	make_memory();
	at = (uint64_t)(uintptr_t)memory + PAGE - sizeof(words);
	memcpy(before, memory + PAGE - sizeof(words), sizeof(words));
	make_child(make_read_only);
	ck_assert_int_eq(memory_write(&reader, at, words, sizeof(words)), 0);
	ck_assert_int_eq(memory_bytes(&reader, at, got, sizeof(got)), 0);
	ck_assert_mem_eq(got, words, sizeof(words));
	ck_assert_int_eq(memory_write(&reader, at, before, sizeof(before)), 0);	/* and put back */
	ck_assert_int_eq(memory_bytes(&reader, at, got, sizeof(got)), 0);
	ck_assert_mem_eq(got, before, sizeof(before));
	/* private memory: nobody else has seen it */
	ck_assert_mem_eq(memory + PAGE - sizeof(before), before, sizeof(before));
	ck_assert_int_eq(memory_write(&reader, 0, words, sizeof(words)), -1);
	end_child();
}
END_TEST

START_TEST(a_dead_tracee_is_esrch)
{
	char got[64];
	long word = 0;

	reader.by_words = !(_i & 1);
	make_memory();
	make_child(NULL);
	end_child();
	errno = 0;
	ck_assert_int_eq(read_string(memory, got, sizeof(got)), -1);
	ck_assert_int_eq(errno, ESRCH);
	errno = 0;
	ck_assert_int_eq(memory_bytes(&reader, (uint64_t)(uintptr_t)memory, got, 8), -1);
	ck_assert_int_eq(errno, ESRCH);
	errno = 0;
	ck_assert_int_eq(memory_write(&reader, (uint64_t)(uintptr_t)memory, &word, sizeof(word)), -1);
	ck_assert_int_eq(errno, ESRCH);
}
END_TEST

/* What nobody has touched is not there; who serves it is not known. */
START_TEST(what_might_have_to_be_waited_for_is_not_read)
{
	char byte[8];
	uint64_t untouched;

	make_memory();
	untouched = (uint64_t)(uintptr_t)mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	make_child(NULL);
	for (int words = 0; words < 2; words++) {
		reader.by_words = words;
		reader.risk = MEMORY_ANY;
		reader.late = false;
		ck_assert_int_eq(memory_bytes(&reader, (uint64_t)(uintptr_t)memory, byte, sizeof(byte)), 0);
		ck_assert(!reader.late);
		ck_assert_int_eq(memory_write(&reader, (uint64_t)(uintptr_t)memory, byte, sizeof(byte)), 0);
		ck_assert_int_eq(memory_write(&reader, untouched, byte, sizeof(byte)), -1);
		ck_assert(reader.late);
		reader.late = false;
		ck_assert_int_eq(memory_bytes(&reader, untouched, byte, sizeof(byte)), -1);
		ck_assert_int_eq(errno, EFAULT);
		ck_assert(reader.late);
		reader.late = false;
		ck_assert_int_eq(memory_string(&reader, untouched, byte, sizeof(byte)), -1);
		ck_assert(reader.late);
	}
	/* memory without a file is the kernel's to give */
	reader.by_words = reader.late = false;
	reader.risk = MEMORY_FILES;
	ck_assert_int_eq(memory_string(&reader, untouched, byte, sizeof(byte)), 0);
	ck_assert(!reader.late);
	reader.risk = MEMORY_SAFE;
	end_child();
}
END_TEST

START_TEST(what_was_kept_can_be_handed_on)
{
	struct memory other = MEMORY_OF(0);
	struct buf packed = BUF_INIT;
	char text[16], again[16];

	make_memory();
	strcpy(memory, "a path");
	make_child(NULL);
	reader.by_words = false;
	memory_keep(&reader, true);
	ck_assert_int_eq(memory_string(&reader, (uint64_t)(uintptr_t)memory, text, sizeof(text)), 6);
	ck_assert_int_eq(memory_bytes(&reader, 8, text, 4), -1);
	memory_pack(&reader, &packed);
	memory_keep(&reader, false);
	end_child();

	ck_assert(memory_unpack(&other, packed.data, packed.len));
	ck_assert_int_eq(memory_string(&other, (uint64_t)(uintptr_t)memory, again, sizeof(again)), 6);
	ck_assert_str_eq(again, "a path");
	ck_assert_int_eq(memory_bytes(&other, 8, again, 4), -1);
	ck_assert_int_eq(memory_bytes(&other, (uint64_t)(uintptr_t)memory, again, 4), -1);
	for (size_t len = 1; len < packed.len; len++)
		(void)memory_unpack(&other, packed.data, len);	/* torn anywhere: nothing beyond is looked at */
	ck_assert(!memory_unpack(&other, packed.data, packed.len - 1));
	memory_keep(&other, false);
	buf_release(&packed);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("peek");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, a_string_is_read_at_every_alignment, 0, 2);
	tcase_add_loop_test(tc, a_string_across_pages_is_read_whole, 0, 2);
	tcase_add_loop_test(tc, a_string_that_ends_at_an_unmapped_page_is_read_whole, 0, 2);
	tcase_add_loop_test(tc, a_string_that_runs_into_an_unmapped_page_is_none, 0, 2);
	tcase_add_loop_test(tc, an_address_that_is_none_is_efault, 0, ARRAY_SIZE(nowhere));
	tcase_add_loop_test(tc, a_string_longer_than_there_is_room_is_enametoolong, 0, 2);
	tcase_add_loop_test(tc, a_buffer_is_never_overrun, 0, 2);
	tcase_add_loop_test(tc, bytes_are_read_across_pages_and_from_any_address, 0, 2);
	tcase_add_loop_test(tc, memory_that_the_tracee_closed_to_itself_is_read_all_the_same, 0, 2);
	tcase_add_loop_test(tc, words_are_written_even_where_memory_is_read_only, 0, 2);
	tcase_add_loop_test(tc, a_dead_tracee_is_esrch, 0, 2);
	tcase_add_test(tc, what_might_have_to_be_waited_for_is_not_read);
	tcase_add_test(tc, what_was_kept_can_be_handed_on);
	return unit_run("peek", tc);
}
