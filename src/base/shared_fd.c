/* Descriptors that several hold. */
#include "config.h"

#include "base/shared_fd.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"

struct shared_fd *
shared_fd_new(int fd)
{
	struct shared_fd *s = xmalloc(sizeof(*s));

	*s = (struct shared_fd){ fd, 1 };
	return s;
}

struct shared_fd *
shared_fd_share(struct shared_fd *s)
{
	s->users++;
	return s;
}

void
shared_fd_drop(struct shared_fd *s)
{
	if (!s || --s->users > 0)
		return;
	close(s->fd);
	free(s);
}
