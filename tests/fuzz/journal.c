/*
 * Fuzz record/journal and record/recover: a journal that anyone may have written goes into a history, which must be whole
 * afterwards.  The first byte says what the rest is: the file as it is, or records that get lengths and checksums that
 * are right, so that what is in them is looked at.
 */
#include "config.h"

#include "fuzz.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/journal_entries.h"
#include "objects/objects.h"
#include "record/recover.h"
#include "base/mem.h"
#include "store/query_change.h"
#include "store/query_view.h"
#include "store/run.h"
#include "store/store_impl.h"

static const char uuid[] = "0192d3a0-0000-7000-8000-000000000001";

static struct store *store;
static char *history, *tree;

/* --- a history in memory, and a small tree that journals may speak of --- */

static void
make_file(const char *name, const char *content)
{
	char *path = xasprintf("%s/%s", tree, name);

	fuzz_write(path, content, strlen(content));
	free(path);
}

static void
make_directory(const char *name)
{
	char *path = xasprintf("%s/%s", tree, name);

	fuzz_check(mkdir(path, 0700) == 0);
	free(path);
}

static void
make_place(void)
{
	struct err e = { 0 };

	if (store)
		return;
	history = xasprintf("%s/history.db", fuzz_scratch());
	tree = xasprintf("%s/tree", fuzz_scratch());
	fuzz_check(store_open(&store, history, STORE_WRITE, &e) == 0);
	fuzz_check(mkdir(tree, 0700) == 0);
	make_directory("../history.db.journal");
	make_directory("d");
	make_directory("d/sub");
	make_directory("e");
	make_file("a", "a");
	make_file("d/f", "f");
	make_file("d/sub/g", "g");
}

/* --- records out of an input --- */

/* What fields a record has: u and U numbers of 32 and 64 bits, o an object's number, p a path's, s text, f a path, b bytes */
static const char *const layouts[] = {
	[JOURNAL_RUN] = "s",
	[JOURNAL_IMAGE] = "uuusssU",
	[JOURNAL_END] = "uuU",
	[JOURNAL_OBJECT] = "uuuuUUUDIUUusb",
	[JOURNAL_CONTENT] = "oub",
	[JOURNAL_FORGET] = "o",
	[JOURNAL_PATH] = "fou",
	[JOURNAL_ACCESS] = "puuuUuU",
	[JOURNAL_BLIND] = "uus",
	[JOURNAL_MOVE] = "uff",
	[JOURNAL_MOVED] = "",
	[JOURNAL_COMMAND_ENDED] = "uU",
	[JOURNAL_PLACE] = "op",
	[JOURNAL_CONNECTION] = "uuuusuuU",
	[JOURNAL_FATE] = "ouuUUu",
	[JOURNAL_ALIAS] = "oDI",
};

static const char *const names[] = {
	"a", "d", "d/f", "d/sub", "d/sub/g", "e", "b", "d/../a", "e/f", "", "d/", "d//f", "./a",
};

/* One of the tree's, or any. */
static char *
take_path(struct input *in)
{
	uint8_t which = input_byte(in);
	const char *bytes;
	size_t len;

	if (which < 200)
		return xasprintf("%s/%s", tree, names[which % ARRAY_SIZE(names)]);
	bytes = input_bytes(in, 255, &len);
	return xstrndup(bytes, len);
}

/* The numbers of what is there, so that a move is one that was made. */
static uint64_t
number_of_a_file(struct input *in, bool device)
{
	char *path = take_path(in);
	struct stat st = { 0 };

	(void)!lstat(path, &st);
	free(path);
	return device ? st.st_dev : st.st_ino;
}

