/* RUN as an argument. */
#include "config.h"

#include "cmd/ui/run_arg.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/number.h"
#include "cmd/ui/typed_time.h"
#include "record/journal.h"
#include "record/running.h"
#include "store/interim.h"
#include "store/query_run.h"

static bool
all_digits(const char *word)
{
	return *word && word[strspn(word, "0123456789")] == '\0';
}

bool
run_arg_is_name(const char *word)
{
	return strcmp(word, "last") != 0 && !all_digits(word);
}

static int
no_run(struct store *s, const char *word, struct err *e)
{
	return err_set(e, ERR_NOT_FOUND, "no run '%s' in history %s", word, store_path(s));
}

static int
compare_ids_of_runs(const void *key, const void *element)
{
	int64_t id = *(const int64_t *)key, other = *(const int64_t *)element;

	return (id > other) - (id < other);
}

void
run_arg_ids_add(struct run_ids *ids, int64_t id)
{
	size_t at;

	if (list_find(&id, ids->v, ids->n, sizeof(id), compare_ids_of_runs, &at))
		return;
	ids->v = list_insert(ids->v, ids->n++, sizeof(id), at, &id);
}

static int
find_number(struct store *s, const char *word, int64_t *id, struct err *e)
{
	char *end;

	errno = 0;
	*id = strtoll(word, &end, 10);
	return errno == 0 && *end == '\0' ? query_run_exists(s, *id, e) : 0;
}

/* Host names have no colon, and neither have names of runs. */
static int
open_named(struct store *s, const char *word, struct cursor **out, struct err *e)
{
	const char *colon = strrchr(word, ':');
	char *host;
	int rc;

	if (!colon)
		return query_runs_named(s, NULL, word, out, e);
	host = xstrndup(word, (size_t)(colon - word));
	rc = query_runs_named(s, host, colon + 1, out, e);
	free(host);
	return rc;
}

/* A run that was begun within another one has no record of its own: 0 where it has, -1 with e set. */
static int
check_own_record(struct store *s, int64_t id, struct err *e)
{
	struct run_row outer;
	int64_t of_run;
	int joined = query_run_joined(s, id, &of_run, e), there;

	if (joined <= 0)
		return joined;
	there = query_run(s, of_run, &outer, e);
	if (there < 0)
		return -1;
	err_set(e, ERR_USAGE, "run %" PRId64 " was begun within run %" PRId64 "%s%s%s, and is part of that one's record: name "
		"run %" PRId64, id, of_run, there > 0 && outer.name ? " (" : "", there > 0 && outer.name ? outer.name : "",
		there > 0 && outer.name ? ")" : "", of_run);
	query_run_release(&outer);
	return -1;
}

/*
 * The runs of a name, or only the newest, added to ids: how many there were, or -1 with e set.  Those that are part of
 * others' records count where there are no others.
 */
static int
find_named(struct store *s, const char *word, bool all, struct run_ids *ids, struct err *e)
{
	struct cursor *c;
	int64_t joined = 0, of_run;
	int found = 0, more;

	if (open_named(s, word, &c, e) < 0)
		return -1;
	while ((more = cursor_next(c, e)) > 0) {
		int64_t id = cursor_int(c, 0);
		int is_part = query_run_joined(s, id, &of_run, e);

		if (is_part < 0)
			more = -1;
		if (is_part > 0 && joined == 0)
			joined = id;
		if (is_part != 0)
			continue;
		run_arg_ids_add(ids, id);
		found++;
		if (!all)
			break;
	}
	cursor_close(c);
	if (more >= 0 && found == 0 && joined != 0)
		return check_own_record(s, joined, e);
	return more < 0 ? -1 : found;
}

/* The ends of 12-15: whether a word is that. */
static bool
parse_range(const char *word, int64_t *first, int64_t *last)
{
	size_t digits = strspn(word, "0123456789");
	char *low = xstrndup(word, digits);
	bool is_range = word[digits] == '-' && number_parse(low, INT64_MAX, first) == 0 &&
			number_parse(word + digits + 1, INT64_MAX, last) == 0;

	free(low);
	return is_range;
}

/* How many there were, or -1 with e set. */
static int
find_between(struct store *s, int64_t first, int64_t last, int64_t since_ns, struct run_ids *ids, struct err *e)
{
	struct cursor *c;
	int found = 0, more;

	if (query_runs_between(s, first, last, since_ns, &c, e) < 0)
		return -1;
	for (; (more = cursor_next(c, e)) > 0; found++)
		run_arg_ids_add(ids, cursor_int(c, 0));
	cursor_close(c);
	return more < 0 ? -1 : found;
}

