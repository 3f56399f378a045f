/* record/ledger: what a run has met. */
#include "config.h"

#include "record/ledger.h"
#include "record/ledger_blind.h"

#include <errno.h>
#include <fcntl.h>

#include "unit/unit.h"

static struct ledger ledger;

static void
begin(void)
{
	ledger_init(&ledger);
}

static void
end(void)
{
	ledger_release(&ledger);
}

static struct object *
object(ino_t ino, uint32_t mode)
{
	struct file_state s = { .type = FILE_REGULAR, .dev = 1, .ino = ino, .mode = mode };

	return ledger_add_object(&ledger, &s);
}

START_TEST(the_first_state_of_an_object_holds_for_every_name)
{
	struct object *o = object(7, 0644);
	struct path_entry *a = ledger_add_path(&ledger, "/a", o, false);
	struct path_entry *b = ledger_add_path(&ledger, "/b", o, false);

	ck_assert_ptr_eq(ledger_find_object(&ledger, 1, 7, 0), o);
	ck_assert_ptr_eq(a->before, o);
	ck_assert_ptr_eq(b->before, o);
	ck_assert_ptr_eq(o->origin, a);		/* where it was met first */
	ck_assert_ptr_eq(o->place, a);
	ck_assert_ptr_eq(ledger_find_path(&ledger, "/b"), b);
	ck_assert_ptr_null(ledger_find_object(&ledger, 2, 7, 0));
	ck_assert_ptr_null(ledger_find_object(&ledger, 7, 1, 0));
}
END_TEST

START_TEST(the_number_of_a_forgotten_object_can_mean_another)
{
	struct object *old = object(7, 0644);
	struct object *young;
	struct path_entry *p = ledger_add_path(&ledger, "/a", old, false);

	ledger_forget_object(&ledger, old);
	ledger_forget_object(&ledger, old);	/* once more is no harm */
	ck_assert_ptr_null(ledger_find_object(&ledger, 1, 7, 0));
	ck_assert_ptr_null(old->place);
	ck_assert_ptr_eq(p->before, old);	/* what it was stays known */
	young = object(7, 0600);
	ck_assert_ptr_eq(ledger_find_object(&ledger, 1, 7, 0), young);
	ck_assert_uint_eq(young->number, 2);
	ck_assert_uint_eq(p->before->state.mode, 0644);
}
END_TEST

START_TEST(paths_are_told_apart_by_every_byte)
{
	static const char *const names[] = { "/", "/a", "/a/", "/A", "/a\n", "/a\377", "/a\376", "/a ", "/aa" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		ck_assert_ptr_null(ledger_find_path(&ledger, names[i]));
		ck_assert_uint_eq(ledger_add_path(&ledger, names[i], NULL, i & 1)->number, i + 1);
	}
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct path_entry *p = ledger_find_path(&ledger, names[i]);

		ck_assert_str_eq(p->path, names[i]);
		ck_assert_uint_eq(p->number, i + 1);
		ck_assert_int_eq(p->untracked, i & 1);
		ck_assert_ptr_null(p->before);
	}
}
END_TEST

/* Each is counted after the one before it. */
static const struct {
	const char *path;
	uint32_t image;
	enum op op;
	enum flag_set set;
	uint64_t flags;
	int error;
	bool is_new;
} calls[] = {
	{ "/a", 1, OP_OPEN, FLAGS_OPEN, O_WRONLY, 0, true },
	{ "/a", 1, OP_OPEN, FLAGS_OPEN, O_WRONLY, 0, false },
	{ "/b", 1, OP_OPEN, FLAGS_OPEN, O_WRONLY, 0, true },
	{ "/a", 2, OP_OPEN, FLAGS_OPEN, O_WRONLY, 0, true },
	{ "/a", 1, OP_CREATE, FLAGS_OPEN, O_WRONLY, 0, true },
	{ "/a", 1, OP_OPEN, FLAGS_OPEN, O_RDWR, 0, true },
	{ "/a", 1, OP_OPEN, FLAGS_OPEN, O_WRONLY, EACCES, true },
	{ "/a", 1, OP_OPEN, FLAGS_OPEN, O_WRONLY, EACCES, false },
	{ "/a", 1, OP_UNLINK, FLAGS_NONE, 0, 0, true },
	{ "/a", 1, OP_UNLINK, FLAGS_AT, 0, 0, true },		/* "0", not NULL */
	{ "/a", 1, OP_UNLINK, FLAGS_NONE, 99, 0, false },	/* there are none: what is said of them is nothing */
	{ "/a", 1, OP_OPEN, FLAGS_OPEN, O_WRONLY, 0, false },
};

