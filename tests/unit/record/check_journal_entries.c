/* record/journal_entries: what each entry holds is read as it was written, and stays where it is in the file. */
#include "config.h"

#include "record/journal_entries.h"

#include <sys/socket.h>
#include <zlib.h>

#include "base/io.h"
#include "file/state.h"
#include "unit/unit.h"

static struct err e;

#define TEXT(s) ((char *)(uintptr_t)(s))

/* One of each, and of those that have two forms the other one. */
static const struct journal_entry entries[] = {
	{ JOURNAL_RUN, .run = {
		.uuid = "u", .name = "name", .kind = RUN_KIND_RUN, .host = "host", .login = "me", .directory = "/dir",
		.command = "cmd", .started_ns = 11, .tracer_pid = 12,
	} },
	{ JOURNAL_IMAGE, .image = { 0, 1, 77, true, "/bin/sh", "sh -c x", "/", 13 } },
	{ JOURNAL_IMAGE, .image = { 0, 2, 78, false, NULL, NULL, NULL, 14 } },
	{ JOURNAL_END, .end = { 2, 0x100, 15 } },
	{ JOURNAL_OBJECT, .object = {
		.type = FILE_SYMLINK, .mode = 0777, .uid = 1, .gid = 2, .mtime_ns = -3, .ctime_ns = 4, .dev = 5,
		.ino = 6, .nlink = 7, .rdev = 8, .iflags = 9, .target = TEXT("to"), .xattrs = TEXT("a\0b"),
		.xattrs_len = 3,
	} },
	{ JOURNAL_CONTENT, .content = { 1, true, true, { "0123456789abcdef0123456789abcde" } } },
	{ JOURNAL_CONTENT, .content = { 2, false, false, { "" } } },
	{ JOURNAL_FORGET, .forget = { 3 } },
	{ JOURNAL_PATH, .path = { "/a/b", 1, false } },
	{ JOURNAL_PATH, .path = { "/a/c", 0, true } },
	{ JOURNAL_ACCESS, .access = { 1, 2, OP_RENAME, FLAGS_AT, 0x100000000, 13, 16 } },
	{ JOURNAL_BLIND, .blind = { 2, BLIND_RACE, "did something" } },
	{ JOURNAL_MOVE, .move = { true, "/a", "/b" } },
	{ JOURNAL_MOVED, .move = { false, "/a", "/b" } },
	{ JOURNAL_COMMAND_ENDED, .command_ended = { 9, 17 } },
	{ JOURNAL_PLACE, .place = { 1, 2 } },
	{ JOURNAL_CONNECTION, .connection = { 2, { AF_INET, SOCK_STREAM, 6, TEXT("192.0.2.1"), 80, NULL }, 111, 18 } },
	{ JOURNAL_CONNECTION, .connection = { 2, { AF_UNIX, -1, -1, NULL, -1, NULL }, 0, 19 } },
	{ JOURNAL_FATE, .fate = { 1, 4, 28, 20, -21, true } },
	{ JOURNAL_ALIAS, .alias = { 1, 22, 0xffffffffffff } },
	/* with what came later */
	{ JOURNAL_OBJECT, .object = { .type = FILE_REGULAR, .size_bytes = 23, .birth = -24 } },
	{ JOURNAL_CALLER_LOG, .caller_log = { 1 } },
	{ JOURNAL_DOUBT, .doubt = { 2 } },
	{ JOURNAL_SETTLED, .settled = { 1, true, {
		.type = FILE_SYMLINK, .mode = 0777, .uid = 1, .gid = 2, .size_bytes = 3, .mtime_ns = -4, .ctime_ns = 5,
		.dev = 6, .ino = 7, .birth = 8, .nlink = 9, .rdev = 10,
	}, "to" } },
	{ JOURNAL_SETTLED, .settled = { 2, false, { .type = FILE_ABSENT }, NULL } },
	{ JOURNAL_UNSETTLED, .unsettled = { 1 } },
};

/* Of the file that these make, where numbers are little-endian: the same for as long as the format has its number. */
#define FILE_LEN 854
#define FILE_CRC 0x534df68d
#define LATER_LEN 363
#define LATER_CRC 0x731f8e5a

