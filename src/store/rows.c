/* What a run hands to the history, row by row. */
#include "config.h"

#include "store/rows.h"

#include "store/store_impl.h"
#include "store/word.h"

const char *const row_old_content_names[OLD_CONTENT_COUNT] = {
	[OLD_KEPT] = "kept",
	[OLD_NOT_KEPT] = "not kept",
};

/* By the history's own number, where that has one. */
static int
interim_path(struct store *s, const char *path, int64_t *id, struct err *e)
{
	static const char find_sql[] = "SELECT id FROM main.path WHERE path = ?1";
	static const char add_sql[] = "INSERT OR IGNORE INTO temp.path (id, path) VALUES (?1, ?2)";
	static const char added_sql[] = "SELECT id FROM temp.path WHERE path = ?1";
	int found = STORE_FIND_INT(s, id, e, find_sql, STMT_TEXT(path));

	if (found < 0 || STORE_RUN(s, e, add_sql, STMT_INT_IF(found > 0, *id), STMT_TEXT(path)) < 0)
		return -1;
	return found > 0 ? 0 : STORE_RUN_INT(s, id, e, added_sql, STMT_TEXT(path));
}

int
row_path(struct store *s, const char *path, int64_t *id, struct err *e)
{
	static const char add_sql[] =
		"INSERT INTO path (path) VALUES (?1) ON CONFLICT (path) DO NOTHING";
	static const char find_sql[] = "SELECT id FROM path WHERE path = ?1";

	if (s->interim)
		return interim_path(s, path, id, e);
	/* without RETURNING, for which SQLite makes a table of its own each time: three times as much work */
	if (STORE_RUN(s, e, add_sql, STMT_TEXT(path)) < 0)
		return -1;
	if (sqlite3_changes(s->db) == 1) {
		*id = sqlite3_last_insert_rowid(s->db);
		return 0;
	}
	return STORE_RUN_INT(s, id, e, find_sql, STMT_TEXT(path));
}

/* What of an image changes after it has begun. */
static int
update_process(struct store *s, const struct row_process *row, int64_t id, struct err *e)
{
	static const char sql[] =
		"UPDATE process SET ended_ns = ?2, exit_status = ?3, exit_signal = ?4 WHERE id = ?1";

	return STORE_RUN(s, e, sql, STMT_INT(id), STMT_ID(row->ended_ns),
			 STMT_INT_IF(row->exit_status >= 0, row->exit_status),
			 STMT_INT_IF(row->exit_signal > 0, row->exit_signal));
}

static int
insert_process(struct store *s, const struct row_process *row, struct err *e)
{
	static const char sql[] =
		"INSERT INTO process (run_id, seq, parent_id, pid, image_id, program, command, directory,"
		" started_ns, ended_ns, exit_status, exit_signal)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
		" ON CONFLICT (run_id, seq) DO NOTHING";

	return STORE_RUN(s, e, sql, STMT_INT(row->run_id), STMT_INT(row->seq), STMT_ID(row->parent_id),
			 STMT_INT(row->pid), STMT_ID(row->image_id), STMT_TEXT(row->program),
			 STMT_TEXT(row->command), STMT_TEXT(row->directory), STMT_INT(row->started_ns),
			 STMT_ID(row->ended_ns), STMT_INT_IF(row->exit_status >= 0, row->exit_status),
			 STMT_INT_IF(row->exit_signal > 0, row->exit_signal));
}

int
row_process(struct store *s, const struct row_process *row, int64_t *id, struct err *e)
{
	static const char find_sql[] = "SELECT id FROM process WHERE run_id = ?1 AND seq = ?2";

	if (*id != 0 && update_process(s, row, *id, e) < 0)
		return -1;
	if (*id != 0 && sqlite3_changes(s->db) == 1)
		return 0;
	if (insert_process(s, row, e) < 0)
		return -1;
	if (sqlite3_changes(s->db) == 1) {
		*id = sqlite3_last_insert_rowid(s->db);
		return 0;
	}
	if (STORE_RUN_INT(s, id, e, find_sql, STMT_INT(row->run_id), STMT_INT(row->seq)) < 0)
		return -1;
	return update_process(s, row, *id, e);
}

