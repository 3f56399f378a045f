/* cmd/ui/typed_path and cmd/ui/filter: paths and globs as people type them. */
#include "config.h"

#include "cmd/ui/typed_path.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "cmd/ui/filter.h"
#include "unit/unit.h"

/* In the scratch place: dir/sub/file, link -> dir, dir/dangling -> nowhere, and the working directory is dir. */
static char *top;

static void
begin(void)
{
	FILE *f;

	unit_enter_scratch();
	top = realpath(".", NULL);
	ck_assert_int_eq(mkdir("dir", 0700), 0);
	ck_assert_int_eq(mkdir("dir/sub", 0700), 0);
	ck_assert_int_eq(symlink("dir", "link"), 0);
	ck_assert_int_eq(symlink("nowhere", "dir/dangling"), 0);
	f = fopen("dir/sub/file", "w");
	fclose(f);
	ck_assert_int_eq(chdir("dir"), 0);
}

static void
end(void)
{
	free(top);
	unit_leave_scratch();
}

static const struct {
	const char *typed;
	const char *want;	/* below the scratch place */
} typed[] = {
	{ "sub/file", "/dir/sub/file" },
	{ "./sub//file", "/dir/sub/file" },
	{ "sub", "/dir/sub" },
	{ "sub/", "/dir/sub" },
	{ ".", "/dir" },
	{ "..", "" },
	{ "sub/..", "/dir" },
	{ "../link/sub/file", "/dir/sub/file" },	/* through a symlinked directory */
	{ "../link", "/link" },				/* the link itself */
	{ "../link/", "/dir" },				/* what it leads to */
	{ "../link/..", "" },				/* the kernel's "..", not the text's */
	{ "dangling", "/dir/dangling" },
	{ "absent", "/dir/absent" },
	{ "../link/absent/further/down", "/dir/absent/further/down" },
	{ "absent/../other", "/dir/other" },
	{ "absent//./x/", "/dir/absent/x" },
	{ "absent/../../link/sub/file", "/dir/sub/file" },	/* what is left of the text is there */
	{ "absent/../../link", "/link" },
	{ "absent/../../link/", "/dir" },
};

START_TEST(a_path_is_the_one_that_the_history_has)
{
	struct err e = { 0 };
	char *path, *want;

	ck_assert_int_eq(typed_path(typed[_i].typed, &path, &e), 0);
	want = xasprintf("%s%s", top, typed[_i].want);
	ck_assert_str_eq(path, want);
	free(want);
	free(path);
	/* the same typed as an absolute path */
	want = xasprintf("%s/dir/%s", top, typed[_i].typed);
	ck_assert_int_eq(typed_path(want, &path, &e), 0);
	free(want);
	want = xasprintf("%s%s", top, typed[_i].want);
	ck_assert_str_eq(path, want);
	free(want);
	free(path);
}
END_TEST

START_TEST(the_root_is_the_root)
{
	static const char *const roots[] = { "/", "//", "/.", "/..", "/no-such-thing/.." };
	struct err e = { 0 };
	char *path;

	for (size_t i = 0; i < ARRAY_SIZE(roots); i++) {
		ck_assert_int_eq(typed_path(roots[i], &path, &e), 0);
		ck_assert_str_eq(path, "/");
		free(path);
	}
	ck_assert_int_eq(typed_path("/no-such-thing", &path, &e), 0);
	ck_assert_str_eq(path, "/no-such-thing");
	free(path);
	ck_assert_int_eq(typed_path("", &path, &e), -1);
}
END_TEST

START_TEST(a_link_leads_somewhere)
{
	char *want = xasprintf("%s/dir", top);
	char *target = typed_path_target("../link");

	ck_assert_str_eq(target, want);
	ck_assert_ptr_null(typed_path_target("sub"));
	ck_assert_ptr_null(typed_path_target("dangling"));
	ck_assert_ptr_null(typed_path_target("absent"));
	free(target);
	free(want);
}
END_TEST

static const struct {
	const char *only, *except, *path;
	bool want;
} filtered[] = {
	{ NULL, NULL, "/a/b", true },
	{ "/a/b", NULL, "/a/b", true },
	{ "/a", NULL, "/a/b/c", true },			/* a directory means all below it */
	{ "/a/", NULL, "/a/b/c", true },
	{ "/a", NULL, "/ab", false },
	{ "/", NULL, "/ab", true },
	{ "*.so", NULL, "/usr/lib/x.so", true },	/* "*" also matches "/" */
	{ "/usr/*.so", NULL, "/usr/lib/x.so", true },
	{ "/usr/?", NULL, "/usr/lib", false },
	{ NULL, "/a", "/a/b", false },
	{ NULL, "/a", "/b", true },
	{ "/a", "/a/b", "/a/b/c", false },
	{ "/a", "/a/b", "/a/c", true },
	{ "/a", "*b", "/a/b", false },
	/* from the working directory, whose own name is no glob */
	{ "sub", NULL, "CWD/sub/x", true },
	{ "./sub/../*.so", NULL, "CWD/x.so", true },
	{ ".", NULL, "CWD/x", true },
	{ "..", NULL, "CWD", true },
	{ "?ub", NULL, "CWD/sub", true },
	{ "sub", NULL, "/sub", false },
	{ NULL, "sub", "CWD/sub", false },
};

START_TEST(only_and_except_choose_paths)
{
	const char *only = filtered[_i].only, *except = filtered[_i].except;
	struct options o = { 0 };
	char *cwd, *path;
	struct err e;

	o.only = (struct strings){ &only, only ? 1 : 0 };
	o.except = (struct strings){ &except, except ? 1 : 0 };
	ck_assert_int_eq(mkdir("a[b]*", 0700), 0);
	ck_assert_int_eq(chdir("a[b]*"), 0);
	cwd = getcwd(NULL, 0);
	path = strncmp(filtered[_i].path, "CWD", 3) == 0 ? xasprintf("%s%s", cwd, filtered[_i].path + 3)
			: xstrdup(filtered[_i].path);
	ck_assert_int_eq(filter_read(&o, &e), 0);
	ck_assert_int_eq(filter_passes(&o, path), filtered[_i].want);
	ck_assert_int_eq(chdir(".."), 0);
	ck_assert_int_eq(rmdir("a[b]*"), 0);
	filter_release(&o);
	free(path);
	free(cwd);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("typed_path");

	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_loop_test(tc, a_path_is_the_one_that_the_history_has, 0, ARRAY_SIZE(typed));
	tcase_add_test(tc, the_root_is_the_root);
	tcase_add_test(tc, a_link_leads_somewhere);
	tcase_add_loop_test(tc, only_and_except_choose_paths, 0, ARRAY_SIZE(filtered));
	return unit_run("typed_path", tc);
}