static void
put_field(struct buf *out, char kind, struct input *in)
{
	const char *bytes;
	char *text;
	size_t len;

	switch (kind) {
	case 'U':
		pack_u64(out, (uint64_t)input_int(in));
		break;
	case 'D':
	case 'I':
		pack_u64(out, number_of_a_file(in, kind == 'D'));
		break;
	case 'f':
		text = take_path(in);
		pack_string(out, text);
		free(text);
		break;
	case 's':
		bytes = input_bytes(in, 250, &len);
		text = len > 0 && bytes[0] == '0' ? NULL : xstrndup(bytes, len);
		pack_string(out, text);
		free(text);
		break;
	case 'b':
		bytes = input_bytes(in, 250, &len);
		pack_bytes(out, bytes, len);
		break;
	default:
		pack_u32(out, (uint32_t)input_int(in));
	}
}

static void
put_record(struct journal *j, struct input *in)
{
	uint8_t type = input_byte(in);
	bool as_it_is = type & 0x80;
	size_t n = ARRAY_SIZE(layouts), len;
	const char *bytes;
	struct buf *out;

	type &= 0x7f;
	out = journal_begin(j, type);
	if (as_it_is) {
		bytes = input_bytes(in, 255, &len);
		for (size_t i = 0; i + 4 <= len; i += 4) {
			uint32_t word;

			memcpy(&word, bytes + i, 4);
			pack_u32(out, word);
		}
	}
	for (const char *f = !as_it_is && type < n && layouts[type] ? layouts[type] : ""; *f; f++)
		put_field(out, *f, in);
	journal_end(j);
}

static void
write_journal(const char *file, struct input *in)
{
	struct err e = { 0 };
	struct journal *j;

	if (!(input_byte(in) & 1)) {
		fuzz_write(file, in->at, in->left);
		return;
	}
	unlink(file);
	fuzz_check(journal_create(&j, history, uuid, false, &e) == 0);
	pack_string(journal_begin(j, JOURNAL_RUN), uuid);
	journal_end(j);
	while (in->left > 0)
		put_record(j, in);
	fuzz_check(journal_flush(j, &e) == 0);
	journal_close(j, false);
}

/* --- what must hold of the history --- */

static void
expect_answer(const char *sql, const char *want)
{
	sqlite3_stmt *stmt;
	int rc;

	fuzz_check(sqlite3_prepare_v2(store->db, sql, -1, &stmt, NULL) == SQLITE_OK);
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW)
		fuzz_check(want && strcmp((const char *)sqlite3_column_text(stmt, 0), want) == 0);
	fuzz_check(rc == SQLITE_DONE);
	sqlite3_finalize(stmt);
}

static void
read_views(int64_t run_id)
{
	struct err e = { 0 };
	struct cursor *c;

	for (int view = 0; view < VIEW_COUNT; view++) {
		int more;

		fuzz_check(query_view(store, (enum view)view, run_id, &c, &e) == 0);
		while ((more = cursor_next(c, &e)) > 0)
			;
		fuzz_check(more == 0);
		cursor_close(c);
	}
}

static void
forget(void)
{
	fuzz_check(sqlite3_exec(store->db, "DELETE FROM run; DELETE FROM path; DELETE FROM word WHERE id > 500",
				NULL, NULL, NULL) == SQLITE_OK);
	store_rollback(store);		/* forgets the words that it knows */
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct run_start start = {
		.uuid = uuid, .kind = RUN_KIND_RUN, .host = "h", .login = "l", .directory = "/", .command = "c",
	};
	struct input in = { data, size };
	struct err e = { 0 };
	struct tally_sheet sheet;
	int64_t id = 0, run_id = 0;
	char *file;

	make_place();
	file = journal_name(history, uuid);
	write_journal(file, &in);
	fuzz_check(run_insert(store, &start, &id, &e) == 0);
	if (recover_file(store, file, false, &run_id, &sheet, &e) == 0 && run_id != 0) {
		fuzz_check(run_id == id && access(file, F_OK) < 0);
		expect_answer("SELECT state FROM run", "interrupted");
	}
	expect_answer("PRAGMA integrity_check", "ok");
	expect_answer("PRAGMA foreign_key_check", NULL);
	read_views(id);
	forget();
	unlink(file);
	free(file);
	return 0;
}