static struct tally *
tally_of(const struct path_entry *p, size_t call)
{
	for (struct tally *t = p->tallies; t; t = t->next) {
		const struct flag_text *f = &ledger.flags[t->flags];

		if (t->image == calls[call].image && t->op == calls[call].op && t->error == calls[call].error &&
		    f->set == calls[call].set && f->flags == (f->set == FLAGS_NONE ? 0 : calls[call].flags))
			return t;
	}
	return NULL;
}

START_TEST(calls_are_counted_by_path_image_operation_flags_and_error)
{
	size_t n_new = 0;

	ledger_add_path(&ledger, "/a", NULL, false);
	ledger_add_path(&ledger, "/b", NULL, false);
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		struct path_entry *p = ledger_find_path(&ledger, calls[i].path);

		ck_assert_int_eq(ledger_count(&ledger, p, calls[i].image, calls[i].op, calls[i].set, calls[i].flags,
					      calls[i].error, (int64_t)i + 100),
				 calls[i].is_new);
		n_new += calls[i].is_new;
		ck_assert_int_eq(tally_of(p, i)->last_ns, (int64_t)i + 100);
	}
	ck_assert_uint_eq(ledger.n_pending, n_new);
	ck_assert_uint_eq(tally_of(ledger_find_path(&ledger, "/a"), 0)->count, 3);
	ck_assert_int_eq(tally_of(ledger_find_path(&ledger, "/a"), 0)->first_ns, 100);
	ck_assert_uint_eq(tally_of(ledger_find_path(&ledger, "/b"), 2)->count, 1);
	ck_assert_ptr_null(ledger.flags[tally_of(ledger_find_path(&ledger, "/a"), 8)->flags].text);
	ck_assert_str_eq(ledger.flags[tally_of(ledger_find_path(&ledger, "/a"), 9)->flags].text, "0");
}
END_TEST

START_TEST(after_a_hand_over_counting_begins_anew)
{
	struct path_entry *p = ledger_add_path(&ledger, "/a", NULL, false);

	ck_assert(ledger_count(&ledger, p, 1, OP_CHMOD, FLAGS_NONE, 0, 0, 1));
	ledger_tallies_stored(&ledger);
	ck_assert_uint_eq(ledger.n_pending, 0);
	ck_assert_ptr_null(p->tallies);
	ck_assert(ledger_count(&ledger, p, 1, OP_CHMOD, FLAGS_NONE, 0, 0, 2));
	ck_assert_uint_eq(p->tallies->count, 1);
	ck_assert_int_eq(p->tallies->first_ns, 2);
}
END_TEST

static void
add_image(uint32_t number, uint32_t parent, pid_t pid, bool is_exec, const char *program)
{
	struct process_start p = {
		.image = number, .parent_image = parent, .pid = pid, .is_exec = is_exec, .program = program,
		.command = program, .directory = "/", .started_ns = number * 10,
	};

	ledger_add_image(&ledger, &p);
	ck_assert_uint_eq(ledger.n_images, number);
}

/*
 *     1 sh (pid 10) ── fork ── 2 (pid 11) ── exec ── 3 cc (pid 11)
 *        └─ fork ── 4 (pid 12) ── fork ── 5 (pid 13)
 */
static void
make_family(void)
{
	add_image(1, 0, 10, true, "sh");
	add_image(2, 1, 11, false, NULL);
	add_image(3, 2, 11, true, "cc");
	add_image(4, 1, 12, false, NULL);
	add_image(5, 4, 13, false, NULL);
}

