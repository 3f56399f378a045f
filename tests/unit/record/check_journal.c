/* record/journal: what was written is read, up to where it was torn. */
#include "config.h"

#include "record/journal_entries.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/buf.h"
#include "base/io.h"
#include "unit/unit.h"

static struct err e;

static void
begin(void)
{
	unit_enter_scratch();
	memset(&e, 0, sizeof(e));
}

static struct journal *
create(void)
{
	struct journal *j = NULL;

	ck_assert_msg(journal_create(&j, "h", "u", false, &e) == 0, "%s", e.text);
	return j;
}

/* Record n of a kind: its number, then what makes its length its own. */
static void
add(struct journal *j, uint32_t n)
{
	struct buf *out = journal_begin(j, JOURNAL_PATH);

	pack_u32(out, n);
	for (uint32_t i = 0; i < n % 7; i++)
		pack_string(out, "some text");
	journal_end(j);
}

static void
flush(struct journal *j)
{
	ck_assert_msg(journal_flush(j, &e) == 0, "%s", e.text);
}

/* How many records can be read: all must be what add() has written, from 0 on. */
static uint32_t
count(const char *file)
{
	struct journal_reader *r = NULL;
	struct packed p;
	uint32_t type;
	uint32_t n = 0;

	ck_assert_msg(journal_open(&r, file, &e) == 0, "%s", e.text);
	for (; journal_next(r, &type, &p) > 0; n++) {
		ck_assert_int_eq(type, JOURNAL_PATH);
		ck_assert_uint_eq(pack_take_u32(&p), n);
		for (uint32_t i = 0; i < n % 7; i++)
			ck_assert_str_eq(pack_take_string(&p), "some text");
		ck_assert(!p.bad);
	}
	ck_assert_int_eq(journal_next(r, &type, &p), 0);	/* the end stays the end */
	journal_reader_close(r, false);
	return n;
}

static void
write_file(const char *name, const void *bytes, size_t len)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(io_write_full(fd, bytes, len), 0);
	close(fd);
}

START_TEST(every_kind_of_field_is_read_as_it_was_written)
{
	static const char binary[] = "\0\1\n\377";
	struct journal *j = create();
	struct journal_reader *r;
	struct packed p;
	uint32_t type;
	struct buf *out;
	const void *bytes;
	size_t len;

	out = journal_begin(j, JOURNAL_OBJECT);
	pack_u32(out, 0);
	pack_u32(out, UINT32_MAX);
	pack_u64(out, UINT64_MAX);
	pack_u64(out, 1);
	pack_string(out, "a\nb\377");
	pack_string(out, "");
	pack_string(out, NULL);
	pack_bytes(out, binary, sizeof(binary));
	pack_bytes(out, "", 0);
	pack_bytes(out, NULL, 0);
	pack_bytes(out, NULL, 5);
	journal_end(j);
	journal_begin(j, JOURNAL_PLACE);
	journal_end(j);
	flush(j);
	flush(j);	/* nothing more */
	journal_close(j, false);

	ck_assert_int_eq(journal_open(&r, "h.journal/u", &e), 0);
	ck_assert_int_eq(journal_next(r, &type, &p), 1);
	ck_assert_int_eq(type, JOURNAL_OBJECT);
	ck_assert_uint_eq(pack_take_u32(&p), 0);
	ck_assert_uint_eq(pack_take_u32(&p), UINT32_MAX);
	ck_assert_uint_eq(pack_take_u64(&p), UINT64_MAX);
	ck_assert_uint_eq(pack_take_u64(&p), 1);
	ck_assert_str_eq(pack_take_string(&p), "a\nb\377");
	ck_assert_str_eq(pack_take_string(&p), "");
	ck_assert_ptr_null(pack_take_string(&p));
	bytes = pack_take_bytes(&p, &len);
	ck_assert_uint_eq(len, sizeof(binary));
	ck_assert_mem_eq(bytes, binary, sizeof(binary));
	ck_assert_ptr_nonnull(pack_take_bytes(&p, &len));
	ck_assert_uint_eq(len, 0);
	ck_assert_ptr_null(pack_take_bytes(&p, &len));
	ck_assert_ptr_null(pack_take_bytes(&p, &len));
	ck_assert(!p.bad);
	ck_assert_uint_eq(pack_take_u32(&p), 0);	/* there is no more: the next record is not looked into */
	ck_assert(p.bad);
	ck_assert_int_eq(journal_next(r, &type, &p), 1);
	ck_assert_int_eq(type, JOURNAL_PLACE);
	ck_assert_uint_eq(pack_take_u64(&p), 0);
	ck_assert_int_eq(journal_next(r, &type, &p), 0);
	journal_reader_close(r, true);
	ck_assert_int_eq(access("h.journal/u", F_OK), -1);
}
END_TEST

