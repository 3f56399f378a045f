/* Contents as a tar: pax, which holds all of them, or GNU's, which dpkg reads. */
#ifndef WT_CMD_PACKAGE_TAR_H
#define WT_CMD_PACKAGE_TAR_H

#include <locale.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "cmd/package/contents.h"
#include "cmd/package/library.h"

enum tar_filter { TAR_PLAIN, TAR_GZIP, TAR_XZ, TAR_ZSTD, TAR_BZIP2, TAR_LZ4 };

/* By what the name of a file says: x.tar, x.tar.gz, x.tgz, ...  False where it is the name of none. */
bool tar_filter_of(const char *name, enum tar_filter *out);

struct tar_wishes {
	enum tar_filter filter;
	bool gnu;		/* names from "./", owners by name, no extended attributes; else pax, owners by number alone */
	int64_t newest_ns;	/* no time is later; INT64_MAX: each as it is */
	int64_t made_ns;	/* the time of directories that are not the runs' own */
	/* whose things become root's: what was staged belongs to who staged it; 0: root's are his anyway */
	uid_t uid;
	gid_t gid;
};

struct tar {
	const struct library *library;
	struct archive *a;
	struct tar_wishes wishes;
	locale_t locale, before;	/* names are bytes, whatever the locale of who calls */
};

/* Begin one at the present place of fd, which stays the caller's.  tar_release() in either case.  0, or -1 with e set. */
int tar_begin(struct tar *t, const struct library *library, const struct tar_wishes *wishes, int fd, struct err *e);

/* All that has been gathered; each regular file gets its md5.  0, or -1 with e set. */
int tar_put_contents(struct tar *t, struct contents *c, struct err *e);

/* A file of our own, with mode 0644, root's. */
int tar_put_text(struct tar *t, const char *name, const void *bytes, size_t len, int64_t mtime_ns, struct err *e);

/* A directory of our own, with mode 0755, root's. */
int tar_put_directory(struct tar *t, const char *name, int64_t mtime_ns, struct err *e);

/* It is complete.  0, or -1 with e set. */
int tar_end(struct tar *t, struct err *e);
void tar_release(struct tar *t);

#endif
