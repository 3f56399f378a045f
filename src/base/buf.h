/*
 * A growing string of bytes.  data always ends with a NUL that len does not count, and is never NULL
 * once something was added; before that it points at an empty string that nobody may write to.
 */
#ifndef WT_BASE_BUF_H
#define WT_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
	char *data;
	size_t len;
	size_t cap;		/* 0: data is the shared empty string */
};

/* The one empty string of all: never written to. */
extern char buf_empty[];
#define BUF_INIT { buf_empty, 0, 0 }

void buf_init(struct buf *b);
void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_addstr(struct buf *b, const char *s);
void buf_addch(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vaddf(struct buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
/* Make room for extra more bytes and the NUL. */
void buf_reserve(struct buf *b, size_t extra);
/* Forget the content, keep the memory. */
void buf_reset(struct buf *b);
void buf_truncate(struct buf *b, size_t len);
/* The content as a string that the caller frees; b is empty afterwards. */
char *buf_detach(struct buf *b);
void buf_release(struct buf *b);

#endif
