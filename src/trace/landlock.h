/* The kernel's own guard of a process and its descendants: Landlock (landlock(7)). */
#ifndef WT_TRACE_LANDLOCK_H
#define WT_TRACE_LANDLOCK_H

#include "base/places.h"

/*
 * Let the calling process, and all that it will make, change files at the places alone, for good.  What the kernel can't
 * tell apart is let through for the tracer to judge (trace/allow.h): of a file or a GLOB all that is in the directory that
 * it begins in.  Devices that keep nothing and what standard input, output and error lead to may be opened again.
 *
 * Programs keep gaining privileges at exec where the caller may have that (CAP_SYS_ADMIN); else no_new_privs is set.
 * 0 also where this kernel has no Landlock, or one that would refuse each move between two directories (before Linux
 * 5.19): then the tracer is alone.  -1 with errno.
 */
int landlock_confine(const struct places *places);

#endif
