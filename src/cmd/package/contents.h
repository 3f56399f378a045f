/* What goes into a package: what runs created and left, as it is on the disk. */
#ifndef WT_CMD_PACKAGE_CONTENTS_H
#define WT_CMD_PACKAGE_CONTENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/err.h"
#include "cmd/opts.h"
#include "cmd/ui/run_arg.h"
#include "file/dir_cache.h"
#include "file/state.h"
#include "store/store.h"

enum { CONTENTS_MD5_SIZE = 16 };

struct contents_entry {
	char *path;		/* on the disk */
	const char *name;	/* in path: below the root, without a slash at its head; "" for the root itself */
	struct file_state state;/* as it is on the disk */
	const char *link;	/* the name of an entry before it that is the same object; NULL: none */
	bool parent;		/* a directory on the way to the others that was there before the runs */
	bool has_md5;		/* of a regular file that has been written */
	unsigned char md5[CONTENTS_MD5_SIZE];
};

struct contents {
	/* what the caller wants */
	const struct options *options;
	const char *root;	/* what lies below it, named from there; "/": all.  Borrowed. */
	bool with_parents;	/* for who makes no directory by himself */

	/* what there is; owned */
	struct contents_entry *v;	/* by name, in byte order: a directory before what is in it */
	size_t n;
	size_t n_different;	/* paths that are not as the runs left them; each has been said */

	/* its own */
	struct digester *digester;
	struct dir_cache dirs;
};

/*
 * Gather it.  What cannot be in a package is said on standard error, as is each path that is not as the runs left it; with
 * --force such a path goes in as it is.  contents_release() in either case.  0, or -1 with e set.
 */
int contents_gather(struct contents *c, struct store *s, const struct run_ids *runs, struct err *e);
void contents_release(struct contents *c);

/*
 * A descriptor to read a regular file of them by, of the object that has been verified.  -1 with e set: ERR_CONFLICT where
 * another one lies there by now, or it was written to.
 */
int contents_open(struct contents *c, const struct contents_entry *x, struct err *e);

/* That the file has been the same all along: -1 with e set to ERR_CONFLICT where fd's content may be another. */
int contents_still(const struct contents_entry *x, int fd, const struct digest *read, struct err *e);

/* The entry of that name; NULL where there is none. */
const struct contents_entry *contents_find(const struct contents *c, const char *name);

#endif
