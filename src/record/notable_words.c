/* What has happened to a file that a person should look at, in a few words. */
#include "config.h"

#include "record/notable_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/quote.h"
#include "record/cron_words.h"

enum {
	NAMED_MAX = 3,		/* what is more is counted */
	QUOTED_MAX = 80,
};

void
notable_words_quote(struct buf *out, const char *text, size_t len)
{
	bool cut = len > QUOTED_MAX;
	size_t shown = cut ? QUOTED_MAX : len;

	/* no character is cut in two */
	while (cut && shown > 0 && ((unsigned char)text[shown] & 0xc0) == 0x80)
		shown--;
	quote_message(out, text, shown);
	if (cut)
		buf_addstr(out, "...");
}

/* --- lines --- */

struct text_line {
	const char *at;
	size_t len;
	size_t key_len;		/* what it is known again by: of lines with fields the first one */
};

struct text_lines {
	struct text_line *v;
	size_t n;
};

static int
compare_keys(const void *a, const void *b)
{
	const struct text_line *x = a, *y = b;
	size_t len = x->key_len < y->key_len ? x->key_len : y->key_len;
	int order = memcmp(x->at, y->at, len);

	return order ? order : (x->key_len > y->key_len) - (x->key_len < y->key_len);
}

static struct text_line
line_at(const char *text, bool fields)
{
	size_t len = strcspn(text, "\n"), key_len = strcspn(text, fields ? ":\n" : "\n");

	return (struct text_line){ text, len, key_len };
}

static const char *
next_line(const char *text)
{
	text += strcspn(text, "\n");
	return *text ? text + 1 : text;
}

/* Sorted by their keys. */
static struct text_lines
read_lines(const char *text, bool fields)
{
	struct text_lines lines = { NULL, 0 };

	for (; *text; text = next_line(text))
		*LIST_ADD(lines.v, lines.n) = line_at(text, fields);
	if (lines.n > 0)
		qsort(lines.v, lines.n, sizeof(*lines.v), compare_keys);
	return lines;
}

static const struct text_line *
same_line(const struct text_lines *lines, const struct text_line *line)
{
	size_t at;

	return list_find(line, lines->v, lines->n, sizeof(*lines->v), compare_keys, &at) ? &lines->v[at] : NULL;
}

/* The field of a line with colons. */
static const char *
field_of(const struct text_line *line, int n, size_t *len)
{
	const char *at = line->at, *end = line->at + line->len;

	for (; n > 0; n--) {
		const char *colon = memchr(at, ':', (size_t)(end - at));

		if (!colon) {
			*len = 0;
			return end;
		}
		at = colon + 1;
	}
	*len = strcspn(at, ":\n");
	return at;
}

static bool
is_same_field(const struct text_line *a, const struct text_line *b, int n)
{
	size_t a_len, b_len;
	const char *x = field_of(a, n, &a_len), *y = field_of(b, n, &b_len);

	return a_len == b_len && memcmp(x, y, a_len) == 0;
}

static bool
has_text(const char *at, size_t len, const char *text)
{
	return len == strlen(text) && memcmp(at, text, len) == 0;
}

/* --- several statements --- */

struct statements {
	struct buf *out;
	size_t n;
};

/* Where to add the next one; NULL: enough has been said. */
static struct buf *
next_statement(struct statements *s)
{
	if (s->n++ >= NAMED_MAX)
		return NULL;
	if (s->out->len > 0)
		buf_addstr(s->out, ", ");
	return s->out;
}

static void
end_statements(const struct statements *s)
{
	if (s->n > NAMED_MAX)
		buf_addf(s->out, " and %zu more", s->n - NAMED_MAX);
}

/* "FIRST NAME LAST" */
static void
state_name(struct statements *s, const char *first, const struct text_line *line, const char *last)
{
	struct buf *out = next_statement(s);

	if (!out)
		return;
	buf_addstr(out, first);
	notable_words_quote(out, line->at, line->key_len);
	buf_addstr(out, last);
}

/* What a line with fields says anew, or against what it said before. */
typedef void line_words(struct statements *s, const struct text_line *before, const struct text_line *after);

static void
state_lines(const struct notable_texts *t, struct buf *out, line_words *tell)
{
	struct text_lines before = read_lines(t->before, true), after = read_lines(t->after, true);
	struct statements s = { .out = out };

	for (size_t i = 0; i < after.n; i++) {
		const struct text_line *was = same_line(&before, &after.v[i]);

		if (after.v[i].key_len > 0 && after.v[i].key_len < after.v[i].len)
			tell(&s, was, &after.v[i]);
	}
	for (size_t i = 0; i < before.n; i++) {
		if (before.v[i].key_len > 0 && !same_line(&after, &before.v[i]))
			tell(&s, &before.v[i], NULL);
	}
	end_statements(&s);
	free(before.v);
	free(after.v);
}

