/* Calls that may have been about something else than was looked at. */
#include "config.h"

#include "trace/recheck.h"

#include <errno.h>
#include <linux/limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/quote.h"
#include "file/identity.h"
#include "trace/call.h"
#include "trace/decode/decode.h"
#include "trace/decode/names.h"
#include "trace/decode/open.h"
#include "trace/decode/process.h"
#include "trace/memory.h"
#include "trace/path/target.h"
#include "trace/tracer.h"

static unsigned
hash_of(const char *path)
{
	unsigned hash;

	HASH_VALUE(path, strlen(path), hash);
	return hash;
}

/* Remember the names that a call has changed, for those who have looked at them before that and are still on their way. */
static void
note_names(struct tracee *t)
{
	struct name_log *log = &t->tracer->names;

	if (!op_changes_names[t->call.op] || t->tracer->in_flight < 2)
		return;
	for (unsigned i = 0; i < t->call.n_targets; i++)
		log->hash[log->n++ % ARRAY_SIZE(log->hash)] = hash_of(t->call.target[i].path);
}

static bool
has_target(const struct call *c, const char *path)
{
	for (unsigned i = 0; i < c->n_targets; i++) {
		if (strcmp(c->target[i].path, path) == 0)
			return true;
	}
	return false;
}

/* Whether another call of the run has changed what this name leads to since t's call went on, or may be doing so. */
static bool
others_change(const struct tracee *t, const char *path)
{
	const struct name_log *log = &t->tracer->names;
	unsigned hash = hash_of(path);
	struct tracee *other, *next;

	if (log->n - t->names_seen > ARRAY_SIZE(log->hash))
		return true;		/* so many that nobody knows */
	for (unsigned long i = t->names_seen; i < log->n; i++) {
		if (log->hash[i % ARRAY_SIZE(log->hash)] == hash)
			return true;
	}
	if (t->tracer->in_flight < 2)
		return false;
	HASH_ITER(hh, t->tracer->tracees, other, next) {
		if (other != t && other->recording && op_changes_names[other->call.op] && has_target(&other->call, path))
			return true;
	}
	return false;
}

static bool
others_change_any(const struct tracee *t)
{
	for (unsigned i = 0; i < t->call.n_targets; i++) {
		if (others_change(t, t->call.target[i].path))
			return true;
	}
	return false;
}

/* truncate(2): the length; -1 where a 32-bit program has it in two registers. */
static int64_t
length_asked(const struct tracee *t)
{
	if (t->call.op != OP_TRUNCATE || (t->abi != ABI_NATIVE && strcmp(t->desc->name, "truncate") != 0))
		return -1;
	return t->abi == ABI_NATIVE ? (int64_t)t->args[1] : (int32_t)t->args[1];
}

/* utimensat(2): with UTIME_OMIT twice nothing is done, not even to a file that is not there. */
static bool
omits_both(struct tracee *t)
{
	bool wide = t->abi == ABI_NATIVE || strcmp(t->desc->name, "utimensat_time64") == 0;
	size_t word = wide ? sizeof(int64_t) : sizeof(int32_t);
	char times[4 * sizeof(int64_t)];
	int32_t first, second;

	if (strncmp(t->desc->name, "utimensat", 9) != 0 || t->args[2] == 0 ||
	    memory_bytes(&t->memory, t->args[2], times, 4 * word) < 0)
		return false;
	/* both machines are little-endian, and nanoseconds fit in half a word */
	memcpy(&first, times + word, sizeof(first));
	memcpy(&second, times + 3 * word, sizeof(second));
	return first == UTIME_OMIT && second == UTIME_OMIT;
}

/* The value of an open object's extended attribute, for the caller to free, and its length; -1: it has none. */
static char *
value_now(int fd, const char *name, ssize_t *len)
{
	char *now = xmalloc(XATTR_SIZE_MAX);
	char link[64];

	/* an O_PATH descriptor is none for fgetxattr(2) */
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	*len = getxattr(link, name, now, XATTR_SIZE_MAX);
	return now;
}

static bool
is_acl(const char *name)
{
	return strcmp(name, "system.posix_acl_access") == 0 || strcmp(name, "system.posix_acl_default") == 0;
}

