/* file/state: objects as they are on a real file system. */
#include "config.h"

#include "file/state.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/xattr.h>

#include "file/metadata.h"
#include "file/xattr.h"
#include "base/buf.h"
#include "base/clock.h"
#include "unit/unit.h"

/* Noon of some day, with nanoseconds, and one before 1970. */
static const struct timespec old_times[2] = { { 1000000000, 1 }, { 1234567890, 987654321 } };
static const struct timespec older_times[2] = { { 1, 1 }, { -86400, 5 } };

static void
put(const char *name, const char *content)
{
	FILE *f = fopen(name, "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(content, f), 0);
	ck_assert_int_eq(fclose(f), 0);
}

static void
make_file(void)
{
	put("x", "hello");
	ck_assert_int_eq(chmod("x", 04751), 0);
	ck_assert_int_eq(link("x", "y"), 0);
}

static void
make_directory(void)
{
	ck_assert_int_eq(mkdir("x", 0700), 0);
	ck_assert_int_eq(chmod("x", 01777), 0);
}

static void
make_symlink(void)
{
	ck_assert_int_eq(symlink("to/no\nwhere\377", "x"), 0);
}

static void
make_fifo(void)
{
	ck_assert_int_eq(mknod("x", S_IFIFO | 0600, 0), 0);
	ck_assert_int_eq(chmod("x", 0640), 0);
}

static void
make_socket(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "x" };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_eq(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(chmod("x", 0600), 0);
	close(fd);
}

static void
make_device(void)
{
	ck_assert_int_eq(mknod("x", S_IFCHR | 0600, makedev(1, 3)), 0);
	ck_assert_int_eq(chmod("x", 0666), 0);
}

static void
make_block(void)
{
	ck_assert_int_eq(mknod("x", S_IFBLK | 0600, makedev(7, 99)), 0);
	ck_assert_int_eq(chmod("x", 0600), 0);
}

static const struct {
	void (*make)(void);
	enum file_type type;
	uint32_t mode;
	int64_t size;
	const char *target;
	dev_t rdev;		/* as makedev() has it */
	bool root;
} types[] = {
	{ make_file, FILE_REGULAR, 04751, 5, NULL, 0, false },
	{ make_directory, FILE_DIRECTORY, 01777, 0, NULL, 0, false },	/* its size is the file system's affair */
	{ make_symlink, FILE_SYMLINK, 0777, 0, "to/no\nwhere\377", 0, false },
	{ make_fifo, FILE_FIFO, 0640, 0, NULL, 0, false },
	{ make_socket, FILE_SOCKET, 0600, 0, NULL, 0, false },
	{ make_device, FILE_CHAR, 0666, 0, NULL, 0x103, true },
	{ make_block, FILE_BLOCK, 0600, 0, NULL, 0x763, true },
};

START_TEST(a_state_holds_what_lstat_says)
{
	struct file_state s;
	struct stat st;
	int fd;

	if (types[_i].root && geteuid() != 0) {
		fprintf(stderr, "a_state_holds_what_lstat_says: devices not done: they take root\n");
		return;
	}
	types[_i].make();
	ck_assert_int_eq(utimensat(AT_FDCWD, "x", _i % 2 ? older_times : old_times, AT_SYMLINK_NOFOLLOW), 0);
	ck_assert_int_eq(lstat("x", &st), 0);
	state_at(AT_FDCWD, "x", &s, &fd);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(s.type, types[_i].type);
	ck_assert_uint_eq(s.mode, types[_i].mode);
	ck_assert_uint_eq(s.uid, getuid());
	ck_assert_uint_eq(s.gid, st.st_gid);
	ck_assert_int_eq(s.size_bytes, types[_i].size);
	ck_assert_int_eq(s.mtime_ns, _i % 2 ? -86400 * NS_PER_SECOND + 5
					    : 1234567890 * NS_PER_SECOND + 987654321);
	ck_assert_int_eq(s.ctime_ns, clock_ns(st.st_ctim));
	ck_assert_uint_eq(s.dev, st.st_dev);
	ck_assert_uint_eq(s.ino, st.st_ino);
	ck_assert_uint_eq(s.nlink, st.st_nlink);
	ck_assert_uint_eq(s.rdev, types[_i].rdev);
	ck_assert_pstr_eq(s.target, types[_i].target);
	ck_assert(!s.has_digest);
	state_release(&s);
	ck_assert_ptr_null(s.target);
	close(fd);
}
END_TEST

START_TEST(what_is_not_there_is_absent)
{
	struct file_state s;
	int fd;

	state_at(AT_FDCWD, "x", &s, &fd);
	ck_assert_int_eq(s.type, FILE_ABSENT);
	ck_assert_int_eq(fd, -1);
	state_release(&s);
	put("x", "");
	state_at(AT_FDCWD, "x/y", &s, &fd);
	ck_assert_int_eq(s.type, FILE_ABSENT);
	ck_assert_int_eq(fd, -1);
}
END_TEST

START_TEST(content_is_read_without_moving_a_clock)
{
	/* sha256sum of "abc" (FIPS 180-2) */
	static const char want[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
	struct digester *d = digest_new();
	char hex[2 * DIGEST_SIZE + 1];
	struct stat before, after;
	struct err e = { 0 };
	struct file_state s;
	int fd;

	put("x", "abc");
	ck_assert_int_eq(utimensat(AT_FDCWD, "x", older_times, 0), 0);	/* an atime that relatime would move */
	ck_assert_int_eq(lstat("x", &before), 0);
	state_at(AT_FDCWD, "x", &s, &fd);
	ck_assert_msg(state_digest(fd, d, &s, &e) == 0, "%s", e.text);
	ck_assert(s.has_digest);
	digest_hex(&s.digest, hex);
	ck_assert_str_eq(hex, want);
	ck_assert_int_eq(lstat("x", &after), 0);
	ck_assert_int_eq(clock_ns(after.st_atim), clock_ns(before.st_atim));
	ck_assert_int_eq(clock_ns(after.st_ctim), clock_ns(before.st_ctim));
	state_release(&s);
	close(fd);
	digest_free(d);
}
END_TEST

START_TEST(content_that_may_not_be_read_is_an_error)
{
	struct digester *d = digest_new();
	struct err e = { 0 };
	struct file_state s;
	int fd;

	if (geteuid() == 0) {
		/* root reads everything: a directory will do */
		ck_assert_int_eq(mkdir("x", 0700), 0);
	} else {
		put("x", "abc");
		ck_assert_int_eq(chmod("x", 0), 0);
	}
	state_at(AT_FDCWD, "x", &s, &fd);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(state_digest(fd, d, &s, &e), -1);
	ck_assert_int_eq(e.code, ERR_SYSTEM);
	ck_assert(!s.has_digest);
	state_release(&s);
	close(fd);
	digest_free(d);
}
END_TEST

/* Where the file system has none, there is nothing to see. */
static bool
set_attribute(const char *name, const char *value, size_t len)
{
	if (lsetxattr("x", name, value, len, 0) == 0)
		return true;
	fprintf(stderr, "%s is not done: the file system or the user cannot\n", name);
	return false;
}

START_TEST(attributes_are_packed_in_order_and_walked_again)
{
	static const struct {
		const char *name, *value;
		size_t len;
	} in_order[] = {
		{ "user.a", "1", 1 },
		{ "user.a.b", "\0\1\2", 3 },
		{ "user.empty", "", 0 },
		{ "user.z", "last", 4 },
	};
	struct file_state s, copy;
	const void *value;
	const char *name;
	size_t len, at = 0, n = 0;
	int fd;

	put("x", "");
	for (size_t i = ARRAY_SIZE(in_order); i-- > 0;) {
		if (!set_attribute(in_order[i].name, in_order[i].value, in_order[i].len))
			return;
	}
	state_at(AT_FDCWD, "x", &s, &fd);
	state_copy(&copy, &s);
	ck_assert_ptr_ne(copy.xattrs, s.xattrs);
	state_release(&s);
	while (xattr_next(copy.xattrs, copy.xattrs_len, &at, &name, &value, &len)) {
		if (strncmp(name, "user.", 5) != 0)
			continue;	/* SELinux has one on everything */
		ck_assert_str_eq(name, in_order[n].name);
		ck_assert_uint_eq(len, in_order[n].len);
		ck_assert_int_eq(memcmp(value, in_order[n].value, len), 0);
		n++;
	}
	ck_assert_uint_eq(n, ARRAY_SIZE(in_order));
	ck_assert_uint_eq(at, copy.xattrs_len);
	state_release(&copy);
	close(fd);
}
END_TEST

START_TEST(many_and_long_attributes_are_packed_whole)
{
	char value[1000], name[64];
	struct file_state s;
	const void *got;
	const char *got_name;
	size_t len, at = 0, n = 0;
	int fd;

	put("x", "");
	memset(value, 'v', sizeof(value));
	if (!set_attribute("user.big", value, sizeof(value)))
		return;
	/* more names than fit into a small buffer */
	for (int i = 0; i < 24; i++) {
		snprintf(name, sizeof(name), "user.a-rather-long-name-%02d", i);
		if (!set_attribute(name, "v", 1))
			return;
	}
	state_at(AT_FDCWD, "x", &s, &fd);
	while (xattr_next(s.xattrs, s.xattrs_len, &at, &got_name, &got, &len)) {
		if (strcmp(got_name, "user.big") == 0)
			ck_assert_uint_eq(len, sizeof(value));
		n += strncmp(got_name, "user.", 5) == 0;
	}
	ck_assert_uint_eq(n, 25);
	state_release(&s);
	close(fd);
}
END_TEST

#define BLOCK(text) text, sizeof(text) - 1

/* Lengths are in host order; all machines here are little-endian. */
static const struct {
	const char *bytes;
	size_t len;
	size_t whole;		/* attributes before the damage */
} blocks[] = {
	{ BLOCK(""), 0 },
	{ BLOCK("a"), 0 },
	{ BLOCK("a\0"), 0 },
	{ BLOCK("a\0\1\0\0"), 0 },			/* a length cut off */
	{ BLOCK("a\0\0\0\0\0"), 1 },
	{ BLOCK("a\0\1\0\0\0"), 0 },			/* a value cut off */
	{ BLOCK("a\0\1\0\0\0v"), 1 },
	{ BLOCK("a\0\2\0\0\0v"), 0 },
	{ BLOCK("a\0\1\0\0\0vb\0\0\0\0\0"), 2 },
	{ BLOCK("a\0\1\0\0\0vb\0\377\377\377\377"), 1 },	/* a length that would overflow */
	{ BLOCK("a\0\1\0\0\0vb\0\366\377\377\377x"), 1 },
	{ BLOCK("a\0\1\0\0\0vbbbbbbbbbb"), 1 },	/* a name without an end */
	{ BLOCK("\0\0\0\0\0"), 1 },			/* a name of nothing is one */
	{ BLOCK("\0"), 0 },
	{ BLOCK("\377\377\377\377\377\377\377\377"), 0 },
};

START_TEST(a_damaged_block_ends_where_the_damage_begins)
{
	char *exact = xmemdup(blocks[_i].bytes, blocks[_i].len);	/* where a read beyond it is seen */
	const void *value;
	const char *name;
	size_t len, at = 0, n = 0;

	while (xattr_next(exact, blocks[_i].len, &at, &name, &value, &len)) {
		ck_assert_uint_le(at, blocks[_i].len);
		n++;
	}
	ck_assert_uint_eq(n, blocks[_i].whole);
	ck_assert(!xattr_next(exact, blocks[_i].len, &at, &name, &value, &len));
	free(exact);
}
END_TEST

START_TEST(an_acl_is_known_by_its_name)
{
	ck_assert(xattr_is_acl("system.posix_acl_access"));
	ck_assert(xattr_is_acl("system.posix_acl_default"));
	ck_assert(!xattr_is_acl("system.posix_acl"));
	ck_assert(!xattr_is_acl("user.posix_acl_access"));
	ck_assert(!xattr_is_acl("security.capability"));
	ck_assert(!xattr_is_acl(""));
}
END_TEST

START_TEST(an_acl_is_among_the_attributes)
{
	/* version 2; user::rw-, user:12345:r--, group::r--, mask::r--, other::--- (linux/posix_acl_xattr.h) */
	static const unsigned char acl[] = {
		2, 0, 0, 0,
		1, 0, 6, 0, 255, 255, 255, 255,
		2, 0, 4, 0, 0x39, 0x30, 0, 0,
		4, 0, 4, 0, 255, 255, 255, 255,
		16, 0, 4, 0, 255, 255, 255, 255,
		32, 0, 0, 0, 255, 255, 255, 255,
	};
	struct file_state s;
	const void *value;
	const char *name;
	size_t len, at = 0, acls = 0;
	int fd;

	put("x", "");
	if (!set_attribute("system.posix_acl_access", (const char *)acl, sizeof(acl)))
		return;
	state_at(AT_FDCWD, "x", &s, &fd);
	while (xattr_next(s.xattrs, s.xattrs_len, &at, &name, &value, &len))
		acls += xattr_is_acl(name);
	ck_assert_uint_eq(acls, 1);
	state_release(&s);
	close(fd);
}
END_TEST

START_TEST(inode_flags_that_people_set_are_seen)
{
	struct file_state s;
	int flags = 0;
	int fd;

	put("x", "");
	fd = open("x", O_RDONLY | O_CLOEXEC);
	if (ioctl(fd, FS_IOC_GETFLAGS, &flags) < 0) {
		fprintf(stderr, "inode_flags_that_people_set_are_seen: the file system has none\n");
		close(fd);
		return;
	}
	flags |= FS_NODUMP_FL;
	if (ioctl(fd, FS_IOC_SETFLAGS, &flags) < 0) {
		fprintf(stderr, "inode_flags_that_people_set_are_seen: they cannot be set\n");
		close(fd);
		return;
	}
	close(fd);
	state_at(AT_FDCWD, "x", &s, &fd);
	ck_assert_uint_eq(s.iflags, FS_NODUMP_FL);	/* not how the file system stores it: FS_EXTENT_FL and others */
	state_release(&s);
	close(fd);
}
END_TEST

/* A FIFO, a device or whatever has been put in a file's place must not hold the tracer up. */
START_TEST(a_fifo_is_opened_without_waiting)
{
	int fd, opened;

	ck_assert_int_eq(mkfifo("x", 0600), 0);
	fd = open("x", O_PATH | O_CLOEXEC);
	opened = state_open(fd);
	ck_assert_int_ge(opened, 0);
	close(opened);
	close(fd);
}
END_TEST

/* chown(2) takes the set-id bits away that the file had already: the mode is looked at again after it. */
START_TEST(a_mode_that_the_owner_took_along_is_set_again)
{
	struct file_state want;
	struct stat st;
	int fd = open("x", O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	int path_fd = open("x", O_PATH | O_CLOEXEC);

	ck_assert_int_ge(path_fd, 0);
	ck_assert_int_eq(fchmod(fd, 04755), 0);
	ck_assert_int_eq(fstat(fd, &st), 0);
	state_of(path_fd, &st, 0, &want);
	want.uid = geteuid() == 0 ? 1234 : geteuid();
	want.mtime_ns = clock_ns(old_times[1]);
	ck_assert_int_eq(metadata_set(path_fd, &want, ~0u), 0);
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_uint_eq(st.st_uid, want.uid);
	ck_assert_uint_eq(st.st_mode & 07777, 04755);
	ck_assert_int_eq(clock_ns(st.st_mtim), want.mtime_ns);
	state_release(&want);
	close(path_fd);
	close(fd);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("state");

	tcase_add_checked_fixture(tc, unit_enter_scratch, unit_leave_scratch);
	tcase_add_loop_test(tc, a_state_holds_what_lstat_says, 0, ARRAY_SIZE(types));
	tcase_add_test(tc, what_is_not_there_is_absent);
	tcase_add_test(tc, content_is_read_without_moving_a_clock);
	tcase_add_test(tc, content_that_may_not_be_read_is_an_error);
	tcase_add_test(tc, attributes_are_packed_in_order_and_walked_again);
	tcase_add_test(tc, many_and_long_attributes_are_packed_whole);
	tcase_add_loop_test(tc, a_damaged_block_ends_where_the_damage_begins, 0, ARRAY_SIZE(blocks));
	tcase_add_test(tc, an_acl_is_known_by_its_name);
	tcase_add_test(tc, an_acl_is_among_the_attributes);
	tcase_add_test(tc, inode_flags_that_people_set_are_seen);
	tcase_add_test(tc, a_fifo_is_opened_without_waiting);
	tcase_add_test(tc, a_mode_that_the_owner_took_along_is_set_again);
	return unit_run("state", tc);
}
