/* record/words: compared with what strace 6.1 prints. */
#include "config.h"

#include "record/words.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/xattr.h>

#include "unit/unit.h"

/* glibc says 0 where a program need not say it; the kernel's own numbers (asm/fcntl.h) */
#ifdef __aarch64__
#define KERNEL_O_LARGEFILE 0400000
#else
#define KERNEL_O_LARGEFILE 0100000
#endif

#define ALL_OPEN_BITS                                                                             \
	(O_RDWR | O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_APPEND | O_NONBLOCK | O_SYNC |        \
	 O_DIRECT | KERNEL_O_LARGEFILE | O_NOFOLLOW | O_NOATIME | O_CLOEXEC | O_PATH | O_TMPFILE | \
	 O_ASYNC)

static const struct {
	enum flag_set set;
	uint64_t flags;
	const char *want;
} texts[] = {
	/* the access mode is a number of its own, which is always there */
	{ FLAGS_OPEN, 0, "O_RDONLY" },
	{ FLAGS_OPEN, O_WRONLY, "O_WRONLY" },
	{ FLAGS_OPEN, O_RDWR, "O_RDWR" },
	{ FLAGS_OPEN, O_ACCMODE, "O_ACCMODE" },
	{ FLAGS_OPEN, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, "O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC" },
	{ FLAGS_OPEN, ALL_OPEN_BITS,
	  "O_RDWR|O_CREAT|O_EXCL|O_NOCTTY|O_TRUNC|O_APPEND|O_NONBLOCK|O_SYNC|O_DIRECT|O_LARGEFILE|"
	  "O_NOFOLLOW|O_NOATIME|O_CLOEXEC|O_PATH|O_TMPFILE|FASYNC" },
	{ FLAGS_OPEN, O_NOFOLLOW, "O_RDONLY|O_NOFOLLOW" },
	{ FLAGS_OPEN, O_DIRECT, "O_RDONLY|O_DIRECT" },
	{ FLAGS_OPEN, KERNEL_O_LARGEFILE, "O_RDONLY|O_LARGEFILE" },
	{ FLAGS_OPEN, O_ASYNC, "O_RDONLY|FASYNC" },
	/* O_SYNC holds O_DSYNC's bit */
	{ FLAGS_OPEN, O_WRONLY | O_SYNC, "O_WRONLY|O_SYNC" },
	{ FLAGS_OPEN, O_WRONLY | O_DSYNC, "O_WRONLY|O_DSYNC" },
	{ FLAGS_OPEN, O_SYNC & ~O_DSYNC, "O_RDONLY|__O_SYNC" },
	/* O_TMPFILE holds O_DIRECTORY's */
	{ FLAGS_OPEN, O_RDWR | O_TMPFILE, "O_RDWR|O_TMPFILE" },
	{ FLAGS_OPEN, O_DIRECTORY, "O_RDONLY|O_DIRECTORY" },
	{ FLAGS_OPEN, O_PATH | O_DIRECTORY | O_CLOEXEC, "O_RDONLY|O_CLOEXEC|O_PATH|O_DIRECTORY" },
	{ FLAGS_OPEN, O_TMPFILE & ~O_DIRECTORY, "O_RDONLY|__O_TMPFILE" },
	/* what has no name */
	{ FLAGS_OPEN, 0x40000000, "O_RDONLY|0x40000000" },
	{ FLAGS_OPEN, O_WRONLY | 0x38, "O_WRONLY|0x38" },
	{ FLAGS_OPEN, O_WRONLY | O_DIRECTORY | O_ASYNC | 0x20000000, "O_WRONLY|O_DIRECTORY|FASYNC|0x20000000" },
	{ FLAGS_OPEN, O_WRONLY | O_CREAT | UINT64_C(0x100000000), "O_WRONLY|O_CREAT|0x100000000" },	/* openat2 */
	{ FLAGS_OPEN, UINT64_C(0xffffffff00000000) | O_TMPFILE, "O_RDONLY|O_TMPFILE|0xffffffff00000000" },

	{ FLAGS_RENAME, 0, "0" },
	{ FLAGS_RENAME, 1, "RENAME_NOREPLACE" },
	{ FLAGS_RENAME, 2, "RENAME_EXCHANGE" },
	{ FLAGS_RENAME, 4, "RENAME_WHITEOUT" },
	{ FLAGS_RENAME, 7, "RENAME_NOREPLACE|RENAME_EXCHANGE|RENAME_WHITEOUT" },
	{ FLAGS_RENAME, 8, "0x8" },
	{ FLAGS_RENAME, 9, "RENAME_NOREPLACE|0x8" },

	{ FLAGS_AT, 0, "0" },
	{ FLAGS_AT, AT_SYMLINK_NOFOLLOW, "AT_SYMLINK_NOFOLLOW" },
	{ FLAGS_AT, AT_REMOVEDIR, "AT_REMOVEDIR" },
	{ FLAGS_AT, AT_SYMLINK_FOLLOW | AT_EMPTY_PATH, "AT_SYMLINK_FOLLOW|AT_EMPTY_PATH" },
	{ FLAGS_AT, 0x3f00,
	  "AT_SYMLINK_NOFOLLOW|AT_REMOVEDIR|AT_SYMLINK_FOLLOW|AT_NO_AUTOMOUNT|AT_EMPTY_PATH|0x2000" },
	{ FLAGS_AT, 0x8000, "AT_RECURSIVE" },
	{ FLAGS_AT, 1, "0x1" },

	{ FLAGS_XATTR, 0, "0" },
	{ FLAGS_XATTR, XATTR_CREATE, "XATTR_CREATE" },
	{ FLAGS_XATTR, XATTR_REPLACE, "XATTR_REPLACE" },
	{ FLAGS_XATTR, 3, "XATTR_CREATE|XATTR_REPLACE" },
	{ FLAGS_XATTR, 5, "XATTR_CREATE|0x4" },

	/* no flags: no text */
	{ FLAGS_NONE, 0, "" },
	{ FLAGS_NONE, 7, "" },
};

