/* base/digest: SHA-256 by the standard's own examples. */
#include "config.h"

#include "base/digest.h"

#include <fcntl.h>

#include "base/io.h"
#include "unit/unit.h"

static const struct {
	const char *text, *hex;
} known[] = {
	{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
};

START_TEST(gives_the_known_digests)
{
	struct digester *d = digest_new();
	char hex[2 * DIGEST_SIZE + 1];
	struct digest digest;

	/* twice: a digester begins anew */
	for (int i = 0; i < 2; i++) {
		for (const char *p = known[_i].text; *p; p++)
			digest_add(d, p, 1);
		digest_finish(d, &digest);
		digest_hex(&digest, hex);
		ck_assert_str_eq(hex, known[_i].hex);
	}
	digest_free(d);
	digest_bytes(known[_i].text, strlen(known[_i].text), &digest);
	digest_hex(&digest, hex);
	ck_assert_str_eq(hex, known[_i].hex);
}
END_TEST

static void
count(void *context, size_t len)
{
	*(size_t *)context += len;
}

START_TEST(reads_a_file_of_many_chunks_to_its_end)
{
	static const char hex_of_a_million_a[] =
		"cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
	struct digester *d = digest_new();
	char hex[2 * DIGEST_SIZE + 1];
	char block[1000];
	struct digest digest;
	size_t seen = 0;
	struct err e;
	int64_t size;
	int fd;

	digest_watch(d, count, &seen);
	unit_enter_scratch();
	fd = open("file", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	memset(block, 'a', sizeof(block));
	for (int i = 0; i < 1000; i++)
		ck_assert_int_eq(io_write_full(fd, block, sizeof(block)), 0);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	ck_assert_int_eq(digest_fd(d, fd, &digest, &size, &e), 0);
	digest_hex(&digest, hex);
	ck_assert_str_eq(hex, hex_of_a_million_a);
	ck_assert_int_eq(size, 1000000);
	ck_assert_uint_eq(seen, 1000000);
	digest_watch(d, NULL, NULL);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	memset(&digest, 0, sizeof(digest));
	ck_assert_int_eq(digest_whole(d, fd, 1000000, &digest, &e), 0);
	digest_hex(&digest, hex);
	ck_assert_str_eq(hex, hex_of_a_million_a);
	close(fd);
	ck_assert_int_eq(digest_fd(d, fd, &digest, NULL, &e), -1);
	ck_assert_int_eq(e.code, ERR_SYSTEM);
	digest_free(d);
	unit_leave_scratch();
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("digest");

	tcase_add_loop_test(tc, gives_the_known_digests, 0, ARRAY_SIZE(known));
	tcase_add_test(tc, reads_a_file_of_many_chunks_to_its_end);
	return unit_run("digest", tc);
}
