/* Who is traced: threads, the processes they belong to, and what each is in the middle of. */
#ifndef WT_TRACE_TRACEE_H
#define WT_TRACE_TRACEE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <uthash.h>

#include "event.h"
#include "trace/arch.h"
#include "trace/memory.h"
#include "trace/path/resolve.h"
#include "trace/witness.h"

struct syscall_desc;
struct tracer;

/* A connection that was begun without waiting for it. */
struct begun {
	uint64_t inode;		/* of its socket; 0: none */
	struct connection connection;	/* owned */
};

/* A process; shared by its threads. */
struct process {
	pid_t pid;
	uint32_t image;		/* the current one; 0 before COMMAND has been executed */
	unsigned threads;	/* tracees that point here */
	char *cwd;		/* as last seen; NULL where unknown */
	uint64_t asked_peers[8]; /* whom it has connected to of this machine, which has been told: hashes, at their own places */
	uint64_t sent[16];	/* to whom sendto(2) has gone already: hashes, each at its own place */
	struct begun begun[8];	/* until the process has asked how they ended, or by others that came later */
	unsigned next_begun;
	int mem_fd;		/* /proc/PID/mem, kept open where it may be closed to us later; -1: not needed */
	bool ended;		/* its end has been told */
	bool leak_checked;	/* a helper of its own, a child, has tried to trace it, as leak checkers do */
	unsigned round;		/* of tracer_each_process(), in which it has had its turn */
	bool starting;		/* its first image is being told of */
};

enum tracee_phase {
	TRACEE_EXPECTED,	/* its parent's event came; its own first stop has not */
	TRACEE_ORPHAN,		/* its own first stop came; nobody has claimed it yet; it is held */
	TRACEE_SEIZED,		/* it ran before it was traced; its first stop has not come (attach.h) */
	TRACEE_RUNNING,
	TRACEE_RELEASED,	/* it goes on untraced */
};

/* Where a tracee that stops at every call is between two stops. */
enum tracee_place {
	PLACE_OUTSIDE,		/* its next call's entry will stop it */
	PLACE_IN_CALL,
	PLACE_GROUP_STOP,
};

/* How a tracee that is held goes on. */
enum tracee_hold {
	HOLD_NONE,
	HOLD_RESUME,		/* with hold_signal */
	HOLD_LISTEN,		/* it is in a group-stop, and stays there */
};

/* clone3's flags live in memory: what was changed there is put back. */
struct clone_fix {
	uint64_t addr;		/* 0: nothing to put back */
	uint64_t flags;
};

struct asked;

/*
 * A call that a signal has interrupted: it is entered again, or it has failed with EINTR where a handler
 * without SA_RESTART ran (signal(7)).  Which of the two, the next call outside of handlers tells.
 */
struct interrupted {
	bool is_set;
	enum abi abi;
	uint64_t number;
	uint64_t args[6];
	uint64_t stack_pointer;
	struct call call;
	struct asked *asked;	/* as in struct tracee */
};

/* The address that a call asks for, as it was read at its entry. */
struct asked {
	uint64_t addr;		/* where it lies */
	uint32_t len;
	bool cleared;		/* the program that is asked before connections has let it go on */
	bool refused;		/* it has not: there is no call */
	uint64_t sent_hash;	/* sendto: for process.sent; 0: a connect */
	unsigned char bytes[128];	/* SOCKADDR_MAX */
};

/* A blind spot that a call opens if it succeeds. */
struct notice {
	char *detail;		/* NULL: none */
	enum blind_kind kind;
	bool on_failure;	/* also if it fails */
};

