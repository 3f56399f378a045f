/* The memory of a stopped tracee. */
#ifndef WT_TRACE_MEMORY_H
#define WT_TRACE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* For tests: whether process_vm_readv(2) goes first (the default) or PTRACE_PEEKDATA does all. */
extern bool peek_in_bulk;

/*
 * A descriptor of the tracee's /proc/PID/mem, for when it closes itself to us: it goes on reading what it
 * was opened for (the image of then).  Until the next call; -1: none.
 */
void memory_use_file(int mem_fd);

/*
 * Read a string of at most size - 1 bytes into buf, NUL included.  Returns its length, or -1 with errno:
 * EFAULT (not readable as far as its NUL), ENAMETOOLONG (no NUL within size bytes), ESRCH (the tracee is gone).
 * A tracee that may not be looked into (not dumpable, without CAP_SYS_PTRACE) also gives EFAULT.
 */
ssize_t memory_string(pid_t tid, uint64_t addr, char *buf, size_t size);

/* Read len bytes.  0, or -1 with errno as above. */
int memory_bytes(pid_t tid, uint64_t addr, void *buf, size_t len);

/*
 * Keep what is read from now on (once more, from nothing), so that a helper process, which is nobody's tracer,
 * can read it again; or keep no more.
 */
void memory_keep(bool on);

/* In a helper: what was kept is all that there is. */
void memory_from_kept(void);

/* A sum of what has been kept: two that differ come from different bytes. */
uint64_t memory_kept_sum(void);

/* Write len bytes, a multiple of the word at an aligned address.  0, or -1 with errno. */
int memory_write(pid_t tid, uint64_t addr, const void *buf, size_t len);

#endif
