/* Rows of a stranger's file, each value looked at, into a history that gives its own numbers. */
#include "config.h"

#include "store/import.h"

#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/mem.h"
#include "base/path.h"
#include "event.h"
#include "store/import_file.h"
#include "store/import_value.h"
#include "store/rows.h"
#include "store/run.h"
#include "store/store_impl.h"
#include "store/word.h"

enum { SHARED_TEXT_MAX = 1 << 20, ROW_SAYS_NOTHING = 2 };

/* What is at work while rows are taken. */
struct taking {
	struct import_file *f;
	struct store *to;
	int64_t now_ns;
};

static int
bad_value(const struct import_file *f, const struct table *t, size_t i, struct err *e)
{
	return import_refuse(f, e, "in its table %s a value of %s cannot be right", t->name, t->columns[i].name);
}

/* --- what the file's numbers stand for --- */

static struct import_id *
new_import_id(struct import_ids *ids, int64_t old_id)
{
	struct import_id *id = LIST_ADD(ids->v, ids->n);

	*id = (struct import_id){ .old_id = old_id };
	return id;
}

/* The texts that rows share, in the order of their numbers, each number once. */
static int
load_shared(struct import_file *f, const char *sql, const char *what, struct import_ids *ids, struct err *e)
{
	sqlite3_stmt *stmt = import_prepare(f, sql, e);
	int rc;

	if (!stmt)
		return -1;
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(stmt, 0);
		const char *text = import_text(stmt, 1, SHARED_TEXT_MAX);

		if (sqlite3_column_type(stmt, 0) != SQLITE_INTEGER || id <= (ids->n ? ids->v[ids->n - 1].old_id : 0) ||
		    !text || !*text)
			break;
		new_import_id(ids, id)->text = f->texts.len;
		buf_add(&f->texts, text, strlen(text) + 1);
	}
	if (rc == SQLITE_ROW)
		import_refuse(f, e, "a row of its table %s cannot be right", what);
	else if (rc != SQLITE_DONE)
		import_failed(f, e);
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? 0 : -1;
}

/* A run that is here already is known by its uuid. */
static int
note_run(const struct taking *g, sqlite3_stmt *row, size_t at_uuid, struct err *e)
{
	struct import_file *f = g->f;
	struct import_run run = { .old_id = sqlite3_column_int64(row, 0) };
	int found = run_by_uuid(g->to, (const char *)sqlite3_column_text(row, (int)at_uuid), &run.id, e);

	if (found < 0)
		return -1;
	if (f->n_runs > 0 && f->runs[f->n_runs - 1].old_id >= run.old_id)
		return import_refuse(f, e, "two of its runs have the same number");
	run.here = found > 0;
	*LIST_ADD(f->runs, f->n_runs) = run;
	return 0;
}

/* New numbers for the processes of the runs that are taken, behind all that are in use. */
static int
load_processes(const struct taking *g, struct err *e)
{
	static const char last_sql[] = "SELECT coalesce(max(id), 0) FROM process";
	struct import_file *f = g->f;
	sqlite3_stmt *stmt = import_prepare(f, "SELECT id, run_id FROM process ORDER BY id", e);
	int64_t next;
	int rc = SQLITE_ERROR;

	if (!stmt || stmt_run_int(&g->to->stmts, g->to->db, last_sql, NULL, 0, &next, e) < 0)
		goto out;
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(stmt, 0);
		const struct import_run *run = import_find_run(f, sqlite3_column_int64(stmt, 1));
		struct import_id *p;

		if (sqlite3_column_type(stmt, 0) != SQLITE_INTEGER || !run || next == INT64_MAX ||
		    id <= (f->processes.n ? f->processes.v[f->processes.n - 1].old_id : 0))
			break;
		p = new_import_id(&f->processes, id);
		p->run_id = run->old_id;
		p->new_id = run->here ? 0 : ++next;
	}
	if (rc == SQLITE_ROW)
		import_refuse(f, e, "a row of its table process cannot be right");
	else if (rc != SQLITE_DONE)
		import_failed(f, e);
out:
	sqlite3_finalize(stmt);
	return rc == SQLITE_DONE ? 0 : -1;
}

/* --- one value, as the history is to have it --- */

static bool
is_operation(const char *word)
{
	for (int op = 0; op < OP_COUNT; op++) {
		if (op_names[op] && strcmp(op_names[op], word) == 0)
			return true;
	}
	return false;
}

/* 1, 0 where the file's number stands for nothing that can be here, -1 with e set. */
static int
bind_shared(const struct taking *g, const struct table_column *column, int64_t old_id, sqlite3_stmt *insert, int at,
	    struct err *e)
{
	bool word = column->kind == COLUMN_OPERATION || column->kind == COLUMN_WORD;
	struct import_id *id = import_find(word ? &g->f->words : &g->f->paths, old_id);
	const char *text = id ? g->f->texts.data + id->text : NULL;

