/* trace/path/kept_dirs: what was true at one look is asked for again at the next. */
#include "config.h"

#include "trace/path/kept_dirs.h"

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <sys/mount.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/path.h"
#include "trace/path/target.h"
#include "unit/child.h"

enum { DIR_FD = 100 };

static char root[PATH_MAX];
static struct child child;

static void
put(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	ck_assert_int_ge(fd, 0);
	close(fd);
}

static void
prepare(void)
{
	int fd = open("d", O_RDONLY | O_DIRECTORY);

	if (fd < 0 || dup2(fd, DIR_FD) != DIR_FD || chdir("a") < 0)
		_exit(1);
}

static void
begin(void)
{
	static const char *const dirs[] = { "a", "a/d", "a/d/sub", "b", "b/d", "d" };
	static const char *const files[] = { "a/d/f", "b/d/f", "d/f" };

	unit_enter_scratch();
	ck_assert_ptr_nonnull(realpath(".", root));
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		ck_assert_int_eq(mkdir(dirs[i], 0755), 0);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		put(files[i]);
	child_view = (struct path_view){ .kept.held_mount = kept_dirs_mount_of(".") };
	child = child_start(prepare);
}

static void
end(void)
{
	kept_dirs_forget(&child_view.kept);
	child_end(&child);
	ck_assert_int_eq(chdir(root), 0);
	unit_leave_scratch();
}

static unsigned
count_kept(void)
{
	unsigned n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(child_view.kept.kept); i++)
		n += child_view.kept.kept[i].way != NULL;
	return n;
}

/* expected is below the scratch place; NULL: nowhere that is known. */
static void
check_way(const struct whose *w, int dirfd, const char *raw, unsigned how, const char *expected, bool there)
{
	struct target t = TARGET_INIT;
	char *path = expected ? path_join(root, expected) : NULL;
	struct stat st, at;

	resolve_path(w, dirfd, raw, how, &t);
	ck_assert_int_eq(t.sight == TARGET_RESOLVED, expected != NULL);
	ck_assert_int_eq(t.fd >= 0, there);
	if (path)
		ck_assert_str_eq(t.path, path);
	if (path && there) {
		ck_assert_int_eq(fstat(t.fd, &st), 0);
		ck_assert_int_eq(lstat(path, &at), 0);
		ck_assert_uint_eq(st.st_ino, at.st_ino);
		ck_assert_uint_eq(t.st.st_ino, at.st_ino);
	}
	if (path && t.dir_fd >= 0) {
		char *dir = xstrndup(path, path_dir_len(path));

		ck_assert_int_eq(fstat(t.dir_fd, &st), 0);
		ck_assert_int_eq(lstat(dir, &at), 0);
		ck_assert_uint_eq(st.st_ino, at.st_ino);
		ck_assert_uint_eq(t.dir_dev, at.st_dev);
		free(dir);
	}
	target_release(&t);
	free(path);
}

/* Three times: met, kept, used.  False where nothing is kept here, and nothing can be tried. */
static bool
keep_way(const struct whose *w, int dirfd, const char *raw, const char *expected, bool there)
{
	for (int i = 0; i < 3; i++)
		check_way(w, dirfd, raw, LOOKUP_NAME, expected, there);
	if (count_kept() > 0)
		return true;
	child_skip("kept_dirs", "directories are not kept here (an overlay, or a mount that is not ours)");
	return false;
}

static const struct {
	int dirfd;
	const char *raw;
	unsigned how;
	const char *path;
	bool there;
} ways[] = {
	{ AT_FDCWD, "d/f", LOOKUP_NAME, "a/d/f", true },
	{ AT_FDCWD, "d/f", LOOKUP_FOLLOW, "a/d/f", true },
	{ AT_FDCWD, "d/f", LOOKUP_FOLLOW | LOOKUP_CREATE, "a/d/f", true },
	{ AT_FDCWD, "d//./new", LOOKUP_NAME, "a/d/new", false },
	{ AT_FDCWD, "d/new", LOOKUP_FOLLOW | LOOKUP_CREATE, "a/d/new", false },
	{ AT_FDCWD, "d/new", LOOKUP_FOLLOW, "a/d/new", false },
	{ AT_FDCWD, "new", LOOKUP_NAME, "a/new", false },
	{ AT_FDCWD, "d", LOOKUP_NAME, "a/d", true },
	{ AT_FDCWD, "d/..", LOOKUP_FOLLOW, "a", true },
	{ AT_FDCWD, "d/sub/", LOOKUP_FOLLOW, "a/d/sub", true },
	{ AT_FDCWD, "../b/d/f", LOOKUP_NAME, "b/d/f", true },
	{ DIR_FD, "f", LOOKUP_NAME, "d/f", true },
	{ DIR_FD, "../b/new", LOOKUP_NAME, "b/new", false },
	{ DIR_FD, "f", LOOKUP_FOLLOW, "d/f", true },
};

