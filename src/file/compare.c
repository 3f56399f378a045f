/* What a path holds now, compared with what it held at other times. */
#include "config.h"

#include "file/compare.h"

#include <errno.h>
#include <unistd.h>

#include "file/identity.h"
#include "file/state.h"
#include "base/io.h"

void
compare_release(struct present *n)
{
	state_release(&n->state);
	io_close(&n->fd);
}

int
compare_look(struct present *n, int dir_fd, const char *name, struct err *e)
{
	*n = (struct present)PRESENT_INIT;
	if (dir_fd >= 0)
		state_at(dir_fd, *name ? name : ".", &n->state, &n->fd);
	if (n->state.unread) {
		int error = n->state.unread;

		compare_release(n);
		errno = error;
		return err_system(e, "cannot look at it as a whole");
	}
	if (n->fd >= 0 || io_means_absent(errno))
		return 0;
	return err_system(e, "cannot look at it");
}

/* Inode flags are read from a descriptor that may read: where there is none they count as they were. */
static void
assume_flags(struct present *n, const struct file_state *then)
{
	int opened;

	if (n->state.iflags != 0 || then->iflags == 0 || n->state.type != then->type)
		return;
	opened = state_open(n->fd);
	if (opened < 0)
		n->state.iflags = then->iflags;
	io_close(&opened);
}

/*
 * Of a content that nobody read.  Its owner can give a file any mtime, and no ctime (inode(7)): where that is known, it
 * alone tells, and only of the object itself.
 */
static bool
is_unwritten(const struct present *n, const struct file_state *then)
{
	if (n->is_copy || then->ctime_ns == 0)
		return then->mtime_ns == n->state.mtime_ns && (n->is_copy || identity_known_again(&n->state, then));
	return identity_known_again(&n->state, then) && then->ctime_ns == n->state.ctime_ns;
}

static int
compare_contents(struct present *n, const struct file_state *then, struct digester *d, enum content *content,
		 struct err *e)
{
	*content = CONTENT_DIFFERS;
	if (then->type != FILE_REGULAR || n->state.type != FILE_REGULAR ||
	    then->size_bytes != n->state.size_bytes)
		return 0;
	if (!then->has_digest) {
		if (is_unwritten(n, then))
			*content = CONTENT_SAME;
		return 0;
	}
	if (!n->state.has_digest && state_digest(n->fd, d, &n->state, e) < 0)
		return -1;
	if (digest_equal(&then->digest, &n->state.digest))
		*content = CONTENT_SAME;
	return 0;
}

int
compare_state(struct present *n, const struct file_state *then, struct digester *d, enum change_class *class,
	      unsigned *differs, struct err *e)
{
	enum content content;

	if (compare_contents(n, then, d, &content, e) < 0)
		return -1;
	assume_flags(n, then);
	*class = change_classify(then, &n->state, content, differs);
	return 0;
}