START_TEST(flags_read_as_strace_prints_them)
{
	struct buf out = BUF_INIT;

	words_flags(texts[_i].set, texts[_i].flags, &out);
	ck_assert_str_eq(out.data, texts[_i].want);
	buf_release(&out);
}
END_TEST

START_TEST(flags_are_added_to_what_is_there)
{
	struct buf out = BUF_INIT;

	buf_addstr(&out, "x ");
	words_flags(FLAGS_AT, 0, &out);
	buf_addstr(&out, " ");
	words_flags(FLAGS_OPEN, O_CREAT, &out);
	ck_assert_str_eq(out.data, "x 0 O_RDONLY|O_CREAT");
	buf_release(&out);
}
END_TEST

static const struct {
	int error;
	const char *want;
} errors[] = {
	{ ENOENT, "ENOENT" },
	{ EAGAIN, "EAGAIN" },		/* not EWOULDBLOCK */
	{ EDEADLK, "EDEADLK" },		/* not EDEADLOCK */
	{ EOPNOTSUPP, "EOPNOTSUPP" },	/* not ENOTSUP */
	{ ENAMETOOLONG, "ENAMETOOLONG" },
	{ EHWPOISON, "EHWPOISON" },	/* the last that there is */
};

START_TEST(errors_read_as_strace_prints_them)
{
	ck_assert_str_eq(words_error(errors[_i].error), errors[_i].want);
}
END_TEST

START_TEST(an_error_always_has_a_name)
{
	for (int error = -1; error <= 4096; error++)
		ck_assert_int_eq(words_error(error)[0], error == 0 ? '0' : 'E');
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("flags");

	tcase_add_loop_test(tc, flags_read_as_strace_prints_them, 0, ARRAY_SIZE(texts));
	tcase_add_test(tc, flags_are_added_to_what_is_there);
	tcase_add_loop_test(tc, errors_read_as_strace_prints_them, 0, ARRAY_SIZE(errors));
	tcase_add_test(tc, an_error_always_has_a_name);
	return unit_run("flags", tc);
}