START_TEST(nothing_is_written_to_no_journal)
{
	journal_write(NULL, &(struct journal_entry){ JOURNAL_PLACE, .place = { 1, 1 } });
	journal_close(NULL, true);
	journal_reader_close(NULL, true);
	ck_assert_int_eq(access("h.journal", F_OK), -1);
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

START_TEST(nobody_else_may_look_into_a_journal)
{
	struct journal *j = create();
	struct stat st;

	ck_assert_int_eq(stat("h.journal", &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0700);
	ck_assert_int_eq(stat("h.journal/u", &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	ck_assert_str_eq(journal_path(j), "h.journal/u");
	journal_close(j, true);
	ck_assert_int_eq(access("h.journal/u", F_OK), -1);
}
END_TEST

START_TEST(a_record_that_is_not_whole_is_ignored_with_what_follows)
{
	enum { N = 12 };
	struct journal *j = create();
	size_t ends[N + 1];
	struct buf whole = BUF_INIT;
	struct stat st;

	flush(j);
	for (uint32_t n = 0; n <= N; n++) {
		ck_assert_int_eq(stat("h.journal/u", &st), 0);
		ends[n] = (size_t)st.st_size;
		if (n < N) {
			add(j, n);
			flush(j);
		}
	}
	journal_close(j, false);
	ck_assert_int_eq(io_read_file("h.journal/u", &whole, 1 << 20), 0);
	ck_assert_uint_eq(whole.len, ends[N]);
	for (size_t len = 0; len <= whole.len; len++) {
		uint32_t want = 0;

		while (want < N && ends[want + 1] <= len)
			want++;
		write_file("torn", whole.data, len);
		ck_assert_uint_eq(count("torn"), want);
	}
	/* what a machine that lost its power may leave */
	buf_reserve(&whole, 5000);
	memset(whole.data + whole.len, 0, 5000);
	write_file("torn", whole.data, whole.len + 5000);
	ck_assert_uint_eq(count("torn"), N);
	buf_release(&whole);
}
END_TEST

START_TEST(a_flipped_bit_is_seen)
{
	enum { N = 8 };
	struct journal *j = create();
	size_t ends[N];
	struct buf whole = BUF_INIT;
	struct stat st;

	for (uint32_t n = 0; n < N; n++) {
		add(j, n);
		flush(j);
		ck_assert_int_eq(stat("h.journal/u", &st), 0);
		ends[n] = (size_t)st.st_size;
	}
	journal_close(j, false);
	ck_assert_int_eq(io_read_file("h.journal/u", &whole, 1 << 20), 0);
	for (size_t at = 8; at < whole.len; at++) {
		uint32_t hurt = 0;

		while (ends[hurt] <= at)
			hurt++;
		for (int bit = 0; bit < 8; bit++) {
			whole.data[at] = (char)(whole.data[at] ^ (1 << bit));
			write_file("hurt", whole.data, whole.len);
			ck_assert_uint_eq(count("hurt"), hurt);
			whole.data[at] = (char)(whole.data[at] ^ (1 << bit));
		}
	}
	buf_release(&whole);
}
END_TEST

#define CONTENT(text) text, sizeof(text) - 1

static const struct {
	const char *bytes;
	size_t len;
} foreign[] = {
	{ CONTENT("SQLite format 3\0 and so on") },
	{ CONTENT("12345678") },
	{ CONTENT("WTjrnl\0\2") },		/* a later version's */
	{ CONTENT("wTjrnl\0\1 and more") },
	{ CONTENT("\0\0\0\0\0\0\0\0\0\0\0\0") },
};

START_TEST(a_file_that_is_no_journal_is_refused_and_left)
{
	struct journal_reader *r = NULL;

	write_file("f", foreign[_i].bytes, foreign[_i].len);
	ck_assert_int_eq(journal_open(&r, "f", &e), -1);
	ck_assert_int_eq(e.code, ERR_INPUT);
	ck_assert_ptr_nonnull(strstr(e.text, "f"));
	ck_assert_ptr_null(r);
	ck_assert_int_eq(access("f", F_OK), 0);
}
END_TEST

START_TEST(a_journal_that_is_not_there_is_not_found)
{
	struct journal_reader *r = NULL;

	ck_assert_int_eq(journal_open(&r, "h.journal/u", &e), -1);
	ck_assert_int_eq(e.code, ERR_NOT_FOUND);
	ck_assert(!journal_is_live("h", "u"));
}
END_TEST

/* Who may write there could otherwise have root remove or read something else. */
START_TEST(a_symbolic_link_is_no_journal)
{
	struct journal_reader *r = NULL;
	struct journal *j = NULL;

	journal_close(create(), false);
	ck_assert_int_eq(rename("h.journal/u", "real"), 0);
	ck_assert_int_eq(symlink("../real", "h.journal/u"), 0);
	ck_assert_int_eq(journal_open(&r, "h.journal/u", &e), -1);
	ck_assert_int_eq(e.code, ERR_SYSTEM);
	ck_assert_int_eq(journal_create(&j, "h", "u", false, &e), -1);
	ck_assert(!journal_is_live("h", "u"));
}
END_TEST

/* It must not be waited for: who opens a FIFO waits for a writer. */
START_TEST(a_fifo_is_no_journal)
{
	struct journal_reader *r = NULL;

	journal_close(create(), true);
	ck_assert_int_eq(mkfifo("h.journal/u", 0600), 0);
	ck_assert_int_eq(journal_open(&r, "h.journal/u", &e), -1);
	ck_assert_int_eq(e.code, ERR_INPUT);
	ck_assert(!journal_is_live("h", "u"));
	ck_assert_int_eq(mkdir("h.journal/d", 0700), 0);
	ck_assert_int_eq(journal_open(&r, "h.journal/d", &e), -1);
	ck_assert_int_eq(e.code, ERR_INPUT);
}
END_TEST

/* What else than a directory of ours alone may be in its place. */
static void
a_link(void)
{
	ck_assert_int_eq(mkdir("elsewhere", 0700), 0);
	ck_assert_int_eq(symlink("elsewhere", "h.journal"), 0);
}

static void
open_to_others(void)
{
	ck_assert_int_eq(mkdir("h.journal", 0700), 0);
	ck_assert_int_eq(chmod("h.journal", 01777), 0);
}

static void
of_somebody_else(void)
{
	ck_assert_int_eq(mkdir("h.journal", 0700), 0);
	if (geteuid() == 0)
		ck_assert_int_eq(chown("h.journal", 12, 12), 0);
	else
		ck_assert_int_eq(chmod("h.journal", 0770), 0);
}

static void (*const unsafe[])(void) = { a_link, open_to_others, of_somebody_else };

START_TEST(journals_are_kept_where_nobody_else_can_put_one)
{
	struct journal *j = NULL;

	ck_assert_int_eq(journal_check_directory("h", &e), 0);	/* not there */
	unsafe[_i]();
	ck_assert_int_eq(journal_check_directory("h", &e), -1);
	ck_assert_int_eq(journal_create(&j, "h", "u", false, &e), -1);
	ck_assert_ptr_nonnull(strstr(e.text, "h.journal"));
	ck_assert_ptr_null(j);
}
END_TEST

START_TEST(a_journal_is_live_while_its_writer_holds_it)
{
	struct journal *j = create();
	struct journal_reader *r = NULL;

	ck_assert(journal_is_live("h", "u"));
	ck_assert(!journal_is_live("h", "other"));
	ck_assert_int_eq(journal_open(&r, "h.journal/u", &e), -1);
	ck_assert_int_eq(e.code, ERR_BUSY);
	journal_close(j, false);
	ck_assert(!journal_is_live("h", "u"));
	ck_assert_int_eq(journal_open(&r, "h.journal/u", &e), 0);
	journal_reader_close(r, false);
	ck_assert_int_eq(access("h.journal/u", F_OK), 0);
}
END_TEST

/* It goes on elsewhere: the run is no dead one, and all of it is in the last place. */
START_TEST(a_journal_that_goes_on_elsewhere_is_live_and_whole)
{
	struct journal *j = create();
	struct journal_reader *r = NULL;
	char *file;

	for (uint32_t i = 0; i < 30; i++) {
		add(j, i);
		if (i % 3 == 0)
			flush(j);
		if (i == 10)
			ck_assert_msg(journal_relocate(j, "first.journal", &e) == 0, "%s", e.text);
		if (i == 20)
			ck_assert_msg(journal_relocate(j, "second.journal", &e) == 0, "%s", e.text);
	}
	ck_assert_int_eq(journal_relocate(j, "no-such-directory/x.journal", &e), -1);
	ck_assert_int_eq(journal_relocate(j, "second.journal", &e), -1);
	ck_assert(journal_is_live("h", "u"));
	ck_assert_int_eq(access("first.journal", F_OK), -1);
	ck_assert_int_eq(journal_open(&r, "second.journal", &e), -1);
	ck_assert_int_eq(e.code, ERR_BUSY);
	ck_assert_int_eq(journal_keep(j, &file, &e), 0);
	ck_assert_str_eq(file, "second.journal");
	ck_assert_int_eq(access("h.journal/u", F_OK), -1);
	free(file);
	journal_close(j, false);
	ck_assert_uint_eq(count("second.journal"), 30);
}
END_TEST

START_TEST(a_journal_that_was_elsewhere_leaves_nothing)
{
	struct journal *j = create();

	add(j, 0);
	flush(j);
	ck_assert_int_eq(journal_relocate(j, "first.journal", &e), 0);
	journal_close(j, true);
	ck_assert_int_eq(access("h.journal/u", F_OK), -1);
	ck_assert_int_eq(access("first.journal", F_OK), -1);
}
END_TEST

START_TEST(two_readers_do_not_replay_one_journal)
{
	struct journal_reader *first = NULL, *second = NULL;

	journal_close(create(), false);
	ck_assert_int_eq(journal_open(&first, "h.journal/u", &e), 0);
	ck_assert_int_eq(journal_open(&second, "h.journal/u", &e), -1);
	ck_assert_int_eq(e.code, ERR_BUSY);
	journal_reader_close(first, false);
}
END_TEST

START_TEST(a_journal_is_not_made_over_another)
{
	struct journal *j = create();
	struct journal *other = NULL;

	add(j, 0);
	flush(j);
	ck_assert_int_eq(journal_create(&other, "h", "u", false, &e), -1);
	journal_close(j, false);
	ck_assert_uint_eq(count("h.journal/u"), 1);
}
END_TEST

static void
limit_file_size(rlim_t size)
{
	struct rlimit limit;

	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = size;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* A disk that fills up in the middle of a write, at every byte of it. */
START_TEST(what_a_full_disk_does_not_take_goes_with_the_next_flush)
{
	enum { N = 5 };
	struct journal *j = create();
	struct stat st;

	signal(SIGXFSZ, SIG_IGN);
	add(j, 0);
	flush(j);
	ck_assert_int_eq(stat("h.journal/u", &st), 0);
	for (uint32_t n = 1; n < N; n++)
		add(j, n);
	limit_file_size((rlim_t)st.st_size + (rlim_t)_i);
	ck_assert_int_eq(journal_flush(j, &e), -1);
	ck_assert_int_eq(e.code, ERR_SYSTEM);
	ck_assert_int_eq(e.sys, EFBIG);
	add(j, N);
	ck_assert_int_eq(journal_flush(j, &e), -1);
	limit_file_size(RLIM_INFINITY);
	add(j, N + 1);
	flush(j);
	journal_close(j, false);
	ck_assert_uint_eq(count("h.journal/u"), N + 2);
}
END_TEST

/* The tracer is killed before there is room again. */
START_TEST(what_was_written_before_a_full_disk_stays_readable)
{
	struct journal *j = create();
	struct stat st;

	signal(SIGXFSZ, SIG_IGN);
	add(j, 0);
	flush(j);
	ck_assert_int_eq(stat("h.journal/u", &st), 0);
	add(j, 1);
	limit_file_size((rlim_t)st.st_size + 5);
	ck_assert_int_eq(journal_flush(j, &e), -1);
	journal_close(j, false);
	ck_assert_uint_eq(count("h.journal/u"), 1);
}
END_TEST

START_TEST(many_records_go_at_once)
{
	struct journal *j = create();

	for (uint32_t n = 0; n < 50000; n++)
		add(j, n);
	flush(j);
	journal_close(j, false);
	ck_assert_uint_eq(count("h.journal/u"), 50000);
}
END_TEST

/* Fields that lie about their length, in a record whose checksum is right. */
static const uint32_t lies[] = { 100, 12, 6, UINT32_MAX, UINT32_MAX - 1, (64u << 20) + 1 };

START_TEST(a_field_longer_than_its_record_reads_as_nothing)
{
	struct journal *j = create();
	struct journal_reader *r;
	struct packed p;
	struct buf *out = journal_begin(j, JOURNAL_PATH);
	uint32_t type;
	size_t len = 1;

	pack_u32(out, lies[_i]);
	pack_u32(out, 0x41414141);
	journal_end(j);
	flush(j);
	journal_close(j, false);
	ck_assert_int_eq(journal_open(&r, "h.journal/u", &e), 0);
	ck_assert_int_eq(journal_next(r, &type, &p), 1);
	ck_assert_ptr_null(pack_take_bytes(&p, &len));
	ck_assert_uint_eq(len, 0);
	ck_assert(p.bad);
	journal_reader_close(r, false);
}
END_TEST

START_TEST(a_string_without_an_end_reads_as_nothing)
{
	struct journal *j = create();
	struct journal_reader *r;
	struct packed p;
	struct buf *out = journal_begin(j, JOURNAL_PATH);
	uint32_t type;

	pack_bytes(out, "abc", _i ? 3 : 0);
	journal_end(j);
	flush(j);
	journal_close(j, false);
	ck_assert_int_eq(journal_open(&r, "h.journal/u", &e), 0);
	ck_assert_int_eq(journal_next(r, &type, &p), 1);
	ck_assert_ptr_null(pack_take_string(&p));
	ck_assert(p.bad);
	journal_reader_close(r, false);
}
END_TEST

/* Open every journal of h that there is, over and over, as who looks for dead runs does. */
static void
look_for_dead_runs(void)
{
	for (;;) {
		DIR *d = opendir("h.journal");
		struct dirent *entry;

		while (d && (entry = readdir(d))) {
			if (entry->d_name[0] != '.')
				journal_is_live("h", entry->d_name);
		}
		if (d)
			closedir(d);
	}
}

START_TEST(a_journal_is_made_whoever_looks_for_dead_runs)
{
	pid_t child = fork();
	int failed = 0;

	ck_assert_int_ge(child, 0);
	if (child == 0)
		look_for_dead_runs();
	for (int i = 0; i < 2000; i++) {
		struct journal *j = NULL;

		failed += journal_create(&j, "h", "u", false, &e) < 0;
		journal_close(j, true);
	}
	kill(child, SIGKILL);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	ck_assert_msg(failed == 0, "%d of 2000: %s", failed, e.text);
	/* nothing is left, under no name */
	ck_assert_int_eq(rmdir("h.journal"), 0);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("journal");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, begin, unit_leave_scratch);
	tcase_add_test(tc, every_kind_of_field_is_read_as_it_was_written);
	tcase_add_test(tc, nothing_is_written_to_no_journal);
	tcase_add_test(tc, nobody_else_may_look_into_a_journal);
	tcase_add_test(tc, a_record_that_is_not_whole_is_ignored_with_what_follows);
	tcase_add_test(tc, a_flipped_bit_is_seen);
	tcase_add_loop_test(tc, a_file_that_is_no_journal_is_refused_and_left, 0, ARRAY_SIZE(foreign));
	tcase_add_test(tc, a_journal_that_is_not_there_is_not_found);
	tcase_add_test(tc, a_symbolic_link_is_no_journal);
	tcase_add_test(tc, a_fifo_is_no_journal);
	tcase_add_loop_test(tc, journals_are_kept_where_nobody_else_can_put_one, 0, ARRAY_SIZE(unsafe));
	tcase_add_test(tc, a_journal_is_live_while_its_writer_holds_it);
	tcase_add_test(tc, a_journal_that_goes_on_elsewhere_is_live_and_whole);
	tcase_add_test(tc, a_journal_that_was_elsewhere_leaves_nothing);
	tcase_add_test(tc, two_readers_do_not_replay_one_journal);
	tcase_add_test(tc, a_journal_is_not_made_over_another);
	tcase_add_test(tc, a_journal_is_made_whoever_looks_for_dead_runs);
	tcase_add_loop_test(tc, what_a_full_disk_does_not_take_goes_with_the_next_flush, 0, 40);
	tcase_add_test(tc, what_was_written_before_a_full_disk_stays_readable);
	tcase_add_test(tc, many_records_go_at_once);
	tcase_add_loop_test(tc, a_field_longer_than_its_record_reads_as_nothing, 0, ARRAY_SIZE(lies));
	tcase_add_loop_test(tc, a_string_without_an_end_reads_as_nothing, 0, 2);
	return unit_run("journal", tc);
}
