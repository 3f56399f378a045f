/*
 * manifest --format=sh: a script that removes what the runs created.
 *
 * manifest.sh is its fixed part, all functions; what is written here are calls of them.  A directory is entered once,
 * after all that are below it; what is to be removed from it stands in batches, so that one rm or sha256sum does many.
 */
#include "config.h"

#include "cmd/manifest/sh.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/mem.h"
#include "base/quote.h"

/* What one call of a function names at most; and how much of a directory's name one cd takes. */
enum { BATCH_NAMES = 100, BATCH_BYTES = 30000, PART_BYTES = 2000 };

/* In the order in which a directory is emptied. */
enum group { GROUP_FILES, GROUP_ODD, GROUP_UNREAD, GROUP_LINKS, GROUP_CHARS, GROUP_BLOCKS, GROUP_FIFOS, GROUP_SOCKETS,
	     GROUP_MOVED, GROUP_DIRECTORIES };

struct item {
	const struct manifest_entry *entry;
	enum group group;
	const char *name;	/* the last component */
	size_t dir_len;		/* of what is before it, without a slash */
};

struct script {
	const struct manifest_list *list;
	struct item *items;	/* by directory, the deepest first, then by group and name */
	FILE *out;
	struct buf line;
	bool used[256];		/* bytes that the script has in variables */
};

static enum group
group_of(const struct manifest_entry *entry, const char *name)
{
	static const enum group groups[FILE_TYPE_COUNT] = {
		[FILE_REGULAR] = GROUP_FILES,
		[FILE_DIRECTORY] = GROUP_DIRECTORIES,
		[FILE_SYMLINK] = GROUP_LINKS,
		[FILE_FIFO] = GROUP_FIFOS,
		[FILE_SOCKET] = GROUP_SOCKETS,
		[FILE_CHAR] = GROUP_CHARS,
		[FILE_BLOCK] = GROUP_BLOCKS,
	};

	if (entry->origin)
		return GROUP_MOVED;
	if (entry->state.type != FILE_REGULAR)
		return groups[entry->state.type];
	if (!entry->state.has_digest)
		return GROUP_UNREAD;
	return strpbrk(name, "\\\n\r") ? GROUP_ODD : GROUP_FILES;
}

static void
item_of(const struct manifest_entry *entry, struct item *out)
{
	const char *slash = strrchr(entry->name, '/');

	out->entry = entry;
	out->name = slash ? slash + 1 : entry->name;
	out->dir_len = slash ? (size_t)(slash - entry->name) : 0;
	out->group = group_of(entry, out->name);
}

static int
compare_dirs(const struct item *a, const struct item *b)
{
	size_t shorter = a->dir_len < b->dir_len ? a->dir_len : b->dir_len;
	int order = memcmp(a->entry->name, b->entry->name, shorter);

	return order != 0 ? order : (a->dir_len > b->dir_len) - (a->dir_len < b->dir_len);
}

/* A name is longer than what it begins with: backwards, what is below a directory comes before it. */
static int
compare_items(const void *x, const void *y)
{
	const struct item *a = x, *b = y;
	int order = compare_dirs(b, a);

	if (order == 0)
		order = (int)a->group - (int)b->group;
	return order != 0 ? order : strcmp(a->name, b->name);
}

/* What of a moved directory was in it already says nothing new. */
static bool
is_moved_along(const struct manifest_list *l, const struct manifest_entry *entry)
{
	const char *slash = strrchr(entry->name, '/');
	const struct manifest_entry *parent = slash ? manifest_find(l, entry->name, (size_t)(slash - entry->name)) : NULL;
	size_t len;

	if (!parent || !parent->origin || !entry->origin)
		return false;
	len = strlen(parent->origin);
	return strncmp(entry->origin, parent->origin, len) == 0 && strcmp(entry->origin + len, slash) == 0;
}

static size_t
make_items(struct script *s)
{
	const struct manifest_list *l = s->list;
	size_t n = 0;

	s->items = xmalloc((l->n + 1) * sizeof(*s->items));
	for (size_t i = 0; i < l->n; i++) {
		if (!is_moved_along(l, &l->v[i]))
			item_of(&l->v[i], &s->items[n++]);
	}
	qsort(s->items, n, sizeof(*s->items), compare_items);
	return n;
}

