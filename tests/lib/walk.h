/* What the parts of the walker share. */
#ifndef WT_TESTS_WALK_H
#define WT_TESTS_WALK_H

#include <stddef.h>
#include <stdio.h>

enum { STATUS_BROKEN = 99 };	/* the exit status of a test that could not be made */

/* The fields of a snapshot's line, in order.  The last two are for people who look into a snapshot. */
enum field {
	F_PATH,
	F_TYPE,
	F_MODE,
	F_OWNER,
	F_SIZE,
	F_MTIME,
	F_CONTENT,
	F_TARGET,
	F_XATTR,
	F_ACL,
	F_FLAGS,
	F_INODE,
	F_LINKS,
	F_COUNT
};

int walk_take(char **dirs);
int walk_compare(const char *before, const char *after);
int walk_actual(char **dirs);
int walk_writes(const char *dir);

/* End with errno's text: a broken test, not a difference. */
_Noreturn void walk_broken(const char *what);
void *walk_grow(void *p, size_t size);

/* Text on one line, without blanks: "\\ooo" for whatever is not plain ASCII; and back, owned by the caller. */
void walk_put_escaped(FILE *out, const char *s, size_t len);
char *walk_unescaped(const char *s);

/* Cut a line with tabs into count fields in place. */
void walk_split(char *line, char **field, size_t count);

#endif
