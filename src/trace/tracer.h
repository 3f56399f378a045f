/* The tracer: it owns the tracees, turns their stops into events, and lets them go on. */
#ifndef WT_TRACE_TRACER_H
#define WT_TRACE_TRACER_H

#include <stdbool.h>
#include <sys/ptrace.h>
#include <sys/types.h>

#include "base/err.h"
#include "event.h"
#include "mount/mounts.h"
#include "trace/stops.h"
#include "trace/holder.h"
#include "trace/tracee.h"

struct allow;
struct ask;
struct placement;

/* What the loop's owner decides; all are called between two stops. */
struct tracer_hooks {
	void *context;
	/* COMMAND has been executed, or all that is attached to is held: until then nothing is recorded */
	void (*started)(void *context);
	/* COMMAND's own process has ended; descendants may go on */
	void (*command_ended)(void *context, int status);
	/* signals have arrived: WAKE_* of signals.h */
	void (*woken)(void *context, unsigned bits);
	/* of several processes that are to be attached to, one that has ended is left out; before all others */
	void (*left_out)(void *context, pid_t pid);
};

struct tracer_options {
	bool filter;		/* the tracee itself must load it (spawn.h); without one every call of a tracee stops */
	bool allow_io_uring;	/* rings are let through, and told of */
	bool leave_out_net;	/* sockets and connections are passed */
	bool refuse_typing;	/* as the filter does (filter.h) */
	const char *cgroup;	/* whose processes are attached to, also those that join it (cgroup.h); NULL: none */
	bool children;		/* to all that descends from what is attached to, that is attached to as well */
	const struct allow *allow; /* what a call may change; NULL: everything */
	struct ask *before;	/* who is asked before connections; NULL: nobody */
	uint64_t held_mount;	/* that the caller's process holds until COMMAND has ended (path/kept_dirs.h); 0: none */
};

/* The names that calls have changed lately, while others were on their way. */
struct name_log {
	unsigned hash[256];	/* of their paths */
	unsigned long n;	/* how many in all; the next goes to its remainder */
};

/* When what was attached to is recorded, and who had files open before (attach_span.h). */
struct attach_span {
	int64_t began_ns;	/* since 1970 UTC; 0: not yet */
	struct span_program *programs;
	size_t n_programs;
	bool told;
};

struct tracer {
	const struct event_sink *sink;
	const struct tracer_hooks *hooks;
	const struct tracer_options *options;
	bool is_root;		/* the tracer itself, for as long as it lives */
	struct tracee *tracees;	/* by tid */
	uint32_t last_image;
	struct path_view view;
	pid_t command;		/* COMMAND's process */
	bool started;		/* COMMAND has been executed */
	bool proven;		/* a stop of the child has been seen */
	bool attached;		/* to what ran before, instead of COMMAND */
	struct attach_span span;
	bool attaching;		/* each is held at its first stop until all are */
	unsigned awaited;	/* tracees that are TRACEE_SEIZED */
	bool releasing;		/* each tracee goes on untraced from its next stop */
	bool leaving;		/* calls go on unrecorded (trace/leave.h) */
	int64_t deadline_ns;	/* monotonic: until when the attaching, the releasing or the leaving waits for its tracees */
	bool active;		/* something happened since the last tick */
	struct stops pending;
	unsigned leak_checkers;
	unsigned orphans;
	unsigned errands;	/* that are under way (trace/errand.h) */
	unsigned round;		/* of tracer_each_process() */
	unsigned long moves;	/* directories that have been moved */
	unsigned long stops;
	unsigned in_flight;	/* tracees that are in a call that is recorded */
	unsigned mounting;	/* those of them whose call mounts or unmounts: nothing is held open meanwhile */
	unsigned long refused;	/* calls that would have changed what options->allow does not let them */
	struct name_log names;
	enum memory_risk memory_risk;	/* that a tracee has brought about */
	struct mounts mounts;
	struct remote_mounts *remote;	/* not ours to touch while we serve tracees; NULL in a helper, who may */
	struct placement *placement;	/* while the loop goes */
	struct holder_known peers[16];	/* servers of the run's own, by the last bits of .address */
	int *queues;			/* System V message queues that the run has made */
	size_t n_queues;
};

/* What is asked for of every tracee. */
enum {
	TRACER_OPTIONS = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |
			 PTRACE_O_TRACESYSGOOD,
};

/* Both stay the caller's, and outlive it. */
struct tracer *tracer_new(const struct tracer_hooks *hooks, const struct tracer_options *options);
void tracer_free(struct tracer *tr);

/*
 * Take hold of a child that waits to execute COMMAND.  0, or -1 with e set: what forbids tracing
 * (a container's seccomp profile, Yama, an emulator).
 */
int tracer_seize(struct tracer *tr, pid_t pid, struct err *e);

/* Whether the child's proof (spawn.h) was seen: a call of its own stopped as it must. */
bool tracer_proven(const struct tracer *tr);

/* Serve the tracees until the last has ended; what they do goes to sink.  0, or -1 with e set. */
int tracer_loop(struct tracer *tr, const struct event_sink *sink, struct err *e);

/* Send a signal to every process that is traced. */
void tracer_kill(struct tracer *tr, int signal);

/* Call back for each traced process. */
void tracer_each_process(struct tracer *tr, void (*each)(void *context, pid_t pid), void *context);

/* How many processes have failed whose leak checker, which traces them, was refused that since they are traced already. */
unsigned tracer_leak_checkers(const struct tracer *tr);

/* How many calls were refused what they may not change. */
unsigned long tracer_refused(const struct tracer *tr);

/* How many stops have been served. */
unsigned long tracer_stops(const struct tracer *tr);

/* Something has happened that the next tick is to hand over. */
void tracer_note_activity(struct tracer *tr);

/*
 * A stopped tracee goes on, a signal delivered to it if there is one; or stays in its group-stop.  While tr
 * is attaching it is held instead, and while tr is releasing it goes on untraced.
 */
void tracer_resume(struct tracee *t, int signal);
void tracer_listen(struct tracee *t);

/* Tell of a new image of p, of which tid is a thread; fills what start says of the process itself. */
void tracer_tell_image(struct tracer *tr, struct process *p, pid_t tid, struct process_start *start);

#endif
