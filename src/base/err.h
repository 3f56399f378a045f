/* One failure: a code that says what a caller can do about it, and a line of text for a person. */
#ifndef WT_BASE_ERR_H
#define WT_BASE_ERR_H

#include <stdarg.h>

enum err_code {
	ERR_NONE,
	ERR_SYSTEM,		/* a system call failed; sys is errno */
	ERR_DB,			/* SQLite failed; sys is its extended result code */
	ERR_BUSY,		/* another process holds the history's lock: try again */
	ERR_GONE,		/* the tracee vanished: normal, not a fault */
	ERR_LIMIT,		/* longer or larger than can be handled */
	ERR_INPUT,		/* what was given is not what it should be */
	ERR_USAGE,		/* called wrongly */
	ERR_NOT_FOUND,		/* no such run, path or name */
	ERR_CONFLICT,		/* the file is not as recorded */
};

struct err {
	enum err_code code;
	int sys;		/* errno or SQLite's code; 0 where there is none */
	char text[1024];	/* what could not be done, without "writetrace: "; "..." for the middle of what is longer */
};

/* Fill e.  All return -1, so that a function can end with `return err_set(...)`.  e may be NULL. */
int err_set(struct err *e, enum err_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* As err_set with ERR_SYSTEM, the text followed by ": " and the words for errno. */
int err_system(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Put words and ": " in front of the text that is there. */
int err_prefix(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Print "writetrace: TEXT" to standard error; no byte of it can move a terminal's cursor. */
void err_print(const struct err *e);

/* The same for a message that comes from no failure. */
void err_message(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