static void
begin(void)
{
	struct journal *j = NULL;

	unit_enter_scratch();
	memset(&e, 0, sizeof(e));
	ck_assert_msg(journal_create(&j, "h", "u", false, &e) == 0, "%s", e.text);
	for (size_t i = 0; i < ARRAY_SIZE(entries); i++)
		journal_write(j, &entries[i]);
	ck_assert_msg(journal_flush(j, &e) == 0, "%s", e.text);
	journal_close(j, false);
}

START_TEST(entries_lie_in_the_file_as_ever)
{
	struct buf file = BUF_INIT;

	ck_assert_int_eq(io_read_file("h.journal/u", &file, 1 << 20), 0);
	ck_assert_uint_eq(file.len, FILE_LEN + LATER_LEN);
	ck_assert_uint_eq(crc32(0, (const Bytef *)file.data, FILE_LEN), FILE_CRC);
	ck_assert_uint_eq(crc32(0, (const Bytef *)file.data + FILE_LEN, LATER_LEN), LATER_CRC);
	buf_release(&file);
}
END_TEST

/* The nth entry of the file, and the reader that it belongs to. */
static struct journal_reader *
read_entry(size_t n, struct journal_entry *entry)
{
	struct journal_reader *r = NULL;

	ck_assert_msg(journal_open(&r, "h.journal/u", &e) == 0, "%s", e.text);
	for (size_t i = 0; i <= n; i++) {
		ck_assert_int_eq(journal_read(r, entry), 1);
		ck_assert_int_eq(entry->type, entries[i].type);
		ck_assert(!entry->bad);
		if (i < n && entry->type == JOURNAL_OBJECT)
			state_release(&entry->object);
	}
	return r;
}

/* What was read is written once more: the same bytes, whatever the entry holds. */
START_TEST(what_is_read_is_what_was_written)
{
	struct buf files[2] = { BUF_INIT, BUF_INIT };
	struct journal *j[2] = { NULL, NULL };
	struct journal_entry entry;
	struct journal_reader *r = read_entry((size_t)_i, &entry);

	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(journal_create(&j[i], "h", i ? "read" : "written", false, &e), 0);
		journal_write(j[i], i ? &entry : &entries[_i]);
		ck_assert_int_eq(journal_flush(j[i], &e), 0);
		journal_close(j[i], false);
		ck_assert_int_eq(io_read_file(i ? "h.journal/read" : "h.journal/written", &files[i], 1 << 20), 0);
	}
	ck_assert_uint_eq(files[0].len, files[1].len);
	ck_assert_mem_eq(files[0].data, files[1].data, files[0].len);
	if (entry.type == JOURNAL_OBJECT)
		state_release(&entry.object);
	journal_reader_close(r, false);
	buf_release(&files[0]);
	buf_release(&files[1]);
}
END_TEST

START_TEST(what_is_not_there_is_told_and_reads_as_nothing)
{
	struct journal_entry entry;
	struct journal_reader *r;
	struct journal *j;

	ck_assert_int_eq(journal_create(&j, "h", "short", false, &e), 0);
	(void)journal_begin(j, JOURNAL_PATH);
	journal_end(j);
	(void)journal_begin(j, 0x7fffffff);
	journal_end(j);
	ck_assert_int_eq(journal_flush(j, &e), 0);
	journal_close(j, false);
	ck_assert_int_eq(journal_open(&r, "h.journal/short", &e), 0);
	ck_assert_int_eq(journal_read(r, &entry), 1);
	ck_assert(entry.bad && !entry.path.path && entry.path.object == 0 && !entry.path.untracked);
	ck_assert_int_eq(journal_read(r, &entry), 1);
	ck_assert(entry.type == 0x7fffffff && !entry.bad);
	ck_assert_int_eq(journal_read(r, &entry), 0);
	journal_reader_close(r, false);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("journal_entries");

	tcase_add_checked_fixture(tc, begin, unit_leave_scratch);
	tcase_add_test(tc, entries_lie_in_the_file_as_ever);
	tcase_add_loop_test(tc, what_is_read_is_what_was_written, 0, ARRAY_SIZE(entries));
	tcase_add_test(tc, what_is_not_there_is_told_and_reads_as_nothing);
	return unit_run("journal_entries", tc);
}
