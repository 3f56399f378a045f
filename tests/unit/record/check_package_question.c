/* record/package_question: whom paths belong to, by lists of names in which some are links' and some diverted. */
#include "config.h"

#include "record/package_question.h"

#include "base/buf.h"
#include "base/mem.h"
#include "unit/unit.h"

static const char *const paths[] = {
	"/usr/bin/ls", "/usr/bin/tool", "/usr/bin/tool.real", "/etc/own", "/etc/own.local", "/usr/share/doc", "/usr/bin", "/srv/a\nb",
};

static const struct {
	const char *name, *package;
} lists[] = {
	{ "/bin/ls", "coreutils" },
	{ "/bin/tool", "old:amd64" }, { "/bin/tool", "maker:amd64" }, { "/usr/bin/tool", "third" },
	{ "/etc/own", "owner" },
	{ "/usr/share/doc", "a" }, { "/usr/share/doc", "b" }, { "/usr/share/doc", "a" }, { "/usr/share/doc", "c" },
	{ "/usr/share/doc", "d" }, { "/usr/share/doc", "e" }, { "/usr/share/doc", "not a name" }, { "/usr/share/doc", "" },
	{ "/srv/a", "cut" }, { "/bin", "base" }, { "/usr/bin/ls/below", "none" },
};

/* What is asked, by its name, with the packages behind it. */
static const struct {
	const char *path, *want;
} answers[] = {
	{ "/usr/bin/ls", "coreutils" },
	{ "/usr/bin/tool", "maker:amd64 third" },	/* the third one's list has the name that was not diverted */
	{ "/usr/bin/tool.real", "old:amd64" },
	{ "/etc/own", "" },
	{ "/etc/own.local", "owner" },
	{ "/usr/share/doc", "a b c and 2" },
	{ "/usr/bin", "" },
	{ "/srv/a\nb", "" },
};

START_TEST(lists_are_answers)
{
	static const struct package_link links[] = { { "/bin", "/usr/bin" }, { "/lib", "/usr/lib" } };
	struct package_question q;
	struct buf got = BUF_INIT;

	package_question_init(&q, paths, ARRAY_SIZE(paths));
	package_question_divert(&q, "/bin/tool", "/bin/tool.real", "maker");
	package_question_divert(&q, "/etc/own", "/etc/own.local", NULL);
	package_question_complete(&q, links, ARRAY_SIZE(links));
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		package_question_note(&q, lists[i].name, lists[i].package, strlen(lists[i].package));
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		const struct package_answer *a = &q.answers[i];

		buf_reset(&got);
		for (size_t k = 0; k < a->n && k < PACKAGE_OWNERS_NAMED; k++)
			buf_addf(&got, "%s%s", k ? " " : "", a->names[k]);
		if (a->n > PACKAGE_OWNERS_NAMED)
			buf_addf(&got, " and %zu", a->n - PACKAGE_OWNERS_NAMED);
		ck_assert_str_eq(answers[i].path, paths[i]);
		ck_assert_msg(strcmp(got.data, answers[i].want) == 0, "%s: '%s'", paths[i], got.data);
	}
	buf_release(&got);
	package_question_release(&q);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("package_question");

	tcase_add_test(tc, lists_are_answers);
	return unit_run("package_question", tc);
}
