/* Memory that is there or ends the program: what is recorded so far is safe in the journal. */
#ifndef WT_BASE_MEM_H
#define WT_BASE_MEM_H

#include <stddef.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *old, size_t size);
char *xstrdup(const char *s);
void *xmemdup(const void *p, size_t size);
/* As xmemdup, with a NUL behind. */
char *xstrndup(const char *s, size_t len);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Say that memory is out and exit, with the status that was set last; 125, run's own for failures, if none was. */
void mem_set_exit_status(int status);
void mem_exhausted(void) __attribute__((noreturn));

#endif
