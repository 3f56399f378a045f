/*
 * Our own root, where it is not that of our mount namespace: in a chroot.  Of an object on a mount that we do
 * not have, /proc tells a name that begins at the namespace's root (path_resolution(7) has no other for it).
 */
#ifndef WT_MOUNT_OWN_ROOT_H
#define WT_MOUNT_OWN_ROOT_H

/* Our root is this directory of that file system, as in a line of mountinfo; NULL where that is not known. */
struct own_root {
	const char *device;	/* major:minor */
	const char *place;
};

/* Asked of the kernel at the first call, and remembered. */
struct own_root own_root(void);

/* name as it is below our root: a new string for the caller to free; NULL where it lies elsewhere, or as it is. */
char *own_root_strip(const char *name);

#endif
