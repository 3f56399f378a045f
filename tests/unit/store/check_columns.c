/* store/columns: what goes from one history into another is all that a history holds. */
#include "config.h"

#include "store/columns.h"

#include "base/mem.h"
#include "unit/history.h"
#include "store/schema.h"

/* Tables and columns of the schema that belong to no run: shared texts, SQLite's own, a row's own number. */
static const char known_elsewhere_sql[] =
	"m.name IN ('word', 'path') OR m.name GLOB 'sqlite_*' OR (m.name = 'blind_spot' AND x.name = 'id')";

static void
add_columns(struct buf *out)
{
	buf_addstr(out, "WITH known (t, c) AS (VALUES ");
	for (size_t i = 0; i < TABLE_COUNT; i++) {
		for (size_t k = 0; k < tables[i].n; k++)
			buf_addf(out, "%s('%s', '%s')", i + k ? ", " : "", tables[i].name, tables[i].columns[k].name);
	}
	buf_addch(out, ')');
}

START_TEST(every_column_of_the_schema_is_known)
{
	struct buf sql = BUF_INIT;

	history_make(NULL);
	add_columns(&sql);
	buf_addf(&sql, " SELECT count(*) FROM sqlite_schema AS m, pragma_table_info(m.name) AS x"
		 " WHERE m.type = 'table' AND NOT (%s) AND (m.name, x.name) NOT IN known", known_elsewhere_sql);
	ck_assert_int_eq(history_ask(sql.data), 0);
	buf_release(&sql);
}
END_TEST

START_TEST(every_known_column_is_in_the_schema)
{
	struct buf sql = BUF_INIT;

	history_make(NULL);
	add_columns(&sql);
	buf_addstr(&sql, " SELECT count(*) FROM known WHERE c NOT IN (SELECT name FROM pragma_table_info(t))");
	ck_assert_int_eq(history_ask(sql.data), 0);
	buf_release(&sql);
}
END_TEST

/* What can be NULL in the schema can be NULL in a file, and nothing else. */
START_TEST(null_is_allowed_where_the_schema_allows_it)
{
	const struct table *t = &tables[_i];

	history_make(NULL);
	for (size_t k = 0; k < t->n; k++) {
		char *sql = xasprintf("SELECT max(\"notnull\" OR pk > 0) FROM pragma_table_info('%s') WHERE name = '%s'",
				      t->name, t->columns[k].name);

		ck_assert_msg(history_ask(sql) == !t->columns[k].may_be_null, "%s.%s", t->name, t->columns[k].name);
		free(sql);
	}
}
END_TEST

START_TEST(no_table_is_newer_than_the_schema)
{
	const struct table *t = &tables[_i];

	ck_assert_int_le(t->since, schema_newest());
	ck_assert_uint_le(t->n, TABLE_COLUMNS_MAX);
	for (size_t k = 0; k < t->n; k++) {
		ck_assert(t->columns[k].kind != COLUMN_CHOICE || t->columns[k].choices);
		/* a longer text than 0 bytes must be possible */
		ck_assert((t->columns[k].kind != COLUMN_TEXT && t->columns[k].kind != COLUMN_BLOB) ||
			  t->columns[k].max > 0);
	}
	ck_assert_uint_lt(table_column_at(t, t == &tables[TABLE_RUN] ? "id" : "run_id"), t->n);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("tables");

	tcase_add_checked_fixture(tc, unit_enter_scratch, unit_leave_scratch);
	tcase_add_test(tc, every_column_of_the_schema_is_known);
	tcase_add_test(tc, every_known_column_is_in_the_schema);
	tcase_add_loop_test(tc, null_is_allowed_where_the_schema_allows_it, 0, TABLE_COUNT);
	tcase_add_loop_test(tc, no_table_is_newer_than_the_schema, 0, TABLE_COUNT);
	return unit_run("tables", tc);
}
