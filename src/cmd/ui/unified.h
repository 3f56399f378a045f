/* Unified diffs of two texts, by the program diff, under headings as git(1) has them. */
#ifndef WT_CMD_UI_UNIFIED_H
#define WT_CMD_UI_UNIFIED_H

#include "base/buf.h"
#include "base/err.h"
#include "cmd/ui/output.h"

/*
 * Print what `diff -u` says of two texts.  The labels stand behind "---" and "+++" as they are.  On a terminal
 * control characters of the texts are made visible.  0, or -1 with e set where diff cannot be run or fails.
 */
int unified_diff(const struct output *out, const struct buf *old_text, const char *old_label,
		 const struct buf *new_text, const char *new_label, struct err *e);

/* The same of a text ('-') that became none, or ('+') came out of none: /dev/null stands for the other one. */
void unified_whole(const struct output *out, const struct buf *text, const char *label, char sign);

/* A line in front of a diff. */
void unified_put_heading(const struct output *out, const char *line);

/*
 * Add a path, behind a prefix, as such labels have it, and as patch(1) reads it: bare, or in double quotes with \ooo for what would
 * end the name or the line.
 */
void unified_add_label_path(struct buf *out, const char *prefix, const char *path);

#endif
