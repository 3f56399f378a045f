/* A mount namespace of one's own, from which no mount gets out.  Behind tracee.h. */
#ifndef OWN_MOUNTS_H
#define OWN_MOUNTS_H

#include <sched.h>
#include <sys/mount.h>

/* In a chroot whose root is no mount point only who made it can say that the mount below is private. */
static inline void
own_mounts(void)
{
	if (unshare(CLONE_NEWNS) < 0)
		skip("no mount namespace here");
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 && !getenv("MOUNTS_ARE_PRIVATE"))
		skip("the root is no mount point here");
}

#endif
