/*
 * Calls: what happens between a tracee's entry stop and the outcome of its call, decoded and handed over
 * to the sink twice.
 */
#include "config.h"

#include "trace/call.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/quote.h"
#include "trace/allow.h"
#include "trace/ask.h"
#include "trace/decode/connect.h"
#include "trace/decode/decode.h"
#include "trace/decode/open.h"
#include "trace/errand.h"
#include "trace/memory.h"
#include "mount/remote.h"
#include "trace/path/descriptor.h"
#include "trace/path/target.h"
#include "trace/recheck.h"

/* The kernel's own error numbers for "try again after the signal" (include/linux/errno.h). */
enum { ERESTARTSYS = 512, ERESTART_RESTARTBLOCK = 516 };

void
call_drop_seen(struct call *call)
{
	if (call->seen)
		io_close(&call->content_fd);
	call->seen = NULL;
}

void
call_release(struct call *call)
{
	for (unsigned i = 0; i < 2; i++)
		target_release(&call->target[i]);
	target_release(&call->opened);
	if (call->connection)
		free(call->connection->address);
	free(call->connection);
	call->connection = NULL;
	call_drop_seen(call);
}

/* What was changed in memory for clone3 is put back before the tracee can look. */
void
call_restore_clone(struct tracee *t)
{
	if (t->clone_fix.addr)
		(void)memory_write(&t->memory, t->clone_fix.addr, &t->clone_fix.flags, sizeof(t->clone_fix.flags));
	t->clone_fix.addr = 0;
}

/* A call that was interrupted and will not be entered again has failed. */
static void
fail_interrupted(struct tracee *t)
{
	struct interrupted *i = &t->interrupted;

	if (!i->is_set)
		return;
	i->is_set = false;
	free(i->asked);
	i->asked = NULL;
	i->call.error = EINTR;
	tracee_tell_leave(t, &i->call);
	call_release(&i->call);
}

/*
 * The caller is killed in the middle of a call: nobody hears of its outcome.  An open or a connect alone
 * can be interrupted then, and has done nothing; the others have done their work.
 */
void
call_abandon(struct tracee *t)
{
	if (t->errand && errand_stage(t->errand) == ERRAND_LEAVE)
		call_errand_ended(t, true, 0);
	if (t->held)
		ask_forget(t->tracer->options->before, t->tid);
	t->held = false;
	if (t->recording && t->in_call && t->refused) {
		t->call.error = EACCES;
		tracee_tell_leave(t, &t->call);
	} else if (t->recording && t->in_call && t->call.op != OP_OPEN && t->call.op != OP_CREATE &&
	    (!t->call.connection || t->asked)) {
		t->call.error = t->call.connection ? EINTR : 0;
		tracee_tell_leave(t, &t->call);
	}
	tracee_end_call(t);
	fail_interrupted(t);
}

/* The call is not made, and fails as if nobody listened there. */
static void
refuse_connection(struct tracee *t)
{
	t->asked->refused = true;
	(void)arch_skip_call(t->tid, ECONNREFUSED);	/* ESRCH: it has been killed */
}

void
call_answer(struct tracee *t, bool allowed)
{
	t->held = false;
	t->asked->cleared = allowed;
	if (!allowed)
		refuse_connection(t);
}

/* What has been let go on once is so when a signal makes the kernel enter the same call again. */
static bool
was_cleared(const struct tracee *t)
{
	return t->again && t->again->cleared && t->again->len == t->asked->len &&
	       memcmp(t->again->bytes, t->asked->bytes, t->asked->len) == 0;
}

/* What the tracee may not change is refused before it goes on; ESRCH: it has been killed. */
static void
refuse_change(struct tracee *t)
{
	const struct allow *allow = t->tracer->options->allow;

	if (!allow || allow_lets(allow, &t->call))
		return;
	t->refused = true;
	t->tracer->refused++;
	(void)arch_skip_call(t->tid, EACCES);
}

