/* Flags and errors as words. */
#include "config.h"

#include "record/words.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/xattr.h>

#include "base/mem.h"

/* glibc has 0 for what 64-bit programs need not say; 32-bit ones do (asm/fcntl.h). */
#if O_LARGEFILE != 0
#define RAW_O_LARGEFILE O_LARGEFILE
#elif defined(__aarch64__)
#define RAW_O_LARGEFILE 0400000
#else
#define RAW_O_LARGEFILE 0100000
#endif

struct flag_name {
	uint64_t bits;		/* several bits are one name where they only mean something together */
	const char *name;
};

/* In strace's order; a name of several bits stands before those of its parts. */
static const struct flag_name open_names[] = {
	{ O_CREAT, "O_CREAT" },
	{ O_EXCL, "O_EXCL" },
	{ O_NOCTTY, "O_NOCTTY" },
	{ O_TRUNC, "O_TRUNC" },
	{ O_APPEND, "O_APPEND" },
	{ O_NONBLOCK, "O_NONBLOCK" },
	{ O_SYNC, "O_SYNC" },
	{ O_DSYNC, "O_DSYNC" },
	{ O_DIRECT, "O_DIRECT" },
	{ RAW_O_LARGEFILE, "O_LARGEFILE" },
	{ O_NOFOLLOW, "O_NOFOLLOW" },
	{ O_NOATIME, "O_NOATIME" },
	{ O_CLOEXEC, "O_CLOEXEC" },
	{ O_PATH, "O_PATH" },
	{ O_TMPFILE, "O_TMPFILE" },
	{ O_DIRECTORY, "O_DIRECTORY" },
	{ O_SYNC & ~O_DSYNC, "__O_SYNC" },
	{ O_TMPFILE & ~O_DIRECTORY, "__O_TMPFILE" },
	{ O_ASYNC, "FASYNC" },
	{ 0, NULL },
};

static const struct flag_name rename_names[] = {
	{ RENAME_NOREPLACE, "RENAME_NOREPLACE" },
	{ RENAME_EXCHANGE, "RENAME_EXCHANGE" },
	{ RENAME_WHITEOUT, "RENAME_WHITEOUT" },
	{ 0, NULL },
};

static const struct flag_name at_names[] = {
	{ AT_SYMLINK_NOFOLLOW, "AT_SYMLINK_NOFOLLOW" },
	{ AT_REMOVEDIR, "AT_REMOVEDIR" },
	{ AT_SYMLINK_FOLLOW, "AT_SYMLINK_FOLLOW" },
	{ AT_NO_AUTOMOUNT, "AT_NO_AUTOMOUNT" },
	{ AT_EMPTY_PATH, "AT_EMPTY_PATH" },
	{ 0x8000, "AT_RECURSIVE" },	/* linux/fcntl.h */
	{ 0, NULL },
};

static const struct flag_name xattr_names[] = {
	{ XATTR_CREATE, "XATTR_CREATE" },
	{ XATTR_REPLACE, "XATTR_REPLACE" },
	{ 0, NULL },
};

static const struct flag_name mount_names[] = {
	{ MS_RDONLY, "MS_RDONLY" },
	{ MS_NOSUID, "MS_NOSUID" },
	{ MS_NODEV, "MS_NODEV" },
	{ MS_NOEXEC, "MS_NOEXEC" },
	{ MS_SYNCHRONOUS, "MS_SYNCHRONOUS" },
	{ MS_REMOUNT, "MS_REMOUNT" },
	{ MS_MANDLOCK, "MS_MANDLOCK" },
	{ MS_DIRSYNC, "MS_DIRSYNC" },
	{ MS_NOATIME, "MS_NOATIME" },
	{ MS_NODIRATIME, "MS_NODIRATIME" },
	{ MS_BIND, "MS_BIND" },
	{ MS_MOVE, "MS_MOVE" },
	{ MS_REC, "MS_REC" },
	{ MS_SILENT, "MS_SILENT" },
	{ MS_POSIXACL, "MS_POSIXACL" },
	{ MS_UNBINDABLE, "MS_UNBINDABLE" },
	{ MS_PRIVATE, "MS_PRIVATE" },
	{ MS_SLAVE, "MS_SLAVE" },
	{ MS_SHARED, "MS_SHARED" },
	{ MS_RELATIME, "MS_RELATIME" },
	{ MS_STRICTATIME, "MS_STRICTATIME" },
	{ MS_LAZYTIME, "MS_LAZYTIME" },
	{ 0, NULL },
};

