/*
 * A program that is asked before a connection goes on (--before-connect).  It is a child of the tracer, not
 * traced: its end comes by the loop's own waitpid(2), and only the thread that asks waits for it.
 */
#ifndef WT_TRACE_ASK_H
#define WT_TRACE_ASK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "event.h"

struct ask;

/*
 * Find program (as execvp(3) does) and remember what the caller gave to us: working directory, umask,
 * limits, ignored signals.  So it must be called before any of that is changed.  NULL with e set where it
 * is not there or cannot be executed.
 */
struct ask *ask_new(const char *program, int timeout_s, struct err *e);

/* Programs that are still running are told to end (SIGTERM). */
void ask_free(struct ask *b);

/* What WRITETRACE_RUN is to say. */
void ask_set_run(struct ask *b, int64_t run_id);

/*
 * Begin to ask on behalf of the thread tid of process pid about an IPv4 or IPv6 address.  0, or -1 with errno
 * where no process could be made.
 */
int ask_begin(struct ask *b, pid_t tid, pid_t pid, const struct connection *c);

/*
 * A child has ended.  False: it was none of ours.  *tid is the thread that waits for the answer, 0 if it is
 * gone; *allowed is the answer.
 */
bool ask_answered(struct ask *b, pid_t child, int status, pid_t *tid, bool *allowed);

/* tid does not wait any more: its program is told to end (SIGTERM). */
void ask_forget(struct ask *b, pid_t tid);

/* Kill programs that have taken too long, or all of them; each is a refusal.  True while any is running. */
bool ask_tick(struct ask *b);
void ask_hurry(struct ask *b);

#endif