/* The number that the script knows a directory by that is to go; 0: it is to stay. */
static size_t
number_of(const struct script *s, const char *name, size_t len)
{
	const struct manifest_entry *entry = manifest_find(s->list, name, len);

	return entry && entry->state.type == FILE_DIRECTORY && !entry->origin ? (size_t)(entry - s->list->v) + 1 : 0;
}

static void
add_shell_word(struct script *s, const char *text, size_t len)
{
	buf_addch(&s->line, ' ');
	quote_posix(&s->line, text, len, s->used);
}

static void
end_line(struct script *s)
{
	buf_addch(&s->line, '\n');
	if (s->out)
		fwrite(s->line.data, 1, s->line.len, s->out);
	buf_reset(&s->line);
}

/* The kernel takes no longer name at once than PATH_MAX. */
static void
put_enter(struct script *s, const struct item *item)
{
	const char *dir = item->entry->name;
	size_t len = item->dir_len;

	buf_addf(&s->line, "enter %zu", number_of(s, dir, len));
	while (len > 0) {
		size_t part = len;

		if (part > PART_BYTES) {
			part = PART_BYTES;
			while (part > 0 && dir[part] != '/')
				part--;
		}
		add_shell_word(s, dir, part);
		dir += part + (part < len);
		len -= part + (part < len);
	}
	end_line(s);
}

/* All targets with a NUL behind each, as readlink -z prints them. */
static void
add_targets_sum(struct script *s, const struct item *items, size_t n)
{
	struct digester *d = digest_new();
	struct digest digest;
	char hex[2 * DIGEST_SIZE + 1];

	for (size_t i = 0; i < n; i++) {
		const char *target = items[i].entry->state.target;

		digest_add(d, target ? target : "", (target ? strlen(target) : 0) + 1);
	}
	digest_finish(d, &digest);
	digest_free(d);
	digest_hex(&digest, hex);
	buf_addf(&s->line, " %s", hex);
}

/* What stands before the name: by what it is known to be what the run left. */
static void
add_mark(struct script *s, const struct item *item)
{
	const struct file_state *state = &item->entry->state;
	char hex[2 * DIGEST_SIZE + 1];
	uint64_t ns;

	switch (item->group) {
	case GROUP_FILES:
	case GROUP_ODD:
		digest_hex(&state->digest, hex);
		buf_addf(&s->line, " %s", hex);
		break;
	case GROUP_UNREAD:
		/* as stat(1) prints it: the sign, then the distance from 1970 */
		ns = state->mtime_ns < 0 ? -(uint64_t)state->mtime_ns : (uint64_t)state->mtime_ns;
		buf_addf(&s->line, " '%" PRId64 " %s%" PRIu64 ".%09" PRIu64 "'", state->size_bytes,
			 state->mtime_ns < 0 ? "-" : "", ns / NS_PER_SECOND, ns % NS_PER_SECOND);
		break;
	case GROUP_LINKS:
		add_shell_word(s, state->target ? state->target : "", state->target ? strlen(state->target) : 0);
		break;
	case GROUP_CHARS:
	case GROUP_BLOCKS:
		buf_addf(&s->line, " %x:%x", major(state->rdev), minor(state->rdev));
		break;
	case GROUP_DIRECTORIES:
		buf_addf(&s->line, " %zu", (size_t)(item->entry - s->list->v) + 1);
		break;
	case GROUP_FIFOS:
	case GROUP_SOCKETS:
	case GROUP_MOVED:
		break;
	}
}

static void
add_moved_reason(struct script *s, const struct item *item)
{
	struct buf reason = BUF_INIT;

	buf_addstr(&reason, "existed before, as ");
	quote_shell(&reason, item->entry->origin, strlen(item->entry->origin));
	add_shell_word(s, reason.data, reason.len);
	buf_release(&reason);
}