	if (!id && !(column->kind == COLUMN_WORD && old_id == 0))
		return 0;
	if ((column->kind == COLUMN_OPERATION && !is_operation(text)) ||
	    (column->kind == COLUMN_PATH && !path_is_canonical(text)))
		return 0;
	if (id && id->new_id == 0 &&
	    (word ? word_id(g->to, text, &id->new_id, e) : row_path(g->to, text, &id->new_id, e)) < 0)
		return -1;
	stmt_int(insert, at, id ? id->new_id : 0);
	return 1;
}

static int
bind_process(const struct taking *g, int64_t old_id, int64_t run_id, sqlite3_stmt *insert, int at)
{
	const struct import_id *p = import_find(&g->f->processes, old_id);

	if (old_id != 0 && (!p || p->run_id != run_id))
		return 0;
	stmt_int(insert, at, p ? p->new_id : 0);
	return 1;
}

/* A run that is not in the file has no number any more. */
static int
bind_other_run(const struct taking *g, int64_t old_id, sqlite3_stmt *insert, int at)
{
	const struct import_run *run = import_find_run(g->f, old_id);

	if (!run)
		return ROW_SAYS_NOTHING;
	stmt_int(insert, at, run->id);
	return 1;
}

/* run_id is the row's run, as the file numbers it.  1, 0 for what cannot be right, ROW_SAYS_NOTHING, -1 with e set. */
static int
bind_imported(const struct taking *g, const struct table_column *column, sqlite3_stmt *row, int i, int64_t run_id,
	      sqlite3_stmt *insert, struct err *e)
{
	int64_t number = sqlite3_column_int64(row, i);
	int at = i + 1;

	if (sqlite3_column_type(row, i) == SQLITE_NULL) {
		sqlite3_bind_null(insert, at);
		return 1;
	}
	switch (column->kind) {
	case COLUMN_RUN:
		stmt_int(insert, at, import_find_run(g->f, number)->id);
		return 1;
	case COLUMN_OWN_ID:
	case COLUMN_PROCESS:
		return bind_process(g, number, run_id, insert, at);
	case COLUMN_PATH:
	case COLUMN_GIVEN_PATH:
	case COLUMN_OPERATION:
	case COLUMN_WORD:
		return bind_shared(g, column, number, insert, at, e);
	case COLUMN_OTHER_RUN:
		return bind_other_run(g, number, insert, at);
	case COLUMN_NAME:
		if (g->f->check_name((const char *)sqlite3_column_text(row, i), e) < 0)
			return err_prefix(e, "cannot import %s", g->f->path);
		/* fall through */
	case COLUMN_UUID:
	case COLUMN_CHOICE:
	case COLUMN_TEXT:
	case COLUMN_RUN_COMMAND:
	case COLUMN_COMMAND:
	case COLUMN_INT:
	case COLUMN_DIGEST:
	case COLUMN_BLOB:
		break;
	}
	sqlite3_bind_value(insert, at, sqlite3_column_value(row, i));
	return 1;
}

/* --- rows --- */

/* What a constraint of the history refuses the file should not have had. */
static int
insert_imported(const struct taking *g, const struct table *t, sqlite3_stmt *insert, struct err *e)
{
	if (stmt_done(insert, e) == 0)
		return 0;
	if (e->code != ERR_DB || (e->sys & 0xff) != SQLITE_CONSTRAINT)
		return err_prefix(e, "cannot write history %s", store_path(g->to));
	return import_refuse(g->f, e, "a row of its table %s cannot be right", t->name);
}

/* Whether a process comes from one that came later: who follows such a row may walk in a circle. */
static bool
is_younger(const struct table *t, sqlite3_stmt *row, size_t i)
{
	return t->columns[i].kind == COLUMN_PROCESS && sqlite3_column_type(row, (int)i) != SQLITE_NULL &&
	       sqlite3_column_int64(row, (int)i) >= sqlite3_column_int64(row, 0);
}

static int
take_row(const struct taking *g, const struct table *t, sqlite3_stmt *row, int64_t run_id, sqlite3_stmt *insert,
	 struct err *e)
{
	for (size_t i = 0; i < t->n; i++) {
		int fits = import_value_fits(&t->columns[i], row, (int)i)
			? bind_imported(g, &t->columns[i], row, (int)i, run_id, insert, e) : 0;

		if (fits < 0)
			return -1;
		if (fits == 0 || (t == &tables[TABLE_PROCESS] && is_younger(t, row, i)))
			return bad_value(g->f, t, i, e);
		if (fits == ROW_SAYS_NOTHING)
			return 0;
	}
	return insert_imported(g, t, insert, e);
}

static sqlite3_stmt *
prepare_rows(struct import_file *f, const struct table *t, struct err *e)
{
	struct buf sql = BUF_INIT;
	sqlite3_stmt *stmt;

	table_add_select(&sql, t);
	buf_addstr(&sql, " ORDER BY 1");
	stmt = import_prepare(f, sql.data, e);
	buf_release(&sql);
	return stmt;
}

static sqlite3_stmt *
prepare_insert(struct store *to, const struct table *t, struct err *e)
{
	sqlite3_stmt *stmt = NULL;
	struct buf sql = BUF_INIT;

	table_add_insert(&sql, t);
	if (sqlite3_prepare_v2(to->db, sql.data, -1, &stmt, NULL) != SQLITE_OK)
		stmt_error(to->db, e);
	buf_release(&sql);
	return stmt;
}