/* The value that a call of the setxattr(2) family sets; where has its address and length.  NULL: it cannot be read. */
static char *
value_asked(struct tracee *t, bool at, uint64_t where[2])
{
	char *value;

	where[0] = t->args[2];
	where[1] = t->args[3];
	if (at && memory_bytes(&t->memory, t->args[4], where, 2 * sizeof(*where)) < 0)
		return NULL;
	where[1] = (uint32_t)where[1];		/* struct xattr_args has flags in the upper half */
	if (where[1] > XATTR_SIZE_MAX)
		return NULL;
	value = xmalloc((size_t)where[1] + 1);
	if (where[1] != 0 && memory_bytes(&t->memory, where[0], value, (size_t)where[1]) < 0) {
		free(value);
		return NULL;
	}
	return value;
}

/*
 * An extended attribute that is set to what it is, or removed where it is not: some file systems then leave the ctime as
 * it is.  An ACL that says what the mode does is not kept, and to remove one that is not there succeeds (acl(5)).
 */
static bool
sets_what_is_set(struct tracee *t)
{
	bool at = strcmp(t->desc->name, "setxattrat") == 0 || strcmp(t->desc->name, "removexattrat") == 0;
	char name[XATTR_NAME_MAX + 1];
	uint64_t where[2];
	bool same = false;
	char *now, *value;
	ssize_t len;

	if (t->witness.fd < 0 || memory_string(&t->memory, t->args[at ? 3 : 1], name, sizeof(name)) < 0)
		return false;
	now = value_now(t->witness.fd, name, &len);
	if (len < 0) {
		same = is_acl(name);
	} else if (strstr(t->desc->name, "setxattr")) {
		value = value_asked(t, at, where);
		same = value && (uint64_t)len == where[1] && memcmp(now, value, (size_t)len) == 0;
		free(value);
	}
	free(now);
	return same;
}

enum testimony
recheck_hear(struct tracee *t)
{
	const struct call *c = &t->call;
	enum testimony said;

	if (c->connection || t->from_afar || c->op == OP_MOUNT || t->desc->on_success == decode_opened)
		return WITNESS_CONFIRMS;
	said = witness_hear(&t->witness, c, length_asked(t));
	if (said >= WITNESS_MISSES && c->op == OP_UTIME && omits_both(t))
		return WITNESS_CONFIRMS;
	if (said == WITNESS_DENIES && c->op == OP_XATTR && sets_what_is_set(t))
		return WITNESS_UNSURE;
	if (said == WITNESS_MISSES)
		return others_change_any(t) ? WITNESS_UNSURE : WITNESS_DENIES;
	if (said == WITNESS_CONFIRMS && op_changes_names[c->op] && others_change_any(t))
		return WITNESS_UNSURE;
	return said;
}

static void
add_paths(struct buf *detail, const struct call *c)
{
	for (unsigned i = 0; i < c->n_targets; i++) {
		buf_addstr(detail, i == 0 ? "" : " and ");
		quote_shell(detail, c->target[i].path, strlen(c->target[i].path));
	}
}

static void
doubt_paths(const struct tracee *t, const struct call *c)
{
	for (unsigned i = 0; i < c->n_targets; i++)
		tracee_tell_doubt(t, c->target[i].path);
}

/* again: what the call's arguments mean by now; NULL: that is not known, or the same. */
static void
report_race(const struct tracee *t, const struct call *again)
{
	struct buf detail = BUF_INIT;

	buf_addf(&detail, "made a call (%s) that was not, or not only, about ", t->desc->name);
	add_paths(&detail, &t->call);
	buf_addstr(&detail, ", which was looked at before it");
	if (again) {
		buf_addstr(&detail, "; perhaps about ");
		add_paths(&detail, again);
		buf_addstr(&detail, ", of which the state before is not in this record");
	} else {
		buf_addstr(&detail, "; about what else, is not known");
	}
	tracee_tell_blind(t, BLIND_RACE, detail.data);
	doubt_paths(t, &t->call);
	if (again)
		doubt_paths(t, again);
	buf_release(&detail);
}

/* Where nothing else tells: whether the arguments are still what they were. */
static void
compare_arguments(struct tracee *t, bool moved)
{
	struct buf detail = BUF_INIT;

	if (t->call.n_targets == 0 || (!moved && memory_is_as_kept(&t->memory)))
		return;
	buf_addstr(&detail, "changed the path of a call while it was made; which of several names that was about, "
			    "among them ");
	quote_shell(&detail, t->call.target[0].path, strlen(t->call.target[0].path));
	buf_addstr(&detail, ", is not certain");
	tracee_tell_blind(t, BLIND_RACE, detail.data);
	tracee_tell_doubt(t, t->call.target[0].path);
	buf_release(&detail);
}

