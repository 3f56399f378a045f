/* Mounts of tracees and of ours. */
#include "config.h"

#include "trace/mounts.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"
#include "trace/mountinfo.h"
#include "trace/own_root.h"
#include "trace/remote.h"

static bool
mount_id(int fd, uint64_t *id)
{
	struct statx sx;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &sx) < 0 || !(sx.stx_mask & STATX_MNT_ID))
		return false;
	*id = sx.stx_mnt_id;
	return true;
}

/* The path below a mount point; NULL if name is not there. */
static char *
below(const char *name, const char *point, const char *root)
{
	return path_is_under(name, point) ? path_rebase(name, point, root) : NULL;
}

/* name as seen from the tracee's own root. */
static char *
from_its_root(pid_t tid, const char *name)
{
	struct buf root = BUF_INIT;
	char link[64];
	char *seen = NULL;

	snprintf(link, sizeof(link), "/proc/%d/root", (int)tid);
	if (io_readlink(AT_FDCWD, link, &root) == 0)
		seen = below(name, root.data, "/");
	buf_release(&root);
	return seen;
}

/* Where on its device the object lies, and on which: by the tracee's mount with this id. */
static char *
place_on_device(pid_t tid, uint64_t id, const char *name, char **device)
{
	char *seen = from_its_root(tid, name);
	struct buf text = BUF_INIT;
	char *next = mountinfo_read(tid, &text);
	char *place = NULL;
	struct mount m;

	while (!place && mountinfo_next(&next, &m)) {
		if (m.id != id)
			continue;
		/* its mount points are told from its own root */
		place = seen ? below(seen, m.point, m.root) : NULL;
		if (!place)
			place = below(name, m.point, m.root);
		if (place)
			*device = xstrdup(m.device);
	}
	buf_release(&text);
	free(seen);
	return place;
}

static bool
is_object(const char *path, const struct stat *st)
{
	struct stat found;

	return remote_lstat(path, &found) == 0 && found.st_dev == st->st_dev && found.st_ino == st->st_ino;
}

/* A name of ours for what lies at place, if it leads to the very object; takes name over. */
static char *
proven(char *name, const struct stat *st)
{
	if (name && is_object(name, st))
		return name;
	free(name);
	return NULL;
}

static char *
in_own_root(const char *device, const char *place, const struct stat *st)
{
	struct own_root own = own_root();

	if (!own.device || strcmp(own.device, device) != 0)
		return NULL;
	return proven(below(place, own.place, "/"), st);
}

char *
mounts_translate(pid_t tid, int fd, const char *name, const struct stat *st)
{
	struct buf text = BUF_INIT;
	char *device = NULL, *place = NULL;
	char *ours = proven(own_root_strip(name), st);
	struct mount m;
	char *next = NULL;
	uint64_t id;

	if (!ours && mount_id(fd, &id))
		place = place_on_device(tid, id, name, &device);
	if (place)
		next = mountinfo_read(0, &text);
	while (!ours && mountinfo_next(&next, &m)) {
		if (strcmp(m.device, device) == 0)
			ours = proven(below(place, m.root, m.point), st);
	}
	/* in a chroot that is no mount point, the mount that holds our root is not in our mountinfo */
	if (!ours && place)
		ours = in_own_root(device, place, st);
	buf_release(&text);
	free(device);
	free(place);
	return ours;
}

void
mounts_find(pid_t pid, const char *point, char **device, char **place)
{
	struct buf text = BUF_INIT;
	char *next = mountinfo_read(pid, &text);
	struct mount m;

	*device = NULL;
	*place = NULL;
	while (mountinfo_next(&next, &m)) {
		if (strcmp(m.point, point) != 0)
			continue;
		/* the last one lies on top */
		free(*device);
		free(*place);
		*device = xstrdup(m.device);
		*place = xstrdup(m.root);
	}
	buf_release(&text);
}
