/* trace/path/resolve: what another process means by a path. */
#include "config.h"

#include "trace/path/resolve.h"

#include <errno.h>
#include <limits.h>
#include <sys/mman.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/path.h"
#include "unit/child.h"
#include "trace/path/target.h"

enum { DIR_FD = 100, FILE_FD, GONE_FD, ODD_FD, PIPE_FD, MEM_FD, TMP_FD, BAD_FD = 999 };

enum {
	FOLLOW = LOOKUP_FOLLOW,
	NAME = LOOKUP_NAME,
	CREATE = LOOKUP_CREATE | LOOKUP_FOLLOW,
	EMPTY = LOOKUP_EMPTY,
	IN_ROOT = LOOKUP_IN_ROOT | LOOKUP_FOLLOW,
};

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
link_to(const char *target, const char *name)
{
	char absolute[PATH_MAX + 64];

	snprintf(absolute, sizeof(absolute), "%s%s", target[0] == '@' ? root : "", target + (target[0] == '@'));
	ck_assert_int_eq(symlink(absolute, name), 0);
}

static void
make_tree(void)
{
	static const char *const dirs[] = {
		"place", "place/in", "dir", "dir/sub", "jail", "jail/etc", "jail/home",
	};
	static const char *const files[] = {
		"place/file", "place/in/file", "place/new\nline", "place/\377\xfe", "place/x (deleted)", "dir/file",
		"dir/sub/deep", "dir/gone (deleted)", "jail/etc/conf",
	};
	static const struct {
		const char *target, *name;
	} links[] = {
		{ "dir/sub", "link" },
		{ "@/link", "link2" },
		{ "dir/file", "flink" },
		{ "@/flink", "flink2" },
		{ "dir/missing", "dangling" },
		{ "@/dangling", "dangling2" },
		{ "../dir/sub/far", "dir/sub/../../dir/relative" },
		{ "nowhere/at/all", "hopeless" },
		{ "loop", "loop" },
		{ "/file", "dir/inside" },
		{ "/sub/born", "dir/inside-new" },
		{ "../born", "dir/sub/up" },
		{ "hop", "dir/sub/start" },
		{ "/born", "dir/sub/hop" },
		{ "/etc/conf", "jail/absolute" },
		{ "../../../etc/conf", "jail/home/upwards" },
		{ "/etc/none", "jail/none" },
		{ "/etc", "jail/home/etc" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++)
		ck_assert_int_eq(mkdir(dirs[i], 0755), 0);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		put(files[i]);
	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		link_to(links[i].target, links[i].name);
}

static void
have(int fd, int number)
{
	if (fd < 0 || dup2(fd, number) < 0)
		_exit(1);
	close(fd);
}

/* In the child: descriptors of its own, and another working directory than ours. */
static void
prepare(void)
{
	int ends[2];

	have(open("dir", O_RDONLY | O_DIRECTORY), DIR_FD);
	have(open("dir/file", O_RDWR), FILE_FD);
	have(open("dir/gone", O_RDWR | O_CREAT, 0644), GONE_FD);	/* beside `gone (deleted)` */
	have(open("place/x (deleted)", O_RDWR), ODD_FD);
	if (unlink("dir/gone") < 0 || pipe(ends) < 0)
		_exit(1);
	have(ends[0], PIPE_FD);
	have(memfd_create("x", 0), MEM_FD);
	have(open("dir", O_TMPFILE | O_RDWR, 0644), TMP_FD);
	if (chdir("place") < 0)
		_exit(1);
}

static void
begin(void)
{
	unit_enter_scratch();
	ck_assert_ptr_nonnull(realpath(".", root));
	make_tree();
	child = child_start(prepare);
	ck_assert_int_eq(chdir("/"), 0);
}

static void
end(void)
{
	child_end(&child);
	unit_leave_scratch();
}

/* "@" is the scratch place, in raw as in path; a path of NULL is raw as it was given, and not resolved. */
static const struct {
	int dirfd;
	const char *raw;
	unsigned how;
	const char *path;
	bool there;
} ways[] = {
	/* where they begin */
	{ AT_FDCWD, "file", FOLLOW, "@/place/file", true },
	{ AT_FDCWD, ".//./file", FOLLOW, "@/place/file", true },
	{ AT_FDCWD, "../dir/file", FOLLOW, "@/dir/file", true },
	{ AT_FDCWD, ".", FOLLOW, "@/place", true },
	{ AT_FDCWD, "..", NAME, "@", true },
	{ AT_FDCWD, "/", FOLLOW, "/", true },
	{ AT_FDCWD, "/", NAME, "/", true },
	{ AT_FDCWD, "/..", FOLLOW, "/", true },
	{ AT_FDCWD, "@/dir/file", FOLLOW, "@/dir/file", true },
	{ DIR_FD, "@/place/file", FOLLOW, "@/place/file", true },
	{ DIR_FD, "file", FOLLOW, "@/dir/file", true },
	{ DIR_FD, "sub/deep", NAME, "@/dir/sub/deep", true },
	{ DIR_FD, "../place/file", FOLLOW, "@/place/file", true },
	{ BAD_FD, "file", FOLLOW, NULL, false },
	{ -1, "file", NAME, NULL, false },
	{ BAD_FD, "@/dir/file", FOLLOW, "@/dir/file", true },	/* not looked at */
	{ AT_FDCWD, "", FOLLOW, NULL, false },
	{ DIR_FD, "", EMPTY, "@/dir", true },
	{ FILE_FD, "", EMPTY, "@/dir/file", true },
	{ AT_FDCWD, "", EMPTY, "@/place", true },
	{ BAD_FD, "", EMPTY, NULL, false },

	/* symbolic links in directories, and ".." behind them */
	{ AT_FDCWD, "@/link/deep", FOLLOW, "@/dir/sub/deep", true },
	{ AT_FDCWD, "@/link2/deep", NAME, "@/dir/sub/deep", true },
	{ AT_FDCWD, "@/link/..", FOLLOW, "@/dir", true },
	{ AT_FDCWD, "@/link/../file", NAME, "@/dir/file", true },
	{ AT_FDCWD, "../link2/../new", NAME, "@/dir/new", false },

	/* the last one is followed exactly when that is asked for */
	{ AT_FDCWD, "@/flink", FOLLOW, "@/dir/file", true },
	{ AT_FDCWD, "@/flink2", FOLLOW, "@/dir/file", true },
	{ AT_FDCWD, "@/flink2", 0, "@/flink2", true },
	{ AT_FDCWD, "@/flink", NAME, "@/flink", true },
	{ AT_FDCWD, "@/link", FOLLOW, "@/dir/sub", true },
	{ AT_FDCWD, "@/link", 0, "@/link", true },
	{ AT_FDCWD, "@/link/", 0, "@/dir/sub", true },		/* a slash behind it follows (path_resolution(7)) */
	{ AT_FDCWD, "@/dangling", NAME, "@/dangling", true },
	{ AT_FDCWD, "@/dangling", 0, "@/dangling", true },
	{ AT_FDCWD, "@/loop", 0, "@/loop", true },

	/* where an open would make it */
	{ AT_FDCWD, "new", CREATE, "@/place/new", false },
	{ DIR_FD, "new", CREATE, "@/dir/new", false },
	{ AT_FDCWD, "@/link/new", CREATE, "@/dir/sub/new", false },
	{ AT_FDCWD, "@/dangling", CREATE, "@/dir/missing", false },
	{ AT_FDCWD, "@/dangling2", CREATE, "@/dir/missing", false },
	{ AT_FDCWD, "@/dir/relative", CREATE, "@/dir/sub/far", false },
	{ AT_FDCWD, "@/hopeless", CREATE, "@/nowhere/at/all", false },

	/* what is not there: as far as it goes, and the rest as given */
	{ AT_FDCWD, "new", NAME, "@/place/new", false },
	{ AT_FDCWD, "new", FOLLOW, "@/place/new", false },
	{ AT_FDCWD, "new/", NAME, "@/place/new", false },
	{ AT_FDCWD, "new///", NAME, "@/place/new", false },
	{ AT_FDCWD, "a/b/c", NAME, "@/place/a/b/c", false },
	{ AT_FDCWD, "@/link/b//c", CREATE, "@/dir/sub/b/c", false },
	{ AT_FDCWD, "/nonexistent/x", NAME, "/nonexistent/x", false },
	{ AT_FDCWD, "a/b../c", NAME, "@/place/a/b../c", false },	/* a name that ends in dots is a name */
	{ AT_FDCWD, "file/x", FOLLOW, "@/place/file/x", false },	/* ENOTDIR */
	{ AT_FDCWD, "file/", FOLLOW, "@/place/file", true },
	{ AT_FDCWD, "in/", NAME, "@/place/in", true },
	{ AT_FDCWD, "a/../c", NAME, NULL, false },		/* nobody knows where that would be */
	{ AT_FDCWD, "a/..", FOLLOW, NULL, false },

	/* any byte */
	{ AT_FDCWD, "new\nline", FOLLOW, "@/place/new\nline", true },
	{ AT_FDCWD, "\377\xfe", FOLLOW, "@/place/\377\xfe", true },
	{ AT_FDCWD, "\377\xfd", CREATE, "@/place/\377\xfd", false },
	{ AT_FDCWD, "x (deleted)", FOLLOW, "@/place/x (deleted)", true },
	{ AT_FDCWD, "y (deleted)", CREATE, "@/place/y (deleted)", false },

	/* procfs's "self" is the child */
	{ AT_FDCWD, "/proc/self/cwd/file", FOLLOW, "@/place/file", true },
	{ AT_FDCWD, "/proc/self/cwd", FOLLOW, "@/place", true },
	{ AT_FDCWD, "/proc/self/cwd/new", CREATE, "@/place/new", false },
	{ AT_FDCWD, "/proc/thread-self/cwd/file", NAME, "@/place/file", true },
	{ AT_FDCWD, "/proc/self/fd/101", FOLLOW, "@/dir/file", true },
	{ AT_FDCWD, "/dev/fd/101", FOLLOW, "@/dir/file", true },
	{ AT_FDCWD, "/dev/fd/100/file", FOLLOW, "@/dir/file", true },
	{ AT_FDCWD, "/proc/self/fd/100/new", NAME, "@/dir/new", false },
	{ AT_FDCWD, "/proc/self/root@/dir/file", FOLLOW, "@/dir/file", true },
	{ AT_FDCWD, "/proc/self/fd/103", FOLLOW, "@/place/x (deleted)", true },

	/* the directory is the root */
	{ DIR_FD, "/sub/deep", IN_ROOT, "@/dir/sub/deep", true },
	{ DIR_FD, "../../file", IN_ROOT, "@/dir/file", true },
	{ DIR_FD, "inside", IN_ROOT, "@/dir/file", true },
	{ DIR_FD, "/new", IN_ROOT | CREATE, "@/dir/new", false },
	{ DIR_FD, "../new", IN_ROOT | CREATE, "@/dir/new", false },
	{ DIR_FD, "inside-new", IN_ROOT | CREATE, "@/dir/sub/born", false },
	{ DIR_FD, "sub/up", IN_ROOT | CREATE, "@/dir/born", false },
	{ DIR_FD, "sub/start", IN_ROOT | CREATE, "@/dir/born", false },
};

static char *
expand(const char *text)
{
	struct buf out = BUF_INIT;

	for (; text && *text; text++) {
		if (*text == '@')
			buf_addstr(&out, root);
		else
			buf_addch(&out, *text);
	}
	return buf_detach(&out);
}

/* What the descriptors and the state say must be what is at the path in our view. */
static void
check_descriptors(const struct target *t, unsigned how)
{
	struct stat st, at;

	if (t->fd >= 0) {
		ck_assert_int_eq(fstat(t->fd, &st), 0);
		ck_assert_uint_eq(st.st_ino, t->st.st_ino);
		ck_assert_uint_gt(t->st.st_nlink, 0);
		ck_assert_int_eq(fcntl(t->fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	} else {
		ck_assert_uint_eq(t->st.st_nlink, 0);
	}
	if (t->fd >= 0 && t->sight == TARGET_RESOLVED) {
		ck_assert_int_eq(lstat(t->path, &at), 0);
		ck_assert_uint_eq(at.st_ino, t->st.st_ino);
		ck_assert_uint_eq(at.st_dev, t->st.st_dev);
	}
	if (t->dir_fd >= 0 && t->sight == TARGET_RESOLVED) {
		char *dir = xstrndup(t->path, path_dir_len(t->path));

		ck_assert_int_eq(fstat(t->dir_fd, &st), 0);
		ck_assert_int_eq(lstat(dir, &at), 0);
		ck_assert_uint_eq(at.st_ino, st.st_ino);
		free(dir);
	}
	if ((how & LOOKUP_NAME) && t->sight == TARGET_RESOLVED && t->fd >= 0 && !S_ISDIR(t->st.st_mode))
		ck_assert_int_ge(t->dir_fd, 0);
}

static void
check_way(int i)
{
	struct whose w = child_whose(&child);
	struct target t = TARGET_INIT;
	char *raw = expand(ways[i].raw);
	char *path = expand(ways[i].path ? ways[i].path : ways[i].raw);

	resolve_path(&w, ways[i].dirfd, raw, ways[i].how, &t);
	ck_assert_str_eq(t.path, path);
	ck_assert_int_eq(t.sight == TARGET_RESOLVED, ways[i].path != NULL);
	ck_assert_int_eq(t.fd >= 0, ways[i].there);
	ck_assert(t.sight != TARGET_ANONYMOUS);
	check_descriptors(&t, ways[i].how);
	target_release(&t);
	free(raw);
	free(path);
}

START_TEST(a_path_is_found_as_the_kernel_finds_it)
{
	check_way(_i);
}
END_TEST

START_TEST(the_careful_walk_finds_the_same)
{
	child_view.roots_differ = true;
	check_way(_i);
}
END_TEST

/* An open without O_CREAT fails there; it is the absent file that it named. */
START_TEST(a_link_that_is_followed_to_nothing_names_what_is_not_there)
{
	struct whose w = child_whose(&child);
	struct target t = TARGET_INIT;
	char *raw = expand("@/dangling");
	char *path = expand("@/dir/missing");

	resolve_path(&w, AT_FDCWD, raw, FOLLOW, &t);
	ck_assert_str_eq(t.path, path);
	ck_assert_int_eq(t.fd, -1);
	target_release(&t);
	free(raw);
	free(path);
}
END_TEST

START_TEST(a_path_that_is_too_long_is_as_given)
{
	struct whose w = child_whose(&child);
	struct target t = TARGET_INIT;
	char raw[PATH_MAX + 1];
	char *path = expand("@/place/file");

	memset(raw, '/', sizeof(raw));
	for (size_t i = 0; i < PATH_MAX; i += 2)
		raw[i] = '.';
	strcpy(raw + PATH_MAX - 1 - 5, "/file");	/* 4095 bytes: the longest */
	resolve_path(&w, AT_FDCWD, raw, FOLLOW, &t);
	ck_assert_str_eq(t.path, path);
	target_release(&t);
	t = (struct target)TARGET_INIT;
	strcpy(raw + PATH_MAX - 5, "/file");
	resolve_path(&w, AT_FDCWD, raw, FOLLOW, &t);
	ck_assert_str_eq(t.path, raw);
	ck_assert(t.sight != TARGET_RESOLVED);
	ck_assert_int_eq(t.fd, -1);
	target_release(&t);
	free(path);
}
END_TEST

START_TEST(a_name_that_is_too_long_is_where_it_would_be)
{
	struct whose w = child_whose(&child);
	struct target t = TARGET_INIT;
	char raw[257] = "";
	char *path;

	memset(raw, 'n', 256);
	path = xasprintf("%s/place/%s", root, raw);
	resolve_path(&w, AT_FDCWD, raw, CREATE, &t);
	ck_assert_str_eq(t.path, path);
	ck_assert_int_eq(t.fd, -1);
	target_release(&t);
	free(path);
}
END_TEST

static const struct {
	int fd;
	bool there, resolved, anonymous;
	const char *path;	/* NULL: any */
} descriptors[] = {
	{ DIR_FD, true, true, false, "@/dir" },
	{ FILE_FD, true, true, false, "@/dir/file" },
	{ ODD_FD, true, true, false, "@/place/x (deleted)" },	/* really called so */
	{ GONE_FD, true, false, true, NULL },			/* `gone (deleted)` is another file */
	{ PIPE_FD, true, false, true, NULL },
	{ MEM_FD, true, false, true, NULL },
	{ TMP_FD, true, false, true, NULL },
	{ BAD_FD, false, false, false, NULL },
};

START_TEST(a_descriptor_is_believed_only_where_its_name_leads_to_it)
{
	struct whose w = child_whose(&child);

	for (int opened = 0; opened < 2; opened++) {
		struct target t = TARGET_INIT;
		char *path = expand(descriptors[_i].path);

		ck_assert_int_eq(opened ? resolve_opened(&w, descriptors[_i].fd, NULL, &t)
					: resolve_fd(&w, descriptors[_i].fd, &t),
				 descriptors[_i].there);
		ck_assert_int_eq(t.sight == TARGET_RESOLVED, descriptors[_i].resolved);
		ck_assert_int_eq(t.sight == TARGET_ANONYMOUS, descriptors[_i].anonymous);
		if (descriptors[_i].path)
			ck_assert_str_eq(t.path, path);
		if (descriptors[_i].there)
			ck_assert_ptr_nonnull(t.path);
		if (opened)
			ck_assert_int_eq(t.fd, -1);
		target_release(&t);
		free(path);
	}
}
END_TEST

/* What was looked at before an open, and what the descriptor turns out to be. */
static const struct {
	const char *expected;	/* resolved as an open would that may make it */
	int fd;
	bool resolved;
	const char *path;	/* NULL: any */
} openings[] = {
	{ "@/dir/file", FILE_FD, true, "@/dir/file" },
	{ "@/flink", FILE_FD, true, "@/dir/file" },
	{ "@/place/file", FILE_FD, true, "@/dir/file" },	/* another one was opened */
	{ "@/dir/new", FILE_FD, true, "@/dir/file" },		/* nothing was there, and it is not what was opened */
	{ "@/dir/gone", GONE_FD, false, NULL },			/* made, and gone since */
	{ "@/dir/gone (deleted)", GONE_FD, false, NULL },
	{ "@/place/x (deleted)", ODD_FD, true, "@/place/x (deleted)" },
	{ "@/dir", TMP_FD, false, NULL },
	{ "@/dir/file", BAD_FD, false, NULL },
};

START_TEST(what_was_opened_has_the_expected_name_only_if_it_is_that)
{
	struct whose w = child_whose(&child);
	struct target expected = TARGET_INIT, t = TARGET_INIT;
	char *raw = expand(openings[_i].expected);
	char *path = expand(openings[_i].path);

	resolve_path(&w, AT_FDCWD, raw, CREATE, &expected);
	ck_assert(expected.sight == TARGET_RESOLVED);
	ck_assert_int_eq(resolve_opened(&w, openings[_i].fd, &expected, &t), openings[_i].fd != BAD_FD);
	ck_assert_int_eq(t.sight == TARGET_RESOLVED, openings[_i].resolved);
	if (openings[_i].path)
		ck_assert_str_eq(t.path, path);
	target_release(&t);
	target_release(&expected);
	free(path);
	free(raw);
}
END_TEST

START_TEST(a_deleted_file_has_no_name_by_procfs_either)
{
	struct whose w = child_whose(&child);
	struct target t = TARGET_INIT;

	resolve_path(&w, AT_FDCWD, "/proc/self/fd/102", FOLLOW, &t);
	ck_assert(t.sight == TARGET_ANONYMOUS);
	ck_assert(t.sight != TARGET_RESOLVED);
	target_release(&t);
}
END_TEST

/* Another user's process, as one that may not be looked into. */
START_TEST(where_proc_is_closed_a_path_is_put_behind_the_last_known_directory)
{
	struct whose w = { .tid = 1, .pid = 1, .cwd = "/last/known", .view = &child_view };
	struct target t = TARGET_INIT;
	uid_t me = geteuid();
	int fd;

	ck_assert(me != 0 || seteuid(65534) == 0);
	fd = open("/proc/1/cwd", O_PATH | O_CLOEXEC);
	if (fd < 0 && errno == EACCES) {
		resolve_path(&w, AT_FDCWD, "a/b", FOLLOW, &t);
		ck_assert_str_eq(t.path, "/last/known/a/b");
		ck_assert(t.sight != TARGET_RESOLVED);
		target_release(&t);
		t = (struct target)TARGET_INIT;
		resolve_path(&w, 5, "a/b", FOLLOW, &t);
		ck_assert_str_eq(t.path, "a/b");
		target_release(&t);
	} else {
		child_skip("where_proc_is_closed", "it is open");
		io_close(&fd);
	}
	ck_assert(me != 0 || seteuid(0) == 0);
}
END_TEST

START_TEST(of_a_process_that_is_gone_a_path_is_as_given)
{
	struct whose w = { .tid = 0x7fffffff, .pid = 0x7fffffff, .cwd = "/last/known", .view = &child_view };
	struct target t = TARGET_INIT;

	resolve_path(&w, AT_FDCWD, "a/b", FOLLOW, &t);
	ck_assert_str_eq(t.path, "a/b");
	ck_assert(t.sight != TARGET_RESOLVED);
	target_release(&t);
}
END_TEST

static void
prepare_removed(void)
{
	if (mkdir("removed", 0755) < 0 || chdir("removed") < 0 || rmdir("../removed") < 0)
		_exit(1);
}

START_TEST(in_a_removed_directory_nothing_has_a_name)
{
	struct target t = TARGET_INIT;
	struct whose w;
	struct child lost;

	ck_assert_int_eq(chdir(root), 0);
	lost = child_start(prepare_removed);
	w = child_whose(&lost);
	resolve_path(&w, AT_FDCWD, "x", CREATE, &t);
	ck_assert(t.sight != TARGET_RESOLVED);
	ck_assert_int_eq(t.fd, -1);
	target_release(&t);
	child_end(&lost);
}
END_TEST

/* Within the jail: raw as the child gives it, the path as we see it. */
static const struct {
	const char *raw;
	unsigned how;
	const char *path;
	bool there;
} jailed[] = {
	{ "/etc/conf", FOLLOW, "@/jail/etc/conf", true },
	{ "/../../etc/conf", FOLLOW, "@/jail/etc/conf", true },
	{ "../../../etc/conf", NAME, "@/jail/etc/conf", true },
	{ "/absolute", FOLLOW, "@/jail/etc/conf", true },
	{ "/absolute", NAME, "@/jail/absolute", true },
	{ "upwards", FOLLOW, "@/jail/etc/conf", true },
	{ "etc/conf", FOLLOW, "@/jail/etc/conf", true },
	{ "etc/new", CREATE, "@/jail/etc/new", false },
	{ "/none", CREATE, "@/jail/etc/none", false },
	{ "/no/where", CREATE, "@/jail/no/where", false },
	{ "new", NAME, "@/jail/home/new", false },
	{ "/", FOLLOW, "@/jail", true },
};

static void
prepare_jailed(void)
{
	if (chroot("jail") < 0 || chdir("/home") < 0)
		_exit(1);
}

START_TEST(in_a_chroot_paths_begin_at_its_root)
{
	struct target t = TARGET_INIT;
	struct whose w;
	struct child prisoner;
	char *path = expand(jailed[_i].path);

	ck_assert_int_eq(chdir(root), 0);
	child_view.roots_differ = true;
	prisoner = child_start(prepare_jailed);
	w = child_whose(&prisoner);
	resolve_path(&w, AT_FDCWD, jailed[_i].raw, jailed[_i].how, &t);
	ck_assert_str_eq(t.path, path);
	ck_assert(t.sight == TARGET_RESOLVED);
	ck_assert_int_eq(t.fd >= 0, jailed[_i].there);
	check_descriptors(&t, jailed[_i].how);
	target_release(&t);
	child_end(&prisoner);
	free(path);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("fdpath");

	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_loop_test(tc, a_path_is_found_as_the_kernel_finds_it, 0, ARRAY_SIZE(ways));
	tcase_add_test(tc, a_link_that_is_followed_to_nothing_names_what_is_not_there);
	tcase_add_test(tc, a_path_that_is_too_long_is_as_given);
	tcase_add_test(tc, a_name_that_is_too_long_is_where_it_would_be);
	tcase_add_loop_test(tc, a_descriptor_is_believed_only_where_its_name_leads_to_it, 0, ARRAY_SIZE(descriptors));
	tcase_add_loop_test(tc, what_was_opened_has_the_expected_name_only_if_it_is_that, 0, ARRAY_SIZE(openings));
	tcase_add_test(tc, a_deleted_file_has_no_name_by_procfs_either);
	tcase_add_test(tc, where_proc_is_closed_a_path_is_put_behind_the_last_known_directory);
	tcase_add_test(tc, of_a_process_that_is_gone_a_path_is_as_given);
	tcase_add_test(tc, in_a_removed_directory_nothing_has_a_name);
	/* from here on roots differ, for good where the tests share a process */
	tcase_add_loop_test(tc, the_careful_walk_finds_the_same, 0, ARRAY_SIZE(ways));
	if (geteuid() == 0)
		tcase_add_loop_test(tc, in_a_chroot_paths_begin_at_its_root, 0, ARRAY_SIZE(jailed));
	else
		child_skip("in_a_chroot_paths_begin_at_its_root", "it takes root");
	return unit_run("fdpath", tc);
}
