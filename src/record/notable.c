/* What of a run's changes a person should look at. */
#include "config.h"

#include "record/notable.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/path.h"
#include "record/notable_match.h"
#include "record/notable_packages.h"
#include "record/notable_texts.h"

/* One thing to be said of a path. */
struct notable_item {
	struct path_entry *path;
	const char *subject;		/* what is equal in this is one: the path, or what no path is */
	char *own_subject;		/* owned; NULL: it is the path */
	char *own_words;		/* NULL: what its kind says of all.  Owned. */
	enum notable_subject kind;
};

struct notables {
	const char *history;
	const struct remote_mounts *remote;
	struct notable_matcher *matcher;
	struct notable_packages packages;
	struct notable_item *items;
	size_t n_items;
	struct notable_look *looks;
	size_t n_looks;
};

struct notables *
notable_new(const char *history, const struct remote_mounts *remote)
{
	struct notables *n = xcalloc(1, sizeof(*n));

	n->history = history;
	n->remote = remote;
	n->matcher = notable_matcher_new("/etc/passwd", getenv("HOME"), remote);
	return n;
}

void
notable_free(struct notables *n)
{
	if (!n)
		return;
	for (size_t i = 0; i < n->n_items; i++) {
		free(n->items[i].own_subject);
		free(n->items[i].own_words);
	}
	for (size_t i = 0; i < n->n_looks; i++)
		free(n->looks[i].reason);
	notable_packages_release(&n->packages);
	notable_matcher_free(n->matcher);
	free(n->items);
	free(n->looks);
	free(n);
}

/* --- what is said of one --- */

static void
add_user_name(const struct notables *n, struct buf *out, unsigned uid)
{
	const char *name = notable_match_user(n->matcher, uid);

	if (name)
		notable_words_quote(out, name, strlen(name));
	else
		buf_addf(out, "%u", uid);
}

/* Mode and owner, where they are not as they were. */
static void
add_rights(const struct notables *n, const struct row_change *c, struct buf *out)
{
	const struct file_state *a = c->before, *b = c->after;

	if (a->mode != b->mode)
		buf_addf(out, "mode %04o, was %04o", b->mode, a->mode);
	if (a->uid != b->uid) {
		buf_addstr(out, out->len > 0 ? ", owner " : "owner ");
		add_user_name(n, out, b->uid);
		buf_addstr(out, ", was ");
		add_user_name(n, out, a->uid);
	}
	if (a->gid != b->gid)
		buf_addf(out, "%sgroup %u, was %u", out->len > 0 ? ", " : "", (unsigned)b->gid, (unsigned)a->gid);
}

/* The words of its kind for what is in the file; NULL where there are none. */
static char *
words_of_texts(const struct notables *n, const struct notable_hit *hit, const char *path, const struct row_change *c)
{
	struct buf before = BUF_INIT, after = BUF_INIT, words = BUF_INIT;
	struct notable_texts t = { .path = path + hit->root_len };

	if (notable_texts_read(n->history, n->remote, path, c, &before, &after)) {
		t.before = before.data;
		t.after = after.data;
		notable_kinds[hit->subject].words(&t, &words);
	}
	buf_release(&before);
	buf_release(&after);
	if (words.len > 0)
		return buf_detach(&words);
	buf_release(&words);
	return NULL;
}

/* Of what only its rights are other than before, these; NULL: they are not, either. */
static char *
words_of_rights(const struct notables *n, const struct notable_hit *hit, const struct row_change *c)
{
	struct buf rights = BUF_INIT;
	char *words = NULL;

	add_rights(n, c, &rights);
	if (hit->subject == NOTABLE_RIGHTS)
		words = xstrdup(rights.data);
	else if (rights.len > 0)
		words = xasprintf("%s: %s", notable_kinds[hit->subject].reason, rights.data);
	buf_release(&rights);
	return words;
}

static char *
own_words(const struct notables *n, const struct notable_hit *hit, const char *path, const struct row_change *c)
{
	if (c->class == CHANGE_DELETED)
		return xasprintf("%s, deleted", notable_kinds[hit->subject].reason);
	if (hit->subject == NOTABLE_RIGHTS || (c->class == CHANGE_ATTRIBUTES && hit->subject > NOTABLE_RIGHTS))
		return words_of_rights(n, hit, c);
	return notable_kinds[hit->subject].words ? words_of_texts(n, hit, path, c) : NULL;
}

/* --- what belongs together --- */

/* The name that links for a unit or an init script share with it: S01acme is acme's. */
static const char *
shared_name(const char *path, enum notable_subject subject)
{
	const char *name = path_name(path);
	bool numbered = subject == NOTABLE_INIT_LINK && (name[0] == 'S' || name[0] == 'K') &&
			isdigit((unsigned char)name[1]) && isdigit((unsigned char)name[2]) && name[3];

	return numbered ? name + 3 : name;
}

/* Whether the file is a part of a unit ("acme.service.d/override.conf"), so that its name is not that of the subject. */
static bool
is_drop_in(const char *path, enum notable_subject subject)
{
	size_t len = path_dir_len(path);

	return (subject == NOTABLE_UNIT || subject == NOTABLE_TIMER) && len > 2 && memcmp(path + len - 2, ".d", 2) == 0;
}

