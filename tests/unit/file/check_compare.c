/* file/compare and file/dir_cache: what is on the disk against what was there. */
#include "config.h"

#include "file/compare.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "file/dir_cache.h"
#include "file/state.h"
#include "base/path.h"
#include "unit/unit.h"

static struct err e;
static struct digester *digester;
static struct dir_cache dirs = DIR_CACHE_INIT;
static enum change_class class;
static unsigned differs;

static void
begin(void)
{
	unit_enter_scratch();
	digester = digest_new();
}

static void
end(void)
{
	dir_cache_release(&dirs);
	digest_free(digester);
	unit_leave_scratch();
}

static void
put(const char *name, const char *content)
{
	const struct timespec times[2] = { { 1000000000, 1 }, { 1234567890, 987654321 } };
	FILE *f = fopen(name, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(content, f), 0);
	ck_assert_int_eq(fclose(f), 0);
	ck_assert_int_eq(utimensat(AT_FDCWD, name, times, 0), 0);
}

static void
look(struct present *n, const char *name)
{
	char *path = path_join(unit_dir, name);
	int dir_fd = dir_cache_of(&dirs, path);

	ck_assert_msg(compare_look(n, dir_fd, path_name(path), &e) == 0, "%s", e.text);
	free(path);
}

/* What name is now, with its content where it is a file. */
static void
take(struct file_state *out, const char *name)
{
	struct present n;

	look(&n, name);
	if (n.state.type == FILE_REGULAR)
		ck_assert_int_eq(state_digest(n.fd, digester, &n.state, &e), 0);
	state_copy(out, &n.state);
	compare_release(&n);
}

static void
compare(const char *name, const struct file_state *then)
{
	struct present n;

	look(&n, name);
	ck_assert_msg(compare_state(&n, then, digester, &class, &differs, &e) == 0, "%s", e.text);
	compare_release(&n);
}

START_TEST(what_was_let_alone_is_unchanged)
{
	struct file_state then;

	put("x", "content");
	take(&then, "x");
	compare("x", &then);
	ck_assert_int_eq(class, CHANGE_UNCHANGED);
	state_release(&then);
}
END_TEST

START_TEST(the_same_size_and_time_do_not_hide_other_bytes)
{
	struct file_state then;

	put("x", "content");
	take(&then, "x");
	put("x", "CONTENT");
	compare("x", &then);
	ck_assert_int_eq(class, CHANGE_MODIFIED);
	ck_assert_uint_eq(differs, DIFFERS_CONTENT);
	state_release(&then);
}
END_TEST

/* Its mtime is what its owner says it is; its ctime is not. */
START_TEST(content_that_was_never_read_is_told_by_its_ctime)
{
	const struct timespec times[2] = { { 1000000000, 1 }, { 1234567890, 987654321 } };
	struct file_state then;
	struct present n;

	put("f", "as it was");
	take(&then, "f");
	then.has_digest = false;
	compare("f", &then);
	ck_assert_int_eq(class, CHANGE_UNCHANGED);
	then.ctime_ns--;
	compare("f", &then);
	ck_assert_int_eq(class, CHANGE_MODIFIED);
	/* where it is not known the mtime of the same object has to do, and of a copy any */
	then.ctime_ns = 0;
	compare("f", &then);
	ck_assert_int_eq(class, CHANGE_UNCHANGED);
	then.ino++;
	compare("f", &then);
	ck_assert_int_eq(class, CHANGE_MODIFIED);
	look(&n, "f");
	n.is_copy = true;
	ck_assert_int_eq(compare_state(&n, &then, digester, &class, &differs, &e), 0);
	ck_assert_int_eq(class, CHANGE_UNCHANGED);
	compare_release(&n);
	ck_assert_int_eq(utimensat(AT_FDCWD, "f", &times[0], 0), 0);
	then.ino--;
	then.mtime_ns++;
	compare("f", &then);
	ck_assert_int_eq(class, CHANGE_MODIFIED);
	state_release(&then);
}
END_TEST