static const struct flag_name umount_names[] = {
	{ MNT_FORCE, "MNT_FORCE" },
	{ MNT_DETACH, "MNT_DETACH" },
	{ MNT_EXPIRE, "MNT_EXPIRE" },
	{ UMOUNT_NOFOLLOW, "UMOUNT_NOFOLLOW" },
	{ 0, NULL },
};

/* linux/mount.h, which cannot stand beside sys/mount.h in older C libraries */
static const struct flag_name move_mount_names[] = {
	{ 0x001, "MOVE_MOUNT_F_SYMLINKS" },
	{ 0x002, "MOVE_MOUNT_F_AUTOMOUNTS" },
	{ 0x004, "MOVE_MOUNT_F_EMPTY_PATH" },
	{ 0x010, "MOVE_MOUNT_T_SYMLINKS" },
	{ 0x020, "MOVE_MOUNT_T_AUTOMOUNTS" },
	{ 0x040, "MOVE_MOUNT_T_EMPTY_PATH" },
	{ 0x100, "MOVE_MOUNT_SET_GROUP" },
	{ 0x200, "MOVE_MOUNT_BENEATH" },
	{ 0, NULL },
};

static const struct flag_name open_tree_names[] = {
	{ 0x1, "OPEN_TREE_CLONE" },
	{ O_CLOEXEC, "OPEN_TREE_CLOEXEC" },
	{ AT_SYMLINK_NOFOLLOW, "AT_SYMLINK_NOFOLLOW" },
	{ AT_NO_AUTOMOUNT, "AT_NO_AUTOMOUNT" },
	{ AT_EMPTY_PATH, "AT_EMPTY_PATH" },
	{ 0x8000, "AT_RECURSIVE" },
	{ 0, NULL },
};

static const struct flag_name none[] = {
	{ 0, NULL },
};

static const struct flag_name *const names_of[FLAGS_COUNT] = {
	[FLAGS_NONE] = none,
	[FLAGS_OPEN] = open_names,
	[FLAGS_RENAME] = rename_names,
	[FLAGS_AT] = at_names,
	[FLAGS_XATTR] = xattr_names,
	[FLAGS_MOUNT] = mount_names,
	[FLAGS_UMOUNT] = umount_names,
	[FLAGS_MOVE_MOUNT] = move_mount_names,
	[FLAGS_OPEN_TREE] = open_tree_names,
};

static void
add_name(struct buf *out, size_t start, const char *name)
{
	if (out->len > start)
		buf_addch(out, '|');
	buf_addstr(out, name);
}

/* The access mode is a number, not bits: 3 is a mode of its own. */
static uint64_t
add_access_mode(struct buf *out, size_t start, uint64_t flags)
{
	static const char *const modes[] = { "O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE" };

	add_name(out, start, modes[flags & O_ACCMODE]);
	return flags & ~(uint64_t)O_ACCMODE;
}

void
words_flags(enum flag_set set, uint64_t flags, struct buf *out)
{
	size_t start = out->len;
	char hex[32];

	if (set == FLAGS_NONE)
		return;
	if (set == FLAGS_OPEN)
		flags = add_access_mode(out, start, flags);
	for (const struct flag_name *f = names_of[set]; f->name; f++) {
		if ((flags & f->bits) != f->bits)
			continue;
		add_name(out, start, f->name);
		flags &= ~f->bits;
	}
	if (flags != 0) {
		snprintf(hex, sizeof(hex), "%#llx", (unsigned long long)flags);
		add_name(out, start, hex);
	}
	if (out->len == start)
		buf_addch(out, '0');
}

const char *
words_error(int error)
{
	const char *name = strerrorname_np(error);

	return name ? name : "EUNKNOWN";
}
