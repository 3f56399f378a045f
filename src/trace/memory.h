/* The memory of a stopped tracee. */
#ifndef WT_TRACE_MEMORY_H
#define WT_TRACE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Begins as MEMORY_OF(); memory_keep(m, false) frees it. */
struct memory {
	pid_t tid;
	/*
	 * A descriptor of the tracee's /proc/PID/mem, for when it closes itself to us: it goes on reading what it
	 * was opened for (the image of then).  -1: none.
	 */
	int fd;
	bool by_words;		/* for tests: PTRACE_PEEKDATA does all, instead of process_vm_readv(2) first */
	bool failed;		/* something could not be read: the kernel may read it all the same, a moment later */
	bool keeps;		/* what is read */
	bool only_kept;		/* in a helper: what was kept is all that there is */
	struct kept *kept;
	size_t n_kept;
};

#define MEMORY_OF(t) { .tid = (t), .fd = -1 }

/*
 * Read a string of at most size - 1 bytes into buf, NUL included.  Returns its length, or -1 with errno:
 * EFAULT (not readable as far as its NUL), ENAMETOOLONG (no NUL within size bytes), ESRCH (the tracee is gone).
 * A tracee that may not be looked into (not dumpable, without CAP_SYS_PTRACE) also gives EFAULT.
 */
ssize_t memory_string(struct memory *m, uint64_t addr, char *buf, size_t size);

/* Read len bytes.  0, or -1 with errno as above. */
int memory_bytes(struct memory *m, uint64_t addr, void *buf, size_t len);

/*
 * Keep what is read from now on (once more, from nothing), so that a helper process, which is nobody's tracer,
 * can read it again; or keep no more.
 */
void memory_keep(struct memory *m, bool on);

/* Whether all that has been kept reads the same now. */
bool memory_is_as_kept(const struct memory *m);

/* Write len bytes, a multiple of the word at an aligned address.  0, or -1 with errno. */
int memory_write(const struct memory *m, uint64_t addr, const void *buf, size_t len);

#endif
