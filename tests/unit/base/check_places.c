/* base/places: where somebody may change something. */
#include "config.h"

#include "base/places.h"

#include <string.h>

#include "base/mem.h"
#include "unit/unit.h"

static const struct {
	const char *place;
	bool is_glob;
	const char *path;
	bool want;
} rows[] = {
	{ "/a/b", false, "/a/b", true },
	{ "/a/b", false, "/a/b/c/d", true },
	{ "/a/b", false, "/a/bc", false },
	{ "/a/b", false, "/a", false },
	{ "/", false, "/a", true },
	{ "/a*b", false, "/aab", false },	/* stars of a name that is no glob */
	{ "/a/*.log", true, "/a/x.log", true },
	{ "/a/*.log", true, "/a/b/x.log", true },	/* a star takes slashes too */
	{ "/a/*.log", true, "/a/x.log/below", true },	/* what lies below a directory that it means */
	{ "/a/*.log", true, "/a/x.logs", false },
	{ "/a/*.log", true, "/a/", false },
	{ "/a/?", true, "/a/\xc3\xa9", true },	/* one character of two bytes */
	{ "/a/?", true, "/a/\xff", true },	/* a byte that is none */
	{ "/a/?", true, "/a/", false },
	{ "/a/??", true, "/a/\xc3\xa9", false },
	{ "/a/[a-c]x", true, "/a/bx", true },
	{ "/a/[^a-c]x", true, "/a/bx", false },
	{ "/a/[^a-c]x", true, "/a/dx", true },
	{ "/a/[]]", true, "/a/]", true },
	{ "/a/[b", true, "/a/b", false },	/* a class without an end means nothing */
	{ "/a/[b", true, "/a/[b", false },
	{ "*", true, "/anything/at/all", true },
	{ "*/x", true, "/a/x", true },
	{ "/*/a/*/b", true, "/1/a/a/2/b/b", true },
	{ "/*/a/*/b", true, "/1/a/b", false },
};

START_TEST(a_path_is_at_a_place_or_below_it)
{
	struct places p = { NULL, 0 };

	ck_assert(!places_have(&p, rows[_i].path));
	places_add(&p, xstrdup("/elsewhere"), false);
	places_add(&p, xstrdup(rows[_i].place), rows[_i].is_glob);
	ck_assert_int_eq(places_have(&p, rows[_i].path), rows[_i].want);
	places_release(&p);
	ck_assert_uint_eq(p.n, 0);
}
END_TEST

/* Stars that each tried all lengths would take for ever. */
START_TEST(many_stars_end)
{
	struct places p = { NULL, 0 };
	char path[4000];

	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	places_add(&p, xstrdup("/*a*a*a*a*a*a*a*a*a*a*a*a*a*a*ab"), true);
	ck_assert(!places_have(&p, path));
	places_release(&p);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("places");

	tcase_add_loop_test(tc, a_path_is_at_a_place_or_below_it, 0, ARRAY_SIZE(rows));
	tcase_add_test(tc, many_stars_end);
	return unit_run("places", tc);
}
