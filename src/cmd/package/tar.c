/* Contents as a tar. */
#include "config.h"

#include "cmd/package/tar.h"

#include <endian.h>
#include <grp.h>
#include <nettle/md5.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "file/xattr.h"

enum { CHUNK = 1 << 16 };

static const struct {
	const char *suffix;
	enum tar_filter filter;
} suffixes[] = {
	{ ".tar", TAR_PLAIN },
	{ ".tar.gz", TAR_GZIP },
	{ ".tgz", TAR_GZIP },
	{ ".tar.xz", TAR_XZ },
	{ ".txz", TAR_XZ },
	{ ".tar.zst", TAR_ZSTD },
	{ ".tzst", TAR_ZSTD },
	{ ".tar.bz2", TAR_BZIP2 },
	{ ".tbz2", TAR_BZIP2 },
	{ ".tar.lz4", TAR_LZ4 },
};

bool
tar_filter_of(const char *name, enum tar_filter *out)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		size_t n = strlen(suffixes[i].suffix);

		if (len > n && strcmp(name + len - n, suffixes[i].suffix) == 0) {
			*out = suffixes[i].filter;
			return true;
		}
	}
	return false;
}

static int
fail_archive(const struct tar *t, const char *what, struct err *e)
{
	const char *why = t->library->archive_error_string(t->a);

	return err_set(e, ERR_SYSTEM, "cannot write %s: %s", what, why ? why : "libarchive does not say why");
}

static int
add_filter(struct tar *t)
{
	const struct library *l = t->library;

	switch (t->wishes.filter) {
	case TAR_PLAIN:
		return ARCHIVE_OK;
	case TAR_GZIP:
		/* the time of making is no part of it */
		return l->archive_write_add_filter_gzip(t->a) == ARCHIVE_OK ?
		       l->archive_write_set_filter_option(t->a, "gzip", "timestamp", NULL) : ARCHIVE_FATAL;
	case TAR_XZ:
		return l->archive_write_add_filter_xz(t->a);
	case TAR_ZSTD:
		return l->archive_write_add_filter_zstd(t->a);
	case TAR_BZIP2:
		return l->archive_write_add_filter_bzip2(t->a);
	case TAR_LZ4:
		return l->archive_write_add_filter_lz4(t->a);
	}
	return ARCHIVE_FATAL;
}

int
tar_begin(struct tar *t, const struct library *library, const struct tar_wishes *wishes, int fd, struct err *e)
{
	const struct library *l = library;

	*t = (struct tar){ .library = library, .wishes = *wishes, .a = l->archive_write_new() };
	if (!t->a)
		mem_exhausted();
	t->locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	t->before = t->locale ? uselocale(t->locale) : (locale_t)0;
	if ((wishes->gnu ? l->archive_write_set_format_gnutar(t->a) : l->archive_write_set_format_pax(t->a)) != ARCHIVE_OK ||
	    add_filter(t) <= ARCHIVE_FAILED || l->archive_write_set_bytes_in_last_block(t->a, 1) != ARCHIVE_OK ||
	    l->archive_write_open_fd(t->a, fd) != ARCHIVE_OK)
		return fail_archive(t, "the archive", e);
	return 0;
}

void
tar_release(struct tar *t)
{
	if (t->a)
		t->library->archive_write_free(t->a);
	if (t->locale) {
		uselocale(t->before);
		freelocale(t->locale);
	}
	t->a = NULL;
	t->locale = (locale_t)0;
}

int
tar_end(struct tar *t, struct err *e)
{
	return t->library->archive_write_close(t->a) == ARCHIVE_OK ? 0 : fail_archive(t, "the archive", e);
}

static unsigned
format_type(enum file_type type)
{
	static const unsigned types[FILE_TYPE_COUNT] = {
		[FILE_REGULAR] = AE_IFREG,
		[FILE_DIRECTORY] = AE_IFDIR,
		[FILE_SYMLINK] = AE_IFLNK,
		[FILE_FIFO] = AE_IFIFO,
		[FILE_SOCKET] = AE_IFSOCK,
		[FILE_CHAR] = AE_IFCHR,
		[FILE_BLOCK] = AE_IFBLK,
	};

	return types[type];
}

static void
set_owner(const struct tar *t, struct archive_entry *ae, uid_t uid, gid_t gid)
{
	const struct passwd *user = t->wishes.gnu ? getpwuid(uid) : NULL;
	const struct group *group = t->wishes.gnu ? getgrgid(gid) : NULL;

	t->library->archive_entry_set_uid(ae, uid);
	t->library->archive_entry_set_gid(ae, gid);
	if (user)
		t->library->archive_entry_set_uname(ae, user->pw_name);
	if (group)
		t->library->archive_entry_set_gname(ae, group->gr_name);
}

