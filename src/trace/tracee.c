/* Who is traced. */
#include "config.h"

#include "trace/tracee.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "trace/call.h"
#include "trace/errand.h"
#include "trace/path/proc.h"
#include "trace/tracer.h"

struct tracee *
tracee_find(const struct tracer *tr, pid_t tid)
{
	struct tracee *t = NULL;

	HASH_FIND_INT(tr->tracees, &tid, t);
	return t;
}

struct tracee *
tracee_of_process(const struct tracer *tr, pid_t pid)
{
	struct tracee *t = tracee_find(tr, pid), *next;

	if (t)
		return t;
	/* its first thread may have ended */
	HASH_ITER(hh, tr->tracees, t, next) {
		if (t->process && t->process->pid == pid)
			return t;
	}
	return NULL;
}

struct process *
tracee_process_new(pid_t pid)
{
	struct process *p = xcalloc(1, sizeof(*p));

	p->pid = pid;
	p->mem_fd = -1;
	return p;
}

bool
tracee_process_keep_memory(struct process *p, pid_t tid)
{
	char path[64];

	io_close(&p->mem_fd);
	snprintf(path, sizeof(path), "/proc/%d/mem", (int)tid);
	p->mem_fd = open(path, O_RDONLY | O_CLOEXEC);
	return p->mem_fd >= 0 || (errno != EACCES && errno != EPERM);
}

void
tracee_process_note_cwd(struct process *p, pid_t tid)
{
	char *cwd = proc_cwd(tid);

	if (!cwd)
		return;
	free(p->cwd);
	p->cwd = cwd;
}

void
tracee_join(struct tracee *t, struct process *process)
{
	t->process = process;
	process->threads++;
}

struct tracee *
tracee_add(struct tracer *tr, pid_t tid, struct process *process, enum tracee_phase phase)
{
	struct tracee *t = xcalloc(1, sizeof(*t));

	t->tracer = tr;
	t->tid = tid;
	t->memory = (struct memory)MEMORY_OF(tid);
	t->phase = phase;
	if (process)
		tracee_join(t, process);
	HASH_ADD_INT(tr->tracees, tid, t);
	return t;
}

/* A descriptor of ours would keep a mount busy. */
static void
dismiss_all(struct tracer *tr)
{
	struct tracee *t, *next;

	HASH_ITER(hh, tr->tracees, t, next)
		witness_dismiss(&t->witness);
}

void
tracee_begin_flight(struct tracee *t)
{
	struct tracer *tr = t->tracer;

	t->recording = true;
	tr->in_flight++;
	tr->mounting += t->call.op == OP_MOUNT;
	if (t->call.op == OP_MOUNT)
		dismiss_all(tr);
	else if (tr->mounting > 0)
		witness_dismiss(&t->witness);
	tr->view.kept.resting = tr->mounting > 0;
}

void
tracee_end_flight(struct tracee *t)
{
	if (t->recording) {
		t->tracer->in_flight--;
		t->tracer->mounting -= t->call.op == OP_MOUNT;
		t->tracer->view.kept.resting = t->tracer->mounting > 0;
	}
	t->recording = false;
	witness_dismiss(&t->witness);
}

void
tracee_forget_decoding(struct tracee *t)
{
	free(t->notice.detail);
	t->notice = (struct notice){ .detail = NULL };
	free(t->asked);
	t->asked = NULL;
}

void
tracee_end_call(struct tracee *t)
{
	errand_cancel(t);
	if (t->recording)
		call_release(&t->call);
	tracee_end_flight(t);
	t->in_call = false;
	t->desc = NULL;
	tracee_forget_decoding(t);
	free(t->again);
	t->again = NULL;
}

void
tracee_process_free(struct process *p)
{
	io_close(&p->mem_fd);
	for (size_t i = 0; i < ARRAY_SIZE(p->begun); i++)
		free(p->begun[i].connection.address);
	free(p->cwd);
	free(p);
}

static void
leave_process(struct process *p)
{
	if (p && --p->threads == 0)
		tracee_process_free(p);
}

void
tracee_remove(struct tracee *t)
{
	tracee_end_call(t);
	if (t->interrupted.is_set)
		call_release(&t->interrupted.call);
	free(t->interrupted.asked);
	memory_keep(&t->memory, false);
	leave_process(t->process);
	HASH_DEL(t->tracer->tracees, t);
	proc_dir_forget(&t->tracer->view.dirs, t->tid);
	free(t);
}

void
tracee_release_all(struct tracer *tr)
{
	struct tracee *t, *next;

	HASH_ITER(hh, tr->tracees, t, next)
		tracee_remove(t);
}

unsigned
tracee_count(const struct tracer *tr)
{
	return HASH_COUNT(tr->tracees);
}

void
tracee_notice(struct tracee *t, enum blind_kind kind, const char *fmt, ...)
{
	struct buf detail = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&detail, fmt, ap);
	va_end(ap);
	free(t->notice.detail);
	t->notice = (struct notice){ buf_detach(&detail), kind, false };
}

void
tracee_tell_notice(struct tracee *t)
{
	if (t->notice.detail && t->process->image != 0)
		tracee_tell_blind(t, t->notice.kind, t->notice.detail);
}

void
tracee_tell_enter(const struct tracee *t, struct call *call)
{
	const struct event_sink *sink = t->tracer->sink;

	sink->enter(sink->context, t->process->image, call);
}

void
tracee_tell_leave(const struct tracee *t, struct call *call)
{
	const struct event_sink *sink = t->tracer->sink;

	sink->leave(sink->context, t->process->image, call);
}

void
tracee_tell_blind(const struct tracee *t, enum blind_kind kind, const char *detail)
{
	const struct event_sink *sink = t->tracer->sink;

	sink->blind(sink->context, t->process->image, kind, detail);
}

void
tracee_tell_doubt(const struct tracee *t, const char *path)
{
	const struct event_sink *sink = t->tracer->sink;

	if (sink->doubt)
		sink->doubt(sink->context, path);
}

struct whose
tracee_whose(const struct tracee *t)
{
	struct whose w = {
		.tid = t->tid, .pid = t->process->pid, .cwd = t->process->cwd,
		.view = &t->tracer->view, .mounts = &t->tracer->mounts, .remote = t->tracer->remote,
	};

	return w;
}
