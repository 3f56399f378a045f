/* The control data of a Debian package, as deb-control(5) has it.  Pure, but for what names the maintainer. */
#ifndef WT_CMD_PACKAGE_CONTROL_H
#define WT_CMD_PACKAGE_CONTROL_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct control {
	const char *name, *version, *release;
	const char *architecture;
	const char *libraries, *depends;	/* packages, with commas between; NULL: none */
	const char *maintainer, *section;	/* NULL: what is sane */
	const char *description;		/* NULL: that it was made from what command left */
	const char *command;
	int64_t installed_kib;
};

/* Add the paragraph.  0, or -1 with e set where a field would end before its value does. */
int control_add(struct buf *out, const struct control *c, struct err *e);

/* Add the changelog that a package has beside it: that it was made, and when. */
void control_add_changelog(struct buf *out, const struct control *c, int64_t made_ns);

/* Debian's name for the machine of an ELF file, by its first bytes; NULL where it is none, or of a machine unknown here. */
const char *control_machine(const unsigned char *bytes, size_t len);

#endif
