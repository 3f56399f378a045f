/* cmd/opts and cmd/table: options and subcommands. */
#include "config.h"

#include "cmd/opts.h"

#include "cmd/cmd.h"
#include "cmd/table.h"
#include "unit/unit.h"

static const struct cmd reading = {
	.name = "reading",
	.formats = FORMATS_PATHS,
	.options = { OPT_SUMMARY, OPT_ALL, OPT_FORMAT, OPT_NULL, OPT_ONLY, OPT_COLOR, OPT_DB },
};

static const struct cmd running = {
	.name = "running",
	.needs = CMD_OPTIONS_FIRST | CMD_RUNS_COMMAND,
	.options = { OPT_NAME, OPT_QUIET, OPT_VERBOSE, OPT_DAEMONS, OPT_DB },
};

static const struct cmd raw = {
	.name = "raw",
	.needs = CMD_OPTIONS_FIRST | CMD_RAW_ARGS,
	.options = { OPT_DB },
};

enum { WORDS_MAX = 8 };

/* Parse words, of which the first is the command's name. */
static int
parse(const struct cmd *cmd, const char *const words[WORDS_MAX], struct options *o, const char **operand,
      struct err *e)
{
	char *argv[WORDS_MAX + 1] = { NULL };
	int argc = 0, first = 0, rc;

	while (argc < WORDS_MAX && words[argc]) {
		argv[argc] = (char *)(uintptr_t)words[argc];
		argc++;
	}
	rc = opts_parse(cmd, argc, argv, o, &first, e);
	*operand = rc == 0 && first < argc ? argv[first] : NULL;
	return rc;
}

static const struct {
	const struct cmd *cmd;
	const char *words[WORDS_MAX];
	const char *operand;		/* the first that is left */
} operands[] = {
	{ &reading, { "reading", "5", "-s" }, "5" },			/* options may follow, as in git */
	{ &reading, { "reading", "-s", "5" }, "5" },
	{ &reading, { "reading", "--", "-s" }, "-s" },
	{ &running, { "running", "--name", "x", "make", "-j4" }, "make" },
	{ &running, { "running", "-q", "--", "-x" }, "-x" },
	{ &running, { "running", "make", "--name", "x" }, "make" },
	{ &raw, { "raw", "-csv", "SELECT 1" }, "-csv" },		/* another program's option */
	{ &raw, { "raw", "--db=x", "-csv" }, "-csv" },
	{ &raw, { "raw", "--db", "x", "--json" }, "--json" },
	{ &raw, { "raw", "--", "--db" }, "--db" },
};

START_TEST(options_end_where_the_command_wants_it)
{
	const char *operand;
	struct options o;
	struct err e;

	ck_assert_int_eq(parse(operands[_i].cmd, operands[_i].words, &o, &operand, &e), 0);
	ck_assert_str_eq(operand, operands[_i].operand);
	opts_release(&o);
}
END_TEST

static const struct {
	const struct cmd *cmd;
	const char *words[WORDS_MAX];
	const char *says;		/* a part of the message */
} refused[] = {
	{ &reading, { "reading", "--nope" }, "unknown option --nope" },
	{ &reading, { "reading", "-x" }, "unknown option -x" },
	{ &reading, { "reading", "-q" }, "unknown option -q" },		/* another command's */
	{ &reading, { "reading", "--db" }, "needs an argument" },
	{ &reading, { "reading", "--all=x" }, "takes no argument" },
	{ &reading, { "reading", "--format=xml" }, "--format=xml" },
	{ &reading, { "reading", "--format=list" }, "--format=list" },	/* not this command's */
	{ &reading, { "reading", "--color=blue" }, "--color=blue" },
	{ &reading, { "reading", "-s", "--all" }, "contradict" },
	{ &reading, { "reading", "-z", "--format=json" }, "contradict" },
	{ &reading, { "reading", "--format=json", "-z" }, "contradict" },
	{ &running, { "running", "-q", "-v", "x" }, "contradict" },
	{ &running, { "running", "--daemons=maybe", "x" }, "--daemons=maybe" },
};

START_TEST(what_cannot_be_meant_is_refused_with_a_reason)
{
	const char *operand;
	struct options o;
	struct err e;

	ck_assert_int_eq(parse(refused[_i].cmd, refused[_i].words, &o, &operand, &e), -1);
	ck_assert_int_eq(e.code, ERR_USAGE);
	ck_assert_msg(strstr(e.text, refused[_i].says) != NULL, "%s", e.text);
	opts_release(&o);
}
END_TEST

START_TEST(values_arrive)
{
	static const char *const words[WORDS_MAX] = {
		"reading", "--only", "/a", "--only=/b", "--color=never", "-z", "--db=x"
	};
	const char *operand;
	struct options o;
	struct err e;

	ck_assert_int_eq(parse(&reading, words, &o, &operand, &e), 0);
	ck_assert_uint_eq(o.only.n, 2);
	ck_assert_str_eq(o.only.v[0], "/a");
	ck_assert_str_eq(o.only.v[1], "/b");
	ck_assert_int_eq(o.color, COLOR_NEVER);
	ck_assert_int_eq(o.format, FORMAT_NULL);
	ck_assert_str_eq(o.db, "x");
	ck_assert(!o.all && !o.summary && o.given[OPT_NULL] && !o.given[OPT_FORMAT]);
	opts_release(&o);
}
END_TEST

