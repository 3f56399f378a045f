/* JSON texts. */
#include "config.h"

#include "store/json.h"

#include "base/utf8.h"
#include "store/store_impl.h"

int
json_quote(struct store *s, const char *bytes, size_t len, struct buf *out, struct err *e)
{
	static const char sql[] = "SELECT json_quote(?1)";
	sqlite3_stmt *stmt = stmt_get(&s->stmts, s->db, sql, e);
	struct buf clean = BUF_INIT;
	int rc = -1;

	if (!stmt)
		return -1;
	utf8_scrub(&clean, bytes, len);
	sqlite3_bind_text64(stmt, 1, clean.data, clean.len, SQLITE_STATIC, SQLITE_UTF8);
	if (sqlite3_step(stmt) == SQLITE_ROW) {
		const char *quoted = stmt_column_text(stmt, 0);

		buf_add(out, quoted, (size_t)sqlite3_column_bytes(stmt, 0));
		rc = 0;
	} else {
		stmt_error(s->db, e);
	}
	sqlite3_reset(stmt);
	buf_release(&clean);
	return rc;
}