static int
find_since(struct store *s, const char *since, struct run_ids *ids, struct err *e)
{
	int64_t since_ns;
	int found;

	if (typed_time(since, &since_ns, e) < 0)
		return -1;
	found = find_between(s, 0, INT64_MAX, since_ns, ids, e);
	if (found == 0)
		return err_set(e, ERR_NOT_FOUND, "no run since %s in history %s", since, store_path(s));
	return found > 0 ? 0 : -1;
}

static int
find_runs(struct store *s, const char *word, bool all, struct run_ids *ids, struct err *e)
{
	int64_t id;
	int found;

	if (run_arg_is_name(word)) {
		found = find_named(s, word, all, ids, e);
	} else {
		found = all_digits(word) ? find_number(s, word, &id, e) : query_run_last(s, &id, e);
		if (found > 0 && check_own_record(s, id, e) < 0)
			return -1;
		if (found > 0)
			run_arg_ids_add(ids, id);
	}
	if (found == 0)
		no_run(s, word, e);
	return found > 0 ? 0 : -1;
}

int
run_arg_one(struct store *s, const char *word, int64_t *id, struct err *e)
{
	struct run_ids ids = { NULL, 0 };
	int rc = find_runs(s, word ? word : "last", false, &ids, e);

	if (rc == 0)
		*id = ids.v[0];
	run_arg_ids_release(&ids);
	return rc;
}

/* A name that looks like a range is still a name. */
static int
find_word(struct store *s, const char *word, bool all, struct run_ids *ids, struct err *e)
{
	int64_t first, last;
	int found;

	if (!parse_range(word, &first, &last))
		return find_runs(s, word, all, ids, e);
	found = find_named(s, word, all, ids, e);
	if (found == 0)
		found = find_between(s, first, last, INT64_MIN, ids, e);
	if (found == 0)
		no_run(s, word, e);
	return found > 0 ? 0 : -1;
}

bool
run_arg_is_path(struct store *s, const char *word)
{
	struct run_ids ids = { NULL, 0 };
	struct err unsaid;
	bool is_path = run_arg_is_name(word) && find_word(s, word, false, &ids, &unsaid) < 0 &&
		       unsaid.code == ERR_NOT_FOUND;

	run_arg_ids_release(&ids);
	return is_path;
}

static int
find_words(struct store *s, char *const words[], size_t n, const char *since, bool all, struct run_ids *out,
	   struct err *e)
{
	int rc = 0;

	out->v = NULL;
	out->n = 0;
	if (since)
		rc = find_since(s, since, out, e);
	else if (n == 0)
		rc = find_runs(s, "last", false, out, e);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = find_word(s, words[i], all, out, e);
	return rc;
}

int
run_arg_all(struct store *s, char *const words[], size_t n, const char *since, struct run_ids *out,
	    struct err *e)
{
	return find_words(s, words, n, since, true, out, e);
}

int
run_arg_newest(struct store *s, char *const words[], size_t n, const char *since, struct run_ids *out,
	       struct err *e)
{
	return find_words(s, words, n, since, false, out, e);
}

void
run_arg_ids_release(struct run_ids *ids)
{
	free(ids->v);
	ids->v = NULL;
	ids->n = 0;
}

bool
run_arg_is_dead(const struct store *s, enum run_state state, const char *uuid)
{
	bool dead;
	int fd;

	if (state != RUN_RUNNING || !uuid)
		return false;
	fd = journal_open_lock(store_rights(s), store_path(s), uuid);
	/* shared, so that two who look do not take each other for the tracer; what cannot be seen is not dead */
	dead = fd < 0 ? errno == ENOENT : flock(fd, LOCK_SH | LOCK_NB) == 0;
	if (fd >= 0)
		close(fd);
	return dead;
}

int
run_arg_ended(struct store *s, int64_t id, struct err *e)
{
	struct run_row run;
	int rc = query_run(s, id, &run, e) < 0 ? -1 : 0;

	if (rc == 0 && run_arg_is_dead(s, run.state, run.uuid))
		rc = err_set(e, ERR_INPUT, "the record of run %" PRId64 " is not complete: "
			     "the next command that may write completes it", id);
	else if (rc == 0 && run.state == RUN_RUNNING && !interim_has(s, id))
		rc = err_set(e, ERR_INPUT, "run %" PRId64 " has not ended: what it leaves is not known", id);
	query_run_release(&run);
	return rc;
}

int
run_arg_ask(struct store *s, const int64_t *ids, size_t n, struct err *e)
{
	int rc = running_load(s, ids, n, e);

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = run_arg_ended(s, ids[i], e);
	return rc;
}

bool
run_arg_show_state(struct row *r, void *store)
{
	if (interim_has(store, row_int(r, "id")))
		row_set(r, "state", run_state_names[RUN_RUNNING]);
	else if (run_arg_is_dead(store, run_state_named(row_text(r, "state")), row_text(r, "uuid")))
		row_set(r, "state", run_state_names[RUN_INTERRUPTED]);
	return true;
}