START_TEST(a_kept_directory_leads_where_the_path_leads)
{
	struct whose w = child_whose(&child);

	for (int i = 0; i < 4; i++)
		check_way(&w, ways[_i].dirfd, ways[_i].raw, ways[_i].how, ways[_i].path, ways[_i].there);
}
END_TEST

START_TEST(a_directory_that_somebody_replaces_is_not_the_kept_one)
{
	struct whose w = child_whose(&child);

	if (!keep_way(&w, AT_FDCWD, "d/f", "a/d/f", true))
		return;
	ck_assert_int_eq(rename("a/d", "a/old"), 0);
	ck_assert_int_eq(mkdir("a/d", 0755), 0);
	check_way(&w, AT_FDCWD, "d/f", LOOKUP_NAME, "a/d/f", false);
	put("a/d/f");
	check_way(&w, AT_FDCWD, "d/f", LOOKUP_NAME, "a/d/f", true);
	check_way(&w, AT_FDCWD, "d/f", LOOKUP_FOLLOW, "a/d/f", true);
}
END_TEST

START_TEST(a_directory_that_a_link_replaces_is_not_the_kept_one)
{
	struct whose w = child_whose(&child);

	if (!keep_way(&w, AT_FDCWD, "d/f", "a/d/f", true))
		return;
	ck_assert_int_eq(rename("a/d", "a/old"), 0);
	ck_assert_int_eq(symlink("../b/d", "a/d"), 0);
	check_way(&w, AT_FDCWD, "d/f", LOOKUP_NAME, "b/d/f", true);
	ck_assert_int_eq(unlink("a/d"), 0);
	ck_assert_int_eq(symlink("old", "a/d"), 0);
	check_way(&w, AT_FDCWD, "d/new", LOOKUP_NAME, "a/old/new", false);
	check_way(&w, AT_FDCWD, "d/f", LOOKUP_FOLLOW, "a/old/f", true);
}
END_TEST

START_TEST(a_kept_directory_is_called_what_it_is_called_by_now)
{
	struct whose w = child_whose(&child);

	if (!keep_way(&w, AT_FDCWD, "d/f", "a/d/f", true))
		return;
	ck_assert_int_eq(rename("a", "c"), 0);
	check_way(&w, AT_FDCWD, "d/f", LOOKUP_NAME, "c/d/f", true);
	check_way(&w, AT_FDCWD, "d/f", LOOKUP_FOLLOW, "c/d/f", true);
	check_way(&w, AT_FDCWD, "d/new", LOOKUP_NAME, "c/d/new", false);
}
END_TEST

START_TEST(in_a_kept_directory_that_was_removed_nothing_has_a_name)
{
	struct whose w = child_whose(&child);

	if (!keep_way(&w, AT_FDCWD, "d/sub/new", "a/d/sub/new", false))
		return;
	ck_assert_int_eq(rmdir("a/d/sub"), 0);
	check_way(&w, AT_FDCWD, "d/sub/new", LOOKUP_NAME, "a/d/sub/new", false);
	ck_assert_int_eq(mkdir("a/d/sub", 0755), 0);
	put("a/d/sub/new");
	check_way(&w, AT_FDCWD, "d/sub/new", LOOKUP_NAME, "a/d/sub/new", true);
}
END_TEST

