/* Which rows of the table a change is about. */
#include "config.h"

#include "record/notable_match.h"

#include <dirent.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uthash.h>

#include "base/list.h"
#include "base/mem.h"
#include "base/path.h"
#include "mount/remote.h"

struct home {
	char *path, *user;
	unsigned uid;
};

struct seen_root {
	bool is_root;
	UT_hash_handle hh;
	char path[];
};

struct notable_matcher {
	const struct remote_mounts *remote;
	struct home *homes;
	size_t n_homes;
	struct seen_root *roots;
	/* Of each row's glob the byte that tells most, '~' and '*' for what is hidden, 0 where it has none. */
	char *tells;
};

/* --- homes --- */

static void
add_home(struct notable_matcher *m, const char *path, const char *user, unsigned uid)
{
	bool has_home = path && path_is_canonical(path) && path[1];

	if (has_home || user)
		*LIST_ADD(m->homes, m->n_homes) =
			(struct home){ has_home ? xstrdup(path) : NULL, user ? xstrdup(user) : NULL, uid };
}

struct notable_matcher *
notable_matcher_new(const char *passwd, const char *home, const struct remote_mounts *remote)
{
	struct notable_matcher *m = xcalloc(1, sizeof(*m));
	FILE *f = passwd ? fopen(passwd, "re") : NULL;
	struct passwd *p;

	m->remote = remote;
	m->tells = xcalloc(notable_table_len, 1);
	for (size_t i = 0; i < notable_table_len; i++) {
		const char *glob = notable_table[i].glob;

		if (glob)
			m->tells[i] = glob[0] == '/' ? glob[1] : glob[0];
	}
	add_home(m, "/root", NULL, 0);
	add_home(m, home, NULL, 0);
	/* the file, and no service: who is asked for all users may answer late, or never */
	while (f && (p = fgetpwent(f)))
		add_home(m, p->pw_dir, p->pw_name, p->pw_uid);
	if (f)
		fclose(f);
	return m;
}

void
notable_matcher_free(struct notable_matcher *m)
{
	struct seen_root *r, *next;

	if (!m)
		return;
	HASH_ITER(hh, m->roots, r, next) {
		HASH_DEL(m->roots, r);
		free(r);
	}
	for (size_t i = 0; i < m->n_homes; i++) {
		free(m->homes[i].path);
		free(m->homes[i].user);
	}
	free(m->homes);
	free(m->tells);
	free(m);
}

const char *
notable_match_user(const struct notable_matcher *m, unsigned uid)
{
	for (size_t i = 0; i < m->n_homes; i++) {
		if (m->homes[i].user && m->homes[i].uid == uid)
			return m->homes[i].user;
	}
	return NULL;
}

/* Those that every system has. */
static bool
is_usual_home(const char *path, size_t len)
{
	static const char common[] = "/home/", root[] = "/root";
	size_t prefix = strlen(common);

	if (len > prefix && strncmp(path, common, prefix) == 0 && !memchr(path + prefix, '/', len - prefix))
		return true;
	return len == strlen(root) && strncmp(path, root, len) == 0;
}

bool
notable_match_is_home(const struct notable_matcher *m, const char *path, size_t len)
{
	if (is_usual_home(path, len))
		return true;
	for (size_t i = 0; i < m->n_homes; i++) {
		const char *home = m->homes[i].path;

		if (home && strncmp(home, path, len) == 0 && home[len] == '\0')
			return true;
	}
	return false;
}

/* --- roots --- */

/* What is in a root; what a run leaves there beside it is something else. */
static bool
is_name_of_root(const char *name, size_t len)
{
	static const char *const names[] = {
		"bin", "boot", "dev", "etc", "home", "lib", "lib32", "lib64", "libx32", "media", "mnt", "opt", "proc",
		"root", "run", "sbin", "srv", "sys", "tmp", "usr", "var", "lost+found", "DEBIAN", "debootstrap",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strlen(names[i]) == len && memcmp(names[i], name, len) == 0)
			return true;
	}
	return false;
}

/* All of its names are a root's; of one that has /etc, /usr and /var two of three are enough. */
static bool
looks_like_root(DIR *d)
{
	size_t known = 0, other = 0, main_ones = 0;
	const struct dirent *entry;

	while ((entry = readdir(d)) && known + other < 100) {
		const char *name = entry->d_name;

		if (name[0] == '.')
			continue;
		if (is_name_of_root(name, strlen(name)))
			known++;
		else
			other++;
		main_ones += strcmp(name, "etc") == 0 || strcmp(name, "usr") == 0 || strcmp(name, "var") == 0;
	}
	return known > 0 && (other == 0 || (main_ones == 3 && known >= 2 * other));
}