/* Somebody else has put something in the way after it was judged. */
static void
report_slipped(const struct tracee *t, const struct call *c, const char *path)
{
	struct buf detail = BUF_INIT;

	buf_addf(&detail, "made a call (%s) that was allowed for what was there before, and changed what is not: ",
		 t->desc ? t->desc->name : "?");
	quote_message(&detail, path, strlen(path));
	if (c->n_targets > 1 && c->target[1].path) {
		buf_addstr(&detail, ", ");
		quote_message(&detail, c->target[1].path, strlen(c->target[1].path));
	}
	tracee_tell_blind(t, BLIND_RACE, detail.data);
	buf_release(&detail);
}

void
call_judge_success(const struct tracee *t, const struct call *c)
{
	const struct allow *allow = t->tracer->options->allow;

	if (!allow)
		return;
	if (!allow_lets(allow, c) && c->target[0].path)
		report_slipped(t, c, c->target[0].path);
	else if (!allow_lets_opened(allow, c))
		report_slipped(t, c, c->opened.path);
}

static void
ask_before(struct tracee *t)
{
	const struct connection *c = t->call.connection;

	if (!t->tracer->options->before || !c || !t->asked || t->asked->sent_hash || c->port < 0 ||
	    (c->family != AF_INET && c->family != AF_INET6))
		return;
	t->asked->cleared = was_cleared(t);
	if (t->asked->cleared)
		return;
	if (ask_begin(t->tracer->options->before, t->tid, t->process->pid, c) < 0) {
		err_message("cannot ask whether to connect to %s: %s; it is refused", c->address, strerror(errno));
		refuse_connection(t);
		return;
	}
	t->held = true;
}

/* From now on a mount may be served from among the tracees, whether or not it is anywhere to be seen. */
static void
note_fuse(const struct tracee *t)
{
	const dev_t fuse = makedev(10, 229);	/* Documentation/admin-guide/devices.txt */

	if (S_ISCHR(t->call.target[0].st.st_mode) && t->call.target[0].st.st_rdev == fuse &&
	    t->tracer->memory_risk == MEMORY_SAFE)
		t->tracer->memory_risk = MEMORY_FILES;
}

/* What a name that is moved or given stands for: a directory, or nobody knows. */
static bool
may_be_directory(const struct call *c)
{
	mode_t first = c->target[0].st.st_mode, second = c->target[1].st.st_mode;

	return first == 0 || S_ISDIR(first) || (c->op == OP_EXCHANGE && (second == 0 || S_ISDIR(second)));
}

static bool
may_be_link(const struct call *c)
{
	return S_ISLNK(c->target[0].st.st_mode) || (c->op == OP_EXCHANGE && S_ISLNK(c->target[1].st.st_mode));
}

/*
 * A symbolic link may lead a tracee to what is its own in procfs, and us to what is ours: where a directory or a link on a
 * kept way gives place to one, the way is found again with care.
 */
static void
forget_ways(const struct tracee *t)
{
	struct kept_dirs *kept = &t->tracer->view.kept;
	const struct call *c = &t->call;
	bool moves = c->op == OP_RENAME || c->op == OP_EXCHANGE || c->op == OP_LINK;

	if (c->op == OP_MOUNT || (moves && may_be_directory(c)) || (c->op == OP_RMDIR && c->target[0].st.st_mode == 0))
		kept_dirs_forget(kept);
	else if (c->op == OP_SYMLINK || (moves && may_be_link(c)))
		kept_dirs_forget_linked(kept);
	else if (c->op == OP_RMDIR)
		kept_dirs_let_go(kept, c->target[0].st.st_dev, c->target[0].st.st_ino);
}

/* Hand the call over before it goes on. */
static void
hand_call_over(struct tracee *t, const struct call *call)
{
	t->call = *call;
	t->in_call = true;
	note_fuse(t);
	tracee_tell_enter(t, &t->call);
	witness_hold(&t->witness, &t->call);
	t->call.since_ns = clock_ns(t->witness.since);
	tracee_begin_flight(t);
	refuse_change(t);
	forget_ways(t);
	target_close(&t->call.target[0]);
	target_close(&t->call.target[1]);
	call_drop_seen(&t->call);
	tracer_note_activity(t->tracer);
	ask_before(t);
}

