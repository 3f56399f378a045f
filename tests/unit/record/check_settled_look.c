/* record/settled_look: what is at paths that are looked at together. */
#include "config.h"

#include "record/settled_look.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/io.h"
#include "file/dir_cache.h"
#include "file/identity.h"
#include "record/ledger.h"
#include "record/settling.h"
#include "unit/unit.h"

static const struct ledger ledger;

static bool
look_below(struct dir_cache *dirs, const char *name, struct settled *out)
{
	char *path = xasprintf("%s/%s", unit_dir, name);
	bool seen = settled_look(&ledger, NULL, dirs, path, out);

	free(path);
	return seen;
}

static enum file_type
type_below(struct dir_cache *dirs, const char *name)
{
	enum file_type type;
	struct settled s;

	ck_assert(look_below(dirs, name, &s));
	type = s.state.type;
	state_release(&s.state);
	return type;
}

/* The same as an open object says, whether or not its file system has been met. */
START_TEST(each_kind_is_seen_as_it_is)
{
	struct dir_cache dirs = DIR_CACHE_INIT;
	struct settled s;
	struct stat st;
	int64_t birth;
	int fd;

	ck_assert_int_eq(mkdir("d", 0700), 0);
	ck_assert_int_eq(symlink("a target", "d/link"), 0);
	ck_assert_int_eq(mkfifo("d/fifo", 0600), 0);
	fd = open("d/file", O_CREAT | O_RDWR, 0640);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, "abc", 3), 3);
	for (int round = 0; round < 2; round++) {
		ck_assert(look_below(&dirs, "d/file", &s));
		ck_assert_int_eq(identity_stat(fd, &st, &birth), 0);
		ck_assert(s.state.type == FILE_REGULAR && s.state.ino == st.st_ino && s.state.dev == st.st_dev);
		ck_assert(s.state.birth == birth && s.state.size_bytes == 3 && s.state.mode == 0640);
		ck_assert(look_below(&dirs, "d/link", &s));
		ck_assert_int_eq(s.state.type, FILE_SYMLINK);
		ck_assert_str_eq(s.state.target, "a target");
		state_release(&s.state);
		ck_assert_int_eq(type_below(&dirs, "d/fifo"), FILE_FIFO);
		ck_assert_int_eq(type_below(&dirs, "d"), FILE_DIRECTORY);
		ck_assert_int_eq(type_below(&dirs, "d/none"), FILE_ABSENT);
	}
	ck_assert(settled_look(&ledger, NULL, &dirs, "/", &s));
	ck_assert_int_eq(stat("/", &st), 0);
	ck_assert(s.state.type == FILE_DIRECTORY && s.state.ino == st.st_ino);
	close(fd);
	dir_cache_release(&dirs);
}
END_TEST

/* A link in the place of a directory leads to nothing of the run's; each round finds its directories anew. */
START_TEST(what_has_another_in_its_place_is_not_there)
{
	struct dir_cache dirs = DIR_CACHE_INIT;

	ck_assert_int_eq(mkdir("d", 0700), 0);
	ck_assert_int_eq(mkdir("d/file", 0700), 0);
	ck_assert_int_eq(type_below(&dirs, "d/file"), FILE_DIRECTORY);
	dir_cache_release(&dirs);
	ck_assert_int_eq(rename("d", "away"), 0);
	ck_assert_int_eq(type_below(&dirs, "d/file"), FILE_ABSENT);
	dir_cache_release(&dirs);
	ck_assert_int_eq(symlink("away", "d"), 0);
	ck_assert_int_eq(type_below(&dirs, "d/file"), FILE_ABSENT);
	ck_assert_int_eq(type_below(&dirs, "away/file/below"), FILE_ABSENT);
	dir_cache_release(&dirs);
	ck_assert_int_eq(unlink("d"), 0);
	ck_assert_int_eq(mkfifo("d", 0600), 0);
	ck_assert_int_eq(type_below(&dirs, "d/file"), FILE_ABSENT);
	ck_assert_int_eq(type_below(&dirs, "away/file"), FILE_DIRECTORY);
	dir_cache_release(&dirs);
}
END_TEST

START_TEST(what_cannot_be_looked_at_is_not_taken_for_absent)
{
	struct dir_cache dirs = DIR_CACHE_INIT;
	struct settled s;

	ck_assert_int_eq(mkdir("d", 0700), 0);
	ck_assert_int_eq(mkdir("d/sub", 0700), 0);
	ck_assert_int_eq(chmod("d", 0), 0);
	if (geteuid() != 0) {
		ck_assert(!look_below(&dirs, "d/sub", &s));
		ck_assert(!look_below(&dirs, "d/sub/file", &s));
	}
	ck_assert_int_eq(chmod("d", 0700), 0);
	dir_cache_release(&dirs);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("settled_look");

	tcase_add_checked_fixture(tc, unit_enter_scratch, unit_leave_scratch);
	tcase_add_test(tc, each_kind_is_seen_as_it_is);
	tcase_add_test(tc, what_has_another_in_its_place_is_not_there);
	tcase_add_test(tc, what_cannot_be_looked_at_is_not_taken_for_absent);
	return unit_run("settled_look", tc);
}