static void
set_time(const struct tar *t, struct archive_entry *ae, int64_t mtime_ns)
{
	struct timespec ts = clock_timespec(mtime_ns < t->wishes.newest_ns ? mtime_ns : t->wishes.newest_ns);

	t->library->archive_entry_set_mtime(ae, ts.tv_sec, ts.tv_nsec);
}

/* dpkg's names begin with "./", and a directory's ends with a slash, which libarchive adds. */
static void
set_name(const struct tar *t, struct archive_entry *ae, const char *name,
	 void (*set)(struct archive_entry *, const char *))
{
	char *whole = t->wishes.gnu ? xasprintf("./%s", name) : xstrdup(*name ? name : ".");

	set(ae, whole);
	free(whole);
}

/* The words of an ACL as the kernel has them (linux/posix_acl_xattr.h): a version, then 8 bytes for each. */
static void
set_acl(const struct tar *t, struct archive_entry *ae, int type, const unsigned char *acl, size_t len)
{
	static const struct {
		unsigned kernel;
		int tag;
	} tags[] = {
		{ 0x01, ARCHIVE_ENTRY_ACL_USER_OBJ },
		{ 0x02, ARCHIVE_ENTRY_ACL_USER },
		{ 0x04, ARCHIVE_ENTRY_ACL_GROUP_OBJ },
		{ 0x08, ARCHIVE_ENTRY_ACL_GROUP },
		{ 0x10, ARCHIVE_ENTRY_ACL_MASK },
		{ 0x20, ARCHIVE_ENTRY_ACL_OTHER },
	};

	for (size_t at = 4; at + 8 <= len; at += 8) {
		unsigned tag = acl[at] | (unsigned)acl[at + 1] << 8;
		uint32_t id;

		memcpy(&id, acl + at + 4, sizeof(id));
		for (size_t i = 0; i < ARRAY_SIZE(tags); i++) {
			if (tags[i].kernel == tag)
				t->library->archive_entry_acl_add_entry(ae, type, acl[at + 2] & 7, tags[i].tag,
									(int)le32toh(id), NULL);
		}
	}
}

static void
set_attributes(const struct tar *t, struct archive_entry *ae, const struct file_state *s)
{
	const char *name;
	const void *value;
	size_t at = 0, len;

	while (xattr_next(s->xattrs, s->xattrs_len, &at, &name, &value, &len)) {
		if (strcmp(name, "system.posix_acl_access") == 0)
			set_acl(t, ae, ARCHIVE_ENTRY_ACL_TYPE_ACCESS, value, len);
		else if (strcmp(name, "system.posix_acl_default") == 0)
			set_acl(t, ae, ARCHIVE_ENTRY_ACL_TYPE_DEFAULT, value, len);
		else
			t->library->archive_entry_xattr_add_entry(ae, name, value, len);
	}
}

static struct archive_entry *
make_archive_entry(const struct tar *t, const struct contents_entry *x)
{
	const struct library *l = t->library;
	struct archive_entry *ae = l->archive_entry_new();
	const struct file_state *s = &x->state;

	if (!ae)
		mem_exhausted();
	set_name(t, ae, x->name, l->archive_entry_set_pathname);
	l->archive_entry_set_filetype(ae, format_type(s->type));
	l->archive_entry_set_perm(ae, s->mode);
	l->archive_entry_set_size(ae, x->link ? 0 : s->size_bytes);
	set_owner(t, ae, t->wishes.uid && s->uid == t->wishes.uid ? 0 : s->uid,
		  t->wishes.uid && s->gid == t->wishes.gid ? 0 : s->gid);
	set_time(t, ae, x->parent ? t->wishes.made_ns : s->mtime_ns);
	if (s->type == FILE_SYMLINK)
		l->archive_entry_set_symlink(ae, s->target ? s->target : "");
	if (s->type == FILE_CHAR || s->type == FILE_BLOCK) {
		l->archive_entry_set_rdevmajor(ae, major(s->rdev));
		l->archive_entry_set_rdevminor(ae, minor(s->rdev));
	}
	if (x->link)
		set_name(t, ae, x->link, l->archive_entry_set_hardlink);
	else if (!t->wishes.gnu)
		set_attributes(t, ae, s);
	return ae;
}

