/* Files that a tracee has open for writing without having opened them under our eyes. */
#ifndef WT_TRACE_INHERITED_H
#define WT_TRACE_INHERITED_H

#include "event.h"
#include "trace/tracee.h"

/*
 * Hand over each regular file and block device among t's descriptors, as an OP_INHERITED that succeeded.  With
 * arrived, those count that the run has not met.  Whether there were any.
 */
bool inherited_report(const struct tracee *t, bool arrived);

/* The same for one that has just arrived. */
void inherited_report_fd(const struct tracee *t, int fd);

/*
 * The same for a file that t, or the kernel for it, writes to without a descriptor that could be found: mapped, or mounted.
 * fd is a descriptor of ours for it, and is taken over.  Whether the run has not met it before.
 */
bool inherited_report_object(const struct tracee *t, int fd);

#endif
