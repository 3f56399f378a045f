/* What goes into a package. */
#include "config.h"

#include "cmd/package/contents.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/path.h"
#include "cmd/ui/filter.h"
#include "cmd/ui/text.h"
#include "file/compare.h"
#include "file/identity.h"
#include "history/runs_as_one.h"
#include "history/verify.h"

static void
say_of_entry(const char *path, const char *what)
{
	struct buf line = BUF_INIT;

	text_add_quoted(&line, path);
	err_message("%s: %s", line.data, what);
	buf_release(&line);
}

static void
say_left_out(const struct contents *c, const char *path, const char *why)
{
	struct buf words = BUF_INIT;

	buf_addf(&words, "not in the package: %s", why);
	if (!c->options->quiet)
		say_of_entry(path, words.data);
	buf_release(&words);
}

/* Takes over the state. */
static void
add_content(struct contents *c, const char *path, struct file_state *state, bool parent)
{
	struct contents_entry *x = LIST_ADD(c->v, c->n);

	*x = (struct contents_entry){ .path = xstrdup(path), .state = *state, .parent = parent };
	x->name = x->path + strlen(c->root) + (c->root[1] && x->path[strlen(c->root)] ? 1 : 0);
	memset(state, 0, sizeof(*state));
}

/* Why what the runs did to a path cannot be in a package; NULL where it can, or where there is nothing to say. */
static const char *
why_left_out(const struct path_change *l, bool *wanted)
{
	*wanted = l->class == CHANGE_CREATED && !l->caller_log;
	switch (l->class) {
	case CHANGE_CREATED:
		if (l->caller_log)
			return "it is what the command said";
		if (l->after.type == FILE_SOCKET) {
			*wanted = false;
			return "it is a socket";
		}
		return NULL;
	case CHANGE_MODIFIED:
		return "it was there before, and the runs modified it";
	case CHANGE_DELETED:
		return "the runs deleted it";
	case CHANGE_ATTRIBUTES:
		return "it was there before, and the runs changed its attributes";
	case CHANGE_UNCHANGED:
	case CHANGE_TRANSIENT:
	case CHANGE_PARENT:
	case CHANGE_COUNT:
		break;
	}
	return NULL;
}

/* Differences of times alone are none of a directory's: names come and go in it. */
static int
take_path(struct contents *c, struct verify *v, const struct path_change *l, struct err *e)
{
	struct verify_finding f;
	int rc = verify_path(v, l, &f, e);

	if (rc == 0 && f.verdict != VERDICT_AS_LEFT) {
		struct buf what = BUF_INIT;
		char words[64];

		if (f.differs && f.verdict != VERDICT_MISSING)
			buf_addf(&what, "it is not as the runs left it (%s)", change_differs_text(f.differs, words));
		else
			buf_addstr(&what, "it is not there any more");
		say_of_entry(l->path, what.data);
		buf_release(&what);
		c->n_different++;
	}
	if (rc == 0 && f.now.state.type == FILE_SOCKET)
		say_left_out(c, l->path, "it is a socket");
	else if (rc == 0 && f.now.state.type != FILE_ABSENT)
		add_content(c, l->path, &f.now.state, false);
	verify_finding_release(&f);
	return rc < 0 ? err_prefix(e, "%s", l->path) : 0;
}

static int
take_if_wanted(struct contents *c, struct verify *v, const struct path_change *l, struct err *e)
{
	const char *why;
	bool wanted;

	if (!filter_passes(c->options, l->path) || !path_is_under(l->path, c->root) || strcmp(l->path, c->root) == 0)
		return 0;
	why = why_left_out(l, &wanted);
	if (why)
		say_left_out(c, l->path, why);
	return wanted ? take_path(c, v, l, e) : 0;
}

static int
take_created(struct contents *c, struct store *s, const struct run_ids *runs, struct err *e)
{
	struct verify v = { .store = s, .ids = runs->v, .n_ids = runs->n, .dirs = DIR_CACHE_INIT, .digester = c->digester };
	struct runs_as_one reader = { .n_undos = 0 };
	struct path_change l;
	int more;

	if (runs_as_one_open(&reader, s, runs->v, runs->n, e) < 0)
		return -1;
	while ((more = runs_as_one_next(&reader, &l, e)) > 0) {
		if (take_if_wanted(c, &v, &l, e) < 0)
			more = -1;
		runs_as_one_release(&l);
		if (more < 0)
			break;
	}
	runs_as_one_close(&reader);
	dir_cache_release(&v.dirs);
	return more;
}

static int
compare_entries(const void *a, const void *b)
{
	return strcmp(((const struct contents_entry *)a)->name, ((const struct contents_entry *)b)->name);
}

static int
compare_name_to_content(const void *name, const void *element)
{
	return strcmp(name, ((const struct contents_entry *)element)->name);
}

const struct contents_entry *
contents_find(const struct contents *c, const char *name)
{
	size_t at;

	return list_find(name, c->v, c->n, sizeof(*c->v), compare_name_to_content, &at) ? &c->v[at] : NULL;
}

