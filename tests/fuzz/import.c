/* Fuzz import: a file that was tampered with is refused, or leaves a history that is whole. */
#include "config.h"

#include <sqlite3.h>
#include <unistd.h>

#include "base/mem.h"
#include "forged.h"
#include "store/store.h"

static void
expect_sound(const char *history)
{
	static const char *const questions[] = { "PRAGMA integrity_check", "PRAGMA foreign_key_check" };
	sqlite3_stmt *stmt;
	sqlite3 *db;

	fuzz_check(sqlite3_open(history, &db) == SQLITE_OK);
	for (size_t i = 0; i < ARRAY_SIZE(questions); i++) {
		fuzz_check(sqlite3_prepare_v2(db, questions[i], -1, &stmt, NULL) == SQLITE_OK);
		while (sqlite3_step(stmt) == SQLITE_ROW)
			fuzz_check(strcmp((const char *)sqlite3_column_text(stmt, 0), "ok") == 0);
		sqlite3_finalize(stmt);
	}
	fuzz_check(sqlite3_prepare_v2(db, "SELECT count(*) FROM path WHERE path NOT GLOB '/*' AND id IN"
				      " (SELECT path_id FROM change UNION SELECT renamed_from_id FROM change)",
				      -1, &stmt, NULL) == SQLITE_OK);
	fuzz_check(sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_int(stmt, 0) == 0);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
}

static void
remove_history(const char *history)
{
	static const char *const ends[] = { "", "-wal", "-shm" };

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		char *name = xasprintf("%s%s", history, ends[i]);

		unlink(name);
		free(name);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	char *file = xasprintf("%s/forged.db", fuzz_scratch());
	char *history = xasprintf("%s/history.db", fuzz_scratch());
	const char *const words[] = { "import", file, NULL };
	struct store *s;
	struct err e = { 0 };

	forged_write(file, &in);
	fuzz_check(store_open(&s, history, STORE_WRITE, &e) == 0);
	store_close(s);
	forged_command(history, words);
	/* what is here already is not taken again */
	forged_command(history, words);
	expect_sound(history);
	remove_history(history);
	unlink(file);
	free(history);
	free(file);
	return 0;
}
