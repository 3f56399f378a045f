/* Helpers that look at what is not ours to touch. */
#include "config.h"

#include "trace/errand.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/helper.h"
#include "base/io.h"
#include "base/mem.h"
#include "trace/decode/decode.h"
#include "trace/memory.h"
#include "mount/remote.h"
#include "trace/signals.h"

enum { N_TARGETS = 3 };		/* of a struct call, with what was opened */

struct errand {
	struct helper helper;
	enum errand_stage stage;
	int content_fd;
};

/* What the helper works on. */
struct work {
	struct tracee *t;
	enum errand_stage stage;
	int64_t result;
	int content_fd;
	int memory_fd;		/* t's, at ERRAND_MEMORY */
	int fd;			/* errand_descriptor() */
	bool of_descriptor;
};

/* An answer begins so; the targets' paths follow, each with its NUL, then what the sink has seen. */
struct answer {
	bool pointless;
	struct call call;
	size_t path_len[N_TARGETS];	/* with NUL; 0: none */
	size_t seen_len;
};

static struct target *
target_of(struct call *c, unsigned i)
{
	return i < 2 ? &c->target[i] : &c->opened;
}

bool
errand_needed(const struct call *c)
{
	/* what is mounted somewhere is recorded by its place alone; an unmount must not find us there */
	if (c->op == OP_MOUNT)
		return false;
	for (unsigned i = 0; i < c->n_targets; i++) {
		if (c->target[i].sight == TARGET_REMOTE)
			return true;
	}
	return false;
}

/* --- in the helper --- */

static bool
look_from_near(struct work *w, struct call *call)
{
	struct whose whose = tracee_whose(w->t);

	if (w->of_descriptor) {
		call->writes_content = true;
		return resolve_fd(&whose, w->fd, &call->target[0]);
	}
	if (w->stage == ERRAND_ENTER)
		return decode_call(w->t, call) == DECIDE_RECORD;
	*call = w->t->call;
	if (call->opened.sight == TARGET_REMOTE) {
		call->opened = (struct target)TARGET_INIT;
		resolve_opened(&whose, (int)w->result, NULL, &call->opened);
	}
	return true;
}

/* What decoding the call asks of memory is what will be asked when it is decoded again. */
static void
write_memory(void *context, struct buf *out)
{
	struct work *w = context;
	struct memory *m = &w->t->memory;
	struct call call;

	w->t->tracer->view.dirs = (struct proc_dirs){ 0 };
	w->t->tracer->view.kept = (struct kept_dirs){ 0 };
	m->risk = MEMORY_SAFE;		/* we are a copy, and may hang */
	m->fd = w->memory_fd;
	m->by_fd = true;
	memory_keep(m, true);
	(void)decode_call(w->t, &call);
	memory_pack(m, out);
	if (m->late)
		buf_addch(out, '\0');	/* torn: it could not be read from here */
}

static void
write_answer(void *context, struct buf *out)
{
	struct work *w = context;
	struct answer a = {
		.call = { .op = OP_INHERITED, .n_targets = 1, .target = { TARGET_INIT, TARGET_INIT }, .opened = TARGET_INIT },
	};
	const struct event_sink *sink = w->t->tracer->sink;
	struct buf seen = BUF_INIT;

	w->t->tracer->remote = NULL;	/* we are a copy, and may hang */
	w->t->tracer->view.dirs = (struct proc_dirs){ 0 };	/* closed: a helper keeps what it was given alone */
	w->t->tracer->view.kept = (struct kept_dirs){ 0 };
	w->t->memory.only_kept = true;
	a.pointless = !look_from_near(w, &a.call);
	a.call.content_fd = w->content_fd;
	if (!a.pointless)
		sink->look(sink->context, &a.call, w->stage == ERRAND_LEAVE, &seen);
	a.seen_len = seen.len;
	for (unsigned i = 0; i < N_TARGETS; i++) {
		const char *path = target_of(&a.call, i)->path;

		a.path_len[i] = path ? strlen(path) + 1 : 0;
	}
	buf_add(out, &a, sizeof(a));
	for (unsigned i = 0; i < N_TARGETS; i++)
		buf_add(out, target_of(&a.call, i)->path, a.path_len[i]);
	buf_add(out, seen.data, seen.len);
}

/* --- in the tracer --- */

/* Whether the answer is whole. */
static bool
is_whole_answer(const struct buf *text, struct answer *a)
{
	size_t len = sizeof(*a);

	if (text->len < len)
		return false;
	memcpy(a, text->data, len);
	for (unsigned i = 0; i < N_TARGETS; i++)
		len += a->path_len[i];
	return len + a->seen_len == text->len;
}

