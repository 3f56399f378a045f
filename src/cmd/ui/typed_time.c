/* Times as people type them. */
#include "config.h"

#include "cmd/ui/typed_time.h"

#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/number.h"

/* So many units before now, the unit by its letter: 0, or -1 where it is no such thing. */
static int
parse_ago(const char *typed, int64_t *out)
{
	static const struct {
		char letter;
		int64_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 7 * 86400 } };
	size_t digits = strspn(typed, "0123456789");
	char number[20];
	int64_t n;

	if (digits == 0 || digits >= sizeof(number) || !typed[digits] || typed[digits + 1])
		return -1;
	memcpy(number, typed, digits);
	number[digits] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (units[i].letter != typed[digits])
			continue;
		if (number_parse(number, INT64_MAX / NS_PER_SECOND / units[i].seconds, &n) < 0)
			return -1;
		*out = clock_now_ns() - n * units[i].seconds * NS_PER_SECOND;
		return 0;
	}
	return -1;
}

static int
set_time(struct tm *tm, bool utc, int64_t *out)
{
	time_t t;

	tm->tm_isdst = -1;
	t = utc ? timegm(tm) : mktime(tm);
	*out = clock_ns((struct timespec){ .tv_sec = t });
	return 0;
}

static int
parse_date(const char *typed, int64_t *out)
{
	static const char *const forms[] = {
		"%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d",
	};

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		struct tm tm = { .tm_year = 0 };
		const char *end = strptime(typed, forms[i], &tm);

		if (end && (*end == '\0' || strcmp(end, "Z") == 0))
			return set_time(&tm, *end == 'Z', out);
	}
	return -1;
}

/* Midnight of today, or of so many days before. */
static int
parse_day(const char *typed, int64_t *out)
{
	time_t now = clock_timespec(clock_now_ns()).tv_sec;
	int days = strcmp(typed, "today") == 0 ? 0 : strcmp(typed, "yesterday") == 0 ? 1 : -1;
	struct tm tm;

	if (days < 0 || !localtime_r(&now, &tm))
		return -1;
	tm.tm_mday -= days;
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	return set_time(&tm, false, out);
}

int
typed_time(const char *typed, int64_t *out, struct err *e)
{
	if (parse_ago(typed, out) == 0 || parse_day(typed, out) == 0 || parse_date(typed, out) == 0)
		return 0;
	return err_set(e, ERR_USAGE, "'%s' is no time; such are 2026-11-21, '2026-11-21 23:39', yesterday, 3d, 2h, 30m",
		       typed);
}
