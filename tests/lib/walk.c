/*
 * The independent witness of the end-to-end tests: a snapshot of a tree, and the difference of two.
 *
 *   walk DIR...                     write a snapshot of all that is at and below each DIR
 *   walk --compare BEFORE AFTER     print what `changes` must say between two snapshots
 *   walk --actual [DIR...]          bring rows of `changes` (change, hex(path), differs) into the same text,
 *                                   those at or below one of the DIRs (all without DIR)
 *   walk --writes DIR               bring rows of `writes` (operation, flags, error, hex(path)) into the text
 *                                   that the programs in tests/tracees print, paths relative to DIR
 *
 * It shares no code with writetrace, on purpose: both would have the same faults.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <openssl/evp.h>

enum {
	STATUS_BROKEN = 99,
	HEX_SIZE = 2 * EVP_MAX_MD_SIZE + 1,
};

/*
 * Inode flags that somebody can set.  The others (extents, inline data, htree index, encrypted, verity) are the
 * file system's own account of how it stores the file.
 */
static const unsigned int settable_flags =
	FS_SECRM_FL | FS_UNRM_FL | FS_COMPR_FL | FS_SYNC_FL | FS_IMMUTABLE_FL | FS_APPEND_FL | FS_NODUMP_FL |
	FS_NOATIME_FL | FS_NOCOMP_FL | FS_JOURNAL_DATA_FL | FS_NOTAIL_FL | FS_DIRSYNC_FL | FS_TOPDIR_FL |
	FS_NOCOW_FL | FS_DAX_FL | FS_PROJINHERIT_FL | FS_CASEFOLD_FL;

/* The fields of a snapshot's line, in order.  The last two are for people who look into a snapshot. */
enum field {
	F_PATH,
	F_TYPE,
	F_MODE,
	F_OWNER,
	F_SIZE,
	F_MTIME,
	F_CONTENT,
	F_TARGET,
	F_XATTR,
	F_ACL,
	F_FLAGS,
	F_INODE,
	F_LINKS,
	F_COUNT
};

struct entry {
	char *path;		/* raw bytes, owned */
	char *line;		/* owned; the other fields point into it */
	char *field[F_COUNT];	/* field[F_PATH] is the escaped path */
};

struct snapshot {
	struct entry *entry;
	size_t count;
};

static _Noreturn void
broken(const char *what)
{
	fprintf(stderr, "walk: %s: %s\n", what, strerror(errno));
	exit(STATUS_BROKEN);
}

static void *
grow(void *p, size_t size)
{
	p = realloc(p, size);
	if (!p)
		broken("realloc");
	return p;
}

static void
put_escaped(FILE *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c > ' ' && c < 0x7f && c != '\\')
			putc(c, out);
		else
			fprintf(out, "\\%03o", c);
	}
}

static char *
unescaped(const char *s)
{
	char *raw = grow(NULL, strlen(s) + 1);
	size_t n = 0;

	while (*s) {
		if (*s == '\\') {
			raw[n++] = (char)((s[1] - '0') * 64 + (s[2] - '0') * 8 + (s[3] - '0'));
			s += 4;
		} else {
			raw[n++] = *s++;
		}
	}
	raw[n] = '\0';
	return raw;
}

/* --- taking a snapshot --- */

static void
digest_hex(EVP_MD_CTX *ctx, char hex[HEX_SIZE])
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned int len = 0;

	EVP_DigestFinal_ex(ctx, md, &len);
	for (unsigned int i = 0; i < len; i++)
		sprintf(hex + 2 * i, "%02x", md[i]);
}

static EVP_MD_CTX *
digest_begin(void)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if (!ctx || EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) != 1) {
		fprintf(stderr, "walk: no SHA-256\n");
		exit(STATUS_BROKEN);
	}
	return ctx;
}

/* "?" where the user who tests may not read the file: then size and mtime must do. */
static void
content_digest(int fd, char hex[HEX_SIZE])
{
	static unsigned char buf[1 << 16];
	EVP_MD_CTX *ctx = digest_begin();
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		EVP_DigestUpdate(ctx, buf, (size_t)n);
	if (n < 0)
		broken("read");
	digest_hex(ctx, hex);
	EVP_MD_CTX_free(ctx);
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
	EVP_MD_CTX *ctx;

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
	ctx = digest_begin();
	for (size_t i = 0; i < names; i++) {
		ssize_t n = lgetxattr(path, name[i], value, sizeof(value));

		EVP_DigestUpdate(ctx, name[i], strlen(name[i]) + 1);
		EVP_DigestUpdate(ctx, &n, sizeof(n));
		if (n > 0)
			EVP_DigestUpdate(ctx, value, (size_t)n);
	}
	digest_hex(ctx, hex);
	EVP_MD_CTX_free(ctx);
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
	put_escaped(stdout, path, strlen(path));
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
			broken(path);
		put_escaped(stdout, target, (size_t)len);
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
	char *child = grow(NULL, strlen(path) + 1 + NAME_MAX + 1);
	DIR *dir = fdopendir(dup(fd));
	const struct dirent *d;

	if (!dir)
		broken(path);
	errno = 0;
	while ((d = readdir(dir))) {
		if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
			continue;
		sprintf(child, "%s/%s", strcmp(path, "/") == 0 ? "" : path, d->d_name);
		walk_at(fd, d->d_name, child);
		errno = 0;
	}
	if (errno != 0)
		broken(path);
	closedir(dir);
	free(child);
}

