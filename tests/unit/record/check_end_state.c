/* record/end_state: what paths are at a run's end, one by one and by threads. */
#include "config.h"

#include "record/end_state.h"

#include <errno.h>
#include <sys/stat.h>

#include "file/state.h"
#include "unit/unit.h"

enum { PATHS = 600 };	/* enough to be worth threads */

static struct ledger ledger;

static void
write_file(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
}

/* Of each kind some, in ten directories; one in seven is not there. */
static void
make_one(const char *name, int i)
{
	switch (i % 7) {
	case 0:
		break;
	case 1:
		ck_assert_int_eq(symlink("target", name), 0);
		break;
	case 2:
		ck_assert_int_eq(mkfifo(name, 0600), 0);
		break;
	case 3:
		ck_assert_int_eq(mkdir(name, 0700), 0);
		break;
	default:
		write_file(name, name);
	}
}

static void
make_paths(struct end_state *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char dir[16], *path;

		snprintf(dir, sizeof(dir), "dir-%zu", i / (PATHS / 10));
		if (i % (PATHS / 10) == 0)
			ck_assert_int_eq(mkdir(dir, 0700), 0);
		path = xasprintf("%s/%s/%05zu", unit_dir, dir, i);
		make_one(path, (int)i);
		list[i] = (struct end_state){ .entry = ledger_add_path(&ledger, path, NULL, false) };
		free(path);
	}
}

static void
release(struct end_state *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		state_release(&list[i].state);
}

START_TEST(threads_see_what_one_look_sees)
{
	static struct end_state many[PATHS], one[PATHS];
	struct end_states *looks;
	size_t files = 0;

	ledger_init(&ledger);
	make_paths(many, PATHS);
	memcpy(one, many, sizeof(many));
	looks = end_state_new(&ledger, NULL, PATHS, false);
	/* batches of all lengths that matter, the empty one too */
	for (size_t at = 0, n = 0; at < PATHS; at += n, n = n == 0 ? 1 : 3 * n) {
		n = n < PATHS - at ? n : PATHS - at;
		end_state_begin(looks, many + at, n);
		end_state_end(looks);
	}
	for (size_t i = 0; i < PATHS; i++) {
		end_state_look(looks, &one[i]);
		ck_assert_int_eq(many[i].error, one[i].error);
		ck_assert_int_eq(many[i].state.type, one[i].state.type);
		ck_assert_int_eq(many[i].state.type == FILE_ABSENT, i % 7 == 0);
		ck_assert_uint_eq(many[i].state.ino, one[i].state.ino);
		ck_assert_int_eq(many[i].state.has_digest, i % 7 > 3);
		ck_assert_int_eq(one[i].state.has_digest, i % 7 > 3);
		if (i % 7 > 3)
			ck_assert(digest_equal(&many[i].state.digest, &one[i].state.digest));
		files += i % 7 > 3;
	}
	ck_assert_uint_gt(files, 0);
	end_state_free(looks);
	release(many, PATHS);
	release(one, PATHS);
	ledger_release(&ledger);
}
END_TEST

/* A batch that nobody waited for is no harm: after a failure no more is wanted. */
START_TEST(what_was_begun_can_be_ended_without_being_used)
{
	static struct end_state many[PATHS];
	struct end_states *looks;

	ledger_init(&ledger);
	make_paths(many, PATHS);
	looks = end_state_new(&ledger, NULL, PATHS, false);
	end_state_begin(looks, many, PATHS);
	end_state_end(looks);
	end_state_end(looks);
	for (size_t i = 0; i < PATHS; i++)
		ck_assert_int_eq(many[i].state.type == FILE_ABSENT, i % 7 == 0);
	end_state_free(looks);
	release(many, PATHS);
	ledger_release(&ledger);
}
END_TEST

START_TEST(content_is_read_only_where_it_may_have_changed)
{
	struct file_state before = { .type = FILE_REGULAR };
	struct end_state a = { 0 };
	struct end_states *looks;
	struct object *o;
	struct stat st;
	char path[128];

	ledger_init(&ledger);
	write_file("file", "content");
	ck_assert_int_eq(stat("file", &st), 0);
	before.dev = st.st_dev;
	before.ino = st.st_ino;
	o = ledger_add_object(&ledger, &before);
	snprintf(path, sizeof(path), "%s/file", unit_dir);
	a.entry = ledger_add_path(&ledger, path, o, false);
	looks = end_state_new(&ledger, NULL, 1, false);
	end_state_look(looks, &a);
	ck_assert(!a.state.has_digest);
	end_state_read(looks, &a);	/* unless it is asked for */
	ck_assert(a.state.has_digest);
	state_release(&a.state);
	o->at_risk = true;
	end_state_look(looks, &a);
	ck_assert(a.state.has_digest);
	state_release(&a.state);
	end_state_free(looks);
	ledger_release(&ledger);
}
END_TEST

START_TEST(what_cannot_be_told_says_why)
{
	struct end_state a = { 0 };
	struct end_states *looks;
	char path[128];

	ledger_init(&ledger);
	ck_assert_int_eq(mkdir("d", 0700), 0);
	ck_assert_int_eq(symlink("d", "link"), 0);
	snprintf(path, sizeof(path), "%s/link/file", unit_dir);	/* canonical once, and no more */
	a.entry = ledger_add_path(&ledger, path, NULL, false);
	looks = end_state_new(&ledger, NULL, 1, false);
	end_state_look(looks, &a);
	ck_assert_int_eq(a.error, 0);
	ck_assert_int_eq(a.state.type, FILE_ABSENT);
	if (geteuid() != 0) {
		struct end_state hidden = { 0 };

		snprintf(path, sizeof(path), "%s/d/file", unit_dir);
		hidden.entry = ledger_add_path(&ledger, path, NULL, false);
		ck_assert_int_eq(chmod("d", 0), 0);
		end_state_look(looks, &hidden);
		ck_assert_int_eq(hidden.error, EACCES);
		ck_assert_int_eq(chmod("d", 0700), 0);
	}
	end_state_free(looks);
	ledger_release(&ledger);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("after");

	tcase_add_checked_fixture(tc, unit_enter_scratch, unit_leave_scratch);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, threads_see_what_one_look_sees);
	tcase_add_test(tc, what_was_begun_can_be_ended_without_being_used);
	tcase_add_test(tc, content_is_read_only_where_it_may_have_changed);
	tcase_add_test(tc, what_cannot_be_told_says_why);
	return unit_run("after", tc);
}