static bool
is_made_since(const struct tracee *t, const struct target *made)
{
	return made->fd >= 0 && made->sight == TARGET_RESOLVED && witness_is_since(&t->witness, &made->st);
}

/*
 * Where a call has only made a name, or moved an object to one that had been looked at, what it has left tells all: put
 * again's targets back to what they were.
 */
static bool
turn_back(const struct tracee *t, struct call *again)
{
	struct target *first = &again->target[0], *second = &again->target[1];

	switch (again->op) {
	case OP_SYMLINK:
	case OP_MKDIR:
	case OP_MKNOD:
	case OP_BIND:
		if (!is_made_since(t, first))
			return false;
		target_unmake(first);
		return true;
	case OP_LINK:
		if (!is_made_since(t, second) || !identity_same(&first->st, &second->st))
			return false;
		target_unmake(second);
		return true;
	case OP_RENAME:
		if (!is_made_since(t, second) || first->fd >= 0 || first->sight != TARGET_RESOLVED ||
		    strcmp(second->path, t->call.target[1].path) != 0)
			return false;
		first->fd = second->fd;
		first->st = second->st;
		first->birth = second->birth;
		second->fd = -1;
		second->st = t->call.target[1].st;
		second->birth = t->call.target[1].birth;
		return true;
	default:
		return false;
	}
}

static bool
leads_elsewhere(const struct call *again, const struct call *call)
{
	bool elsewhere = false;

	for (unsigned i = 0; i < again->n_targets; i++)
		elsewhere |= strcmp(again->target[i].path, call->target[i].path) != 0;
	return elsewhere;
}

/* What the call was about after all, as far as it can be told. */
static void
look_again(struct tracee *t, enum testimony said)
{
	struct call again;
	bool readable, elsewhere, known;

	kept_dirs_forget(&t->tracer->view.kept);	/* with care, this time */
	readable = decode_call(t, &again) == DECIDE_RECORD && again.n_targets == t->call.n_targets &&
		   again.op == t->call.op;
	elsewhere = readable && leads_elsewhere(&again, &t->call);
	known = elsewhere && said == WITNESS_DENIES && turn_back(t, &again);
	again.late = !known;
	if (readable && (elsewhere || said == WITNESS_DENIES)) {
		tracee_tell_enter(t, &again);
		tracee_tell_leave(t, &again);
		call_judge_success(t, &again);
	}
	if (!known && said != WITNESS_CONFIRMS && (elsewhere || said == WITNESS_DENIES))
		report_race(t, elsewhere ? &again : NULL);
	call_release(&again);
}

void
recheck_settle(struct tracee *t, enum testimony said)
{
	bool moved = t->moves != t->tracer->moves;

	note_names(t);
	if (t->call.connection || t->desc->on_success == decode_opened)
		return;		/* an open is known by its descriptor */
	if (t->call.op == OP_MOUNT)
		compare_arguments(t, false);
	else if (t->from_afar)
		compare_arguments(t, moved);
	else if (moved || said != WITNESS_CONFIRMS)
		look_again(t, said);
}

static void
report_unread(const struct tracee *t, const struct call *now)
{
	struct buf detail = BUF_INIT;

	buf_addf(&detail, "made a call (%s) whose arguments could not be read before", t->desc->name);
	if (now) {
		buf_addstr(&detail, "; perhaps about ");
		add_paths(&detail, now);
		buf_addstr(&detail, ", of which the state before is not in this record");
	} else {
		buf_addstr(&detail, "; what it did is not in this record");
	}
	tracee_tell_blind(t, now ? BLIND_RACE : BLIND_PATH, detail.data);
	if (now)
		doubt_paths(t, now);
	buf_release(&detail);
}

/* Calls that look at their outcome themselves do without. */
void
recheck_unread(struct tracee *t)
{
	struct call now;
	bool readable;

	if (t->desc->on_success == decode_opened || t->desc->on_success == decode_cloned ||
	    t->desc->on_success == decode_bound || t->desc->op == OP_INHERITED)
		return;
	t->memory.failed = false;
	readable = decode_call(t, &now) == DECIDE_RECORD;
	if (readable) {
		now.late = true;
		tracee_tell_enter(t, &now);
		tracee_tell_leave(t, &now);
	}
	if (readable || t->memory.failed)
		report_unread(t, readable && now.n_targets > 0 ? &now : NULL);
	call_release(&now);
}