START_TEST(a_fork_has_the_program_of_the_last_exec_above_it)
{
	static const uint32_t program_image[] = { 1, 1, 3, 1, 1 };

	make_family();
	for (uint32_t i = 1; i <= 5; i++) {
		ck_assert_uint_eq(ledger_image(&ledger, i)->program_image, program_image[i - 1]);
		ck_assert_int_eq(ledger_image(&ledger, i)->exit_status, -1);
	}
	ck_assert_str_eq(ledger_image(&ledger, 3)->program, "cc");
	ck_assert_ptr_null(ledger_image(&ledger, 4)->program);
	ck_assert_ptr_null(ledger_image(&ledger, 0));
	ck_assert_ptr_null(ledger_image(&ledger, 6));
}
END_TEST

START_TEST(an_exec_ends_the_image_before_it)
{
	make_family();
	ck_assert_int_eq(ledger_image(&ledger, 2)->ended_ns, 30);
	ck_assert_int_eq(ledger_image(&ledger, 2)->exit_status, -1);
	ck_assert_int_eq(ledger_image(&ledger, 1)->ended_ns, 0);	/* a fork ends nothing */
	ck_assert_int_eq(ledger_image(&ledger, 3)->ended_ns, 0);
}
END_TEST

START_TEST(an_end_tells_status_or_signal)
{
	make_family();
	ledger_end_image(&ledger, 3, 2 << 8, 77);	/* exit(2) */
	ledger_end_image(&ledger, 4, 9, 78);		/* SIGKILL */
	ledger_end_image(&ledger, 6, 0, 79);		/* nobody */
	ledger_end_image(&ledger, 0, 0, 79);
	ck_assert_int_eq(ledger_image(&ledger, 3)->exit_status, 2);
	ck_assert_int_eq(ledger_image(&ledger, 3)->exit_signal, 0);
	ck_assert_int_eq(ledger_image(&ledger, 3)->ended_ns, 77);
	ck_assert_int_eq(ledger_image(&ledger, 4)->exit_status, -1);
	ck_assert_int_eq(ledger_image(&ledger, 4)->exit_signal, 9);
}
END_TEST

START_TEST(an_image_is_told_to_the_history_once_for_each_change)
{
	make_family();
	ck_assert_uint_eq(ledger.n_dirty_images, 5);	/* 2 was made and ended: still one */
	for (size_t i = 0; i < ledger.n_dirty_images; i++)
		ck_assert(ledger_image(&ledger, ledger.dirty_images[i])->dirty);
}
END_TEST

START_TEST(a_blind_spot_is_told_once)
{
	ck_assert(ledger_add_blind(&ledger, 1, BLIND_RACE, "x"));
	ck_assert(!ledger_add_blind(&ledger, 1, BLIND_RACE, "x"));
	ck_assert(ledger_add_blind(&ledger, 2, BLIND_RACE, "x"));
	ck_assert(ledger_add_blind(&ledger, 1, BLIND_MOUNT, "x"));
	ck_assert(ledger_add_blind(&ledger, 1, BLIND_RACE, "y"));
	ck_assert(!ledger_add_blind(&ledger, 1, BLIND_RACE, "y"));
	ledger_append_blind(&ledger, 3, BLIND_RACE, "x");
	ck_assert(!ledger_add_blind(&ledger, 3, BLIND_RACE, "x"));
	ck_assert_uint_eq(ledger.n_blinds, 5);
	ck_assert_str_eq(ledger.blinds[3]->detail, "y");
}
END_TEST