START_TEST(presence_and_type_are_told_apart)
{
	struct file_state then, absent = { .type = FILE_ABSENT };

	put("x", "content");
	take(&then, "x");
	compare("x", &absent);
	ck_assert_int_eq(class, CHANGE_CREATED);
	ck_assert_int_eq(unlink("x"), 0);
	compare("x", &then);
	ck_assert_int_eq(class, CHANGE_DELETED);
	compare("x", &absent);
	ck_assert_int_eq(class, CHANGE_TRANSIENT);
	ck_assert_int_eq(mkdir("x", 0644), 0);
	compare("x", &then);
	ck_assert_int_eq(class, CHANGE_MODIFIED);
	ck_assert_uint_ne(differs & DIFFERS_TYPE, 0);
	state_release(&then);
}
END_TEST

START_TEST(a_directory_may_get_names_and_is_as_it_was)
{
	struct file_state then;

	ck_assert_int_eq(mkdir("d", 0755), 0);
	take(&then, "d");
	put("d/new", "");
	compare("d", &then);
	ck_assert_int_eq(class, CHANGE_UNCHANGED);
	ck_assert_int_eq(chmod("d", 0700), 0);
	compare("d", &then);
	ck_assert_int_eq(class, CHANGE_ATTRIBUTES);
	ck_assert_uint_eq(differs, DIFFERS_MODE);
	state_release(&then);
}
END_TEST

START_TEST(no_symlink_is_followed)
{
	struct file_state then;

	ck_assert_int_eq(mkdir("d", 0755), 0);
	put("d/x", "content");
	take(&then, "d/x");
	dir_cache_release(&dirs);
	ck_assert_int_eq(rename("d", "elsewhere"), 0);
	ck_assert_int_eq(symlink("elsewhere", "d"), 0);
	compare("d/x", &then);
	ck_assert_int_eq(class, CHANGE_DELETED);
	state_release(&then);
}
END_TEST

START_TEST(content_is_read_once_for_several_comparisons)
{
	struct file_state a, b;
	struct present n;

	put("x", "one");
	take(&a, "x");
	put("x", "two");
	take(&b, "x");
	look(&n, "x");
	ck_assert(!n.state.has_digest);
	ck_assert_int_eq(compare_state(&n, &a, digester, &class, &differs, &e), 0);
	ck_assert_int_eq(class, CHANGE_MODIFIED);
	ck_assert(n.state.has_digest);
	put("x", "six");		/* would be seen if it were read again */
	ck_assert_int_eq(compare_state(&n, &b, digester, &class, &differs, &e), 0);
	ck_assert_int_eq(class, CHANGE_UNCHANGED);
	compare_release(&n);
	state_release(&a);
	state_release(&b);
}
END_TEST

START_TEST(what_cannot_be_looked_at_is_no_absence)
{
	struct present n;

	errno = EACCES;
	ck_assert_int_eq(compare_look(&n, -1, "x", &e), -1);
	ck_assert_int_eq(e.code, ERR_SYSTEM);
	compare_release(&n);
	errno = ENOTDIR;
	ck_assert_int_eq(compare_look(&n, -1, "x", &e), 0);
	ck_assert_int_eq(n.state.type, FILE_ABSENT);
	compare_release(&n);
}
END_TEST

START_TEST(the_cache_follows_the_path)
{
	ck_assert_int_eq(mkdir("a", 0755), 0);
	put("a/x", "1");
	put("x", "22");
	for (int i = 0; i < 3; i++) {
		struct present n;

		look(&n, i == 1 ? "x" : "a/x");
		ck_assert_int_eq(n.state.size_bytes, i == 1 ? 2 : 1);
		compare_release(&n);
	}
	ck_assert_int_eq(dir_cache_of(&dirs, "/does-not-exist/x"), -1);
	ck_assert_int_eq(errno, ENOENT);
	errno = 0;
	ck_assert_int_eq(dir_cache_of(&dirs, "/does-not-exist/y"), -1);
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("now");

	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_test(tc, what_was_let_alone_is_unchanged);
	tcase_add_test(tc, the_same_size_and_time_do_not_hide_other_bytes);
	tcase_add_test(tc, content_that_was_never_read_is_told_by_its_ctime);
	tcase_add_test(tc, presence_and_type_are_told_apart);
	tcase_add_test(tc, a_directory_may_get_names_and_is_as_it_was);
	tcase_add_test(tc, no_symlink_is_followed);
	tcase_add_test(tc, content_is_read_once_for_several_comparisons);
	tcase_add_test(tc, what_cannot_be_looked_at_is_no_absence);
	tcase_add_test(tc, the_cache_follows_the_path);
	return unit_run("now", tc);
}