/* Who serves it has given no answer, and is not asked again. */
static void
give_up_remote(struct target *t)
{
	if (t->sight == TARGET_REMOTE)
		t->sight = TARGET_UNANSWERED;
}

/* No helper could find out what the call is about: that is all that will be known of it. */
static void
hand_over_unanswered(struct tracee *t, struct call *call)
{
	for (unsigned i = 0; i < call->n_targets; i++)
		give_up_remote(&call->target[i]);
	hand_call_over(t, call);
}

/* Which mounts a tracee sees matters where somebody else serves one of them; its own namespace is met here first. */
static void
know_mounts(struct tracee *t)
{
	struct tracer *tr = t->tracer;

	if (remote_refresh(tr->remote))
		mounts_changed(&tr->mounts);
	if (t->mounts_read || !tr->view.roots_differ)
		return;
	t->mounts_read = true;
	if (remote_read(tr->remote, t->tid))
		mounts_changed(&tr->mounts);
}

/* What reading t's memory may come to: known without a look at it, for most have nothing of the kind. */
static void
weigh_memory(struct tracee *t)
{
	const struct tracer *tr = t->tracer;

	t->memory.risk = tr->memory_risk;
	t->memory.remote = tr->remote;
	if (t->memory.risk == MEMORY_SAFE && remote_any(tr->remote))
		t->memory.risk = MEMORY_FILES;
}

/* The call has been decoded. */
static void
follow_decision(struct tracee *t, enum decision decision, struct call *call)
{
	t->unread = decision == DECIDE_PASS && t->memory.failed;
	t->from_afar = errand_needed(call);
	if (t->unread && t->tracer->options->allow && t->process->image != 0)
		(void)arch_skip_call(t->tid, EFAULT);	/* what cannot be judged does not go on */
	if (decision != DECIDE_RECORD || t->process->image == 0) {
		t->in_call = decision == DECIDE_OUTCOME || t->unread;
		if (t->in_call)
			witness_hold(&t->witness, call);
		call_release(call);
	} else if (!errand_needed(call)) {
		hand_call_over(t, call);
	} else if (errand_start(t, ERRAND_ENTER, 0)) {
		call_release(call);
	} else {
		hand_over_unanswered(t, call);
	}
}

static void
report_late_memory(const struct tracee *t)
{
	if (t->process->image != 0)
		tracee_tell_blind(t, BLIND_PATH, "made a system call whose arguments lie in memory that somebody else "
				  "serves (userfaultfd, a file on FUSE or the network), and did not come in time; what "
				  "it did is not in this record");
}

/* Nothing is kept while a mount is about to go, not even the way to it. */
static enum decision
decode_begun(struct tracee *t, struct call *call)
{
	struct kept_dirs *kept = &t->tracer->view.kept;
	enum decision decision;

	if (t->desc->op == OP_MOUNT) {
		kept_dirs_forget(kept);
		kept->resting = true;
	}
	decision = decode_call(t, call);
	kept->resting = t->tracer->mounting > 0;
	return decision;
}

/* A call of ours begins: decode it. */
static void
begin_call(struct tracee *t)
{
	struct call call;
	enum decision decision;

	t->desc = syscalls_find(t->abi, t->number);
	if (!t->desc)
		return;
	know_mounts(t);
	weigh_memory(t);
	memory_keep(&t->memory, remote_any(t->tracer->remote) || t->desc->op == OP_MOUNT);
	t->memory.failed = false;
	decision = decode_begun(t, &call);
	if (t->memory.late && errand_start(t, ERRAND_MEMORY, 0)) {
		call_release(&call);
		tracee_forget_decoding(t);
		return;
	}
	if (t->memory.late)
		report_late_memory(t);
	follow_decision(t, decision, &call);
}

