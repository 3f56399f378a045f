/* The walker: taking a snapshot. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/fs.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <nettle/sha2.h>
#include <nettle/version.h>

#include "walk.h"

enum { HEX_SIZE = 2 * SHA256_DIGEST_SIZE + 1 };

/*
 * Inode flags that somebody can set.  The others (extents, inline data, htree index, encrypted, verity) are the
 * file system's own account of how it stores the file.
 */
static const unsigned int settable_flags =
	FS_SECRM_FL | FS_UNRM_FL | FS_COMPR_FL | FS_SYNC_FL | FS_IMMUTABLE_FL | FS_APPEND_FL | FS_NODUMP_FL |
	FS_NOATIME_FL | FS_NOCOMP_FL | FS_JOURNAL_DATA_FL | FS_NOTAIL_FL | FS_DIRSYNC_FL | FS_TOPDIR_FL |
	FS_NOCOW_FL | FS_DAX_FL | FS_PROJINHERIT_FL | FS_CASEFOLD_FL;

static void
digest_hex(struct sha256_ctx *ctx, char hex[HEX_SIZE])
{
	unsigned char md[SHA256_DIGEST_SIZE];

#if NETTLE_VERSION_MAJOR >= 4
	sha256_digest(ctx, md);
#else
	sha256_digest(ctx, sizeof(md), md);
#endif
	for (size_t i = 0; i < sizeof(md); i++)
		sprintf(hex + 2 * i, "%02x", md[i]);
}

/* "?" where the user who tests may not read the file: then size and mtime must do. */
static void
content_digest(int fd, char hex[HEX_SIZE])
{
	static unsigned char buf[1 << 16];
	struct sha256_ctx ctx;
	ssize_t n;

	sha256_init(&ctx);
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		sha256_update(&ctx, (size_t)n, buf);
	if (n < 0)
		walk_broken("read");
	digest_hex(&ctx, hex);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
is_acl(const char *name)
{
	return strcmp(name, "system.posix_acl_access") == 0 || strcmp(name, "system.posix_acl_default") == 0;
}

/* Digest of the extended attributes that are ACLs, or of those that are not; "-" where there is none. */
static void
xattr_digest(const char *path, bool acl, char hex[HEX_SIZE])
{
	static char list[XATTR_LIST_MAX + 1];
	static char value[XATTR_SIZE_MAX];
	char *name[1024];
	size_t names = 0;
	ssize_t len = llistxattr(path, list, sizeof(list) - 1);
	struct sha256_ctx ctx;

	strcpy(hex, "-");
	if (len <= 0)
		return;
	for (char *p = list; p < list + len && names < 1024; p += strlen(p) + 1) {
		if (is_acl(p) == acl)
			name[names++] = p;
	}
	if (names == 0)
		return;
	/* The kernel lists them in the order of their making. */
	qsort(name, names, sizeof(*name), by_text);
	sha256_init(&ctx);
	for (size_t i = 0; i < names; i++) {
		ssize_t n = lgetxattr(path, name[i], value, sizeof(value));

		sha256_update(&ctx, strlen(name[i]) + 1, (const uint8_t *)name[i]);
		sha256_update(&ctx, sizeof(n), (const uint8_t *)&n);
		if (n > 0)
			sha256_update(&ctx, (size_t)n, (const uint8_t *)value);
	}
	digest_hex(&ctx, hex);
}

static const char *
type_name(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "file";
	case S_IFDIR:
		return "directory";
	case S_IFLNK:
		return "symlink";
	case S_IFIFO:
		return "fifo";
	case S_IFSOCK:
		return "socket";
	case S_IFCHR:
		return "char";
	case S_IFBLK:
		return "block";
	}
	return "unknown";
}

/* Of these a changed time says nothing: a directory's follows its content, a device's what flows through it. */
static bool
mtime_counts(mode_t mode)
{
	return S_ISREG(mode) || S_ISLNK(mode);
}

