/* Times, sizes, signals and names as people read them. */
#include "config.h"

#include "cmd/ui/text.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/quote.h"

void
text_add_size(struct buf *out, int64_t bytes)
{
	static const char units[] = "KMGTPE";
	uint64_t amount = bytes < 0 ? -(uint64_t)bytes : (uint64_t)bytes;
	double shown = (double)amount;
	int unit = -1;

	if (amount < 1024) {
		buf_addf(out, "%" PRIu64 " byte%s", amount, amount == 1 ? "" : "s");
		return;
	}
	/* 1023.96 KiB would be printed as 1024.0 */
	while (shown >= 1023.95) {
		shown /= 1024;
		unit++;
	}
	buf_addf(out, "%.1f %ciB", shown, units[unit]);
}

void
text_add_count(struct buf *out, int64_t n, const char *one, const char *several)
{
	buf_addf(out, "%" PRId64 " %s", n, n == 1 ? one : several);
}

/* format is our own, never a stranger's; it names at most a date, a time and a zone. */
static void
add_tm(struct buf *out, const struct tm *tm, const char *format)
{
	char text[64];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	text[strftime(text, sizeof(text), format, tm)] = '\0';
#pragma GCC diagnostic pop
	buf_addstr(out, text);
}

static void
add_local_seconds(struct buf *out, time_t seconds, const char *format)
{
	struct tm tm;

	if (localtime_r(&seconds, &tm))
		add_tm(out, &tm, format);
	else
		buf_addch(out, '-');
}

void
text_view_time(int64_t ns, char out[48])
{
	struct timespec ts = clock_timespec(ns);
	struct tm tm;
	size_t len;

	len = gmtime_r(&ts.tv_sec, &tm) ? strftime(out, 32, "%Y-%m-%d %H:%M:%S", &tm) : 0;
	snprintf(out + len, 48 - len, ".%09ld", ts.tv_nsec);
}

void
text_add_local_time(struct buf *out, int64_t ns, const char *format)
{
	add_local_seconds(out, (time_t)(ns / NS_PER_SECOND), format);
}

void
text_add_view_time(struct buf *out, const char *text, const char *format)
{
	struct tm tm = { 0 };
	const char *rest = text ? strptime(text, "%Y-%m-%d %H:%M:%S", &tm) : NULL;

	if (rest && (*rest == '\0' || *rest == '.'))
		add_local_seconds(out, timegm(&tm), format);
	else
		text_add_quoted(out, text);
}

void
text_add_signal(struct buf *out, int number)
{
	static const struct {
		int number;
		const char *name;
	} rows[] = {
		{ SIGHUP, "SIGHUP" }, { SIGINT, "SIGINT" }, { SIGQUIT, "SIGQUIT" }, { SIGILL, "SIGILL" },
		{ SIGTRAP, "SIGTRAP" }, { SIGABRT, "SIGABRT" }, { SIGBUS, "SIGBUS" }, { SIGFPE, "SIGFPE" },
		{ SIGKILL, "SIGKILL" }, { SIGUSR1, "SIGUSR1" }, { SIGSEGV, "SIGSEGV" },
		{ SIGUSR2, "SIGUSR2" }, { SIGPIPE, "SIGPIPE" }, { SIGALRM, "SIGALRM" },
		{ SIGTERM, "SIGTERM" }, { SIGSTKFLT, "SIGSTKFLT" }, { SIGXCPU, "SIGXCPU" },
		{ SIGXFSZ, "SIGXFSZ" }, { SIGVTALRM, "SIGVTALRM" }, { SIGPROF, "SIGPROF" },
		{ SIGIO, "SIGIO" }, { SIGPWR, "SIGPWR" }, { SIGSYS, "SIGSYS" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].number == number) {
			buf_addstr(out, rows[i].name);
			return;
		}
	}
	buf_addf(out, "signal %d", number);
}

void
text_add_quoted(struct buf *out, const char *text)
{
	if (text)
		quote_shell(out, text, strlen(text));
	else
		buf_addch(out, '-');
}

void
text_add_db_option(struct buf *out, const char *db)
{
	if (!db)
		return;
	buf_addstr(out, " --db ");
	text_add_quoted(out, db);
}

void
text_add_message(struct buf *out, const char *text)
{
	if (text)
		quote_message(out, text, strlen(text));
	else
		buf_addch(out, '-');
}

void
text_add_run_state(struct buf *out, const char *state, int64_t n_kept_back)
{
	text_add_message(out, state);
	if (n_kept_back > 0)
		buf_addf(out, " (%" PRId64 " kept)", n_kept_back);
}

void
text_add_path(struct buf *out, const char *path, const char *type, const char *target)
{
	text_add_quoted(out, path);
	if (type && strcmp(type, "directory") == 0 && path && strcmp(path, "/") != 0)
		buf_addch(out, '/');
	if (type && strcmp(type, "symlink") == 0 && target) {
		buf_addstr(out, " -> ");
		text_add_quoted(out, target);
	}
}
