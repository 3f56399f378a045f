/* What runs created, as a list. */
#include "config.h"

#include "cmd/manifest/list.h"

#include <stdlib.h>
#include <string.h>

#include "history/runs_as_one.h"
#include "file/state.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/quote.h"
#include "cmd/ui/filter.h"
#include "cmd/ui/run_title.h"
#include "store/undone.h"

bool
manifest_wants(const struct manifest_choice *c, const char *path, const char *type)
{
	if (!path || !type || !filter_passes(c->options, path))
		return false;
	if (c->root && (!path_is_under(path, c->root) || strcmp(path, c->root) == 0))
		return false;
	for (int t = 0; c->types && t < FILE_TYPE_COUNT; t++) {
		if (state_type_names[t] && strcmp(type, state_type_names[t]) == 0)
			return c->types & 1U << t;
	}
	return c->types == 0;
}

/* Later runs that wrote paths of these have a say, as in uninstall. */
struct claims {
	struct claim {
		char *path;
		char *words;
	} *v;
	size_t n;
};

static int
compare_claims(const void *a, const void *b)
{
	return strcmp(((const struct claim *)a)->path, ((const struct claim *)b)->path);
}

static void
add_claim(struct claims *claims, struct cursor *c)
{
	struct buf words = BUF_INIT;
	struct claim *claim;
	size_t len;
	const char *path = cursor_text(c, 0, &len);
	const char *name = cursor_text(c, 2, &len);

	if (!path)
		return;
	buf_addf(&words, "also changed by run %lld", (long long)cursor_int(c, 1));
	if (name) {
		buf_addstr(&words, ", ");
		quote_shell(&words, name, strlen(name));
	}
	claim = LIST_ADD(claims->v, claims->n);
	claim->path = xstrdup(path);
	claim->words = buf_detach(&words);
}

static int
load_claims(struct store *s, const struct run_ids *runs, struct claims *out, struct err *e)
{
	struct cursor *c;
	int more;

	if (undone_later_writers(s, runs->v, runs->n, NULL, 0, &c, e) < 0)
		return -1;
	while ((more = cursor_next(c, e)) > 0)
		add_claim(out, c);
	cursor_close(c);
	if (out->n > 0)
		qsort(out->v, out->n, sizeof(*out->v), compare_claims);
	return more;
}

static const char *
find_claim(const struct claims *claims, char *path)
{
	const struct claim key = { .path = path };
	size_t at;

	return list_find(&key, claims->v, claims->n, sizeof(*claims->v), compare_claims, &at) ? claims->v[at].words : NULL;
}

static void
release_claims(struct claims *claims)
{
	for (size_t i = 0; i < claims->n; i++) {
		free(claims->v[i].path);
		free(claims->v[i].words);
	}
	free(claims->v);
}

/* What entries are made of. */
struct gathering {
	const struct manifest_choice *choice;
	bool modified;
	struct claims claims;
};

/* Takes over what the entry needs of left. */
static void
add_entry(struct manifest_list *l, struct path_change *left, bool created, const char *claim)
{
	struct manifest_entry *entry = LIST_ADD(l->v, l->n);

	*entry = (struct manifest_entry){ .path = left->path, .created = created, .state = left->after };
	entry->name = entry->path + strlen(l->root) + (l->root[1] ? 1 : 0);
	entry->claim = claim ? xstrdup(claim) : NULL;
	left->path = NULL;
	memset(&left->after, 0, sizeof(left->after));
}

static void
add_if_wanted(struct manifest_list *l, struct path_change *left, const struct gathering *g)
{
	bool created = left->before.type == FILE_ABSENT;

	if (left->after.type == FILE_ABSENT ||
	    !manifest_wants(g->choice, left->path, state_type_names[left->after.type]))
		return;
	if (!created && (left->class == CHANGE_MODIFIED || left->class == CHANGE_ATTRIBUTES))
		l->n_before++;
	if (created)
		add_entry(l, left, true, find_claim(&g->claims, left->path));
	else if (g->modified && left->class == CHANGE_MODIFIED)
		add_entry(l, left, false, NULL);
}

/* Where things came from is known when all rows have been read. */
static void
add_origins(struct manifest_list *l, const struct origins *origins)
{
	for (size_t i = 0; i < l->n; i++) {
		const char *origin = l->v[i].created ? origin_of(origins, l->v[i].path) : NULL;

		l->v[i].origin = origin ? xstrdup(origin) : NULL;
	}
}

static int
gather_left(struct store *s, const struct run_ids *runs, const struct gathering *g, struct manifest_list *out,
	    struct err *e)
{
	struct origins origins = { .n = 0 };
	struct runs_as_one reader = { .origins = &origins };
	struct path_change left;
	int more;

	if (runs_as_one_open(&reader, s, runs->v, runs->n, e) < 0)
		return -1;
	while ((more = runs_as_one_next(&reader, &left, e)) > 0) {
		add_if_wanted(out, &left, g);
		runs_as_one_release(&left);
	}
	runs_as_one_close(&reader);
	if (more == 0)
		add_origins(out, &origins);
	origin_release(&origins);
	return more;
}

int
manifest_gather(struct store *s, const struct run_ids *runs, const struct manifest_choice *choice, bool modified,
		struct manifest_list *out, struct err *e)
{
	struct gathering g = { .choice = choice, .modified = modified };
	int rc = -1;

	memset(out, 0, sizeof(*out));
	buf_init(&out->runs);
	out->root = choice->root ? choice->root : "/";
	if (run_title_add(&out->runs, s, runs->v, runs->n, e) == 0 &&
	    load_claims(s, runs, &g.claims, e) == 0)
		rc = gather_left(s, runs, &g, out, e);
	release_claims(&g.claims);
	return rc;
}

void
manifest_list_release(struct manifest_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].path);
		free(l->v[i].origin);
		free(l->v[i].claim);
		state_release(&l->v[i].state);
	}
	free(l->v);
	buf_release(&l->runs);
	memset(l, 0, sizeof(*l));
	buf_init(&l->runs);
}

/* A name that is not ended by NUL. */
struct name_part {
	const char *bytes;
	size_t len;
};

static int
compare_name_to_entry(const void *key, const void *element)
{
	const struct name_part *name = key;
	const struct manifest_entry *entry = element;
	int order = strncmp(name->bytes, entry->name, name->len);

	return order != 0 ? order : entry->name[name->len] == '\0' ? 0 : -1;
}

const struct manifest_entry *
manifest_find(const struct manifest_list *l, const char *name, size_t len)
{
	const struct name_part key = { name, len };
	size_t at;

	return list_find(&key, l->v, l->n, sizeof(*l->v), compare_name_to_entry, &at) ? &l->v[at] : NULL;
}
