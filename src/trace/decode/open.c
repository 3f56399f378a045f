/* Calls that open for writing. */
#include "config.h"

#include "trace/decode/open.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/quote.h"
#include "file/fskind.h"
#include "trace/decode/decode.h"
#include "trace/decode/peer.h"
#include "trace/memory.h"
#include "trace/path/target.h"
#include "trace/tracer.h"

/* What the flags say of the way to the file. */
static unsigned
how_of_flags(uint64_t flags)
{
	unsigned how = 0;

	if (flags & O_CREAT)
		how |= LOOKUP_CREATE;
	/* with O_EXCL a symbolic link is something that exists already; mostly there is nothing: the directory first */
	if ((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL))
		how |= LOOKUP_NAME;
	else if (!(flags & O_NOFOLLOW))
		how |= LOOKUP_FOLLOW;
	return how;
}

/* O_PATH ignores whatever else is asked for; the rest is what the filter asks as well. */
static bool
can_write(uint64_t flags)
{
	return !(flags & O_PATH) && (flags & OPEN_WRITE_BITS);
}

static enum decision
open_at(struct tracee *t, const struct syscall_desc *d, uint64_t flags, unsigned how, struct call *call)
{
	struct whose w = tracee_whose(t);
	struct target *target = &call->target[0];
	char raw[DECODE_RAW];

	if (!can_write(flags) || !decode_raw(t, t->args[d->path[0]], raw))
		return DECIDE_PASS;
	call->flags = flags;
	call->n_targets = 1;
	resolve_path(&w, decode_dirfd(t, d->dirfd[0]), raw, how | how_of_flags(flags), target);
	if ((flags & O_TMPFILE) == O_TMPFILE)
		return DECIDE_RECORD;	/* makes a file without a name; the directory stays as it is */
	call->writes_content = (flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC);
	if ((flags & O_CREAT) && target->fd < 0)
		call->op = OP_CREATE;
	return DECIDE_RECORD;
}

enum decision
decode_open(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	return open_at(t, d, (uint32_t)t->args[d->flags], 0, call);
}

enum decision
decode_openat2(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	struct open_how how = { 0 };
	size_t size = t->args[3] < sizeof(how) ? (size_t)t->args[3] : sizeof(how);

	/* the flags lie in memory: what the kernel has read there is not what we have read */
	if (memory_bytes(&t->memory, t->args[2], &how, size) < 0 || !can_write(how.flags))
		return DECIDE_OUTCOME;
	return open_at(t, d, how.flags, how.resolve & RESOLVE_IN_ROOT ? LOOKUP_IN_ROOT : 0, call);
}

enum decision
decode_creat(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	enum decision decision = open_at(t, d, O_CREAT | O_WRONLY | O_TRUNC, 0, call);

	call->flags = 0;
	return decision;
}

/* A handle names a file without a path (open_by_handle_at(2)); we may open it as the tracee may. */
enum decision
decode_open_by_handle(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	uint64_t flags = (uint32_t)t->args[d->flags];
	struct target mount = TARGET_INIT;
	struct whose w = tracee_whose(t);
	struct file_handle head;
	struct file_handle *handle;
	int fd = -1;

	if (!can_write(flags))
		return DECIDE_PASS;
	if (memory_bytes(&t->memory, t->args[1], &head, sizeof(head)) < 0 || head.handle_bytes > MAX_HANDLE_SZ)
		return DECIDE_OUTCOME;
	handle = xmalloc(sizeof(head) + head.handle_bytes);
	if (memory_bytes(&t->memory, t->args[1], handle, sizeof(head) + head.handle_bytes) == 0 &&
	    resolve_fd(&w, decode_dirfd(t, d->dirfd[0]), &mount) && mount.sight != TARGET_REMOTE) {
		/* an O_PATH descriptor does not do for the mount: ask for a readable one of the same place */
		char *name = xasprintf("/proc/self/fd/%d", mount.fd);
		int mount_fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

		handle->handle_bytes = head.handle_bytes;
		if (mount_fd >= 0) {
			fd = open_by_handle_at(mount_fd, handle, O_PATH | O_CLOEXEC);
			close(mount_fd);
		}
		free(name);
	}
	free(handle);
	if (mount.sight == TARGET_REMOTE) {
		call->target[0] = mount;
		call->n_targets = 1;
		return DECIDE_RECORD;	/* a helper decodes it again */
	}
	target_release(&mount);
	if (fd < 0)
		return DECIDE_OUTCOME;
	resolve_adopt(&w, fd, &call->target[0]);
	call->flags = flags;
	call->writes_content = (flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC);
	call->n_targets = call->target[0].path ? 1 : 0;
	return call->n_targets ? DECIDE_RECORD : DECIDE_OUTCOME;
}

