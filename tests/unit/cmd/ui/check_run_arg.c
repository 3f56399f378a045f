/* cmd/ui/run_arg: what RUN means. */
#include "config.h"

#include "cmd/ui/run_arg.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "unit/history.h"

#define RUN_ROW(id, name, kind, imported, started) \
	"INSERT INTO run (id, uuid, name, kind, host, login, directory, command, started_ns, state," \
	" tracer_pid, imported_ns) VALUES (" #id ", 'u" #id "', " name ", '" kind "', 'web1', 'root', '/'," \
	" 'c', " #started ", 'complete', 1, " imported ");"

static const char runs_sql[] =
	RUN_ROW(1, "'app'", "run", "NULL", 10)
	RUN_ROW(2, "'app'", "attach", "NULL", 20)
	RUN_ROW(3, "NULL", "undo", "NULL", 30)
	RUN_ROW(4, "'app'", "run", "99", 9)
	RUN_ROW(5, "'app'", "run", "99", 8)		/* imported later, but older */
	RUN_ROW(6, "'other'", "run", "99", 7);

static void
begin(void)
{
	unit_enter_scratch();
	history_make(runs_sql);
}

static const struct {
	const char *word;
	int64_t one;		/* 0: there is none */
	int64_t all[4];
} meant[] = {
	{ "1", 1, { 1 } },
	{ "02", 2, { 2 } },
	{ "app", 2, { 1, 2 } },			/* the newest, of those made here */
	{ "last", 2, { 2 } },			/* not an undo, not an import */
	{ "4", 4, { 4 } },			/* a number means any run */
	{ "web1:app", 4, { 4, 5 } },		/* the newest by its start */
	{ "other", 0, { 0 } },			/* imported: by its host's name only */
	{ "web1:other", 6, { 6 } },
	{ "web2:app", 0, { 0 } },
	{ "7", 0, { 0 } },
	{ "99999999999999999999", 0, { 0 } },
	{ "", 0, { 0 } },
	{ "app%", 0, { 0 } },
	{ "' OR 1 --", 0, { 0 } },
};

START_TEST(a_word_means_one_run)
{
	struct store *s = history_open(STORE_READ);
	struct err e = { 0 };
	int64_t id = 0;
	int rc = run_arg_one(s, meant[_i].word, &id, &e);

	ck_assert_int_eq(id, meant[_i].one);
	ck_assert_int_eq(rc, meant[_i].one ? 0 : -1);
	if (rc < 0) {
		ck_assert_int_eq(e.code, ERR_NOT_FOUND);
		ck_assert_ptr_nonnull(strstr(e.text, meant[_i].word));
		ck_assert_ptr_nonnull(strstr(e.text, "history.db"));
	}
	store_close(s);
}
END_TEST

START_TEST(a_word_means_all_runs_of_its_name)
{
	struct store *s = history_open(STORE_READ);
	char *const words[] = { (char *)(uintptr_t)meant[_i].word };
	struct run_ids ids;
	struct err e = { 0 };
	size_t n = 0;

	while (n < 4 && meant[_i].all[n])
		n++;
	ck_assert_int_eq(run_arg_all(s, words, 1, NULL, &ids, &e), n ? 0 : -1);
	ck_assert_uint_eq(ids.n, n);
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(ids.v[i], meant[_i].all[i]);
	run_arg_ids_release(&ids);
	store_close(s);
}
END_TEST

START_TEST(runs_that_are_named_twice_count_once)
{
	struct store *s = history_open(STORE_READ);
	char *const words[] = { (char[]){ "app" }, (char[]){ "1" }, (char[]){ "web1:app" }, (char[]){ "2" } };
	static const int64_t want[] = { 1, 2, 4, 5 };
	struct run_ids ids;
	struct err e = { 0 };

	ck_assert_int_eq(run_arg_all(s, words, 4, NULL, &ids, &e), 0);
	ck_assert_uint_eq(ids.n, 4);
	for (size_t i = 0; i < 4; i++)
		ck_assert_int_eq(ids.v[i], want[i]);
	run_arg_ids_release(&ids);
	ck_assert_int_eq(run_arg_all(s, words, 0, NULL, &ids, &e), 0);	/* none: last */
	ck_assert_uint_eq(ids.n, 1);
	ck_assert_int_eq(ids.v[0], 2);
	run_arg_ids_release(&ids);
	store_close(s);
}
END_TEST

