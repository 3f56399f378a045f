/* The walker: comparing two snapshots. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "walk.h"

struct entry {
	char *path;		/* raw bytes, owned */
	char *line;		/* owned; the other fields point into it */
	char *field[F_COUNT];	/* field[F_PATH] is the escaped path */
};

struct snapshot {
	struct entry *entry;
	size_t count;
};

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->path, ((const struct entry *)b)->path);
}

static struct snapshot
load(const char *name)
{
	struct snapshot s = { NULL, 0 };
	FILE *in = fopen(name, "r");
	size_t room = 0;

	if (!in)
		walk_broken(name);
	for (;;) {
		struct entry e = { NULL, NULL, { NULL } };
		size_t size = 0;

		if (getline(&e.line, &size, in) < 0) {
			free(e.line);
			break;
		}
		walk_split(e.line, e.field, F_COUNT);
		e.path = walk_unescaped(e.field[F_PATH]);
		if (s.count == room) {
			room = room ? 2 * room : 256;
			s.entry = walk_grow(s.entry, room * sizeof(*s.entry));
		}
		s.entry[s.count++] = e;
	}
	fclose(in);
	if (s.count > 0)
		qsort(s.entry, s.count, sizeof(*s.entry), by_path);
	return s;
}

static void
snapshot_release(struct snapshot *s)
{
	for (size_t i = 0; i < s->count; i++) {
		free(s->entry[i].path);
		free(s->entry[i].line);
	}
	free(s->entry);
}

static bool
same(const struct entry *a, const struct entry *b, enum field f)
{
	return strcmp(a->field[f], b->field[f]) == 0;
}

/*
 * The words that stand in `differs`, in the contract's order.  Where the type is another one, everything may be,
 * and only `type` is said.
 */
static void
print_difference(const struct entry *a, const struct entry *b)
{
	static const struct {
		enum field field;
		const char *word;
		bool is_content;
	} compared[] = {
		{ F_CONTENT, "content", true },
		{ F_TARGET, "target", true },
		{ F_MODE, "mode", false },
		{ F_OWNER, "owner", false },
		{ F_MTIME, "mtime", false },
		{ F_XATTR, "xattr", false },
		{ F_ACL, "acl", false },
		{ F_FLAGS, "flags", false },
	};
	bool modified = false;
	char words[128] = "";

	if (!same(a, b, F_TYPE)) {
		printf("modified\t%s\ttype\n", a->field[F_PATH]);
		return;
	}
	for (size_t i = 0; i < sizeof(compared) / sizeof(*compared); i++) {
		bool differs = !same(a, b, compared[i].field);

		/* Unreadable before or after: the size and the time have to tell. */
		if (compared[i].field == F_CONTENT && (*a->field[F_CONTENT] == '?' || *b->field[F_CONTENT] == '?'))
			differs = !same(a, b, F_SIZE) || !same(a, b, F_MTIME);
		if (!differs)
			continue;
		modified = modified || compared[i].is_content;
		if (words[0])
			strcat(words, ",");
		strcat(words, compared[i].word);
	}
	if (words[0])
		printf("%s\t%s\t%s\n", modified ? "modified" : "attributes", a->field[F_PATH], words);
}

int
walk_compare(const char *before, const char *after)
{
	struct snapshot a = load(before);
	struct snapshot b = load(after);
	size_t i = 0;
	size_t j = 0;

	while (i < a.count || j < b.count) {
		int order = i == a.count ? 1 : j == b.count ? -1 : strcmp(a.entry[i].path, b.entry[j].path);

		if (order < 0)
			printf("deleted\t%s\t-\n", a.entry[i++].field[F_PATH]);
		else if (order > 0)
			printf("created\t%s\t-\n", b.entry[j++].field[F_PATH]);
		else
			print_difference(&a.entry[i++], &b.entry[j++]);
	}
	snapshot_release(&a);
	snapshot_release(&b);
	return 0;
}
