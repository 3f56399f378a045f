/* The public views, all of them alike. */
#include "config.h"

#include "store/query_view.h"

#include "store/cursor_impl.h"
#include "store/stmt.h"

const char *const view_names[VIEW_COUNT] = {
	[VIEW_RUNS] = "runs",
	[VIEW_PROCESSES] = "processes",
	[VIEW_CHANGES] = "changes",
	[VIEW_WRITES] = "writes",
	[VIEW_CONNECTIONS] = "connections",
	[VIEW_BLIND_SPOTS] = "blind_spots",
	[VIEW_NOTABLE] = "notable",
	[VIEW_OUTCOMES] = "outcomes",
};

static const char *const view_sql[VIEW_COUNT] = {
	[VIEW_RUNS] =
		"SELECT *, (SELECT group_concat(uuid, ',') FROM (SELECT t.uuid FROM run AS t"
		"  WHERE t.id IN (SELECT of_run_id FROM of_run WHERE run_id = ?1) ORDER BY t.id)) AS of_uuids"
		" FROM runs WHERE id = ?1",
	[VIEW_PROCESSES] = "SELECT * FROM processes WHERE run_id = ?1 ORDER BY id",
	[VIEW_CHANGES] = "SELECT * FROM changes WHERE run_id = ?1",
	[VIEW_WRITES] = "SELECT * FROM writes WHERE run_id = ?1",
	[VIEW_CONNECTIONS] = "SELECT * FROM connections WHERE run_id = ?1",
	[VIEW_BLIND_SPOTS] = "SELECT * FROM blind_spots WHERE run_id = ?1",
	[VIEW_NOTABLE] = "SELECT * FROM notable WHERE run_id = ?1",
	[VIEW_OUTCOMES] = "SELECT * FROM outcomes WHERE run_id = ?1",
};

int
query_view(struct store *s, enum view view, int64_t run_id, struct cursor **out, struct err *e)
{
	return CURSOR_OPEN(s, out, e, view_sql[view], STMT_INT(run_id));
}

int
query_count_paths(struct store *s, const int64_t *ids, size_t n_ids, int64_t *n, struct err *e)
{
	static const char sql[] =
		"WITH chosen (id) AS (SELECT value FROM json_each(?1)) SELECT count(*) FROM ("
		"SELECT path_id FROM access WHERE run_id IN chosen"
		" UNION SELECT path_id FROM change WHERE run_id IN chosen"
		" UNION SELECT renamed_from_id FROM change WHERE run_id IN chosen AND renamed_from_id IS NOT NULL"
		" UNION SELECT path_id FROM notable_path WHERE run_id IN chosen"
		" UNION SELECT path_id FROM outcome WHERE run_id IN chosen)";

	return CURSOR_ONE_INT(s, n, e, sql, STMT_IDS(ids, n_ids)) < 0 ? -1 : 0;
}