static void
put_entry(int dirfd, const char *name, const char *path, const struct stat *st, int fd)
{
	char by_fd[64 + PATH_MAX];	/* reaches paths that are longer than PATH_MAX */
	char target[PATH_MAX];
	char hex[HEX_SIZE];
	unsigned int flags = 0;
	ssize_t len;

	if (dirfd == AT_FDCWD)
		snprintf(by_fd, sizeof(by_fd), "%s", name);
	else
		snprintf(by_fd, sizeof(by_fd), "/proc/self/fd/%d/%s", dirfd, name);
	walk_put_escaped(stdout, path, strlen(path));
	printf("\t%s\t%04o\t%ju:%ju", type_name(st->st_mode), st->st_mode & 07777, (uintmax_t)st->st_uid,
	       (uintmax_t)st->st_gid);
	printf("\t%jd", S_ISREG(st->st_mode) ? (intmax_t)st->st_size : 0);
	if (mtime_counts(st->st_mode))
		printf("\t%jd.%09ld", (intmax_t)st->st_mtim.tv_sec, st->st_mtim.tv_nsec);
	else
		printf("\t-");

	strcpy(hex, S_ISREG(st->st_mode) ? "?" : "-");
	if (S_ISREG(st->st_mode) && fd >= 0)
		content_digest(fd, hex);
	printf("\t%s\t", hex);

	/* An empty target does not exist, so "-" stands before whatever is there. */
	putchar('-');
	if (S_ISLNK(st->st_mode)) {
		len = readlinkat(dirfd, name, target, sizeof(target));
		if (len < 0)
			walk_broken(path);
		walk_put_escaped(stdout, target, (size_t)len);
	}

	xattr_digest(by_fd, false, hex);
	printf("\t%s", hex);
	xattr_digest(by_fd, true, hex);
	printf("\t%s", hex);

	if (fd >= 0 && ioctl(fd, FS_IOC_GETFLAGS, &flags) < 0)
		flags = 0;
	printf("\t%x", flags & settable_flags);
	printf("\t%ju:%ju\t%ju\n", (uintmax_t)st->st_dev, (uintmax_t)st->st_ino, (uintmax_t)st->st_nlink);
}

/* O_NOATIME leaves the tree as it is, but only the owner may ask for it. */
static int
open_quietly(int dirfd, const char *name)
{
	int flags = O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC;
	int fd = openat(dirfd, name, flags | O_NOATIME);

	return fd >= 0 || errno != EPERM ? fd : openat(dirfd, name, flags);
}

static void walk_at(int dirfd, const char *name, const char *path);

static void
walk_below(int fd, const char *path)
{
	char *child = walk_grow(NULL, strlen(path) + 1 + NAME_MAX + 1);
	DIR *dir = fdopendir(dup(fd));
	const struct dirent *d;

	if (!dir)
		walk_broken(path);
	errno = 0;
	while ((d = readdir(dir))) {
		if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
			continue;
		sprintf(child, "%s/%s", strcmp(path, "/") == 0 ? "" : path, d->d_name);
		walk_at(fd, d->d_name, child);
		errno = 0;
	}
	if (errno != 0)
		walk_broken(path);
	closedir(dir);
	free(child);
}

static void
walk_at(int dirfd, const char *name, const char *path)
{
	struct stat st;
	int fd = -1;

	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		walk_broken(path);
	if (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)) {
		fd = open_quietly(dirfd, name);
		if (fd < 0 && errno != EACCES && errno != EPERM)
			walk_broken(path);
	}
	put_entry(dirfd, name, path, &st, fd);
	if (S_ISDIR(st.st_mode) && fd >= 0)
		walk_below(fd, path);
	if (fd >= 0)
		close(fd);
}

int
walk_take(char **dirs)
{
	struct rlimit files;

	/* One descriptor, or two, for each level of the tree. */
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	for (; *dirs; dirs++) {
		char *path = realpath(*dirs, NULL);

		if (!path)
			walk_broken(*dirs);
		walk_at(AT_FDCWD, path, path);
		free(path);
	}
	return 0;
}