/* The row's run, if the row is to be taken: 1; 0 if that run is here already; -1 with e set. */
static int
wanted_run(const struct taking *g, const struct table *t, sqlite3_stmt *row, size_t at, int64_t *run_id, struct err *e)
{
	const struct import_run *run;

	*run_id = sqlite3_column_int64(row, (int)at);
	run = import_value_fits(&t->columns[at], row, (int)at) ? import_find_run(g->f, *run_id) : NULL;
	if (!run)
		return bad_value(g->f, t, at, e);
	return !run->here;
}

static int
take_table(const struct taking *g, const struct table *t, struct err *e)
{
	sqlite3_stmt *row = prepare_rows(g->f, t, e);
	sqlite3_stmt *insert = row ? prepare_insert(g->to, t, e) : NULL;
	size_t at = table_column_at(t, "run_id");
	int rc = SQLITE_ERROR;
	int64_t run_id;

	while (insert && (rc = sqlite3_step(row)) == SQLITE_ROW) {
		int wanted = wanted_run(g, t, row, at, &run_id, e);

		if (wanted < 0 || (wanted > 0 && take_row(g, t, row, run_id, insert, e) < 0))
			break;
	}
	if (insert && rc != SQLITE_ROW && rc != SQLITE_DONE)
		import_failed(g->f, e);
	sqlite3_finalize(insert);
	sqlite3_finalize(row);
	return rc == SQLITE_DONE ? 0 : -1;
}

/* The history gives the number, and the time of the import is now. */
static int
take_run(const struct taking *g, sqlite3_stmt *row, sqlite3_stmt *insert, struct import_run *run, struct err *e)
{
	const struct table *t = &tables[TABLE_RUN];

	for (size_t i = 1; i < t->n; i++) {
		int fits = bind_imported(g, &t->columns[i], row, (int)i, run->old_id, insert, e);

		if (fits <= 0)
			return fits < 0 ? -1 : bad_value(g->f, t, i, e);
	}
	sqlite3_bind_null(insert, 1);
	stmt_int(insert, (int)table_column_at(t, "imported_ns") + 1, g->now_ns);
	if (insert_imported(g, t, insert, e) < 0)
		return -1;
	run->id = sqlite3_last_insert_rowid(g->to->db);
	return 0;
}

static int
check_run_row(const struct taking *g, sqlite3_stmt *row, size_t at_state, struct err *e)
{
	const struct table *t = &tables[TABLE_RUN];
	const char *state = import_text(row, (int)at_state, 64);

	if (run_state_named(state) == RUN_RUNNING)
		return import_refuse(g->f, e, "its run %lld had not ended",
				     (long long)sqlite3_column_int64(row, 0));
	for (size_t i = 0; i < t->n; i++) {
		if (!import_value_fits(&t->columns[i], row, (int)i))
			return bad_value(g->f, t, i, e);
	}
	return 0;
}

/* Twice over the rows: what refers to a run must know which of them are here. */
static int
take_runs(const struct taking *g, struct err *e)
{
	const struct table *t = &tables[TABLE_RUN];
	sqlite3_stmt *row = prepare_rows(g->f, t, e);
	sqlite3_stmt *insert = row ? prepare_insert(g->to, t, e) : NULL;
	size_t at_uuid = table_column_at(t, "uuid"), at_state = table_column_at(t, "state");
	int rc = SQLITE_ERROR;
	bool ok = true;

	while (insert && ok && (rc = sqlite3_step(row)) == SQLITE_ROW)
		ok = check_run_row(g, row, at_state, e) == 0 && note_run(g, row, at_uuid, e) == 0;
	if (rc == SQLITE_DONE)
		sqlite3_reset(row);
	for (size_t i = 0; rc == SQLITE_DONE && ok && i < g->f->n_runs; i++) {
		if (sqlite3_step(row) != SQLITE_ROW)
			rc = SQLITE_CORRUPT;
		else if (!g->f->runs[i].here)
			ok = take_run(g, row, insert, &g->f->runs[i], e) == 0;
	}
	if (insert && ok && rc != SQLITE_DONE)
		import_failed(g->f, e);
	sqlite3_finalize(insert);
	sqlite3_finalize(row);
	return rc == SQLITE_DONE && ok ? 0 : -1;
}

int
import_rows(struct import_file *f, struct store *to, int64_t now_ns, const struct import_run **runs, size_t *n,
	    struct err *e)
{
	const struct taking g = { f, to, now_ns };

	if (take_runs(&g, e) < 0 || load_processes(&g, e) < 0 ||
	    load_shared(f, "SELECT id, path FROM path ORDER BY id", "path", &f->paths, e) < 0 ||
	    load_shared(f, "SELECT id, word FROM word ORDER BY id", "word", &f->words, e) < 0)
		return -1;
	for (size_t i = TABLE_RUN + 1; i < TABLE_COUNT; i++) {
		if (take_table(&g, &tables[i], e) < 0)
			return -1;
	}
	*runs = f->runs;
	*n = f->n_runs;
	return 0;
}
