/* Fuzz base/path and cmd/typed_path: paths as text, and as people type them. */
#include "config.h"

#include "fuzz.h"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "cmd/ui/typed_path.h"

/* A place with links to go through: l leads to d/e, up to the place itself, loop to itself, dead to nothing. */
static void
enter_place(void)
{
	static bool entered;

	if (entered)
		return;
	entered = true;
	fuzz_check(chdir(fuzz_scratch()) == 0);
	fuzz_check(mkdir("d", 0700) == 0 && mkdir("d/e", 0700) == 0 && mkdir("d/e/l", 0700) == 0);
	fuzz_check(symlink("d/e", "l") == 0 && symlink("..", "d/up") == 0);
	fuzz_check(symlink("loop", "loop") == 0 && symlink("nothing/x", "dead") == 0);
	fuzz_write("f", "f", 1);
}

/* Each component, by a plain loop: what path_is_canonical() says with another one. */
static bool
is_canonical(const char *path)
{
	if (path[0] != '/' || strstr(path, "//"))
		return false;
	if (strcmp(path, "/") == 0)
		return true;
	for (const char *p = path; p; p = strchr(p + 1, '/')) {
		size_t len = strcspn(p + 1, "/");

		if (len == 0 || (len == 1 && p[1] == '.') || (len == 2 && strncmp(p + 1, "..", 2) == 0))
			return false;
	}
	return true;
}

static void
check_text(const char *path, const char *other)
{
	char *joined = path_join(other, path);

	fuzz_check(path_is_canonical(path) == is_canonical(path));
	fuzz_check(path_dir_len(path) <= strlen(path));
	fuzz_check(strchr(path_name(path), '/') == NULL);
	if (is_canonical(path) && strcmp(path, "/") != 0) {
		char *dir = strndup(path, path_dir_len(path));
		char *whole = path_join(dir, path_name(path));
		char *moved = path_rebase(path, dir, "/new");

		fuzz_check(strcmp(whole, path) == 0);
		fuzz_check(is_canonical(dir) && path_is_under(path, dir) && path_is_under(path, "/"));
		fuzz_check(is_canonical(moved) && path_is_under(moved, "/new"));
		free(moved);
		free(whole);
		free(dir);
	}
	if (is_canonical(path) && is_canonical(other) && path_is_under(path, other)) {
		char *moved = path_rebase(path, other, "/a/b");
		char *back = path_rebase(moved, "/a/b", other);

		fuzz_check(is_canonical(moved) && strcmp(back, path) == 0);
		free(back);
		free(moved);
	}
	free(joined);
}

/* What is typed becomes canonical, once and for all, and names the same object where there is one. */
static void
check_typed(const char *typed)
{
	struct err e = { 0 };
	struct stat before, after;
	char *path, *again, *root;

	if (typed_path(typed, &path, &e) < 0) {
		fuzz_check(e.code == ERR_USAGE && !*typed);
		return;
	}
	fuzz_check(is_canonical(path));
	if (lstat(typed, &before) == 0 && strlen(path) < PATH_MAX) {
		bool followed = typed[strlen(typed) - 1] == '/';

		fuzz_check((followed ? stat(path, &after) : lstat(path, &after)) == 0);
		fuzz_check(before.st_ino == after.st_ino && before.st_dev == after.st_dev);
	}
	fuzz_check(typed_path(path, &again, &e) == 0 && strcmp(again, path) == 0);
	fuzz_check(typed_path_root(typed, &root, &e) == 0 && is_canonical(root));
	free(root);
	free(again);
	free(path);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	size_t len, other_len;
	const char *bytes = input_bytes(&in, 255, &len);
	char *path = strndup(bytes, len), *other;

	enter_place();
	other_len = in.left;
	other = strndup((const char *)in.at, other_len);
	check_text(path, other);
	check_text(other, path);
	check_typed(path);
	check_typed(other);
	free(other);
	free(path);
	return 0;
}
