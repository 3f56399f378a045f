/* Which packages paths belong to. */
#include "config.h"

#include "record/package_question.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/mem.h"
#include "base/path.h"

void
package_question_init(struct package_question *q, const char *const *paths, size_t n)
{
	*q = (struct package_question){ .paths = paths, .n_paths = n };
	q->answers = xcalloc(n + 1, sizeof(*q->answers));
}

void
package_question_release(struct package_question *q)
{
	for (size_t i = 0; i < q->n_paths; i++) {
		for (size_t k = 0; k < PACKAGE_OWNERS_NAMED; k++)
			free(q->answers[i].names[k]);
	}
	for (size_t i = 0; i < q->n_diversions; i++) {
		free(q->diversions[i]->from);
		free(q->diversions[i]->to);
		free(q->diversions[i]->package);
		free(q->diversions[i]);
	}
	for (size_t i = 0; i < q->n_names; i++)
		free(q->names[i].text);
	free(q->answers);
	free(q->diversions);
	free(q->names);
}

void
package_question_divert(struct package_question *q, const char *from, const char *to, const char *package)
{
	struct package_diversion *d = xcalloc(1, sizeof(*d));

	d->from = xstrdup(from);
	d->to = xstrdup(to);
	d->package = package ? xstrdup(package) : NULL;
	*LIST_ADD(q->diversions, q->n_diversions) = d;
}

/* A name of a path, and the one under which a package has what was diverted to it. */
static void
add_package_name(struct package_question *q, char *text, size_t path)
{
	const struct package_diversion *from = NULL;

	for (size_t i = 0; i < q->n_diversions; i++) {
		const struct package_diversion *d = q->diversions[i];

		if (strcmp(d->from, text) == 0)
			from = d;
		if (strcmp(d->to, text) == 0)
			*LIST_ADD(q->names, q->n_names) = (struct package_name){ xstrdup(d->from), path, d, true };
	}
	*LIST_ADD(q->names, q->n_names) = (struct package_name){ text, path, from, false };
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(((const struct package_name *)a)->text, ((const struct package_name *)b)->text);
}

static int
compare_text(const void *key, const void *element)
{
	return strcmp(key, ((const struct package_name *)element)->text);
}

void
package_question_complete(struct package_question *q, const struct package_link *links, size_t n)
{
	for (size_t i = 0; i < q->n_paths; i++) {
		const char *path = q->paths[i];

		/* in the lists of packages a newline ends a name */
		if (strchr(path, '\n'))
			continue;
		add_package_name(q, xstrdup(path), i);
		for (size_t k = 0; k < n; k++) {
			if (path_is_under(path, links[k].target) && strcmp(path, links[k].target) != 0)
				add_package_name(q, path_rebase(path, links[k].target, links[k].link), i);
		}
	}
	if (q->n_names > 0)
		qsort(q->names, q->n_names, sizeof(*q->names), compare_names);
}

static bool
is_package_name(const char *name, size_t len)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-._:@~";

	for (size_t i = 0; i < len; i++) {
		if (!strchr(allowed, name[i]) || name[i] == '\0')
			return false;
	}
	return len > 0;
}

/* Of a diverted name the file is the package's that has it made room for it, and where it leads to it is all others'. */
static bool
is_file_of(const struct package_name *name, const char *package, size_t len)
{
	const struct package_diversion *d = name->diverted;
	bool makes_room;

	if (!d)
		return true;
	/* with an architecture behind a colon, or without */
	makes_room = d->package && strlen(d->package) <= len && strncmp(d->package, package, strlen(d->package)) == 0 &&
		     (strlen(d->package) == len || package[strlen(d->package)] == ':');
	return makes_room != (bool)name->is_target;
}

static void
add_owner(struct package_answer *a, const char *package, size_t len)
{
	for (size_t i = 0; i < a->n && i < PACKAGE_OWNERS_NAMED; i++) {
		if (strncmp(a->names[i], package, len) == 0 && a->names[i][len] == '\0')
			return;
	}
	if (a->n < PACKAGE_OWNERS_NAMED)
		a->names[a->n] = xstrndup(package, len);
	a->n++;
}

void
package_question_note(struct package_question *q, const char *name, const char *package, size_t package_len)
{
	size_t at;

	if (!list_find(name, q->names, q->n_names, sizeof(*q->names), compare_text, &at) ||
	    !is_package_name(package, package_len))
		return;
	for (; at < q->n_names && strcmp(q->names[at].text, name) == 0; at++) {
		if (is_file_of(&q->names[at], package, package_len))
			add_owner(&q->answers[q->names[at].path], package, package_len);
	}
}
