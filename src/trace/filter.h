/* The seccomp-BPF filter, made from the table of system calls. */
#ifndef WT_TRACE_FILTER_H
#define WT_TRACE_FILTER_H

#include <stdbool.h>

#include "base/err.h"

/* SECCOMP_RET_DATA of our stops: tells them from those that a tracee's own filter asks for. */
#define FILTER_DATA 0x7774

struct filter;

struct filter_options {
	bool allow_io_uring;	/* io_uring is let through instead of refused */
	bool leave_out_net;	/* connections are not watched */
	bool refuse_typing;	/* nobody types for whoever reads the terminal: it is another user's */
};

/* Build it; free with filter_free().  NULL with e set. */
struct filter *filter_new(const struct filter_options *options, struct err *e);
void filter_free(struct filter *f);

/*
 * Put it on the calling process, for good.  Where the caller may (CAP_SYS_ADMIN), programs keep gaining
 * privileges at exec; else no_new_privs is set (seccomp(2)).  *no_new_privs tells which.
 * 0, or -1 with errno.
 */
int filter_load(const struct filter *f, int *no_new_privs);

#endif
