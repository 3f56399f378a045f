/*
 * The shared vocabulary: what the tracer tells about a tracee.  Data only.  trace/ makes events, record/ gives them
 * a meaning.
 */
#ifndef WT_EVENT_H
#define WT_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "file/state.h"
#include "base/buf.h"

/* What a call does to a path; the names in `writes.operation` are in the same order (event.c). */
enum op {
	OP_OPEN,		/* an open of what exists */
	OP_CREATE,		/* an open with O_CREAT of what does not exist */
	OP_RENAME,
	OP_EXCHANGE,
	OP_UNLINK,
	OP_LINK,
	OP_SYMLINK,
	OP_MKDIR,
	OP_RMDIR,
	OP_MKNOD,
	OP_BIND,
	OP_TRUNCATE,
	OP_CHMOD,
	OP_CHOWN,
	OP_UTIME,
	OP_XATTR,
	OP_FLAGS,		/* inode flags */
	OP_MOUNT,
	OP_INHERITED,		/* a descriptor open for writing that came from elsewhere */
	OP_COUNT
};

/* Which names an operation's flags argument has. */
enum flag_set {
	FLAGS_NONE,		/* the call has no flags */
	FLAGS_OPEN,
	FLAGS_RENAME,
	FLAGS_AT,
	FLAGS_XATTR,
	FLAGS_MOUNT,
	FLAGS_UMOUNT,
	FLAGS_MOVE_MOUNT,
	FLAGS_OPEN_TREE,
	FLAGS_COUNT
};

/* The kinds of blind spot, in the order of the names in `blind_spots.kind`. */
enum blind_kind {
	BLIND_IO_URING,
	BLIND_SERVICE,
	BLIND_SET_ID,
	BLIND_SECCOMP_LISTENER,
	BLIND_PTRACE,
	BLIND_PRE_IMAGE,
	BLIND_PATH,
	BLIND_MOUNT,
	BLIND_RACE,
	BLIND_HARD_LINK,
	BLIND_CORE_DUMP,
	BLIND_UNTRACED,
	BLIND_UNKNOWN_CALL,
	BLIND_DEVICE,
	BLIND_KERNEL_SETTING,
	BLIND_COUNT
};

extern const char *const op_names[OP_COUNT];
/* Whether an operation adds, removes or moves a name.  OP_COUNT, of what is about a connection, does not. */
extern const bool op_changes_names[OP_COUNT + 1];
extern const char *const blind_names[BLIND_COUNT];
/* Of BLIND_UNTRACED: a process that goes on when its tracer has let it go, or has died. */
extern const char let_go_untraced[];
/* What a ring is called in /proc (io_uring_setup(2)): the path of an attempt to make one that was refused. */
extern const char io_uring_path[];

/* How a target was seen.  From TARGET_UNSEEN on nothing is known but its path. */
enum target_sight {
	TARGET_UNKNOWN,		/* not found on the file system as we see it: path is as the tracee named it */
	TARGET_RESOLVED,	/* path is, or could become, a name on the file system as we see it */
	TARGET_COVERED,		/* a tracee has mounted what is there, and nothing of it is left: nothing to compare */
	TARGET_ANONYMOUS,	/* a pipe, a socket, a deleted file …: there is no name to compare */
	TARGET_FOREIGN,		/* on a mount that is the tracee's alone: path is as it sees it */
	TARGET_HIDDEN,		/* or only in a directory that we may not search: nobody tells us which */
	TARGET_UNSEEN,		/* a call of ours failed: whether there is anything, and what, is not known */
	TARGET_REMOTE,		/* on a mount that is not ours to touch: a helper process has to look */
	TARGET_UNANSWERED,	/* and it has got no answer: path is as the tracee named it */
	TARGET_SIGHT_COUNT
};

struct shared_fd;
struct sight;

/* One name that a call is about to act on, in the tracer's own view of the file system. */
struct target {
	char *path;		/* absolute and canonical where it is TARGET_RESOLVED */
	enum target_sight sight;
	bool closed;		/* the tracee's /proc entries were closed to us: what it was in is a guess */
	int fd;			/* O_PATH descriptor of the object; -1 where there is nothing */
	struct stat st;		/* of the object; st_nlink 0 where there is none */
	int64_t birth;		/* the object's, as in struct file_state */
	int64_t made_ns;	/* of what was opened on an overlay: when it was made there; 0: not told, or only copied up */
	int dir_fd;		/* O_PATH descriptor of the directory that holds the name; -1 where not needed */
	struct shared_fd *dir_shared;	/* whose dir_fd is; NULL: the target's own */
	dev_t dir_dev;		/* that directory's; 0 where it is not known */
	/* What a helper has seen of them, for as long as the sink has the call in hands: then there is no descriptor. */
	struct sight *seen, *dir_seen;
};

