/* The memory of a stopped tracee. */
#ifndef WT_TRACE_MEMORY_H
#define WT_TRACE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct buf;
struct remote_mounts;

/*
 * Whether a page that is not there may be served by somebody: a tracee that is stopped, or who never answers.  Who waits
 * for such a page may not even be killed.
 */
enum memory_risk {
	MEMORY_SAFE,		/* the kernel has it, or makes it */
	MEMORY_FILES,		/* a mapped file may lie on a mount that somebody else serves (mount/remote.h) */
	MEMORY_ANY,		/* any page may be (userfaultfd(2)) */
};

/* Begins as MEMORY_OF(); memory_keep(m, false) frees it. */
struct memory {
	pid_t tid;
	enum memory_risk risk;
	const struct remote_mounts *remote;	/* borrowed; needed for MEMORY_FILES */
	bool late;		/* something was not read or written, since that might have had to wait */
	/*
	 * A descriptor of the tracee's /proc/PID/mem, for when it closes itself to us: it goes on reading what it
	 * was opened for (the image of then).  -1: none.
	 */
	int fd;
	bool by_words;		/* for tests: PTRACE_PEEKDATA does all, instead of process_vm_readv(2) first */
	bool failed;		/* something could not be read: the kernel may read it all the same, a moment later */
	bool keeps;		/* what is read */
	bool only_kept;		/* what was kept is all that there is */
	bool by_fd;		/* in a helper, which traces nobody: fd does all */
	struct kept *kept;
	size_t n_kept;
};

#define MEMORY_OF(t) { .tid = (t), .fd = -1 }

/*
 * Read a string of at most size - 1 bytes into buf, NUL included.  Returns its length, or -1 with errno:
 * EFAULT (not readable as far as its NUL), ENAMETOOLONG (no NUL within size bytes), ESRCH (the tracee is gone).
 * A tracee that may not be looked into (not dumpable, without CAP_SYS_PTRACE) also gives EFAULT; so does, with m->late
 * set, what might have to be waited for.
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
bool memory_is_as_kept(struct memory *m);

/* What has been kept, as bytes; and, in another process, those bytes as all that is kept from now on.  False: torn. */
void memory_pack(const struct memory *m, struct buf *out);
bool memory_unpack(struct memory *m, const char *bytes, size_t len);

/* Write len bytes, a multiple of the word at an aligned address.  0, or -1 with errno, EFAULT with m->late as above. */
int memory_write(struct memory *m, uint64_t addr, const void *buf, size_t len);

#endif