/* The directory called so, as it is; one that is gone by now, which only --force gets to, is as directories mostly are. */
static int
add_parent(struct contents *c, const char *path, struct err *e)
{
	struct present n;
	int rc = compare_look(&n, dir_cache_of(&c->dirs, path), path_name(path), e);

	if (rc == 0 && n.state.type != FILE_DIRECTORY) {
		state_release(&n.state);
		n.state = (struct file_state){ .type = FILE_DIRECTORY, .mode = 0755 };
	}
	if (rc == 0)
		add_content(c, path, &n.state, true);
	compare_release(&n);
	return rc < 0 ? err_prefix(e, "%s", path) : 0;
}

/* A name's directories: those that neither are entries nor were added for the name before it. */
static int
add_parents_of(struct contents *c, size_t n_created, size_t at, struct err *e)
{
	const char *before = at > 0 ? c->v[at - 1].path : "";
	char *path = xstrdup(c->v[at].path);
	size_t root_len = strlen(c->root);
	int rc = 0;

	for (char *p = path + root_len + (c->root[1] != '\0'); rc == 0 && (p = strchr(p, '/')); p++) {
		/* parents are put behind them, where there may have to be more room */
		const struct contents created = { .v = c->v, .n = n_created };

		*p = '\0';
		if (!path_is_under(before, path) && !contents_find(&created, path + root_len + (c->root[1] != '\0')))
			rc = add_parent(c, path, e);
		*p = '/';
	}
	free(path);
	return rc;
}

static int
add_parents(struct contents *c, struct err *e)
{
	size_t n = c->n;
	int rc = n > 0 ? add_parent(c, c->root, e) : 0;

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = add_parents_of(c, n, i, e);
	qsort(c->v, c->n, sizeof(*c->v), compare_entries);
	return rc;
}

/* By object, and of one object by name. */
static int
compare_objects(const void *a, const void *b)
{
	const struct contents_entry *x = *(struct contents_entry *const *)a, *y = *(struct contents_entry *const *)b;

	if (x->state.dev != y->state.dev)
		return x->state.dev < y->state.dev ? -1 : 1;
	if (x->state.ino != y->state.ino)
		return x->state.ino < y->state.ino ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void
find_hard_links(struct contents *c)
{
	struct contents_entry **linked = xcalloc(c->n + 1, sizeof(struct contents_entry *));
	size_t n = 0, first = 0;

	for (size_t i = 0; i < c->n; i++) {
		if (c->v[i].state.type != FILE_DIRECTORY && c->v[i].state.nlink > 1)
			linked[n++] = &c->v[i];
	}
	qsort(linked, n, sizeof(struct contents_entry *), compare_objects);
	for (size_t i = 1; i < n; i++) {
		if (identity_same_state(&linked[i]->state, &linked[first]->state))
			linked[i]->link = linked[first]->name;
		else
			first = i;
	}
	free(linked);
}

int
contents_gather(struct contents *c, struct store *s, const struct run_ids *runs, struct err *e)
{
	int rc;

	c->dirs = (struct dir_cache)DIR_CACHE_INIT;
	c->digester = digest_new();
	rc = take_created(c, s, runs, e);
	if (rc == 0 && c->with_parents)
		rc = add_parents(c, e);
	if (rc == 0)
		find_hard_links(c);
	return rc;
}

void
contents_release(struct contents *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->v[i].path);
		state_release(&c->v[i].state);
	}
	free(c->v);
	c->v = NULL;
	c->n = 0;
	digest_free(c->digester);
	c->digester = NULL;
	dir_cache_release(&c->dirs);
}

static int
say_changed(const char *path, struct err *e)
{
	return err_set(e, ERR_CONFLICT, "%s has been changed while the package was made", path);
}

static bool
is_same_file(const struct file_state *a, const struct file_state *b)
{
	return identity_same_state(a, b) && a->type == b->type && a->size_bytes == b->size_bytes && a->ctime_ns == b->ctime_ns;
}

int
contents_open(struct contents *c, const struct contents_entry *x, struct err *e)
{
	int dir_fd = dir_cache_of(&c->dirs, x->path);
	struct file_state now = { .type = FILE_ABSENT };
	int opened = -1;

	if (dir_fd < 0)
		return err_system(e, "cannot open the directory of %s", x->path);
	if (!state_at_opened(dir_fd, path_name(x->path), &now, &opened) || !is_same_file(&now, &x->state)) {
		io_close(&opened);
		state_release(&now);
		return say_changed(x->path, e);
	}
	state_release(&now);
	if (opened < 0)
		return err_system(e, "cannot read %s", x->path);
	return opened;
}

int
contents_still(const struct contents_entry *x, int fd, const struct digest *read, struct err *e)
{
	struct file_state now;
	struct stat st;

	if (x->state.has_digest && !digest_equal(read, &x->state.digest))
		return say_changed(x->path, e);
	if (fstat(fd, &st) < 0)
		return err_system(e, "cannot look at %s", x->path);
	state_of_stat(&st, &now);
	return is_same_file(&now, &x->state) ? 0 : say_changed(x->path, e);
}
