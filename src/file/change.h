/* Two states of a path make a change. */
#ifndef WT_FILE_CHANGE_H
#define WT_FILE_CHANGE_H

#include "file/state.h"

enum change_class {
	CHANGE_CREATED,
	CHANGE_DELETED,
	CHANGE_MODIFIED,
	CHANGE_ATTRIBUTES,
	CHANGE_UNCHANGED,
	CHANGE_TRANSIENT,
	CHANGE_PARENT,		/* unchanged, and met only as the directory of a name */
	CHANGE_COUNT
};

/* As in `changes.change`. */
extern const char *const change_names[CHANGE_COUNT];

/* What differs, in the order of the words in `changes.differs`. */
enum {
	DIFFERS_CONTENT = 1 << 0,
	DIFFERS_TYPE = 1 << 1,
	DIFFERS_TARGET = 1 << 2,
	DIFFERS_MODE = 1 << 3,
	DIFFERS_OWNER = 1 << 4,
	DIFFERS_MTIME = 1 << 5,
	DIFFERS_XATTR = 1 << 6,
	DIFFERS_ACL = 1 << 7,
	DIFFERS_FLAGS = 1 << 8,
	DIFFERS_BITS = 9
};

/* What somebody outside of the run did to a path meanwhile: a set. */
enum {
	DISTURBED_BEFORE = 1 << 0,	/* it made what the run found there, after the run had begun */
	DISTURBED_AFTER = 1 << 1,	/* it changed the path again after the run's last change */
	DISTURBED_COUNT = 1 << 2
};

/* By the set, as in `changes.disturbed`; NULL for the empty one. */
extern const char *const change_disturbed_names[DISTURBED_COUNT];

/* Whether the content of two regular files is the same: change_classify() is told, since it reads nothing. */
enum content {
	CONTENT_SAME,
	CONTENT_DIFFERS,
	CONTENT_UNKNOWN		/* as large, and not both were read; never for change_classify() */
};

/* What the states of two regular files say of it, by size and digest. */
enum content change_content(const struct file_state *a, const struct file_state *b);

/*
 * Compare what a path held before with what it holds after.  Pure.  *differs is a set of DIFFERS_*;
 * 0 for created, deleted and transient paths.
 */
enum change_class change_classify(const struct file_state *before, const struct file_state *after,
				  enum content content, unsigned *differs);

/* The words, separated by commas, in buf of at least 64 bytes; NULL for an empty set. */
const char *change_differs_text(unsigned differs, char buf[64]);

#endif