/* Where data is; without a hole nothing is said. */
static void
set_holes(const struct tar *t, struct archive_entry *ae, int fd, int64_t size)
{
	off_t data = lseek(fd, 0, SEEK_DATA), hole = data < 0 ? -1 : lseek(fd, data, SEEK_HOLE);

	if (t->wishes.gnu || size == 0 || (data == 0 && hole >= size))
		return;
	if (data < 0)
		t->library->archive_entry_sparse_add_entry(ae, size, 0);	/* nothing but a hole */
	while (data >= 0 && data < size && hole > data) {
		t->library->archive_entry_sparse_add_entry(ae, data, (hole < size ? hole : size) - data);
		data = lseek(fd, hole, SEEK_DATA);
		hole = data < 0 ? -1 : lseek(fd, data, SEEK_HOLE);
	}
}

static int
put_header(const struct tar *t, struct archive_entry *ae, const char *name, struct err *e)
{
	/* a warning says that a name is not UTF-8, and is written as it is */
	return t->library->archive_write_header(t->a, ae) > ARCHIVE_FAILED ? 0 : fail_archive(t, name, e);
}

static int
put_bytes(const struct tar *t, const void *bytes, size_t len, const char *name, struct err *e)
{
	return t->library->archive_write_data(t->a, bytes, len) == (la_ssize_t)len ? 0 : fail_archive(t, name, e);
}

static int
put_content(const struct tar *t, struct contents *c, struct contents_entry *x, int fd, struct err *e)
{
	unsigned char bytes[CHUNK];
	struct digest digest;
	struct md5_ctx md5;
	int64_t left = x->state.size_bytes;

	md5_init(&md5);
	if (lseek(fd, 0, SEEK_SET) < 0)
		return err_system(e, "cannot read %s", x->path);
	while (left > 0) {
		ssize_t n = io_read_full(fd, bytes, left < CHUNK ? (size_t)left : CHUNK);

		if (n < 0)
			return err_system(e, "cannot read %s", x->path);
		if (n == 0)
			break;		/* it has become shorter, as contents_still() will find */
		digest_add(c->digester, bytes, (size_t)n);
		md5_update(&md5, (size_t)n, bytes);
		if (put_bytes(t, bytes, (size_t)n, x->path, e) < 0)
			return -1;
		left -= n;
	}
	digest_finish(c->digester, &digest);
	md5_digest(&md5, sizeof(x->md5), x->md5);
	x->has_md5 = true;
	return contents_still(x, fd, &digest, e);
}

static int
put_entry(const struct tar *t, struct contents *c, struct contents_entry *x, struct err *e)
{
	bool has_content = x->state.type == FILE_REGULAR && !x->link;
	struct archive_entry *ae;
	int fd = -1;
	int rc;

	if (has_content) {
		fd = contents_open(c, x, e);
		if (fd < 0)
			return -1;
	}
	ae = make_archive_entry(t, x);
	if (has_content)
		set_holes(t, ae, fd, x->state.size_bytes);
	rc = put_header(t, ae, x->path, e);
	if (rc == 0 && has_content)
		rc = put_content(t, c, x, fd, e);
	t->library->archive_entry_free(ae);
	io_close(&fd);
	return rc;
}

int
tar_put_contents(struct tar *t, struct contents *c, struct err *e)
{
	for (size_t i = 0; i < c->n; i++) {
		if (put_entry(t, c, &c->v[i], e) < 0)
			return -1;
	}
	return 0;
}

static int
put_own(struct tar *t, const char *name, enum file_type type, const void *bytes, size_t len, int64_t mtime_ns, struct err *e)
{
	const struct contents_entry x = {
		.name = name,
		.state = { .type = type, .mode = type == FILE_DIRECTORY ? 0755 : 0644, .size_bytes = (int64_t)len,
			   .mtime_ns = mtime_ns },
	};
	struct archive_entry *ae = make_archive_entry(t, &x);
	int rc = put_header(t, ae, name, e);

	if (rc == 0 && len > 0)
		rc = put_bytes(t, bytes, len, name, e);
	t->library->archive_entry_free(ae);
	return rc;
}

int
tar_put_text(struct tar *t, const char *name, const void *bytes, size_t len, int64_t mtime_ns, struct err *e)
{
	return put_own(t, name, FILE_REGULAR, bytes, len, mtime_ns, e);
}

int
tar_put_directory(struct tar *t, const char *name, int64_t mtime_ns, struct err *e)
{
	return put_own(t, name, FILE_DIRECTORY, NULL, 0, mtime_ns, e);
}
