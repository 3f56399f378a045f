/* Where a run goes on whose history goes away under it. */
#include "config.h"

#include "record/refuge.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file/temporary.h"
#include "objects/objects.h"
#include "objects/objects_dir.h"
#include "record/journal.h"
#include "base/mem.h"
#include "base/path.h"

void
refuge_release(struct refuge *r)
{
	free(r->uuid);
	free(r->base);
	*r = (struct refuge){ 0 };
}

bool
refuge_is_own(const struct refuge *r, const char *path)
{
	const char *name = r->base ? r->base + path_dir_len(r->base) : NULL;	/* with its slash */
	const char *at = name ? strstr(path, name) : NULL;

	if (!at)
		return false;
	at += strlen(name);
	return path_is_under(at, ".objects") || strcmp(at, ".journal") == 0;
}

/* Where journal and contents are now. */
static const char *
refuge_base(const struct refuge *r)
{
	return r->base ? r->base : r->history;
}

/* A name in the store of contents: what prune, in the run as well, takes away is not this run's. */
static bool
loses_content(const struct refuge *r, enum op op, const char *name)
{
	return objects_own_name(r->store, name) || (strlen(name) == OBJECTS_SHARD_LEN && op != OP_RMDIR);
}

static bool
takes_away(const struct refuge *r, const struct call *c, const char *path)
{
	static const char objects[] = ".objects";
	const char *base = refuge_base(r);
	size_t len = strlen(base), n = sizeof(objects) - 1;

	/* rmdir(2) alone takes only what is empty */
	if (path_is_under(base, path))
		return c->op != OP_RMDIR || c->whole_tree;
	if (strncmp(path, base, len) != 0)
		return false;
	if (strncmp(path + len, objects, n) == 0 && path[len + n] == '/')
		return loses_content(r, c->op, path + len + n + 1);
	return strcmp(path + len, objects) == 0 || path_is_under(journal_path(r->journal), path);
}

const char *
refuge_threat(const struct refuge *r, const struct call *c)
{
	switch (c->op) {
	case OP_UNLINK:
	case OP_RMDIR:
	case OP_RENAME:
	case OP_EXCHANGE:
		break;
	default:
		return NULL;
	}
	for (unsigned i = 0; i < c->n_targets; i++) {
		if (c->target[i].sight == TARGET_RESOLVED && takes_away(r, c, c->target[i].path))
			return c->target[i].path;
	}
	return NULL;
}

/* Journal and contents to another base. */
static int
move_to(struct refuge *r, const char *base)
{
	char *file = xasprintf("%s.journal", base);
	unsigned n_lost = 0;
	struct err unsaid;
	int rc = journal_relocate(r->journal, file, &unsaid);

	if (rc == 0)
		rc = objects_move(r->store, base, &n_lost, &unsaid);
	r->n_lost += n_lost;
	free(file);
	return rc;
}

int
refuge_take(struct refuge *r, const char *going)
{
	char *place;
	int rc = -1;

	while (rc < 0 && (place = temporary_place(r->next_place))) {
		char *base = journal_base_away(place, r->uuid);

		r->next_place++;
		if (!going || !path_is_under(place, going))
			rc = move_to(r, base);
		free(place);
		if (rc < 0) {
			free(base);
			continue;
		}
		if (r->base)
			objects_dir_remove_all(r->base);
		free(r->base);
		r->base = base;
	}
	return rc;
}

int
refuge_return(struct refuge *r, struct err *e)
{
	unsigned n_lost;

	if (!r->base && objects_are_at(r->store, r->history))
		return 0;
	if (objects_move(r->store, r->history, &n_lost, e) < 0)
		return -1;
	r->n_lost += n_lost;
	if (r->base)
		objects_dir_remove_all(r->base);
	return 0;
}

char *
refuge_leave_contents(struct refuge *r, bool history_is_there)
{
	char *dir;

	if (!history_is_there && !objects_are_at(r->store, refuge_base(r)))
		(void)refuge_take(r, NULL);
	if (!r->base || !objects_are_at(r->store, r->base))
		return NULL;
	dir = xasprintf("%s.objects", r->base);
	if (rmdir(dir) < 0)
		return dir;
	free(dir);
	return NULL;
}