/* A helper has read the arguments, or nobody could. */
static void
memory_answered(struct tracee *t, bool read)
{
	enum decision decision;
	struct call call;

	t->memory.failed = false;
	decision = decode_begun(t, &call);
	if (!read)
		report_late_memory(t);
	follow_decision(t, decision, &call);
}

/* A call newer than our table: it goes on, and its outcome tells whether the kernel has it. */
static bool
is_unknown(const struct tracee *t)
{
	return t->number > SYSCALL_NEWEST && t->number < abis[t->abi].number_limit;
}

/*
 * Handlers run deeper in the stack than the call that they interrupted; there it stays open whether that
 * call comes back.
 */
static void
settle_interrupted(struct tracee *t)
{
	struct interrupted *i = &t->interrupted;

	if (!i->is_set)
		return;
	if (t->abi == i->abi && t->number == i->number && memcmp(t->entry_args, i->args, sizeof(i->args)) == 0) {
		i->is_set = false;
		t->again = i->asked;
		i->asked = NULL;
		call_release(&i->call);
	} else if (t->stack_pointer >= i->stack_pointer) {
		fail_interrupted(t);
	}
}

/*
 * Under the filter an ABI that the table does not cover (x32) has no calls; without one the same is done here.
 * A process that has used it before it was attached to goes on so, unseen.
 */
static void
refuse_foreign_abi(const struct tracee *t)
{
	bool is_x32 = t->abi != ABI_COUNT && (t->number & ~(uint64_t)0x3fffffff) == 0x40000000;

	if (t->tracer->options->filter || !is_x32)
		return;
	if (!t->tracer->attached)
		arch_skip_call(t->tid, ENOSYS);
	else if (t->process->image != 0)
		tracee_tell_blind(t, BLIND_UNKNOWN_CALL,
				  "makes system calls of the x32 ABI; what they did is not in this record");
}

void
call_enter(struct tracee *t, const struct __ptrace_syscall_info *info)
{
	/* entry and seccomp have number and arguments at the same place (ptrace(2)) */
	t->abi = arch_abi_of(info->arch);
	t->number = info->entry.nr;
	for (unsigned i = 0; i < 6; i++)
		t->args[i] = t->entry_args[i] = info->entry.args[i];
	t->from_afar = t->unread = t->refused = false;
	t->stack_pointer = info->stack_pointer;
	t->moves = t->tracer->moves;
	t->names_seen = t->tracer->names.n;
	t->forked = false;
	tracee_end_call(t);
	settle_interrupted(t);
	t->memory.fd = t->process->mem_fd;
	if (t->process->mem_fd >= 0)
		tracee_process_note_cwd(t->process, t->tid);	/* it may be closed to us at the next call */
	if (t->abi == ABI_COUNT || t->number >= abis[t->abi].number_limit) {
		refuse_foreign_abi(t);
		return;
	}
	if (is_unknown(t))
		t->in_call = true;
	else
		begin_call(t);
}

static void
report_unknown(const struct tracee *t)
{
	char detail[128];

	snprintf(detail, sizeof(detail), "made a system call that this version does not know, number %llu; "
		 "what that did is not in this record", (unsigned long long)t->number);
	tracee_tell_blind(t, BLIND_UNKNOWN_CALL, detail);
}

/* Put the call aside until it is known whether it is entered again. */
static void
interrupt_call(struct tracee *t)
{
	struct interrupted *i = &t->interrupted;

	fail_interrupted(t);
	i->is_set = true;
	i->abi = t->abi;
	i->number = t->number;
	memcpy(i->args, t->entry_args, sizeof(i->args));
	i->stack_pointer = t->stack_pointer;
	i->call = t->call;
	i->asked = t->asked;
	t->asked = NULL;
	tracee_end_flight(t);		/* the call is not t's any more */
}

static bool
moved_directory(const struct call *c)
{
	return (c->op == OP_RENAME || c->op == OP_EXCHANGE) &&
	       (S_ISDIR(c->target[0].st.st_mode) || S_ISDIR(c->target[1].st.st_mode));
}