static void
walk_at(int dirfd, const char *name, const char *path)
{
	struct stat st;
	int fd = -1;

	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		broken(path);
	if (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)) {
		fd = open_quietly(dirfd, name);
		if (fd < 0 && errno != EACCES && errno != EPERM)
			broken(path);
	}
	put_entry(dirfd, name, path, &st, fd);
	if (S_ISDIR(st.st_mode) && fd >= 0)
		walk_below(fd, path);
	if (fd >= 0)
		close(fd);
}

static int
take(char **dirs)
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
			broken(*dirs);
		walk_at(AT_FDCWD, path, path);
		free(path);
	}
	return 0;
}

/* --- comparing two --- */

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->path, ((const struct entry *)b)->path);
}

static void
split(char *line, char **field, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		field[i] = strsep(&line, "\t\n");
		if (!field[i]) {
			fprintf(stderr, "walk: a line with too few fields\n");
			exit(STATUS_BROKEN);
		}
	}
}

static struct snapshot
load(const char *name)
{
	struct snapshot s = { NULL, 0 };
	FILE *in = fopen(name, "r");
	size_t room = 0;

	if (!in)
		broken(name);
	for (;;) {
		struct entry e = { NULL, NULL, { NULL } };
		size_t size = 0;

		if (getline(&e.line, &size, in) < 0) {
			free(e.line);
			break;
		}
		split(e.line, e.field, F_COUNT);
		e.path = unescaped(e.field[F_PATH]);
		if (s.count == room) {
			room = room ? 2 * room : 256;
			s.entry = grow(s.entry, room * sizeof(*s.entry));
		}
		s.entry[s.count++] = e;
	}
	fclose(in);
	if (s.count > 0)
		qsort(s.entry, s.count, sizeof(*s.entry), by_path);
	return s;
}

static void
snapshot_release(struct snapshot *s)
{
	for (size_t i = 0; i < s->count; i++) {
		free(s->entry[i].path);
		free(s->entry[i].line);
	}
	free(s->entry);
}

static bool
same(const struct entry *a, const struct entry *b, enum field f)
{
	return strcmp(a->field[f], b->field[f]) == 0;
}

/*
 * The words that stand in `differs`, in the contract's order.  Where the type is another one, everything may be,
 * and only `type` is said.
 */
static void
print_difference(const struct entry *a, const struct entry *b)
{
	static const struct {
		enum field field;
		const char *word;
		bool is_content;
	} compared[] = {
		{ F_CONTENT, "content", true },
		{ F_TARGET, "target", true },
		{ F_MODE, "mode", false },
		{ F_OWNER, "owner", false },
		{ F_MTIME, "mtime", false },
		{ F_XATTR, "xattr", false },
		{ F_ACL, "acl", false },
		{ F_FLAGS, "flags", false },
	};
	bool modified = false;
	char words[128] = "";

	if (!same(a, b, F_TYPE)) {
		printf("modified\t%s\ttype\n", a->field[F_PATH]);
		return;
	}
	for (size_t i = 0; i < sizeof(compared) / sizeof(*compared); i++) {
		bool differs = !same(a, b, compared[i].field);

		/* Unreadable before or after: the size and the time have to tell. */
		if (compared[i].field == F_CONTENT && (*a->field[F_CONTENT] == '?' || *b->field[F_CONTENT] == '?'))
			differs = !same(a, b, F_SIZE) || !same(a, b, F_MTIME);
		if (!differs)
			continue;
		modified = modified || compared[i].is_content;
		if (words[0])
			strcat(words, ",");
		strcat(words, compared[i].word);
	}
	if (words[0])
		printf("%s\t%s\t%s\n", modified ? "modified" : "attributes", a->field[F_PATH], words);
}

