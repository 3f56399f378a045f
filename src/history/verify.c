/* What runs left against what is there now. */
#include "config.h"

#include "history/verify.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "store/query_state.h"

const char *const verdict_names[VERDICT_COUNT] = {
	[VERDICT_AS_LEFT] = "as left",
	[VERDICT_MISSING] = "missing",
	[VERDICT_MODIFIED] = "modified",
	[VERDICT_ATTRIBUTES] = "attributes",
	[VERDICT_REAPPEARED] = "reappeared",
};

/* By what became of it since. */
static const enum verdict verdicts[CHANGE_COUNT] = {
	[CHANGE_CREATED] = VERDICT_REAPPEARED,
	[CHANGE_DELETED] = VERDICT_MISSING,
	[CHANGE_MODIFIED] = VERDICT_MODIFIED,
	[CHANGE_ATTRIBUTES] = VERDICT_ATTRIBUTES,
	[CHANGE_UNCHANGED] = VERDICT_AS_LEFT,
	[CHANGE_TRANSIENT] = VERDICT_AS_LEFT,
};

bool
verify_concerns(const struct path_change *l)
{
	return l->class == CHANGE_CREATED || l->class == CHANGE_DELETED || l->class == CHANGE_MODIFIED ||
	       l->class == CHANGE_ATTRIBUTES;
}

int64_t
verify_cost(const struct path_change *l)
{
	return l->after.type == FILE_REGULAR && l->after.has_digest ? l->after.size_bytes : 0;
}

/* Whether what is there now is what was there then, as far as the finding goes. */
static int
is_as_then(struct verify *v, struct verify_finding *f, const struct file_state *then, bool *same, struct err *e)
{
	unsigned matters = DIFFERS_CONTENT | DIFFERS_TYPE | DIFFERS_TARGET;
	enum change_class class;
	unsigned differs;

	if (compare_state(&f->now, then, v->digester, &class, &differs, e) < 0)
		return -1;
	if (f->verdict == VERDICT_ATTRIBUTES)
		matters |= f->differs;
	*same = class == CHANGE_TRANSIENT || (class != CHANGE_CREATED && class != CHANGE_DELETED &&
					      (differs & matters) == 0);
	return 0;
}

static bool
is_later(const struct verify *v, const struct path_change *l, const struct state_row *row)
{
	for (size_t i = 0; i < v->n_ids; i++) {
		if (v->ids[i] == row->run_id)
			return false;
	}
	return row->run_id > l->last_run || row->run_ended_ns > l->last_ended_ns;
}

/*
 * One later run: true ends the search.  The run that left it so and did not find it so is the one; one that left
 * something else has not seen what came after it.
 */
static int
weigh_run(struct verify *v, struct verify_finding *f, const struct state_row *row, bool *found, struct err *e)
{
	bool was_so, is_so;

	if (is_as_then(v, f, &row->after, &is_so, e) < 0 || is_as_then(v, f, &row->before, &was_so, e) < 0)
		return -1;
	*found = !is_so || !was_so;
	if (is_so && !was_so)
		f->by_run = row->run_id;
	else if (!is_so)
		f->since_run = row->run_id;
	return 0;
}

static int
seek_cause(struct verify *v, const struct path_change *l, struct verify_finding *f, struct err *e)
{
	struct state_row row = { 0 };
	bool found = false;
	struct cursor *c;
	int more = 0;

	if (query_states_at(v->store, l->path_id, &c, e) < 0)
		return -1;
	while (!found && (more = query_state_next(c, &row, e)) > 0) {
		if (is_later(v, l, &row) && weigh_run(v, f, &row, &found, e) < 0)
			more = -1;
		query_state_release(&row);
		if (more < 0)
			break;
	}
	cursor_close(c);
	return !found && more < 0 ? -1 : 0;
}

int
verify_path(struct verify *v, const struct path_change *l, struct verify_finding *out, struct err *e)
{
	char *path = v->root ? path_rebase(l->path, "/", v->root) : NULL;
	const char *place = path ? path : l->path;
	enum change_class class;
	int rc;

	memset(out, 0, sizeof(*out));
	rc = compare_look(&out->now, dir_cache_of(&v->dirs, place), path_name(place), e);
	out->now.is_copy = v->root;
	free(path);
	if (rc < 0 || compare_state(&out->now, &l->after, v->digester, &class, &out->differs, e) < 0)
		return -1;
	out->verdict = verdicts[class];
	/* what happened in another tree is in no run of this history */
	if (out->verdict == VERDICT_AS_LEFT || v->root)
		return 0;
	return seek_cause(v, l, out, e);
}

void
verify_finding_release(struct verify_finding *f)
{
	compare_release(&f->now);
}