START_TEST(what_has_the_name_is_looked_at_each_time)
{
	struct whose w = child_whose(&child);

	if (!keep_way(&w, AT_FDCWD, "d/f", "a/d/f", true))
		return;
	ck_assert_int_eq(unlink("a/d/f"), 0);
	check_way(&w, AT_FDCWD, "d/f", LOOKUP_FOLLOW | LOOKUP_CREATE, "a/d/f", false);
	ck_assert_int_eq(symlink("../../b/d/f", "a/d/f"), 0);
	check_way(&w, AT_FDCWD, "d/f", LOOKUP_NAME, "a/d/f", true);
	check_way(&w, AT_FDCWD, "d/f", LOOKUP_FOLLOW, "b/d/f", true);
	ck_assert_int_eq(unlink("a/d/f"), 0);
	ck_assert_int_eq(symlink("../../b/none", "a/d/f"), 0);
	check_way(&w, AT_FDCWD, "d/f", LOOKUP_FOLLOW | LOOKUP_CREATE, "b/none", false);
}
END_TEST

static void
prepare_elsewhere(void)
{
	if (chdir("b") < 0)
		_exit(1);
}

/* Each by its own way: the text of a path says nothing. */
START_TEST(another_process_has_other_directories)
{
	struct child other = child_start(prepare_elsewhere);
	struct whose w = child_whose(&child), v = child_whose(&other);

	for (int i = 0; i < 4; i++) {
		check_way(&w, AT_FDCWD, "d/f", LOOKUP_NAME, "a/d/f", true);
		check_way(&v, AT_FDCWD, "d/f", LOOKUP_NAME, "b/d/f", true);
		check_way(&w, AT_FDCWD, "/proc/self/cwd/d/f", LOOKUP_NAME, "a/d/f", true);
		check_way(&v, AT_FDCWD, "/proc/self/cwd/d/f", LOOKUP_NAME, "b/d/f", true);
		check_way(&w, AT_FDCWD, "/proc/thread-self/cwd/d/new", LOOKUP_NAME, "a/d/new", false);
		check_way(&v, AT_FDCWD, "/proc/thread-self/cwd/d/new", LOOKUP_NAME, "b/d/new", false);
	}
	child_end(&other);
}
END_TEST

/* As a process does, and whoever shares its directory with it (CLONE_FS). */
START_TEST(a_process_that_changes_its_directory_has_others)
{
	struct child us = { .pid = getpid() };
	struct whose w = child_whose(&us);

	ck_assert_int_eq(chdir("a"), 0);
	if (!keep_way(&w, AT_FDCWD, "d/f", "a/d/f", true))
		return;
	ck_assert_int_eq(chdir("../b"), 0);
	check_way(&w, AT_FDCWD, "d/f", LOOKUP_NAME, "b/d/f", true);
	check_way(&w, AT_FDCWD, "d/new", LOOKUP_NAME, "b/d/new", false);
	ck_assert_int_eq(chdir("../a"), 0);
	check_way(&w, AT_FDCWD, "d/f", LOOKUP_NAME, "a/d/f", true);
}
END_TEST

/* A link there leads to what is the tracee's own, which would be ours: here the very directory that is kept. */
START_TEST(from_another_directory_a_way_may_go_by_procfs)
{
	struct child other = child_start(prepare_elsewhere);
	struct whose w = child_whose(&child), v = child_whose(&other);

	ck_assert_int_eq(symlink("../d", "a/y"), 0);
	ck_assert_int_eq(symlink("/proc/self/cwd/d", "b/y"), 0);
	for (int i = 0; i < 3; i++)
		check_way(&w, AT_FDCWD, "y/f", LOOKUP_NAME, "d/f", true);
	for (int i = 0; i < 3; i++)
		check_way(&v, AT_FDCWD, "y/f", LOOKUP_NAME, "b/d/f", true);
	child_end(&other);
}
END_TEST

START_TEST(a_process_that_is_gone_has_no_directories)
{
	struct child other = child_start(prepare_elsewhere);
	struct whose w = child_whose(&other);

	if (!keep_way(&w, AT_FDCWD, "d/f", "b/d/f", true))
		return child_end(&other);
	child_end(&other);
	check_way(&w, AT_FDCWD, "d/f", LOOKUP_NAME, NULL, false);	/* its number may be another's */
}
END_TEST

