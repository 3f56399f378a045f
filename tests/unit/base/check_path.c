/* base/path: path names as text. */
#include "config.h"

#include "base/path.h"

#include "unit/unit.h"

static const struct {
	const char *path, *dir;
	bool want;
} under[] = {
	{ "/usr/lib/x", "/usr", true },
	{ "/usr", "/usr", true },		/* a directory is under itself */
	{ "/usr2/x", "/usr", false },		/* components, not characters */
	{ "/us", "/usr", false },
	{ "/anything", "/", true },
	{ "/", "/", true },
	{ "/", "/usr", false },
};

START_TEST(is_under_compares_whole_components)
{
	ck_assert_int_eq(path_is_under(under[_i].path, under[_i].dir), under[_i].want);
}
END_TEST

static const struct {
	const char *path, *name;
	size_t dir_len;
} parts[] = {
	{ "/usr/lib/x", "x", 8 },
	{ "/x", "x", 1 },			/* the root is never empty */
	{ "/", "", 1 },
	{ "x", "x", 0 },
	{ "a/b", "b", 1 },
};

START_TEST(directory_and_name_are_split_at_the_last_slash)
{
	ck_assert_uint_eq(path_dir_len(parts[_i].path), parts[_i].dir_len);
	ck_assert_str_eq(path_name(parts[_i].path), parts[_i].name);
}
END_TEST

static const struct {
	const char *raw, *dir, *name;	/* dir NULL: there is no name */
	bool dot_dot;
} named[] = {
	{ "/usr/lib/x", "/usr/lib/", "x", false },
	{ "/x", "/", "x", false },
	{ "x", ".", "x", false },
	{ "a/b//", "a/", "b", false },
	{ "../a", "../", "a", true },
	{ "a/../b", "a/../", "b", true },
	{ "a/...", "a/", "...", false },
	{ "a/b..", "a/", "b..", false },
	{ "..", NULL, NULL, true },
	{ "a/..", NULL, NULL, true },
	{ "a/.", NULL, NULL, false },
	{ "/", NULL, NULL, false },
	{ "//", NULL, NULL, false },
	{ "", NULL, NULL, false },
};

START_TEST(a_path_as_somebody_named_it_is_split_where_there_is_a_name)
{
	char *dir = NULL, *name = NULL;

	ck_assert_int_eq(path_split(named[_i].raw, &dir, &name), named[_i].dir != NULL);
	if (named[_i].dir) {
		ck_assert_str_eq(dir, named[_i].dir);
		ck_assert_str_eq(name, named[_i].name);
	}
	ck_assert_int_eq(path_has_dot_dot(named[_i].raw), named[_i].dot_dot);
	free(dir);
	free(name);
}
END_TEST

static const struct {
	const char *path;
	bool canonical;
} texts[] = {
	{ "/", true },
	{ "/a", true },
	{ "/a/.b/..c/...", true },
	{ "", false },
	{ "a", false },
	{ "//", false },
	{ "/a/", false },
	{ "/a//b", false },
	{ "/./a", false },
	{ "/a/..", false },
	{ "/a/../b", false },
	{ "/.", false },
};

START_TEST(canonical_paths_have_no_component_that_means_another)
{
	ck_assert_int_eq(path_is_canonical(texts[_i].path), texts[_i].canonical);
}
END_TEST

static const struct {
	const char *dir, *name, *want;
} joined[] = {
	{ "/usr", "bin", "/usr/bin" },
	{ "/", "bin", "/bin" },			/* one slash */
	{ "/usr/", "bin", "/usr/bin" },
};

START_TEST(join_puts_one_slash_between)
{
	char *path = path_join(joined[_i].dir, joined[_i].name);

	ck_assert_str_eq(path, joined[_i].want);
	free(path);
}
END_TEST

static const struct {
	const char *path, *from, *to, *want;
} rebased[] = {
	{ "/a/b/c", "/a", "/x/y", "/x/y/b/c" },
	{ "/a", "/a", "/x", "/x" },
	{ "/a/b", "/", "/x", "/x/a/b" },
	{ "/a/b", "/a", "/", "/b" },
};

START_TEST(rebase_replaces_the_head)
{
	char *path = path_rebase(rebased[_i].path, rebased[_i].from, rebased[_i].to);

	ck_assert_str_eq(path, rebased[_i].want);
	free(path);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("path");

	tcase_add_loop_test(tc, is_under_compares_whole_components, 0, ARRAY_SIZE(under));
	tcase_add_loop_test(tc, directory_and_name_are_split_at_the_last_slash, 0, ARRAY_SIZE(parts));
	tcase_add_loop_test(tc, a_path_as_somebody_named_it_is_split_where_there_is_a_name, 0, ARRAY_SIZE(named));
	tcase_add_loop_test(tc, canonical_paths_have_no_component_that_means_another, 0, ARRAY_SIZE(texts));
	tcase_add_loop_test(tc, join_puts_one_slash_between, 0, ARRAY_SIZE(joined));
	tcase_add_loop_test(tc, rebase_replaces_the_head, 0, ARRAY_SIZE(rebased));
	return unit_run("path", tc);
}