/* NULL: it stands alone. */
static char *
subject_of_group(const struct notable_hit *hit, const char *path)
{
	int root_len = (int)hit->root_len;

	switch (notable_kinds[hit->subject].group) {
	case NOTABLE_OF_ACCOUNTS:
		return xasprintf("accounts %.*s", root_len, path);
	case NOTABLE_OF_SUBJECT:
		return xasprintf("subject %d %.*s", (int)hit->subject, root_len, path);
	case NOTABLE_OF_NAME:
		if (is_drop_in(path, hit->subject))
			return NULL;
		return xasprintf("name %.*s %s", root_len, path, shared_name(path, hit->subject));
	case NOTABLE_ALONE:
		break;
	}
	return NULL;
}

static void
add_item(struct notables *n, struct path_entry *path, enum notable_subject kind, char *subject, char *words)
{
	*LIST_ADD(n->items, n->n_items) = (struct notable_item){
		.path = path, .subject = subject ? subject : path->path, .own_subject = subject,
		.own_words = words, .kind = kind,
	};
}

void
notable_note(struct notables *n, struct path_entry *path, const struct row_change *change)
{
	struct notable_hit hits[NOTABLE_HITS_MAX];
	size_t n_hits = notable_match(n->matcher, path->path, change, hits);

	for (size_t i = 0; i < n_hits; i++)
		add_item(n, path, hits[i].subject, subject_of_group(&hits[i], path->path),
			 own_words(n, &hits[i], path->path, change));
	notable_packages_note(&n->packages, n->matcher, n->remote, path, change, n_hits > 0);
}

/* --- what is said of all --- */

static int
compare_items(const void *a, const void *b)
{
	const struct notable_item *x = a, *y = b;
	int order = strcmp(x->subject, y->subject);

	if (order == 0)
		order = (x->kind > y->kind) - (x->kind < y->kind);
	return order ? order : strcmp(x->path->path, y->path->path);
}

static const char *
words_of_item(const struct notable_item *item, bool first)
{
	const struct notable_kind *kind = &notable_kinds[item->kind];

	if (item->own_words)
		return item->own_words;
	return !first && kind->joined ? kind->joined : kind->reason;
}

/* Whether words stand in a list, "a, b", already. */
static bool
is_said(const char *list, const char *words)
{
	size_t len = strlen(words);

	for (const char *at = strstr(list, words); at; at = strstr(at + 1, words)) {
		if ((at == list || at[-1] == ' ') && (at[len] == '\0' || at[len] == ','))
			return true;
	}
	return false;
}

/* What its kind says of all is nothing where others of the group say more. */
static bool
is_plain(const struct notable_item *item)
{
	return !item->own_words && notable_kinds[item->kind].group == NOTABLE_OF_ACCOUNTS;
}

/* A new user has a group of that name: "group NAME added" goes where "user NAME added" is said. */
static void
drop_own_groups(struct buf *words)
{
	static const char group[] = "group ", added[] = " added";

	for (char *at = strstr(words->data, ", group "); at; at = strstr(at + 1, ", group ")) {
		char *name = at + 2 + strlen(group), *end = strstr(name, added);
		size_t rest;
		char *user;

		if (!end || memchr(name, ' ', (size_t)(end - name)))
			continue;
		user = xasprintf("user %.*s added", (int)(end - name), name);
		rest = strlen(end + strlen(added));
		if (is_said(words->data, user)) {
			memmove(at, end + strlen(added), rest + 1);
			words->len = (size_t)(at - words->data) + rest;
			at--;
		}
		free(user);
	}
}

/* The first one that says more than its kind does; 0: none does. */
static size_t
first_of_words(const struct notable_item *items, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!is_plain(&items[i]))
			return i;
	}
	return 0;
}

/* The items of a subject as one look. */
static void
add_look(struct notables *n, const struct notable_item *items, size_t len)
{
	size_t first = first_of_words(items, len), paths = 1;
	enum notable_group group = notable_kinds[items[0].kind].group;
	struct buf words = BUF_INIT;

	buf_addstr(&words, words_of_item(&items[first], true));
	for (size_t i = 1; i < len; i++) {
		const char *more = words_of_item(&items[i], false);

		paths += items[i].path != items[i - 1].path;
		if (i > first && (is_plain(&items[first]) || !is_plain(&items[i])) && !is_said(words.data, more))
			buf_addf(&words, ", %s", more);
	}
	if (group == NOTABLE_OF_ACCOUNTS)
		drop_own_groups(&words);
	if (group == NOTABLE_OF_SUBJECT && paths > 1)
		buf_addf(&words, " (%zu files)", paths);
	*LIST_ADD(n->looks, n->n_looks) =
		(struct notable_look){ items[first].path, (int)items[first].kind, buf_detach(&words) };
}

static int
compare_looks(const void *a, const void *b)
{
	const struct notable_look *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank - y->rank;
	return strcmp(x->path->path, y->path->path);
}

static void
add_package_item(void *context, struct path_entry *path, enum notable_subject subject, char *words)
{
	add_item(context, path, subject, NULL, words);
}

const struct notable_look *
notable_looks(struct notables *n, bool packages, size_t *len)
{
	notable_packages_tell(&n->packages, packages, add_package_item, n);
	if (n->n_items > 0)
		qsort(n->items, n->n_items, sizeof(*n->items), compare_items);
	for (size_t i = 0, end; i < n->n_items; i = end) {
		for (end = i + 1; end < n->n_items && strcmp(n->items[end].subject, n->items[i].subject) == 0; end++)
			;
		add_look(n, &n->items[i], end - i);
	}
	if (n->n_looks > 0)
		qsort(n->looks, n->n_looks, sizeof(*n->looks), compare_looks);
	*len = n->n_looks;
	return n->looks;
}
