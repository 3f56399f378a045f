/* What is at a target. */
#include "config.h"

#include "record/target_object.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "file/identity.h"
#include "mount/remote.h"
#include "mount/remote_look.h"
#include "file/state.h"

bool
target_object_is_there(const struct target *t)
{
	return t->fd >= 0 || t->seen;
}

static enum fskind
fskind_by(int fd, const struct sight *sight, dev_t dev)
{
	if (sight)
		return sight->kind;
	return fd >= 0 ? fskind_of(fd, dev ? dev : fskind_dev(fd)) : FS_FILES;
}

enum fskind
target_object_fskind(const struct target *t)
{
	if (target_object_is_there(t))
		return fskind_by(t->fd, t->seen, t->st.st_dev);
	return fskind_by(t->dir_fd, t->dir_seen, t->dir_dev);
}

void
target_object_state(const struct target *t, struct file_state *out)
{
	if (t->seen)
		state_copy(out, &t->seen->state);
	else
		state_of(t->fd, &t->st, t->birth, out);
}

int64_t
target_object_overlay_birth(const struct target *t, bool *is_copy)
{
	struct statx sx;

	*is_copy = false;
	if (t->birth != 0 || t->fd < 0 || target_object_fskind(t) != FS_OVERLAY ||
	    statx(t->fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &sx) < 0)
		return 0;
	return identity_overlay_birth(&sx, is_copy);
}

struct object *
target_object_known(const struct ledger *l, const struct target *t)
{
	return ledger_find_object(l, t->st.st_dev, t->st.st_ino, t->birth);
}

int
target_object_open(const struct target *t)
{
	if (!t->seen)
		return state_open(t->fd);
	if (t->seen->content_fd >= 0)
		return state_open(t->seen->content_fd);
	errno = EREMOTE_MOUNT;
	return -1;
}
