/*
 * base/digest where memory is short.  A program of its own: OpenSSL must not have begun before, and what it leaves
 * behind where it finds no memory is not ours to free.
 */
#include "config.h"

#include "base/digest.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "unit/unit.h"

static const char hex_of_abc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

enum { NO_MEMORY = 42, WRONG = 43, ALLOCATIONS_MAX = 20000 };

static long allocations_left;

static void *
scarce_malloc(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return allocations_left-- > 0 ? malloc(size) : NULL;
}

static void *
scarce_realloc(void *p, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return allocations_left-- > 0 ? realloc(p, size) : NULL;
}

static void
plain_free(void *p, const char *file, int line)
{
	(void)file;
	(void)line;
	free(p);
}

/* In a process of its own: OpenSSL begins there, and finds so many pieces of memory. */
static void __attribute__((noreturn))
digest_with_little_memory(long allocations)
{
	struct digester *d = digester_new();
	char hex[2 * DIGEST_SIZE + 1];
	struct digest digest;

	allocations_left = allocations;
	if (CRYPTO_set_mem_functions(scarce_malloc, scarce_realloc, plain_free) != 1)
		_exit(WRONG);
	mem_set_exit_status(NO_MEMORY);
	close(STDERR_FILENO);
	digester_add(d, "abc", 3);
	digester_finish(d, &digest);
	digest_hex(&digest, hex);
	_exit(strcmp(hex, hex_of_abc) == 0 ? 0 : WRONG);
}

START_TEST(is_right_or_says_that_memory_is_out)
{
	int status = -1;
	long n = 0;

	while (n < ALLOCATIONS_MAX && status != 0) {
		pid_t pid = fork();

		ck_assert_int_ge(pid, 0);
		if (pid == 0)
			digest_with_little_memory(n);
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		ck_assert_msg(WIFEXITED(status) && (status == 0 || WEXITSTATUS(status) == NO_MEMORY),
			      "with %ld allocations: status 0x%x", n, (unsigned)status);
		n += 1 + n / 8;	/* each would be some thousands; make check-faults has more of them */
	}
	ck_assert_int_eq(status, 0);
	ck_assert_int_gt(n, 1);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("starved");

	tcase_add_test(tc, is_right_or_says_that_memory_is_out);
	return unit_run("digest_starved", tc);
}
