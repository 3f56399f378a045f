/* What a package is called where its maker does not say. */
#include "config.h"

#include "cmd/package/naming.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "store/query_run.h"

/* Small letters, digits and what else a package's name may hold; a hyphen for anything else. */
static char *
package_word(const char *text, size_t len)
{
	struct buf word = BUF_INIT;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '+'))
			c = '-';
		if (word.len > 0 || (c != '-' && c != '.' && c != '+'))
			buf_addch(&word, c);
	}
	return buf_detach(&word);
}

void
naming_split(struct naming *n, const char *text)
{
	const char *dash = strrchr(text, '-');
	bool versioned = dash && dash > text && dash[1] >= '0' && dash[1] <= '9' &&
			 strspn(dash + 1, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.+~") == strlen(dash + 1);

	if (!n->name)
		n->name = package_word(text, versioned ? (size_t)(dash - text) : strlen(text));
	if (!n->version && versioned)
		n->version = xstrdup(dash + 1);
	if (strlen(n->name) < 2) {
		free(n->name);
		n->name = NULL;
	}
}

static int
check_words(const struct naming *n, struct err *e)
{
	char *word = package_word(n->name, strlen(n->name));
	bool good = strcmp(word, n->name) == 0 && strlen(word) > 1;

	free(word);
	if (!good)
		return err_set(e, ERR_USAGE, "package: '%s' is no name for a package: two or more of a-z, 0-9, +, - and ., "
			       "the first of them a letter or a digit", n->name);
	if (n->version[0] < '0' || n->version[0] > '9' ||
	    strspn(n->version, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.+~") != strlen(n->version))
		return err_set(e, ERR_USAGE, "package: '%s' is no version: a digit, then letters, digits, ., + and ~", n->version);
	return 0;
}

/* By the run's day, and lower than any version that may follow. */
static char *
version_of_day(int64_t ns)
{
	struct timespec ts = clock_timespec(ns);
	struct tm tm;
	char day[16] = "";

	if (gmtime_r(&ts.tv_sec, &tm))
		strftime(day, sizeof(day), "%Y%m%d", &tm);
	return xasprintf("0.%s", day);
}

int
naming_of(struct naming *n, struct store *s, const struct run_ids *runs, const struct options *o, struct err *e)
{
	struct run_row run;
	int found = query_run(s, runs->v[runs->n - 1], &run, e);

	n->name = o->name ? xstrdup(o->name) : NULL;
	n->version = o->package_version ? xstrdup(o->package_version) : NULL;
	if (found > 0) {
		n->command = xstrdup(run.command ? run.command : "");
		n->ended_ns = run.ended_ns;
		if (run.name && (!n->name || !n->version))
			naming_split(n, run.name);
	}
	query_run_release(&run);
	if (found < 0)
		return -1;
	if (!n->name)
		n->name = xasprintf("run-%lld", (long long)runs->v[runs->n - 1]);
	if (!n->version)
		n->version = version_of_day(n->ended_ns);
	return check_words(n, e);
}

void
naming_release(struct naming *n)
{
	free(n->name);
	free(n->version);
	free(n->command);
	memset(n, 0, sizeof(*n));
}