int
row_access(struct store *s, const struct row_access *row, struct err *e)
{
#define INSERT_ACCESS \
	"INSERT INTO access (run_id, path_id, process_id, op_id, flags_id, error_id," \
	" count, first_ns, last_ns) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO "
	static const char add_sql[] = INSERT_ACCESS
		"UPDATE SET count = count + excluded.count, last_ns = excluded.last_ns";
	static const char keep_sql[] = INSERT_ACCESS "NOTHING";
	int64_t op_id, flags_id, error_id;

	if (word_id(s, row->op, &op_id, e) < 0 || word_id(s, row->flags, &flags_id, e) < 0 ||
	    word_id(s, row->error, &error_id, e) < 0)
		return -1;
	return STORE_RUN(s, e, row->replayed ? keep_sql : add_sql, STMT_INT(row->run_id), STMT_INT(row->path_id),
			 STMT_INT(row->process_id), STMT_INT(op_id), STMT_INT(flags_id), STMT_INT(error_id),
			 STMT_INT(row->count), STMT_INT(row->first_ns), STMT_INT(row->last_ns));
}

/* The columns of one side; before stands at odd positions of the list in row_change, after right behind. */
static void
bind_side(sqlite3_stmt *stmt, int at, const struct file_state *f)
{
	bool there = f && f->type != FILE_ABSENT;
	bool device = there && (f->type == FILE_CHAR || f->type == FILE_BLOCK);

	if (!there)
		return;		/* cleared bindings are NULL */
	stmt_text(stmt, at, state_type_names[f->type]);
	stmt_int_if(stmt, at + 2, f->type == FILE_REGULAR, f->size_bytes);
	stmt_int(stmt, at + 4, f->mode);
	stmt_int(stmt, at + 6, f->uid);
	stmt_int(stmt, at + 8, f->gid);
	stmt_int(stmt, at + 10, f->mtime_ns);
	stmt_text(stmt, at + 12, f->target);
	stmt_blob(stmt, at + 14, f->has_digest ? f->digest.bytes : NULL, DIGEST_SIZE);
	stmt_blob(stmt, at + 16, f->xattrs, f->xattrs_len);
	stmt_int(stmt, at + 18, f->iflags);
	stmt_int(stmt, at + 20, (int64_t)f->dev);
	stmt_int(stmt, at + 22, (int64_t)f->ino);
	stmt_int(stmt, at + 24, (int64_t)f->nlink);
	stmt_int_if(stmt, at + 26, device, (int64_t)f->rdev);
	stmt_int_if(stmt, at + 28, f->birth != 0, f->birth);
}

static int
put_change(struct store *s, const char *sql, const struct row_change *row, struct err *e)
{
	sqlite3_stmt *stmt = stmt_get(&s->stmts, s->db, sql, e);

	if (!stmt)
		return -1;
	stmt_bind(stmt, STMT_VALUES(STMT_INT(row->run_id), STMT_INT(row->path_id), STMT_TEXT(change_names[row->class]),
				    STMT_TEXT(row->differs), STMT_ID(row->renamed_from_id), STMT_ID(row->process_id),
				    STMT_TEXT(row_old_content_names[row->old_content])), SQLITE_STATIC);
	bind_side(stmt, 8, row->before);
	bind_side(stmt, 9, row->after);
	if (row->after && row->after->type != FILE_ABSENT)
		stmt_int_if(stmt, 38, row->after->ctime_ns != 0, row->after->ctime_ns);
	stmt_text(stmt, 39, change_disturbed_names[row->disturbed]);
	stmt_int_if(stmt, 40, row->caller_log, 1);
	stmt_int_if(stmt, 41, row->doubtful, 1);
	stmt_text(stmt, 42, row->via);
	stmt_int_if(stmt, 43, row->left_kept, 1);
	return stmt_done(stmt, e);
}