/* A file that has become empty, or was made, since the call went on: O_TRUNC and O_CREAT leave nothing else behind. */
static bool
was_emptied(struct tracee *t, int fd, const struct stat *st)
{
	char room[IO_FD_ROOM];
	int ours, proc;
	bool counts;

	if (!S_ISREG(st->st_mode) || st->st_size != 0 || !witness_is_since(&t->witness, st))
		return false;
	proc = proc_dir_of(&t->tracer->view.dirs, t->tid);
	ours = proc >= 0 ? openat(proc, io_fd_link(room, fd), O_PATH | O_CLOEXEC) : -1;
	counts = ours >= 0 && fskind_counts(fskind_of(ours, st->st_dev));
	io_close(&ours);
	return counts;
}

static void
report_unforeseen(const struct tracee *t, const char *path)
{
	struct buf detail = BUF_INIT;

	buf_addstr(&detail, "opened ");
	quote_shell(&detail, path, strlen(path));
	buf_addf(&detail, " for writing by a call (%s) whose arguments in memory said otherwise, or could not be read, before "
		 "it was made; what is known of it is its state after that", t->desc->name);
	tracee_tell_blind(t, BLIND_RACE, detail.data);
	buf_release(&detail);
}

/* Who opens the memory of another process makes it do what it likes; a tracee is seen doing it. */
static void
tell_memory(const struct tracee *t, const struct target *opened, uint64_t flags)
{
	char detail[128];
	int pid = 0, end = 0;

	if (!opened->path || (flags & O_ACCMODE) == O_RDONLY || sscanf(opened->path, "/proc/%d/%n", &pid, &end) != 1 ||
	    end == 0 || (strcmp(opened->path + end, "mem") != 0 &&
			 (strncmp(opened->path + end, "task/", 5) != 0 || strcmp(path_name(opened->path), "mem") != 0)) ||
	    tracee_of_process(t->tracer, pid))
		return;
	snprintf(detail, sizeof(detail), "opened the memory of process %d for writing, which is not traced; what that did then "
		 "is not in this record", pid);
	tracee_tell_blind(t, BLIND_UNTRACED, detail);
}

/* Who else acts when this is written to. */
static void
tell_others(struct tracee *t, const struct target *opened, uint64_t flags)
{
	peer_of_fifo(t, opened, flags);
	tell_memory(t, opened, flags);
}

/* The arguments were no reason to record the call; what has been opened is one, or not. */
static void
take_unforeseen(struct tracee *t, int fd)
{
	bool writes = proc_fd_writes(&t->tracer->view.dirs, t->tid, fd), emptied;
	struct whose w = tracee_whose(t);
	struct call call = {
		.op = OP_OPEN, .flag_set = FLAGS_OPEN, .flags = writes ? O_RDWR : O_RDONLY, .late = true,
		.writes_content = true, .n_targets = 1, .target = { TARGET_INIT, TARGET_INIT }, .opened = TARGET_INIT,
	};

	if (t->process->image == 0 || !resolve_opened(&w, fd, NULL, &call.opened))
		return;
	emptied = was_emptied(t, fd, &call.opened.st);
	if (writes || emptied) {
		call.flags |= emptied ? O_TRUNC : 0;
		if (call.opened.sight == TARGET_REMOTE)
			call.opened.sight = TARGET_UNANSWERED;
		call.target[0].path = xstrdup(call.opened.path);
		tracee_tell_enter(t, &call);
		tracee_tell_leave(t, &call);
		if (call.opened.sight == TARGET_RESOLVED)
			report_unforeseen(t, call.opened.path);
		tell_others(t, &call.opened, call.flags);
	}
	target_release(&call.target[0]);
	target_release(&call.opened);
}

void
decode_opened(struct tracee *t, int64_t result)
{
	struct whose w = tracee_whose(t);

	if (result < 0 || result > INT32_MAX)
		return;
	if (!t->recording) {
		take_unforeseen(t, (int)result);
		return;
	}
	resolve_opened(&w, (int)result, &t->call.target[0], &t->call.opened);
	/* creat(2) has no flags */
	tell_others(t, &t->call.opened, t->call.flag_set == FLAGS_OPEN ? t->call.flags : O_WRONLY);
}
