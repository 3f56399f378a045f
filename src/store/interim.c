/* Rows of runs that go on, in temporary tables. */
#include "config.h"

#include "store/interim.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/schema.h"
#include "store/store_impl.h"

/*
 * The rows of what has ended are copied, all the others are to come.  Ids that are given here begin where the history
 * will never come: it goes on to give its own.
 */
#define OTHERS " WHERE run_id IN (SELECT value FROM json_each(?1)) AND run_id NOT IN (SELECT value FROM json_each(?2))"
#define FIRST_ID "1152921504606846976"

static const char tables_sql[] =
	"CREATE TEMP TABLE run AS SELECT * FROM main.run;"
	"CREATE TEMP TABLE path (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE);"
	"INSERT INTO temp.path VALUES (" FIRST_ID ", '');"
	"CREATE TEMP TABLE process (id INTEGER PRIMARY KEY, run_id, seq, parent_id, pid, image_id, program TEXT,"
	" command TEXT, directory TEXT, started_ns, ended_ns, exit_status, exit_signal, UNIQUE (run_id, seq));"
	"INSERT INTO temp.process (id, run_id, seq, pid) VALUES (" FIRST_ID ", 0, 0, 0);"
	"CREATE TEMP TABLE change AS SELECT * FROM main.change WHERE false;"
	"CREATE UNIQUE INDEX temp.interim_change ON change (run_id, path_id);"
	"CREATE TEMP TABLE connection AS SELECT * FROM main.connection WHERE false;"
	"CREATE TEMP TABLE blind_spot AS SELECT * FROM main.blind_spot WHERE false;"
	"CREATE UNIQUE INDEX temp.interim_blind_spot ON blind_spot (run_id, seq);"
	"CREATE TEMP TABLE notable_path AS SELECT * FROM main.notable_path WHERE false;"
	"CREATE UNIQUE INDEX temp.interim_notable ON notable_path (run_id, path_id, reason);";

/* Of connections and processes the history has most of those of a run that goes on. */
static const char *const copies_sql[] = {
	"INSERT INTO temp.process SELECT * FROM main.process WHERE run_id IN (SELECT value FROM json_each(?1))",
	"INSERT INTO temp.connection SELECT * FROM main.connection WHERE run_id IN (SELECT value FROM json_each(?1))",
	"INSERT INTO temp.change SELECT * FROM main.change" OTHERS,
	"INSERT INTO temp.blind_spot (run_id, seq, process_id, kind, detail)"
	" SELECT run_id, seq, process_id, kind, detail FROM main.blind_spot" OTHERS,
	"INSERT INTO temp.notable_path SELECT * FROM main.notable_path" OTHERS,
	"INSERT OR IGNORE INTO temp.path SELECT id, path FROM main.path WHERE id IN (SELECT path_id FROM temp.change"
	" UNION SELECT renamed_from_id FROM temp.change)",
};

/* What SQLite is asked to write while the tables are filled: nothing of the history.  A table function, too, has a schema. */
static int
authorize_write(void *context, int what, const char *table, const char *column, const char *db, const char *view)
{
	bool writes = what == SQLITE_INSERT || what == SQLITE_UPDATE || what == SQLITE_DELETE;

	(void)context;
	(void)column;
	(void)view;
	if (!writes || (table && strncmp(table, "sqlite_", 7) == 0))
		return SQLITE_OK;
	return db && strcmp(db, "main") == 0 ? SQLITE_DENY : SQLITE_OK;
}

static int
interim_copy(struct store *s, const struct interim_runs *runs, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < ARRAY_SIZE(copies_sql); i++)
		rc = STORE_RUN(s, e, copies_sql[i], STMT_IDS(runs->asked, runs->n_asked),
			       STMT_IDS(runs->running, runs->n_running));
	return rc;
}

int
interim_begin(struct store *s, const struct interim_runs *runs, struct err *e)
{
	if (s->version != schema_newest())
		return err_set(e, ERR_INPUT, "history %s is of another version than this writetrace", s->path);
	s->interim = xmemdup(runs->running, runs->n_running * sizeof(*runs->running));
	s->n_interim = runs->n_running;
	if (store_exec(s, "PRAGMA query_only = OFF", e) < 0)
		return -1;
	sqlite3_set_authorizer(s->db, authorize_write, NULL);
	if (store_exec(s, "BEGIN", e) < 0)
		return -1;
	if (store_exec(s, tables_sql, e) == 0 && interim_copy(s, runs, e) == 0)
		return store_exec(s, "COMMIT", e);
	store_rollback(s);
	return -1;
}

int
interim_end(struct store *s, struct err *e)
{
	sqlite3_set_authorizer(s->db, NULL, NULL);
	return store_exec(s, "PRAGMA query_only = ON", e);
}

bool
interim_has(const struct store *s, int64_t run_id)
{
	for (size_t i = 0; i < s->n_interim; i++) {
		if (s->interim[i] == run_id)
			return true;
	}
	return false;
}