static int
compare(const char *before, const char *after)
{
	struct snapshot a = load(before);
	struct snapshot b = load(after);
	size_t i = 0;
	size_t j = 0;

	while (i < a.count || j < b.count) {
		int order = i == a.count ? 1 : j == b.count ? -1 : strcmp(a.entry[i].path, b.entry[j].path);

		if (order < 0)
			printf("deleted\t%s\t-\n", a.entry[i++].field[F_PATH]);
		else if (order > 0)
			printf("created\t%s\t-\n", b.entry[j++].field[F_PATH]);
		else
			print_difference(&a.entry[i++], &b.entry[j++]);
	}
	snapshot_release(&a);
	snapshot_release(&b);
	return 0;
}

/* --- bringing rows of the history into the same text --- */

static char *
from_hex(const char *hex)
{
	size_t len = strlen(hex) / 2;
	char *raw = grow(NULL, len + 1);

	for (size_t i = 0; i < len; i++) {
		char digits[3] = { hex[2 * i], hex[2 * i + 1], '\0' };

		raw[i] = (char)strtoul(digits, NULL, 16);
	}
	raw[len] = '\0';
	return raw;
}

/* What follows "DIR/" in a path at or below DIR: "." for DIR itself, NULL for a path elsewhere. */
static const char *
below(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	if (strncmp(path, dir, len) != 0)
		return NULL;
	if (path[len] == '\0')
		return ".";
	return path[len] == '/' ? path + len + 1 : NULL;
}

struct row {
	char *path;	/* owned */
	char *line;	/* owned; the words point into it */
	char *word[4];
};

static int
by_row_path(const void *a, const void *b)
{
	return strcmp(((const struct row *)a)->path, ((const struct row *)b)->path);
}

static int
actual(char **dirs)
{
	struct row *rows = NULL;
	size_t count = 0;

	for (;;) {
		struct row r = { NULL, NULL, { NULL } };
		size_t size = 0;
		bool wanted = *dirs == NULL;

		if (getline(&r.line, &size, stdin) < 0) {
			free(r.line);
			break;
		}
		split(r.line, r.word, 3);
		r.path = from_hex(r.word[1]);
		for (char **dir = dirs; *dir; dir++)
			wanted = wanted || below(r.path, *dir);
		if (!wanted) {
			free(r.path);
			free(r.line);
			continue;
		}
		rows = grow(rows, (count + 1) * sizeof(*rows));
		rows[count++] = r;
	}
	if (count > 0)
		qsort(rows, count, sizeof(*rows), by_row_path);
	for (size_t i = 0; i < count; i++) {
		const char *change = rows[i].word[0];
		const char *differs = rows[i].word[2];

		if (strcmp(change, "created") == 0 || strcmp(change, "deleted") == 0 || !*differs)
			differs = "-";
		else if (strstr(differs, "type"))
			differs = "type";
		printf("%s\t", change);
		put_escaped(stdout, rows[i].path, strlen(rows[i].path));
		printf("\t%s\n", differs);
		free(rows[i].path);
		free(rows[i].line);
	}
	free(rows);
	return 0;
}

/* "#1234 (deleted)": how procfs names an O_TMPFILE file that has no name yet. */
static bool
is_nameless(const char *path)
{
	const char *name = strrchr(path, '/');

	return name && name[1] == '#' && strcmp(name + 2 + strspn(name + 2, "0123456789"), " (deleted)") == 0;
}

/*
 * A path that is absolute but not below DIR is not the tracee's business (its standard output, say); one that is
 * relative was recorded as it was given.  No flags and flags of 0 are the same to the tracees.
 */
static int
writes(const char *dir)
{
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stdin) >= 0) {
		char *word[4];
		char *path;
		const char *rest;

		split(line, word, 4);
		path = from_hex(word[3]);
		rest = *path == '/' ? below(path, dir) : path;
		if (rest && !is_nameless(path)) {
			bool plain = !*word[1] || strcmp(word[1], "0") == 0;

			printf("%s\t%s\t%s\t", word[0], plain ? "-" : word[1], *word[2] ? word[2] : "-");
			put_escaped(stdout, rest, strlen(rest));
			putchar('\n');
		}
		free(path);
	}
	free(line);
	return 0;
}

int
main(int argc, char **argv)
{
	int status;

	if (argc == 4 && strcmp(argv[1], "--compare") == 0)
		status = compare(argv[2], argv[3]);
	else if (argc >= 2 && strcmp(argv[1], "--actual") == 0)
		status = actual(argv + 2);
	else if (argc == 3 && strcmp(argv[1], "--writes") == 0)
		status = writes(argv[2]);
	else if (argc >= 2 && argv[1][0] != '-')
		status = take(argv + 1);
	else {
		fprintf(stderr, "usage: walk DIR... | --compare BEFORE AFTER | --actual [DIR...] | --writes DIR\n");
		return STATUS_BROKEN;
	}
	if (fflush(stdout) != 0 || ferror(stdout))
		broken("standard output");
	return status;
}
