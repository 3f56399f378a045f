/* Which process has a descriptor of an object: a socket, a FIFO, a message queue. */
#ifndef WT_TRACE_HOLDER_H
#define WT_TRACE_HOLDER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct tracer;

/* What is looked for among the descriptors of processes. */
struct holder_sought {
	mode_t type;		/* S_IFSOCK, S_IFIFO, S_IFREG */
	dev_t dev;		/* 0: of a socket, which its number alone tells */
	ino_t ino;
	bool reading;		/* only a descriptor that can be read from counts */
};

struct holder {
	pid_t pid;		/* 0: none */
	int fd;
};

/* A socket that was found at an address, and who has it: the next one who goes there need not look for it. */
struct holder_known {
	uint64_t address;	/* hashed; 0: none */
	struct holder_sought socket;
	struct holder holder;
};

/* A tracee that has it.  False where there is none. */
bool holder_find_tracee(const struct tracer *tr, const struct holder_sought *s, struct holder *out);

/*
 * A process that has it and is neither a tracee nor one of ours.  False where there is none, or none that we may look
 * into: an ordinary user sees the descriptors of his own processes alone.
 */
bool holder_find_outside(const struct tracer *tr, const struct holder_sought *s, struct holder *out);

/* Whether a holder that was found has it still. */
bool holder_has(const struct holder *h, const struct holder_sought *s);

/* Whether a process is traced, or one of ours. */
bool holder_is_inside(const struct tracer *tr, pid_t pid);

#endif