/* One call for items of one directory and group. */
static void
put_batch(struct script *s, const struct item *items, size_t n)
{
	static const char *const functions[] = {
		[GROUP_FILES] = "files",
		[GROUP_ODD] = "odd_files",
		[GROUP_UNREAD] = "unread_files",
		[GROUP_LINKS] = "links",
		[GROUP_CHARS] = "devices c",
		[GROUP_BLOCKS] = "devices b",
		[GROUP_FIFOS] = "others p",
		[GROUP_SOCKETS] = "others S",
		[GROUP_MOVED] = "stays",
		[GROUP_DIRECTORIES] = "directories",
	};
	enum group group = items[0].group;

	buf_addstr(&s->line, functions[group]);
	if (group == GROUP_LINKS)
		add_targets_sum(s, items, n);
	if (group == GROUP_MOVED)
		add_moved_reason(s, items);
	for (size_t i = 0; i < n; i++) {
		buf_addstr(&s->line, " \\\n");
		add_mark(s, &items[i]);
		add_shell_word(s, items[i].name, strlen(items[i].name));
	}
	end_line(s);
}

static bool
same_claim(const struct item *a, const struct item *b)
{
	const char *x = a->entry->claim, *y = b->entry->claim;

	return x && y ? strcmp(x, y) == 0 : x == y;
}

/* What the next calls leave where it is, unless they are forced. */
static void
put_claim(struct script *s, const struct item *item)
{
	const char *claim = item->entry->claim ? item->entry->claim : "";

	buf_addstr(&s->line, "claim");
	add_shell_word(s, claim, strlen(claim));
	end_line(s);
}

/* How many of these n items one call takes. */
static size_t
batch_len(const struct item *items, size_t n)
{
	size_t bytes = 0, i = 0;

	do {
		bytes += strlen(items[i].name) + (items[i].entry->state.target ? strlen(items[i].entry->state.target) : 0);
		i++;
	} while (i < n && i < BATCH_NAMES && bytes < BATCH_BYTES && items[i].group == items[0].group &&
		 items[0].group != GROUP_MOVED && same_claim(&items[i], &items[0]) &&
		 compare_dirs(&items[i], &items[0]) == 0);
	return i;
}

/* Without an output only the bytes that need variables are noted. */
static void
put_items(struct script *s, size_t n, FILE *out)
{
	size_t i = 0;

	s->out = out;
	buf_addstr(&s->line, "begin");
	add_shell_word(s, s->list->root, strlen(s->list->root));
	end_line(s);
	while (i < n) {
		size_t batch = batch_len(&s->items[i], n - i);

		if (i == 0 || compare_dirs(&s->items[i], &s->items[i - 1]) != 0)
			put_enter(s, &s->items[i]);
		if (i == 0 ? s->items[i].entry->claim != NULL : !same_claim(&s->items[i], &s->items[i - 1]))
			put_claim(s, &s->items[i]);
		put_batch(s, &s->items[i], batch);
		i += batch;
	}
	buf_addf(&s->line, "finish %zu", s->list->n_before);
	end_line(s);
}

static void
put_script_head(const struct script *s, FILE *out)
{
	struct buf root = BUF_INIT;

	quote_message(&root, s->list->root, strlen(s->list->root));
	fprintf(out, "#!/bin/sh\n"
		"# Removes what %s of %s created below %s: what `%s uninstall` does, without it.\n",
		s->list->runs.data, PACKAGE_NAME, root.data, PACKAGE_NAME);
	fputs(manifest_sh_text, out);
	buf_release(&root);
}

/* A byte that is a newline would be cut off from the end of what printf prints. */
static void
put_variables(const struct script *s, FILE *out)
{
	fputc('\n', out);
	for (int c = 0; c < 256; c++) {
		if (s->used[c])
			fprintf(out, "x%03o=$(printf '\\%03o.') x%03o=${x%03o%%.}\n", c, c, c, c);
	}
}

int
manifest_sh(const struct manifest_list *l, FILE *out, struct err *e)
{
	struct script s = { .list = l, .line = BUF_INIT };
	size_t n = make_items(&s);

	(void)e;
	put_items(&s, n, NULL);
	put_script_head(&s, out);
	put_variables(&s, out);
	put_items(&s, n, out);
	buf_release(&s.line);
	free(s.items);
	return 0;
}
