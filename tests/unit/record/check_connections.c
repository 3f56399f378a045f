/* record/connections and their words (record/words): what tells a row from another, and what the history has when. */
#include "config.h"

#include "record/connections.h"

#include <errno.h>
#include <sys/socket.h>

#include "record/words.h"
#include "base/buf.h"
#include "unit/recording.h"

static struct connection
inet(const char *address, int port)
{
	return (struct connection){ AF_INET, SOCK_STREAM, 6, (char *)(uintptr_t)address, port, NULL };
}

static void
tell(struct connection c, int error)
{
	call = (struct call){ .op = OP_COUNT, .connection = &c, .opened = TARGET_INIT, .error = error };
	recorder_sink(record)->enter(recorder_sink(record)->context, 1, &call);
	recorder_sink(record)->leave(recorder_sink(record)->context, 1, &call);
}

static void
begin(void)
{
	unit_enter_scratch();
	history_make(NULL);
}

START_TEST(rows_are_told_apart_by_all_that_they_say)
{
	recording_begin();
	tell(inet("10.0.0.1", 80), 0);
	tell(inet("10.0.0.1", 80), ECONNREFUSED);
	tell(inet("10.0.0.1", 81), 0);
	tell(inet("10.0.0.2", 80), 0);
	tell(inet("", -1), 0);
	tell(inet(NULL, -1), 0);
	tell(inet("10.0.0.1", 80), 0);
	recorder_sink(record)->tick(recorder_sink(record)->context);
	tell(inet("10.0.0.1", 80), 0);
	tell(inet(NULL, -1), 0);
	tell(inet("10.0.0.3", 80), EFAULT);
	recording_finish(RUN_COMPLETE);
	expect_rows("SELECT coalesce(address, 'NULL'), coalesce(port, '-'), coalesce(error, '-'), count FROM connections"
		    " ORDER BY address IS NULL, address, port, error",
		    " - - 1\n10.0.0.1 80 - 3\n10.0.0.1 80 ECONNREFUSED 1\n10.0.0.1 81 - 1\n10.0.0.2 80 - 1\nNULL - - 2\n");
}
END_TEST

/* More than a transaction holds, with counts that change between. */
START_TEST(many)
{
	enum { MANY = 12000 };
	char address[32];

	recording_begin();
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < MANY; i++) {
			snprintf(address, sizeof(address), "10.%d.%d.%d", i >> 16, i >> 8 & 255, i & 255);
			tell(inet(address, 1), 0);
		}
		recorder_sink(record)->tick(recorder_sink(record)->context);
	}
	recording_finish(RUN_COMPLETE);
	expect_rows("SELECT count(*), min(count), max(count), count(DISTINCT address) FROM connections",
		    "12000 2 2 12000\n");
}
END_TEST

static void
lock(const char *sql, sqlite3 **db)
{
	if (!*db)
		ck_assert_int_eq(sqlite3_open("history.db", db), SQLITE_OK);
	ck_assert_int_eq(sqlite3_exec(*db, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* A lock held elsewhere: what could not be written is written later, and counted once. */
START_TEST(a_busy_history)
{
	sqlite3 *db = NULL;

	recording_begin();
	tell(inet("10.0.0.1", 80), 0);
	recorder_sink(record)->tick(recorder_sink(record)->context);
	lock("BEGIN IMMEDIATE", &db);
	tell(inet("10.0.0.1", 80), 0);
	tell(inet("10.0.0.2", 80), 0);
	ck_assert(recorder_sink(record)->tick(recorder_sink(record)->context));
	tell(inet("10.0.0.2", 80), 0);
	ck_assert(recorder_sink(record)->tick(recorder_sink(record)->context));
	lock("ROLLBACK", &db);
	sqlite3_close(db);
	recording_finish(RUN_COMPLETE);
	expect_rows("SELECT address, count FROM connections ORDER BY address", "10.0.0.1 2\n10.0.0.2 2\n");
}
END_TEST

START_TEST(names)
{
	struct buf b = BUF_INIT;

	words_family(&b, AF_INET6);
	buf_addch(&b, ' ');
	words_family(&b, 9999);
	buf_addch(&b, ' ');
	words_family(&b, -1);
	buf_addch(&b, ' ');
	words_type(&b, SOCK_SEQPACKET);
	buf_addch(&b, ' ');
	words_type(&b, 15);
	buf_addch(&b, ' ');
	words_protocol(&b, AF_INET6, 58);
	buf_addch(&b, ' ');
	words_protocol(&b, AF_INET, 253);
	buf_addch(&b, ' ');
	words_protocol(&b, AF_NETLINK, 0);
	buf_addch(&b, ' ');
	words_protocol(&b, AF_UNIX, 0);
	buf_addch(&b, ' ');
	words_protocol(&b, AF_UNIX, -1);
	ck_assert_str_eq(b.data, "AF_INET6 9999 ? SOCK_SEQPACKET 15 IPPROTO_ICMPV6 253 NETLINK_ROUTE 0 ?");
	buf_release(&b);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("connections");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, begin, unit_leave_scratch);
	tcase_add_test(tc, rows_are_told_apart_by_all_that_they_say);
	tcase_add_test(tc, many);
	tcase_add_test(tc, a_busy_history);
	tcase_add_test(tc, names);
	return unit_run("connections", tc);
}
