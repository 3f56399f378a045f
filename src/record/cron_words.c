/* When cron runs a line of a crontab(5), in words. */
#include "config.h"

#include "record/cron_words.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

enum { MINUTE, HOUR, DAY, MONTH, WEEKDAY, FIELDS, FIELD_MAX = 64 };

struct schedule {
	char field[FIELDS][FIELD_MAX];
};

static const struct {
	const char *name, *words;
} nicknames[] = {
	{ "@reboot", "at every boot" },
	{ "@yearly", "yearly" },
	{ "@annually", "yearly" },
	{ "@monthly", "monthly" },
	{ "@weekly", "weekly" },
	{ "@daily", "daily" },
	{ "@midnight", "daily" },
	{ "@hourly", "hourly" },
};

/* The number that a field is, in its bounds; -1 where it is anything else. */
static int
number_of(const char *field, int max)
{
	char *end;
	long n = isdigit((unsigned char)*field) ? strtol(field, &end, 10) : -1;

	return n >= 0 && n <= max && *end == '\0' ? (int)n : -1;
}

static bool
is_any(const char *field)
{
	return strcmp(field, "*") == 0;
}

/* The N of every N; 1 for all, 0 where it is anything else. */
static int
step_of(const char *field, int max)
{
	if (is_any(field))
		return 1;
	return strncmp(field, "*/", 2) == 0 && number_of(field + 2, max) > 1 ? number_of(field + 2, max) : 0;
}

static const char *
weekday_of(const char *field)
{
	static const char *const names[] = {
		"Sundays", "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"
	};
	int n = number_of(field, 7);

	for (int i = 0; n < 0 && i < 7 && strlen(field) == 3; i++) {
		if (strncasecmp(field, names[i], 3) == 0)
			n = i;
	}
	return n < 0 ? NULL : names[n];
}

/* Which days: a word for those that have one. */
static bool
add_days(struct buf *out, const struct schedule *s)
{
	int day = number_of(s->field[DAY], 31), month = number_of(s->field[MONTH], 12);
	bool every_month = is_any(s->field[MONTH]), every_day = is_any(s->field[DAY]);

	if (is_any(s->field[WEEKDAY]) && every_month && every_day)
		buf_addstr(out, " daily");
	else if (is_any(s->field[WEEKDAY]) && every_month && day > 0)
		buf_addf(out, " on day %d of each month", day);
	else if (is_any(s->field[WEEKDAY]) && month > 0 && day > 0)
		buf_addf(out, " on %d/%d yearly", day, month);
	else if (weekday_of(s->field[WEEKDAY]) && every_month && every_day)
		buf_addf(out, " on %s", weekday_of(s->field[WEEKDAY]));
	else
		return false;
	return true;
}

/* More than once a day, on all days. */
static bool
add_often(struct buf *out, const struct schedule *s)
{
	int minutes = step_of(s->field[MINUTE], 59), hours = step_of(s->field[HOUR], 23);
	int minute = number_of(s->field[MINUTE], 59);

	if (!is_any(s->field[DAY]) || !is_any(s->field[MONTH]) || !is_any(s->field[WEEKDAY]))
		return false;
	if (minutes == 1 && hours == 1)
		buf_addstr(out, "every minute");
	else if (minutes > 1 && hours == 1)
		buf_addf(out, "every %d minutes", minutes);
	else if (minute >= 0 && hours == 1)
		buf_addf(out, "at minute %d hourly", minute);
	else if (minute >= 0 && hours > 1)
		buf_addf(out, "at minute %d every %d hours", minute, hours);
	else
		return false;
	return true;
}

static bool
add_at(struct buf *out, const struct schedule *s)
{
	int minute = number_of(s->field[MINUTE], 59), hour = number_of(s->field[HOUR], 23);
	size_t before = out->len;

	if (minute < 0 || hour < 0)
		return false;
	buf_addf(out, "at %02d:%02d", hour, minute);
	if (add_days(out, s))
		return true;
	buf_truncate(out, before);
	return false;
}

static void
add_fields(struct buf *out, const struct schedule *s)
{
	buf_addch(out, '(');
	for (int i = 0; i < FIELDS; i++)
		buf_addf(out, "%s%s", i ? " " : "", s->field[i]);
	buf_addch(out, ')');
}

static size_t
skip_blanks(const char *line, size_t len, size_t at)
{
	while (at < len && (line[at] == ' ' || line[at] == '\t'))
		at++;
	return at;
}

/* A field has digits, names and signs alone: else the line sets a variable, or is none of cron's. */
static bool
read_schedule(struct schedule *s, const char *line, size_t len, size_t at)
{
	for (int i = 0; i < FIELDS; i++) {
		size_t n = 0;

		while (at < len && line[at] != ' ' && line[at] != '\t') {
			if (n == FIELD_MAX - 1 || (!isalnum((unsigned char)line[at]) && !strchr("*/,-~?LW#", line[at])))
				return false;
			s->field[i][n++] = line[at++];
		}
		if (n == 0 || (i < DAY && !isdigit((unsigned char)s->field[i][0]) && s->field[i][0] != '*'))
			return false;
		s->field[i][n] = '\0';
		at = skip_blanks(line, len, at);
	}
	return at < len;
}

static bool
add_nickname(struct buf *out, const char *line, size_t len, size_t at)
{
	for (size_t i = 0; i < ARRAY_SIZE(nicknames); i++) {
		size_t n = strlen(nicknames[i].name);

		if (len - at > n && strncasecmp(line + at, nicknames[i].name, n) == 0 &&
		    (line[at + n] == ' ' || line[at + n] == '\t')) {
			buf_addstr(out, nicknames[i].words);
			return true;
		}
	}
	return false;
}

bool
cron_words_add(struct buf *out, const char *line, size_t len)
{
	size_t at = skip_blanks(line, len, 0);
	struct schedule s;

	if (at < len && line[at] == '@')
		return add_nickname(out, line, len, at);
	if (!read_schedule(&s, line, len, at))
		return false;
	if (!add_often(out, &s) && !add_at(out, &s))
		add_fields(out, &s);
	return true;
}