int
row_change(struct store *s, const struct row_change *row, struct err *e)
{
#define CHANGE_COLUMNS \
	"INTO change (run_id, path_id, class, differs, renamed_from_id," \
	" process_id, old_content, type_before, type_after, size_before, size_after," \
	" mode_before, mode_after, uid_before, uid_after, gid_before, gid_after," \
	" mtime_before_ns, mtime_after_ns, target_before, target_after," \
	" sha256_before, sha256_after, xattrs_before, xattrs_after," \
	" iflags_before, iflags_after, dev_before, dev_after, ino_before, ino_after," \
	" nlink_before, nlink_after, rdev_before, rdev_after, birth_before, birth_after," \
	" ctime_after_ns, disturbed, caller_log, doubtful, via, left_kept)" \
	" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17," \
	" ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33," \
	" ?34, ?35, ?36, ?37, ?38, ?39, ?40, ?41, ?42, ?43)"
	/* what may have to replace a row copies each page that it writes to, in case it fails */
	static const char add_sql[] = "INSERT " CHANGE_COLUMNS " ON CONFLICT (run_id, path_id) DO NOTHING";
	static const char replace_sql[] = "INSERT OR REPLACE " CHANGE_COLUMNS;

	if (put_change(s, add_sql, row, e) < 0)
		return -1;
	/* of a run whose recorder died here the row is there already */
	return sqlite3_changes(s->db) == 1 ? 0 : put_change(s, replace_sql, row, e);
}

int
row_notable(struct store *s, int64_t run_id, int64_t path_id, const char *reason, int rank, struct err *e)
{
	static const char sql[] =
		"INSERT OR IGNORE INTO notable_path (run_id, path_id, reason, rank) VALUES (?1, ?2, ?3, ?4)";

	return STORE_RUN(s, e, sql, STMT_INT(run_id), STMT_INT(path_id), STMT_TEXT(reason), STMT_INT(rank));
}

int
row_blind_spot(struct store *s, int64_t run_id, int64_t seq, int64_t process_id,
	       const char *kind, const char *detail, struct err *e)
{
	static const char sql[] =
		"INSERT INTO blind_spot (run_id, seq, process_id, kind, detail)"
		" VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (run_id, seq) DO NOTHING";

	return STORE_RUN(s, e, sql, STMT_INT(run_id), STMT_INT(seq), STMT_ID(process_id), STMT_TEXT(kind),
			 STMT_TEXT(detail));
}

int
row_connection(struct store *s, const struct row_connection *row, int64_t *id, struct err *e)
{
	static const char sql[] =
		"INSERT INTO connection (run_id, process_id, family, type, protocol, address, port, error,"
		" count, first_ns) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) RETURNING rowid";

	return STORE_RUN_INT(s, id, e, sql, STMT_INT(row->run_id), STMT_INT(row->process_id), STMT_TEXT(row->family),
			     STMT_TEXT(row->type), STMT_TEXT(row->protocol), STMT_TEXT(row->address),
			     STMT_INT_IF(row->port >= 0, row->port), STMT_TEXT(row->error), STMT_INT(row->count),
			     STMT_INT(row->first_ns));
}

int
row_connection_count(struct store *s, int64_t id, int64_t more, struct err *e)
{
	static const char sql[] = "UPDATE connection SET count = count + ?2 WHERE rowid = ?1";

	return STORE_RUN(s, e, sql, STMT_INT(id), STMT_INT(more));
}

int
row_connections_stored(struct store *s, int64_t run_id, int64_t *n, struct err *e)
{
	static const char sql[] = "SELECT count(*) FROM connection WHERE run_id = ?1";

	return STORE_RUN_INT(s, n, e, sql, STMT_INT(run_id));
}
