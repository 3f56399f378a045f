/* What runs created, gathered for the formats of manifest that need to know all of it. */
#ifndef WT_CMD_MANIFEST_LIST_H
#define WT_CMD_MANIFEST_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "cmd/opts.h"
#include "cmd/ui/run_arg.h"
#include "event.h"
#include "store/store.h"

/* What is to be an entry. */
struct manifest_choice {
	const struct options *options;
	char *root;		/* what lies below it, named from there; NULL: all.  Owned. */
	unsigned types;		/* a bit for each enum file_type; 0: all */
};

bool manifest_wants(const struct manifest_choice *c, const char *path, const char *type);

struct manifest_entry {
	char *path;
	const char *name;	/* in path: below the root, without a slash at its head */
	bool created;		/* by the runs; else they modified it */
	char *origin;		/* where it was before the first run, moved since; NULL: the runs made it */
	char *claim;		/* which later run wrote it too, in words; NULL: none */
	struct file_state state;/* as the last run left it */
};

/* Owns all that its entries point at. */
struct manifest_list {
	const char *root;	/* borrowed; "/" where none was named */
	struct buf runs;	/* in words: run 5 (hello) */
	struct manifest_entry *v;	/* by name, in byte order */
	size_t n;
	size_t n_before;	/* paths that were there before the first run and have been changed */
};

/*
 * Gather what the runs created; modified: also what they modified.  Warns of runs that cannot be listed.
 * manifest_list_release() in either case.  0, or -1 with e set.
 */
int manifest_gather(struct store *s, const struct run_ids *runs, const struct manifest_choice *choice,
		    bool modified, struct manifest_list *out, struct err *e);
void manifest_list_release(struct manifest_list *l);

/* The entry of that name (len bytes), or NULL. */
const struct manifest_entry *manifest_find(const struct manifest_list *l, const char *name, size_t len);

#endif
