/* Which rows of the table a change is about: in this machine's root, and below directories that are the root of another. */
#ifndef WT_RECORD_NOTABLE_MATCH_H
#define WT_RECORD_NOTABLE_MATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "record/notable_rules.h"
#include "store/rows.h"

struct remote_mounts;

/* Who has a home, as it was known when this was made, and which directories were seen to be roots. */
struct notable_matcher;

/* Homes are /root, what is in /home, those of a file like /etc/passwd, and one more; all may be NULL. */
struct notable_matcher *notable_matcher_new(const char *passwd, const char *home, const struct remote_mounts *remote);
void notable_matcher_free(struct notable_matcher *m);

/* The name of a user by the same file; NULL. */
const char *notable_match_user(const struct notable_matcher *m, unsigned uid);

/* Whether the first len bytes of a path are somebody's home. */
bool notable_match_is_home(const struct notable_matcher *m, const char *path, size_t len);

/*
 * Whether the first len bytes of a path name a directory that holds what the root of a system does, and little else: a
 * stage (DESTDIR), or what a chroot was made for.
 */
bool notable_match_is_root(struct notable_matcher *m, const char *path, size_t len);

struct notable_hit {
	enum notable_subject subject;
	size_t root_len;	/* how long the name of its root is; 0: this machine's */
};

enum { NOTABLE_HITS_MAX = 8 };

/*
 * All that a change is to be looked at for: how many.  Of names the first row that matches counts, of tests each; what is
 * at the end as it was before is not looked at.
 */
size_t notable_match(struct notable_matcher *m, const char *path, const struct row_change *change,
		     struct notable_hit hits[NOTABLE_HITS_MAX]);

#endif