/* What a success has opened or moved lies where only a helper may look. */
static bool
leaves_unseen(const struct tracee *t)
{
	return t->call.opened.sight == TARGET_REMOTE || (t->from_afar && moved_directory(&t->call));
}

/* The outcome is known, and all that belongs to it.  A success that was not what was foreseen has named something else. */
static void
settle_call(struct tracee *t)
{
	bool done = t->call.error == 0;
	enum testimony said = done ? recheck_hear(t) : WITNESS_CONFIRMS;

	if (said == WITNESS_DENIES)
		t->call.error = EFAULT;
	tracee_tell_leave(t, &t->call);
	call_drop_seen(&t->call);
	if (done) {
		call_judge_success(t, &t->call);
		forget_ways(t);
		recheck_settle(t, said);
	}
	t->tracer->moves += done && moved_directory(&t->call);
	tracee_end_call(t);
}

void
call_leave(struct tracee *t, int64_t result, bool is_error)
{
	if (!t->in_call)
		return;
	t->in_call = false;
	t->memory.fd = t->process->mem_fd;
	weigh_memory(t);
	if (t->memory.only_kept)
		memory_keep(&t->memory, false);
	call_restore_clone(t);
	if (t->desc && t->desc->on_success && !is_error)
		t->desc->on_success(t, result);
	if (is_error && t->notice.on_failure)
		tracee_tell_notice(t);
	if (!t->recording) {
		if (!t->desc && !(is_error && result == -ENOSYS) && t->process->image != 0)
			report_unknown(t);
		if (t->unread && !is_error && t->process->image != 0)
			recheck_unread(t);
		witness_dismiss(&t->witness);
		return;
	}
	if (t->call.connection) {
		if (!decode_connection_settled(t, &result)) {
			tracee_end_call(t);
			return;
		}
		is_error = result < 0;
	}
	if (is_error && result <= -ERESTARTSYS && result >= -ERESTART_RESTARTBLOCK) {
		interrupt_call(t);
		return;
	}
	t->call.error = is_error ? (int)-result : 0;
	if (!is_error && leaves_unseen(t) && errand_start(t, ERRAND_LEAVE, result))
		return;
	settle_call(t);
}

static void
enter_answered(struct tracee *t, enum errand_outcome outcome, struct call *call)
{
	if (outcome == ERRAND_ANSWERED) {
		hand_call_over(t, call);
	} else if (outcome == ERRAND_POINTLESS) {
		call_release(call);
	} else if (decode_call(t, call) == DECIDE_RECORD) {
		hand_over_unanswered(t, call);
	} else {
		call_release(call);
	}
}

/* What is not known of a path that was opened is its object: the name comes from the tracee's descriptor. */
static void
leave_answered(struct tracee *t, enum errand_outcome outcome, struct call *call)
{
	if (outcome == ERRAND_ANSWERED) {
		if (t->call.opened.sight == TARGET_REMOTE) {
			target_release(&t->call.opened);
			t->call.opened = call->opened;
			call->opened = (struct target)TARGET_INIT;
		}
		t->call.seen = call->seen;
		t->call.seen_len = call->seen_len;
		t->call.content_fd = call->content_fd;
		call->seen = NULL;
		call_release(call);
	} else {
		if (outcome == ERRAND_POINTLESS)
			call_release(call);
		give_up_remote(&t->call.opened);
	}
	settle_call(t);
}

void
call_errand_ended(struct tracee *t, bool late, int status)
{
	enum errand_stage stage = errand_stage(t->errand);
	struct buf text = BUF_INIT;
	struct call call;
	enum errand_outcome outcome;

	t->memory.fd = t->process->mem_fd;
	if (stage == ERRAND_MEMORY) {
		memory_answered(t, errand_finish_memory(t, late, status));
		return;
	}
	outcome = errand_finish(t, late, status, &call, &text);
	if (stage == ERRAND_LEAVE)
		leave_answered(t, outcome, &call);
	else
		enter_answered(t, outcome, &call);
	buf_release(&text);
}
