/* What a command may change: the tracer's judgement of a call. */
#include "config.h"

#include "trace/allow.h"

#include <ctype.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "file/device.h"

/* What an operation finds at its targets where it does not fail by itself. */
static const struct {
	bool makes;		/* its last name is to be absent */
	bool needs;		/* its first one is to be there */
} operations[OP_COUNT] = {
	[OP_OPEN] = { false, true },
	[OP_RENAME] = { false, true },
	[OP_EXCHANGE] = { false, true },
	[OP_UNLINK] = { false, true },
	[OP_LINK] = { true, true },
	[OP_SYMLINK] = { true, false },
	[OP_MKDIR] = { true, false },
	[OP_RMDIR] = { false, true },
	[OP_MKNOD] = { true, false },
	[OP_BIND] = { true, false },
	[OP_TRUNCATE] = { false, true },
	[OP_CHMOD] = { false, true },
	[OP_CHOWN] = { false, true },
	[OP_UTIME] = { false, true },
	[OP_XATTR] = { false, true },
	[OP_FLAGS] = { false, true },
};

void
allow_init(struct allow *a, const struct places *places)
{
	struct stat st;

	memset(a, 0, sizeof(*a));
	a->places = places;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		int flags = fcntl(fd, F_GETFL);

		if (flags >= 0 && (flags & O_ACCMODE) != O_RDONLY && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
			a->standard[fd] = (struct allowed_object){ st.st_dev, st.st_ino };
	}
}

static bool
has_object(const struct target *t)
{
	return t->st.st_nlink > 0;
}

/* Names in /proc/PID are of processes, and end with them. */
static bool
is_of_process(const char *path)
{
	return strncmp(path, "/proc/", 6) == 0 && isdigit((unsigned char)path[6]);
}

static bool
is_standard(const struct allow *a, const struct stat *st)
{
	for (size_t i = 0; i < ARRAY_SIZE(a->standard); i++) {
		if (S_ISREG(st->st_mode) && a->standard[i].ino == st->st_ino && a->standard[i].dev == st->st_dev)
			return true;
	}
	return false;
}

/* An open of it changes nothing that is kept, or what COMMAND was given. */
static bool
is_harmless_open(const struct allow *a, const struct target *t)
{
	if (t->sight == TARGET_ANONYMOUS || S_ISSOCK(t->st.st_mode))
		return true;
	return t->sight == TARGET_RESOLVED &&
	       (device_keeps_nothing(&t->st) || is_standard(a, &t->st) || is_of_process(t->path));
}

/* What has no name that we know is nowhere that is allowed; a pipe, a socket, a deleted file is of no place. */
static bool
is_in_place(const struct allow *a, const struct target *t, enum op op)
{
	if (t->sight == TARGET_ANONYMOUS)
		return true;
	if (t->sight != TARGET_RESOLVED || !t->path)
		return false;
	return op_changes_names[op] ? places_have_name(a->places, t->path) : places_have(a->places, t->path);
}

static bool
fails_by_itself(const struct call *call)
{
	const struct target *first = &call->target[0], *last = &call->target[call->n_targets - 1];

	if (call->late || first->sight != TARGET_RESOLVED || last->sight != TARGET_RESOLVED)
		return false;
	if (call->op == OP_OPEN && (call->flags & O_CREAT) && (call->flags & O_EXCL))
		return has_object(first);
	return (operations[call->op].needs && !has_object(first)) || (operations[call->op].makes && has_object(last));
}

bool
allow_lets(const struct allow *a, const struct call *call)
{
	if (call->connection || call->op == OP_INHERITED || call->n_targets == 0)
		return true;
	if (call->op == OP_MOUNT)
		return false;		/* another tree at a place would be of that place */
	if (fails_by_itself(call))
		return true;
	if (call->op == OP_OPEN && (!call->writes_content || is_harmless_open(a, &call->target[0])))
		return true;
	for (unsigned i = 0; i < call->n_targets; i++) {
		/* a link's first name stays, but another leads to it now */
		if (!is_in_place(a, &call->target[i], call->op == OP_LINK && i == 0 ? OP_CHMOD : call->op))
			return false;
	}
	return true;
}

bool
allow_lets_opened(const struct allow *a, const struct call *call)
{
	if (!call->opened.path || !call->writes_content)
		return true;
	return is_harmless_open(a, &call->opened) || is_in_place(a, &call->opened, OP_OPEN);
}