static bool
look_at_root(const struct notable_matcher *m, const char *path)
{
	int fd = remote_open(m->remote, path, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	bool is_root = d && looks_like_root(d);

	if (d)
		closedir(d);
	else if (fd >= 0)
		close(fd);
	return is_root;
}

bool
notable_match_is_root(struct notable_matcher *m, const char *path, size_t len)
{
	struct seen_root *r = NULL;

	if (len == 0)
		return true;
	HASH_FIND(hh, m->roots, path, len, r);
	if (!r) {
		r = xcalloc(1, sizeof(*r) + len + 1);
		memcpy(r->path, path, len);
		r->is_root = look_at_root(m, r->path);
		HASH_ADD_KEYPTR(hh, m->roots, r->path, len, r);
	}
	return r->is_root;
}

/* --- matching --- */

/* "*" and "?" alone.  On a mismatch the last star takes one byte more. */
static bool
matches(const char *glob, const char *text)
{
	const char *star = NULL, *retry = NULL;

	while (*text) {
		if (*glob == '*') {
			star = ++glob;
			retry = text;
		} else if (*glob == *text || *glob == '?') {
			glob++;
			text++;
		} else if (star) {
			glob = star;
			text = ++retry;
		} else {
			return false;
		}
	}
	while (*glob == '*')
		glob++;
	return *glob == '\0';
}

/* A name below a root that is asked about against each row. */
struct question {
	const struct notable_matcher *m;
	const char *path;		/* below the root, with its first slash */
	size_t root_len;
	const struct row_change *change;
	enum file_type type;
	bool hidden;		/* something on the way is, and a home may end there */
};

static bool
is_home_there(const struct question *q, size_t len)
{
	return q->root_len ? is_usual_home(q->path, len) : notable_match_is_home(q->m, q->path, len);
}

/* "~" is a home; behind "~/" what is looked for is hidden: only there a home can end. */
static bool
matches_in_home(const struct question *q, const char *glob)
{
	if (glob[1] == '\0')
		return is_home_there(q, strlen(q->path));
	for (const char *at = strstr(q->path, "/."); at; at = strstr(at + 1, "/.")) {
		if (matches(glob + 2, at + 1) && is_home_there(q, (size_t)(at - q->path)))
			return true;
	}
	return false;
}

static bool
rule_matches(const struct notable_rule *rule, const struct question *q)
{
	bool gone = q->change->class == CHANGE_DELETED;

	if (gone && (!rule->glob || rule->subject == NOTABLE_NOTHING || !notable_kinds[rule->subject].gone))
		return rule->subject == NOTABLE_NOTHING && matches(rule->glob, q->path);
	if (rule->glob && (q->type == FILE_DIRECTORY) != rule->directory)
		return false;
	if (rule->glob && !(rule->glob[0] == '~' ? matches_in_home(q, rule->glob) : matches(rule->glob, q->path)))
		return false;
	return !rule->test || rule->test(q->change);
}

/* Whether a row's glob can match at all; 0: it has none. */
static bool
may_match(char tells, const struct question *q)
{
	if (tells == '*')
		return q->hidden && q->root_len == 0;
	return tells == '~' ? q->hidden || q->type == FILE_DIRECTORY : tells == q->path[1];
}

static bool
match_name(const struct question *q, struct notable_hit *hit)
{
	for (size_t i = 0; i < notable_table_len; i++) {
		const struct notable_rule *rule = &notable_table[i];

		if (!rule->glob || !may_match(q->m->tells[i], q) || !rule_matches(rule, q))
			continue;
		*hit = (struct notable_hit){ rule->subject, q->root_len };
		return rule->subject != NOTABLE_NOTHING;
	}
	return false;
}

/* Of the directories on the way that may be roots the first one that makes something of the name. */
static bool
match_below_roots(struct notable_matcher *m, struct question *q, const char *path, struct notable_hit *hit)
{
	for (const char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
		q->path = at;
		q->root_len = (size_t)(at - path);
		if (is_name_of_root(at + 1, strcspn(at + 1, "/")) && match_name(q, hit) && notable_match_is_root(m, path, q->root_len))
			return true;
	}
	return false;
}

size_t
notable_match(struct notable_matcher *m, const char *path, const struct row_change *change,
	      struct notable_hit hits[NOTABLE_HITS_MAX])
{
	bool gone = change->class == CHANGE_DELETED;
	struct question q = {
		.m = m, .path = path, .change = change, .type = (gone ? change->before : change->after)->type,
		.hidden = strstr(path, "/."),
	};
	size_t n = 0;

	if (change->class >= CHANGE_UNCHANGED)
		return 0;
	if (match_name(&q, &hits[n]) || match_below_roots(m, &q, path, &hits[n]))
		n++;
	for (size_t i = 0; i < notable_table_len && !gone && n < NOTABLE_HITS_MAX; i++) {
		if (!notable_table[i].glob && notable_table[i].test(change))
			hits[n++] = (struct notable_hit){ notable_table[i].subject, 0 };
	}
	return n;
}
