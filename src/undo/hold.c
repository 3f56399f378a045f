/* Nobody else writes to a file while root gives it rights. */
#include "config.h"

#include "undo/hold.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "file/state.h"
#include "base/clock.h"
#include "base/io.h"

/* A bit of the group covers ACLs as well (acl(5)). */
static bool
needs_hold(const struct stat *st, const struct file_state *want)
{
	bool rights = st->st_uid != want->uid || st->st_gid != want->gid || (st->st_mode & 07777) != want->mode ||
		      want->xattrs;

	return geteuid() == 0 && S_ISREG(st->st_mode) && rights &&
	       (st->st_uid != 0 || (st->st_mode & (S_IWGRP | S_IWOTH)) != 0);
}

/*
 * A read lease is had where nobody has the file open for writing, shared mappings included, and who opens it then waits
 * until it is given back.  A file system without leases has the second look alone.
 */
int
hold_take(struct hold *h, const struct place *at, const struct file_state *want)
{
	struct stat st;

	*h = (struct hold)HOLD_INIT;
	if (!needs_hold(&at->st, want))
		return 0;
	h->fd = state_open(at->fd);
	if (h->fd < 0)
		return -1;
	signal(SIGIO, SIG_IGN);		/* how the kernel asks for it back */
	if (fcntl(h->fd, F_SETLEASE, F_RDLCK) < 0) {
		if (errno == EAGAIN) {
			errno = ETXTBSY;
			return -1;
		}
		io_close(&h->fd);
	}
	if (fstat(at->fd, &st) < 0)
		return -1;
	errno = ESTALE;
	return clock_ns(st.st_ctim) == clock_ns(at->st.st_ctim) ? 0 : -1;
}

int
hold_end(struct hold *h)
{
	bool came = false;

	if (h->fd < 0)
		return 0;
	/* who waits for it counts as a writer already, and keeps us from having it again */
	if (fcntl(h->fd, F_SETLEASE, F_UNLCK) == 0 && fcntl(h->fd, F_SETLEASE, F_RDLCK) < 0)
		came = errno == EAGAIN;
	io_close(&h->fd);
	errno = ETXTBSY;
	return came ? -1 : 0;
}