static const struct {
	const char *name;
	bool good;
} names[] = {
	{ "hello", true },
	{ "hello-2.0", true },
	{ "a b", true },
	{ "na\xc3\xafve", true },
	{ "5a", true },
	{ "lasting", true },
	{ "", false },
	{ "5", false },
	{ "last", false },
	{ "-x", false },
	{ "a:b", false },
	{ "a\nb", false },
	{ "\033[2J", false },
	{ "a\x7f", false },
	{ "\xc2\x9b" "2J", false },	/* C1 */
};

START_TEST(names_that_could_mean_something_else_are_refused)
{
	struct err e = { 0 };

	ck_assert_int_eq(run_check_name(names[_i].name, &e), names[_i].good ? 0 : -1);
	ck_assert_int_eq(e.code, names[_i].good ? ERR_NONE : ERR_USAGE);
}
END_TEST

/* Hold the journal's lock in another process while something is looked at. */
static bool
dead_while_locked(struct store *s)
{
	int ready[2], over[2], status;
	bool dead;
	char c = 0;
	pid_t pid;

	ck_assert_int_eq(pipe(ready), 0);
	ck_assert_int_eq(pipe(over), 0);
	pid = fork();
	if (pid == 0) {
		int fd = open("history.db.journal/live", O_RDWR | O_CLOEXEC);

		close(over[1]);
		if (flock(fd, LOCK_EX) < 0 || write(ready[1], &c, 1) != 1)
			_exit(1);
		_exit(read(over[0], &c, 1) != 0);
	}
	close(over[0]);
	ck_assert_int_eq(read(ready[0], &c, 1), 1);
	dead = run_arg_is_dead(s, RUN_RUNNING, "live");
	close(over[1]);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	close(ready[0]);
	close(ready[1]);
	return dead;
}

START_TEST(a_run_is_dead_when_nobody_holds_its_journal)
{
	struct store *s = history_open(STORE_READ);
	int fd;

	ck_assert(run_arg_is_dead(s, RUN_RUNNING, "live"));		/* there is no journal */
	ck_assert_int_eq(mkdir("history.db.journal", 0700), 0);
	fd = open("history.db.journal/live", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	ck_assert(run_arg_is_dead(s, RUN_RUNNING, "live"));
	ck_assert(!run_arg_is_dead(s, RUN_COMPLETE, "live"));
	ck_assert(!dead_while_locked(s));
	/* another reader that looks at the same moment is no tracer */
	ck_assert_int_eq(flock(fd, LOCK_SH), 0);
	ck_assert(run_arg_is_dead(s, RUN_RUNNING, "live"));
	ck_assert(!run_arg_is_dead(s, RUN_RUNNING, "../live"));	/* a hostile history leads nowhere else */
	close(fd);
	store_close(s);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("runs");

	tcase_add_checked_fixture(tc, begin, unit_leave_scratch);
	tcase_add_loop_test(tc, a_word_means_one_run, 0, ARRAY_SIZE(meant));
	tcase_add_loop_test(tc, a_word_means_all_runs_of_its_name, 0, ARRAY_SIZE(meant));
	tcase_add_test(tc, runs_that_are_named_twice_count_once);
	tcase_add_loop_test(tc, names_that_could_mean_something_else_are_refused, 0, ARRAY_SIZE(names));
	tcase_add_test(tc, a_run_is_dead_when_nobody_holds_its_journal);
	return unit_run("runs", tc);
}