#define TARGET_INIT { .fd = -1, .dir_fd = -1 }

/* What a service writes for those who ask it. */
struct service_place {
	const char *by;		/* which service, in a word: the one that is asked may hand on what it is asked */
	const char *path;	/* canonical; "~/…": below the home of the user whose service it is */
};

/* Who acts for those who ask.  Constant. */
struct service {
	const char *name;	/* in a word */
	const struct service_place *places;	/* which are small, and are looked at before it is asked */
	size_t n_places;
};

/* Add to out what of the service's writes is not in the record: "its writes are not in this record". */
void event_add_unseen(struct buf *out, const struct service *service);

/* A socket made, or an address that was asked for. */
struct connection {
	int family;		/* AF_*: the address's where there is one, else the socket's */
	int type, protocol;	/* of the socket; -1 where they could not be had */
	char *address;		/* as people write it; NULL for a socket alone.  Owned. */
	int port;		/* -1: none */
	const struct service *service;	/* who listens there and acts for others; NULL: nobody of note.  Constant. */
};

/*
 * A call on files, handed over twice: before it goes on, and when its outcome is known.  Owned by
 * whoever made it; the sink borrows it.  Descriptors are open in the first of the two alone.
 */
struct call {
	enum op op;		/* OP_COUNT where it is about a connection */
	enum flag_set flag_set;
	uint64_t flags;
	bool arrived;		/* OP_INHERITED: came during the run; of no interest where the file is known */
	bool standard;		/* OP_INHERITED: COMMAND's own standard input, output or error */
	bool whole_tree;	/* OP_MKDIR, OP_RMDIR: comes or goes with what is below it (btrfs subvolumes) */
	bool writes_content;	/* what it opens or does can change the content of target[0] */
	bool late;		/* it has been made already: what is at its targets is what it has left */
	unsigned n_targets;
	struct target target[2];
	struct connection *connection; /* socket, connect, sendto: then there is no target.  Owned. */
	struct target opened;	/* what an open really opened; path is NULL until a success is known */
	int64_t since_ns;	/* when it went on, by the clock that stamps files; 0: not known */
	/*
	 * What look() has found out in a helper process about targets that are not ours to touch; NULL: there
	 * are none. Contents that will be asked for are at the beginning of content_fd, one file at most.
	 */
	const void *seen;
	size_t seen_len;
	int content_fd;
	int error;		/* errno; 0 for a success */
	unsigned notes;		/* the sink's own, from the first time to the second; 0 before */
};

/* A process image: what a fork or an exec made. */
struct process_start {
	uint32_t image;		/* counts the images of a run from 1 */
	uint32_t parent_image;	/* fork: that of the forker; exec: the one before; 0: the first */
	pid_t pid;
	bool is_exec;		/* else program and command are those of parent_image, and NULL here */
	const char *program;
	const char *command;	/* quoted */
	const char *directory;	/* NULL where it cannot be known */
	int64_t started_ns;
};

/* Where events go.  Each function may take its time: the tracee that it is about is held. */
struct event_sink {
	void *context;
	void (*process_start)(void *context, const struct process_start *p);
	/* status as waitpid() gives it */
	void (*process_end)(void *context, uint32_t image, int status, int64_t ended_ns);
	void (*enter)(void *context, uint32_t image, struct call *call);
	void (*leave)(void *context, uint32_t image, struct call *call);
	/*
	 * In a helper process, before enter(), or before leave() of a success: add to out, as bytes that only
	 * the sink knows, what it will have to know of targets that it could not look at then itself.
	 */
	void (*look)(void *context, struct call *call, bool leaving, struct buf *out);
	/* A new, empty file for that process to put content into; -1 with errno */
	int (*scratch)(void *context);
	/* image 0: no process in particular */
	void (*blind)(void *context, uint32_t image, enum blind_kind kind, const char *detail);
	/* a blind spot is about this path, whatever of it had been looked at before; NULL: nobody wants to know */
	void (*doubt)(void *context, const char *path);
	/*
	 * A run that the process would be within this one: this one's number.  With enter it is part of the record from
	 * now on, by that name, which is anything (NULL: none).  0: it cannot be.  NULL: nobody can.
	 */
	int64_t (*join)(void *context, uint32_t image, const char *name, bool enter);
	/* a quarter second has passed in which something happened; true: something is left to do at the next */
	bool (*tick)(void *context);
};

#endif
