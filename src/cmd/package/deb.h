/* Contents as a Debian package: deb(5). */
#ifndef WT_CMD_PACKAGE_DEB_H
#define WT_CMD_PACKAGE_DEB_H

#include "cmd/package/contents.h"
#include "cmd/package/control.h"
#include "cmd/package/library.h"
#include "cmd/package/tar.h"

struct deb {
	const struct library *library;
	struct contents *contents;	/* with_parents */
	struct tar_wishes wishes;
	struct control control;		/* but for architecture, libraries and installed_kib */
};

/* What dpkg cannot hold: said, each.  How many there are. */
size_t deb_refused(const struct contents *c);

/* The architecture by the programs and libraries in it; "all" where there are none. */
int deb_look(struct deb *d, struct err *e);

/* Write it to fd.  0, or -1 with e set. */
int deb_write(struct deb *d, int fd, struct err *e);

#endif