struct tracee {
	struct tracer *tracer;
	pid_t tid;
	enum tracee_phase phase;
	enum tracee_place place;
	bool found;		/* it ran before it was traced, and what it has from then has not been told */
	bool turning;		/* it was interrupted so that it can be let go (trace/release.h), and has not stopped yet */
	enum tracee_hold hold;
	int hold_signal;
	struct process *process;	/* NULL while an orphan */
	bool in_call;		/* between the entry stop and the exit stop of a call that matters */
	const struct syscall_desc *desc;
	enum abi abi;
	uint64_t number;
	uint64_t args[6];
	uint64_t entry_args[6];	/* as they were before a decoder put others in their place */
	struct call call;	/* valid while in_call and recording */
	bool recording;		/* call was handed over at its entry */
	uint64_t stack_pointer;	/* at the entry stop */
	unsigned long moves;	/* how many directories had been moved by then */
	bool executed;		/* its stop that is being served is that of an exec */
	bool forked;		/* a new task of it has been reported since then */
	struct interrupted interrupted;
	struct notice notice;
	struct asked *asked;	/* NULL: none.  Owned. */
	struct asked *again;	/* what the call asked for before it was interrupted; NULL: was not.  Owned. */
	bool refused;		/* the call that it is in is not made: what it would change is not allowed */
	bool held;		/* in its entry stop, until somebody has answered whether the call may go on */
	struct clone_fix clone_fix;
	struct errand *errand;	/* it is held while a helper looks (trace/errand.h); NULL: no */
	struct memory memory;	/* what its arguments point to */
	bool from_afar;		/* a helper has looked; then the call's arguments are kept in memory */
	bool unread;		/* its arguments in memory could not be read; the call goes on, and may succeed */
	int64_t descriptors;	/* recvmsg: how many it had, with those that have arrived */
	struct witness witness;	/* since the call's entry */
	unsigned long names_seen;	/* how many names had changed when the call was entered (struct name_log) */
	bool mounts_read;	/* its mount namespace is one whose mounts are known (mount/remote.h) */
	UT_hash_handle hh;
};

struct tracee *tracee_find(const struct tracer *tr, pid_t tid);
/* A thread of that process; NULL where it is not traced. */
struct tracee *tracee_of_process(const struct tracer *tr, pid_t pid);
/* A new one; process may be NULL. */
struct tracee *tracee_add(struct tracer *tr, pid_t tid, struct process *process, enum tracee_phase phase);
/* Give an orphan its process. */
void tracee_join(struct tracee *t, struct process *process);
/* Forget a tracee; the last thread takes its process along. */
void tracee_remove(struct tracee *t);
void tracee_release_all(struct tracer *tr);
/* How many there are, threads counted. */
unsigned tracee_count(const struct tracer *tr);

struct process *tracee_process_new(pid_t pid);
/* Of one without tracees. */
void tracee_process_free(struct process *p);
/*
 * Keep the memory of its current image readable, whatever it does to its /proc entries; tid is a thread of
 * it.  False where it is closed to us from the start: a program that may be executed, but not read.
 */
bool tracee_process_keep_memory(struct process *p, pid_t tid);
/* Remember where the process is, for when its /proc entries are closed. */
void tracee_process_note_cwd(struct process *p, pid_t tid);

/* t->call has been handed over, and is on its way; or is t's no more. */
void tracee_begin_flight(struct tracee *t);
void tracee_end_flight(struct tracee *t);

/* What decoding the call that t is in has found, but for its outcome, is found again. */
void tracee_forget_decoding(struct tracee *t);
/* End the call that t is in the middle of: release what belongs to it. */
void tracee_end_call(struct tracee *t);

/* Take note of a blind spot, to be told when the call's outcome is known. */
void tracee_notice(struct tracee *t, enum blind_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void tracee_tell_notice(struct tracee *t);

/* Tell the sink of t's process: a call before it goes on and with its outcome, a blind spot, a path that one is about. */
void tracee_tell_enter(const struct tracee *t, struct call *call);
void tracee_tell_leave(const struct tracee *t, struct call *call);
void tracee_tell_blind(const struct tracee *t, enum blind_kind kind, const char *detail);
void tracee_tell_doubt(const struct tracee *t, const char *path);

/* What path/resolve.h needs to know. */
struct whose tracee_whose(const struct tracee *t);

#endif