START_TEST(saying_the_same_twice_is_no_contradiction)
{
	static const char *const words[WORDS_MAX] = { "reading", "-z", "--format=null" };
	const char *operand;
	struct options o;
	struct err e;

	ck_assert_int_eq(parse(&reading, words, &o, &operand, &e), 0);
	ck_assert_int_eq(o.format, FORMAT_NULL);
	opts_release(&o);
}
END_TEST

START_TEST(every_row_of_the_table_is_whole)
{
	for (int id = OPT_END + 1; id < OPT_COUNT; id++) {
		ck_assert_ptr_nonnull(opt_table[id].long_name);
		ck_assert_ptr_nonnull(opt_table[id].help);
		for (int k = id + 1; k < OPT_COUNT; k++)
			ck_assert(!opt_table[id].letter || opt_table[id].letter != opt_table[k].letter);
	}
}
END_TEST

/* A name may mean one thing to one command and another to another. */
START_TEST(no_command_takes_two_options_of_one_name)
{
	for (const struct cmd *const *c = cmd_table; *c; c++) {
		for (const enum opt_id *a = (*c)->options; *a != OPT_END; a++) {
			for (const enum opt_id *b = a + 1; *b != OPT_END; b++)
				ck_assert_str_ne(opt_table[*a].long_name, opt_table[*b].long_name);
		}
	}
}
END_TEST

START_TEST(commands_stand_in_order_and_are_whole)
{
	for (const struct cmd *const *c = cmd_table; *c; c++) {
		ck_assert_ptr_eq(table_find((*c)->name), *c);
		ck_assert_ptr_nonnull((*c)->summary);
		ck_assert_int_eq(strncmp((*c)->usage, (*c)->name, strlen((*c)->name)), 0);
		ck_assert(!opts_takes(*c, OPT_FORMAT) == ((*c)->formats == 0));
		ck_assert(!c[1] || strcmp(c[0]->name, c[1]->name) < 0);
	}
	ck_assert_ptr_null(table_find("nope"));
}
END_TEST

static const struct {
	const char *word, *want;
} near[] = {
	{ "lsit", "list" },
	{ "lst", "list" },
	{ "shwo", "show" },
	{ "mainfest", "manifest" },
	{ "manifst", "manifest" },
	{ "hepl", "help" },
	{ "undoo", "undo" },
	{ "frobnicate", NULL },		/* far from all */
	{ "x", NULL },
	{ "", NULL },
	{ "an-endless-word-that-is-no-slip", NULL },
};

START_TEST(a_slip_of_the_fingers_finds_its_command)
{
	const struct cmd *cmd = table_nearest(near[_i].word);

	if (near[_i].want)
		ck_assert_str_eq(cmd ? cmd->name : "nothing", near[_i].want);
	else
		ck_assert_ptr_null(cmd);
}
END_TEST

static const struct {
	const char *words[WORDS_MAX];
	const char *says;
} unknown[] = {
	{ { "sh", "-c", "a b" }, "did you mean: writetrace run -- sh -c 'a b'" },
	{ { "/bin/sh" }, "did you mean: writetrace run -- /bin/sh" },
	{ { "lsit" }, "did you mean: writetrace list" },
	{ { "no-such-thing-at-all" }, "writetrace help lists the commands" },
};

START_TEST(an_unknown_word_gets_what_was_probably_meant)
{
	char *argv[WORDS_MAX + 1] = { NULL };
	struct err e;

	for (int i = 0; unknown[_i].words[i]; i++)
		argv[i] = (char *)(uintptr_t)unknown[_i].words[i];
	ck_assert_int_eq(table_unknown(argv, &e), -1);
	ck_assert_msg(strstr(e.text, unknown[_i].says) != NULL, "%s", e.text);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("opts");

	tcase_add_loop_test(tc, options_end_where_the_command_wants_it, 0, ARRAY_SIZE(operands));
	tcase_add_loop_test(tc, what_cannot_be_meant_is_refused_with_a_reason, 0, ARRAY_SIZE(refused));
	tcase_add_test(tc, values_arrive);
	tcase_add_test(tc, saying_the_same_twice_is_no_contradiction);
	tcase_add_test(tc, every_row_of_the_table_is_whole);
	tcase_add_test(tc, no_command_takes_two_options_of_one_name);
	tcase_add_test(tc, commands_stand_in_order_and_are_whole);
	tcase_add_loop_test(tc, a_slip_of_the_fingers_finds_its_command, 0, ARRAY_SIZE(near));
	tcase_add_loop_test(tc, an_unknown_word_gets_what_was_probably_meant, 0, ARRAY_SIZE(unknown));
	return unit_run("opts", tc);
}
