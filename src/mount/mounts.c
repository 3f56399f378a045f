/* Mounts of tracees and of ours. */
#include "config.h"

#include "mount/mounts.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/path.h"
#include "file/identity.h"
#include "mount/info.h"
#include "mount/own_root.h"
#include "mount/remote.h"

static bool
mount_id(int fd, uint64_t *id)
{
	struct statx sx;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &sx) < 0 || !(sx.stx_mask & STATX_MNT_ID))
		return false;
	*id = sx.stx_mnt_id;
	return true;
}

static bool
has_id(const struct mount_ids *ids, uint64_t id)
{
	for (size_t i = ids->n; i > 0; i--) {
		if (ids->id[i - 1] == id)
			return true;
	}
	return false;
}

static void
add_id(struct mount_ids *ids, uint64_t id)
{
	*LIST_ADD(ids->id, ids->n) = id;
}

/* In a chroot that is no mount point, mountinfo does not have the mount that our root is on. */
static void
add_root(struct mount_ids *ids)
{
	int fd = open("/", O_PATH | O_CLOEXEC);
	uint64_t id;

	if (fd >= 0 && mount_id(fd, &id))
		add_id(ids, id);
	io_close(&fd);
}

/* Those that are there now. */
static struct mount_ids
read_ids(void)
{
	struct buf text = BUF_INIT;
	char *next = mount_info_read(0, &text);
	struct mount_ids ids = { NULL, 0 };
	struct mount m;

	while (mount_info_next(&next, &m))
		add_id(&ids, m.id);
	add_root(&ids);
	buf_release(&text);
	return ids;
}

static void
read_old(struct mounts *m)
{
	free(m->old.id);
	m->old = read_ids();
	m->known = true;
}

void
mounts_release(struct mounts *m)
{
	free(m->old.id);
	free(m->made.id);
	free(m->run_dev);
}

bool
mounts_is_ours(struct mounts *m, uint64_t id)
{
	if (m->known && has_id(&m->old, id))
		return true;
	if (!m->frozen)
		read_old(m);
	return has_id(&m->old, id);
}

void
mounts_changed(struct mounts *m)
{
	if (!m->frozen)
		m->known = false;
}

void
mounts_before_change(struct mounts *m)
{
	if (!m->frozen)
		read_old(m);
	m->frozen = true;
}

/* The number of a mount that is gone may be given again. */
void
mounts_after_change(struct mounts *m)
{
	struct mount_ids now = read_ids(), before = m->old;

	free(m->made.id);
	m->old = m->made = (struct mount_ids){ NULL, 0 };
	for (size_t i = 0; i < now.n; i++)
		add_id(has_id(&before, now.id[i]) ? &m->old : &m->made, now.id[i]);
	free(before.id);
	free(now.id);
}

bool
mounts_is_made(const struct mounts *m, int fd)
{
	uint64_t id;

	return m->made.n > 0 && mount_id(fd, &id) && has_id(&m->made, id);
}

static bool
has_run_dev(const struct mounts *m, dev_t dev)
{
	for (size_t i = m->n_run_dev; i > 0; i--) {
		if (m->run_dev[i - 1] == dev)
			return true;
	}
	return false;
}

void
mounts_note_run_dev(struct mounts *m, dev_t dev)
{
	if (!has_run_dev(m, dev))
		*LIST_ADD(m->run_dev, m->n_run_dev) = dev;
}

void
mounts_note_newest(struct mounts *m, pid_t tid)
{
	struct buf text = BUF_INIT;
	char *next = mount_info_read(tid, &text);
	unsigned major_number = 1, minor_number = 0;
	struct mount line;

	while (mount_info_next(&next, &line)) {
		if (sscanf(line.device, "%u:%u", &major_number, &minor_number) != 2)
			major_number = 1;
	}
	if (major_number == 0)
		mounts_note_run_dev(m, makedev(major_number, minor_number));
	buf_release(&text);
}

bool
mounts_is_run_memory(const struct mounts *m, int fd, dev_t dev)
{
	struct statfs fs;

	return has_run_dev(m, dev) && fstatfs(fd, &fs) == 0 && (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC);
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
	char *next = mount_info_read(tid, &text);
	char *place = NULL;
	struct mount m;

	while (!place && mount_info_next(&next, &m)) {
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
is_object(const struct remote_mounts *remote, const char *path, const struct stat *st)
{
	struct stat found;

	return remote_lstat(remote, path, &found) == 0 && identity_same(&found, st);
}

/* A name of ours for what lies at place, if it leads to the very object; takes name over. */
static char *
proven(const struct remote_mounts *remote, char *name, const struct stat *st)
{
	if (name && is_object(remote, name, st))
		return name;
	free(name);
	return NULL;
}

static char *
in_own_root(const struct remote_mounts *remote, const char *device, const char *place, const struct stat *st)
{
	struct own_root own = own_root();

	if (!own.device || strcmp(own.device, device) != 0)
		return NULL;
	return proven(remote, below(place, own.place, "/"), st);
}

char *
mounts_translate(const struct mounts *m, const struct remote_mounts *remote, pid_t tid, int fd, const char *name,
		 const struct stat *st)
{
	struct buf text = BUF_INIT;
	char *device = NULL, *place = NULL;
	char *ours = proven(remote, own_root_strip(name), st);
	struct mount line;
	char *next = NULL;
	uint64_t id;

	if (!ours && mount_id(fd, &id))
		place = place_on_device(tid, id, name, &device);
	if (place && device)
		next = mount_info_read(0, &text);
	while (device && !ours && mount_info_next(&next, &line)) {
		if (strcmp(line.device, device) == 0 && !has_id(&m->made, line.id))
			ours = proven(remote, below(place, line.root, line.point), st);
	}
	/* in a chroot that is no mount point, the mount that holds our root is not in our mountinfo */
	if (!ours && place && device)
		ours = in_own_root(remote, device, place, st);
	buf_release(&text);
	free(device);
	free(place);
	return ours;
}

void
mounts_find(pid_t pid, const char *point, char **device, char **place)
{
	struct buf text = BUF_INIT;
	char *next = mount_info_read(pid, &text);
	struct mount m;

	*device = NULL;
	*place = NULL;
	while (mount_info_next(&next, &m)) {
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