START_TEST(what_is_mounted_over_a_directory_is_another)
{
	struct child other;
	struct whose w;

	if (geteuid() != 0 || unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) {
		child_skip("what_is_mounted_over_a_directory_is_another", "it takes root");
		return;
	}
	other = child_start(prepare_elsewhere);
	w = child_whose(&other);
	if (keep_way(&w, AT_FDCWD, "d/f", "b/d/f", true)) {
		ck_assert_int_eq(mount("none", "b/d", "tmpfs", 0, NULL), 0);
		check_way(&w, AT_FDCWD, "d/f", LOOKUP_NAME, "b/d/f", false);
		ck_assert_int_eq(umount("b/d"), 0);
		check_way(&w, AT_FDCWD, "d/f", LOOKUP_NAME, "b/d/f", true);
	}
	child_end(&other);
}
END_TEST

/* A mount on which the tracee's own directory is not could not be unmounted. */
START_TEST(a_mount_that_may_go_is_not_held)
{
	struct child other;
	struct whose w;

	if (geteuid() != 0 || unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", "d", "tmpfs", 0, NULL) < 0) {
		child_skip("a_mount_that_may_go_is_not_held", "it takes root");
		return;
	}
	other = child_start(prepare_elsewhere);
	w = child_whose(&other);
	for (int i = 0; i < 4; i++)
		check_way(&w, AT_FDCWD, "../d/new", LOOKUP_NAME, "d/new", false);
	ck_assert_uint_eq(count_kept(), 0);
	child_end(&other);
	ck_assert_int_eq(umount("d"), 0);
}
END_TEST

START_TEST(while_a_mount_is_on_its_way_nothing_is_kept)
{
	struct whose w = child_whose(&child);

	child_view.kept.resting = true;
	for (int i = 0; i < 4; i++)
		check_way(&w, AT_FDCWD, "d/f", LOOKUP_NAME, "a/d/f", true);
	ck_assert_uint_eq(count_kept(), 0);
}
END_TEST

/* A call's witness holds it until the exit stop. */
START_TEST(what_is_lent_outlives_what_is_forgotten)
{
	struct whose w = child_whose(&child);
	struct target t = TARGET_INIT;
	struct stat st, at;
	int fd;

	if (!keep_way(&w, AT_FDCWD, "d/new", "a/d/new", false))
		return;
	resolve_path(&w, AT_FDCWD, "d/new", LOOKUP_NAME, &t);
	ck_assert_ptr_nonnull(t.dir_shared);
	kept_dirs_forget(&child_view.kept);
	ck_assert_uint_eq(count_kept(), 0);
	fd = t.dir_fd;
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_int_eq(lstat("a/d", &at), 0);
	ck_assert_uint_eq(st.st_ino, at.st_ino);
	target_release(&t);
	ck_assert(fcntl(fd, F_GETFD) < 0 && errno == EBADF);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("kept_dirs");

	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_loop_test(tc, a_kept_directory_leads_where_the_path_leads, 0, ARRAY_SIZE(ways));
	tcase_add_test(tc, a_directory_that_somebody_replaces_is_not_the_kept_one);
	tcase_add_test(tc, a_directory_that_a_link_replaces_is_not_the_kept_one);
	tcase_add_test(tc, a_kept_directory_is_called_what_it_is_called_by_now);
	tcase_add_test(tc, in_a_kept_directory_that_was_removed_nothing_has_a_name);
	tcase_add_test(tc, what_has_the_name_is_looked_at_each_time);
	tcase_add_test(tc, another_process_has_other_directories);
	tcase_add_test(tc, a_process_that_changes_its_directory_has_others);
	tcase_add_test(tc, from_another_directory_a_way_may_go_by_procfs);
	tcase_add_test(tc, a_process_that_is_gone_has_no_directories);
	tcase_add_test(tc, while_a_mount_is_on_its_way_nothing_is_kept);
	tcase_add_test(tc, what_is_lent_outlives_what_is_forgotten);
	/* in mount namespaces of their own */
	tcase_add_test(tc, what_is_mounted_over_a_directory_is_another);
	tcase_add_test(tc, a_mount_that_may_go_is_not_held);
	return unit_run("kept_dirs", tc);
}