/* --- accounts --- */

static void
tell_account(struct statements *s, const struct text_line *before, const struct text_line *after)
{
	size_t len;
	const char *uid = after ? field_of(after, 2, &len) : NULL;
	bool as_root = uid && has_text(uid, len, "0");

	if (!after)
		state_name(s, "user ", before, " removed");
	else if (!before)
		state_name(s, "user ", after, as_root ? " added, with root's number" : " added");
	else if (as_root && !is_same_field(before, after, 2))
		state_name(s, "user ", after, " given root's number");
	else if (!is_same_field(before, after, 1))
		state_name(s, "password of ", after, " changed");
	else if (before->len != after->len || memcmp(before->at, after->at, after->len) != 0)
		state_name(s, "user ", after, " changed");
}

void
notable_words_accounts(const struct notable_texts *t, struct buf *out)
{
	state_lines(t, out, tell_account);
}

static void
tell_password(struct statements *s, const struct text_line *before, const struct text_line *after)
{
	if (before && after && !is_same_field(before, after, 1))
		state_name(s, "password of ", after, " changed");
}

void
notable_words_passwords(const struct notable_texts *t, struct buf *out)
{
	state_lines(t, out, tell_password);
}

static bool
has_member(const struct text_line *group, const char *name, size_t len)
{
	size_t list_len;
	const char *list = group ? field_of(group, 3, &list_len) : "", *end = group ? list + list_len : list;

	while (list < end) {
		const char *comma = memchr(list, ',', (size_t)(end - list));
		size_t n = (size_t)((comma ? comma : end) - list);

		if (n == len && memcmp(list, name, n) == 0)
			return true;
		list += n + 1;
	}
	return false;
}

/* Members of one line that are not in the other. */
static void
tell_members(struct statements *s, const struct text_line *of, const struct text_line *other, const char *middle)
{
	size_t list_len;
	const char *list = field_of(of, 3, &list_len), *end = list + list_len;

	while (list < end) {
		const char *comma = memchr(list, ',', (size_t)(end - list));
		size_t n = (size_t)((comma ? comma : end) - list);
		struct buf *out = n > 0 && !has_member(other, list, n) ? next_statement(s) : NULL;

		if (out) {
			notable_words_quote(out, list, n);
			buf_addstr(out, middle);
			notable_words_quote(out, of->at, of->key_len);
		}
		list += n + 1;
	}
}

static void
tell_group(struct statements *s, const struct text_line *before, const struct text_line *after)
{
	if (!after)
		state_name(s, "group ", before, " removed");
	else if (!before)
		state_name(s, "group ", after, " added");
	else if (!is_same_field(before, after, 2))
		state_name(s, "number of group ", after, " changed");
	if (after)
		tell_members(s, after, before, " added to group ");
	if (before && after)
		tell_members(s, before, after, " removed from group ");
}

void
notable_words_groups(const struct notable_texts *t, struct buf *out)
{
	state_lines(t, out, tell_group);
}

/* --- files of lines of which the new ones matter --- */

/* What of a line is worth words: adds them, and returns true; a comment is not. */
typedef bool new_line_words(const struct text_line *line, struct buf *out);

/* In the file's order. */
static void
state_new_lines(const struct notable_texts *t, struct buf *out, const char *begin, new_line_words *tell)
{
	struct text_lines before = read_lines(t->before, false);
	struct buf words = BUF_INIT;
	size_t n = 0;

	for (const char *text = t->after; *text; text = next_line(text)) {
		struct text_line line = line_at(text, false);

		buf_reset(&words);
		if (same_line(&before, &line) || !tell(&line, &words))
			continue;
		if (n++ == 0)
			buf_addf(out, "%s%s", begin, words.data);
	}
	if (n > 1)
		buf_addf(out, " and %zu more", n - 1);
	buf_release(&words);
	free(before.v);
}

static struct text_line
trimmed(const struct text_line *line)
{
	struct text_line t = *line;

	while (t.len > 0 && strchr(" \t", *t.at)) {
		t.at++;
		t.len--;
	}
	while (t.len > 0 && strchr(" \t\r", t.at[t.len - 1]))
		t.len--;
	return t;
}