static void
unpack_answer(const struct buf *text, int content_fd, struct answer *a)
{
	size_t at = sizeof(*a);

	for (unsigned i = 0; i < N_TARGETS; i++) {
		struct target *t = target_of(&a->call, i);

		t->path = a->path_len[i] ? xstrndup(text->data + at, a->path_len[i] - 1) : NULL;
		t->fd = -1;
		t->dir_fd = -1;
		t->dir_shared = NULL;
		at += a->path_len[i];
	}
	a->call.seen = text->data + at;
	a->call.seen_len = a->seen_len;
	a->call.content_fd = content_fd;
	a->call.connection = NULL;	/* connections have no targets, and so no errands */
}

static enum errand_outcome
read_answer(const struct buf *text, int content_fd, struct call *call)
{
	struct answer a;

	if (!is_whole_answer(text, &a))
		return ERRAND_UNANSWERED;
	unpack_answer(text, content_fd, &a);
	*call = a.call;
	return a.pointless ? ERRAND_POINTLESS : ERRAND_ANSWERED;
}

/* As a tracer we may open it where the helper, which is none, may not (Yama), or read it by another call. */
static int
open_memory(pid_t tid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/mem", (int)tid);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static int
send_helper(struct errand *errand, struct work *w)
{
	int rc = -1;

	if (w->stage != ERRAND_MEMORY)
		return helper_start(&errand->helper, write_answer, w, &w->content_fd, w->content_fd >= 0);
	w->memory_fd = open_memory(w->t->tid);
	if (w->memory_fd >= 0)
		rc = helper_start(&errand->helper, write_memory, w, &w->memory_fd, 1);
	io_close(&w->memory_fd);
	return rc;
}

bool
errand_start(struct tracee *t, enum errand_stage stage, int64_t result)
{
	struct tracer *tr = t->tracer;
	struct errand *errand = xcalloc(1, sizeof(*errand));
	struct work w = {
		.t = t, .stage = stage, .result = result,
		.content_fd = stage == ERRAND_MEMORY ? -1 : tr->sink->scratch(tr->sink->context),
	};

	errand->stage = stage;
	errand->content_fd = w.content_fd;
	if (send_helper(errand, &w) < 0) {
		io_close(&errand->content_fd);
		free(errand);
		return false;
	}
	t->errand = errand;
	tr->errands++;
	tracer_note_activity(tr);	/* the tick looks whether it is late */
	return true;
}

enum errand_stage
errand_stage(const struct errand *errand)
{
	return errand->stage;
}

struct tracee *
errand_by_helper(const struct tracer *tr, pid_t pid)
{
	struct tracee *t, *next;

	if (tr->errands == 0)
		return NULL;
	HASH_ITER(hh, tr->tracees, t, next) {
		if (t->errand && t->errand->helper.pid == pid)
			return t;
	}
	return NULL;
}

struct tracee *
errand_late(const struct tracer *tr)
{
	struct tracee *t, *next;

	if (tr->errands == 0)
		return NULL;
	HASH_ITER(hh, tr->tracees, t, next) {
		if (t->errand && helper_is_late(&t->errand->helper))
			return t;
	}
	return NULL;
}

enum errand_outcome
errand_finish(struct tracee *t, bool late, int status, struct call *call, struct buf *text)
{
	struct errand *errand = t->errand;
	enum errand_outcome outcome = ERRAND_UNANSWERED;

	t->errand = NULL;
	t->tracer->errands--;
	if (late)
		helper_drop(&errand->helper);
	else if (helper_take(&errand->helper, status, text) == 0)
		outcome = read_answer(text, errand->content_fd, call);
	if (outcome != ERRAND_ANSWERED)
		io_close(&errand->content_fd);
	free(errand);
	return outcome;
}

bool
errand_finish_memory(struct tracee *t, bool late, int status)
{
	struct errand *errand = t->errand;
	struct buf text = BUF_INIT;
	bool read = false;

	t->errand = NULL;
	t->tracer->errands--;
	if (late)
		helper_drop(&errand->helper);
	else if (helper_take(&errand->helper, status, &text) == 0)
		read = memory_unpack(&t->memory, text.data, text.len);
	if (!read)
		memory_unpack(&t->memory, NULL, 0);
	buf_release(&text);
	free(errand);
	return read;
}

void
errand_cancel(struct tracee *t)
{
	if (!t->errand)
		return;
	helper_drop(&t->errand->helper);
	io_close(&t->errand->content_fd);
	free(t->errand);
	t->errand = NULL;
	t->tracer->errands--;
}

enum errand_outcome
errand_descriptor(const struct tracee *t, int fd, struct call *call, struct buf *text)
{
	struct tracee copy = *t;
	struct work w = {
		.t = &copy, .of_descriptor = true, .fd = fd,
		.content_fd = t->tracer->sink->scratch(t->tracer->sink->context),
	};
	enum errand_outcome outcome = ERRAND_UNANSWERED;

	if (helper_run(write_answer, &w, &w.content_fd, w.content_fd >= 0, text) == 0)
		outcome = read_answer(text, w.content_fd, call);
	if (outcome != ERRAND_ANSWERED)
		io_close(&w.content_fd);
	return outcome;
}