START_TEST(a_hundred_thousand_paths_are_all_found)
{
	enum { N = 100000 };
	char name[64];

	for (uint32_t i = 0; i < N; i++) {
		snprintf(name, sizeof(name), "/usr/share/%u/file", i);
		ledger_count(&ledger, ledger_add_path(&ledger, name, object(i + 1, i), false), 1, OP_CREATE,
			     FLAGS_OPEN, O_CREAT, 0, i);
	}
	for (uint32_t i = 0; i < N; i++) {
		const struct path_entry *p;

		snprintf(name, sizeof(name), "/usr/share/%u/file", i);
		p = ledger_find_path(&ledger, name);
		ck_assert_ptr_nonnull(p);
		ck_assert_uint_eq(p->number, i + 1);
		ck_assert_ptr_eq(ledger.path_list[i], p);
		ck_assert_uint_eq(p->before->state.mode, i);
		ck_assert_ptr_eq(ledger_find_object(&ledger, 1, i + 1, 0), p->before);
		ck_assert_uint_eq(p->tallies->count, 1);
	}
	ck_assert_uint_eq(ledger.n_flags, 1);
	ck_assert_uint_eq(ledger.n_pending, N);
}
END_TEST

START_TEST(rolled_back_rows_are_forgotten)
{
	make_family();
	ledger_add_path(&ledger, "/a", NULL, false)->row_id = 5;
	ledger_image(&ledger, 3)->row_id = 6;
	ledger_forget_rows(&ledger);
	ck_assert_int_eq(ledger_find_path(&ledger, "/a")->row_id, 0);
	ck_assert_int_eq(ledger_image(&ledger, 3)->row_id, 0);
}
END_TEST

START_TEST(an_object_is_known_by_each_of_its_numbers_until_its_last_name_goes)
{
	struct file_state a = { .type = FILE_REGULAR, .dev = 1, .ino = 10 };
	struct file_state b = { .type = FILE_REGULAR, .dev = 1, .ino = 11 };
	struct ledger l;
	struct object *first, *second;

	ledger_init(&l);
	first = ledger_add_object(&l, &a);
	second = ledger_add_object(&l, &b);
	ledger_alias_object(&l, first, 1, 20);
	ledger_alias_object(&l, first, 1, 21);
	ledger_alias_object(&l, first, 1, 11);		/* that is another's */
	ledger_alias_object(&l, second, 1, 20);
	ck_assert_ptr_eq(ledger_find_object(&l, 1, 10, 0), first);
	ck_assert_ptr_eq(ledger_find_object(&l, 1, 20, 0), first);
	ck_assert_ptr_eq(ledger_find_object(&l, 1, 21, 0), first);
	ck_assert_ptr_eq(ledger_find_object(&l, 1, 11, 0), second);
	ledger_forget_object(&l, first);
	ck_assert_ptr_null(ledger_find_object(&l, 1, 10, 0));
	ck_assert_ptr_null(ledger_find_object(&l, 1, 20, 0));
	ck_assert_ptr_null(ledger_find_object(&l, 1, 21, 0));
	ledger_alias_object(&l, first, 1, 22);		/* of what is gone */
	ck_assert_ptr_null(ledger_find_object(&l, 1, 22, 0));
	ledger_alias_object(&l, second, 1, 20);
	ledger_release(&l);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("ledger");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_test(tc, the_first_state_of_an_object_holds_for_every_name);
	tcase_add_test(tc, the_number_of_a_forgotten_object_can_mean_another);
	tcase_add_test(tc, paths_are_told_apart_by_every_byte);
	tcase_add_test(tc, calls_are_counted_by_path_image_operation_flags_and_error);
	tcase_add_test(tc, after_a_hand_over_counting_begins_anew);
	tcase_add_test(tc, a_fork_has_the_program_of_the_last_exec_above_it);
	tcase_add_test(tc, an_exec_ends_the_image_before_it);
	tcase_add_test(tc, an_end_tells_status_or_signal);
	tcase_add_test(tc, an_image_is_told_to_the_history_once_for_each_change);
	tcase_add_test(tc, a_blind_spot_is_told_once);
	tcase_add_test(tc, a_hundred_thousand_paths_are_all_found);
	tcase_add_test(tc, rolled_back_rows_are_forgotten);
	tcase_add_test(tc, an_object_is_known_by_each_of_its_numbers_until_its_last_name_goes);
	return unit_run("ledger", tc);
}