static bool
tell_line(const struct text_line *line, struct buf *out)
{
	struct text_line t = trimmed(line);

	if (t.len == 0 || *t.at == '#')
		return false;
	notable_words_quote(out, t.at, t.len);
	return true;
}

void
notable_words_sudo(const struct notable_texts *t, struct buf *out)
{
	state_new_lines(t, out, "who may act as root: ", tell_line);
}

void
notable_words_preload(const struct notable_texts *t, struct buf *out)
{
	state_new_lines(t, out, "loaded into every program: ", tell_line);
}

/* OPTIONS TYPE KEY COMMENT: the key is long, and begins as all do. */
static bool
tell_key(const struct text_line *line, struct buf *out)
{
	static const char *const types[] = { "ssh-", "ecdsa-", "sk-" };
	struct text_line t = trimmed(line);
	const char *end = t.at + t.len, *key = NULL;

	for (const char *at = t.at; at < end && *t.at != '#' && !key; at++) {
		for (size_t i = 0; i < ARRAY_SIZE(types) && (at == t.at || at[-1] == ' '); i++) {
			if (strncmp(at, types[i], strlen(types[i])) == 0)
				key = at;
		}
	}
	if (!key)
		return false;
	for (int blanks = 0; key < end && blanks < 2; key++)
		blanks += *key == ' ';
	buf_addstr(out, "key ");
	if (key < end) {
		buf_addstr(out, "of ");
		notable_words_quote(out, key, (size_t)(end - key));
		buf_addch(out, ' ');
	}
	buf_addstr(out, "added");
	return true;
}

void
notable_words_login_keys(const struct notable_texts *t, struct buf *out)
{
	state_new_lines(t, out, "who may log in by ssh: ", tell_key);
}

static bool
tell_job(const struct text_line *line, struct buf *out)
{
	return cron_words_add(out, line->at, line->len);
}

/* A directory's name says when what is in it runs; else the file does. */
void
notable_words_cron(const struct notable_texts *t, struct buf *out)
{
	static const struct {
		const char *dir, *when;
	} dirs[] = {
		{ "/etc/cron.hourly", "hourly" }, { "/etc/cron.daily", "daily" }, { "/etc/cron.weekly", "weekly" },
		{ "/etc/cron.monthly", "monthly" }, { "/etc/cron.yearly", "yearly" },
		{ "/etc/periodic/15min", "every 15 minutes" }, { "/etc/periodic/hourly", "hourly" },
		{ "/etc/periodic/daily", "daily" }, { "/etc/periodic/weekly", "weekly" },
		{ "/etc/periodic/monthly", "monthly" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		if (path_is_under(t->path, dirs[i].dir)) {
			buf_addf(out, "run by cron %s", dirs[i].when);
			return;
		}
	}
	state_new_lines(t, out, "run by cron ", tell_job);
}

/* --- files of keys and values --- */

/* The value of the first line that sets one of the keys. */
static const char *
value_of(const char *text, const char *const *keys, size_t *len)
{
	for (; *text; text = next_line(text)) {
		struct text_line whole = line_at(text, false), line = trimmed(&whole);

		for (size_t i = 0; keys[i]; i++) {
			size_t n = strlen(keys[i]);

			if (line.len <= n + 1 || memcmp(line.at, keys[i], n) != 0 || line.at[n] != '=')
				continue;
			*len = line.len - n - 1;
			return line.at + n + 1;
		}
	}
	return NULL;
}

static void
state_value(const struct notable_texts *t, struct buf *out, const char *begin, const char *const *keys)
{
	size_t len;
	const char *value = value_of(t->after, keys, &len);

	if (!value)
		return;
	buf_addstr(out, begin);
	notable_words_quote(out, value, len);
}

void
notable_words_unit(const struct notable_texts *t, struct buf *out)
{
	state_value(t, out, "systemd unit, runs ",
		    (const char *const[]){ "ExecStart", "ExecStartPre", "ExecStop", NULL });
}

void
notable_words_timer(const struct notable_texts *t, struct buf *out)
{
	state_value(t, out, "systemd timer: ", (const char *const[]){ "OnCalendar", NULL });
	if (out->len == 0)
		state_value(t, out, "systemd timer: every ",
			    (const char *const[]){ "OnUnitActiveSec", "OnUnitInactiveSec", NULL });
	if (out->len == 0)
		state_value(t, out, "systemd timer: after boot, ",
			    (const char *const[]){ "OnBootSec", "OnStartupSec", NULL });
}

void
notable_words_autostart(const struct notable_texts *t, struct buf *out)
{
	state_value(t, out, "started with a user's desktop: ", (const char *const[]){ "Exec", NULL });
}
