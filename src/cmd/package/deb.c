/* Contents as a Debian package: an ar of debian-binary, control.tar.xz and data.tar.xz. */
#include "config.h"

#include "cmd/package/deb.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "base/io.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/program.h"
#include "base/clock.h"
#include "cmd/ui/text.h"

/* Its lists are lines of names. */
size_t
deb_refused(const struct contents *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		struct buf name = BUF_INIT;

		if (!strchr(c->v[i].name, '\n'))
			continue;
		text_add_quoted(&name, c->v[i].path);
		err_message("%s: dpkg can hold no name with a newline", name.data);
		buf_release(&name);
		n++;
	}
	return n;
}

/* An ELF file once, however many links it has; the descriptor is for dpkg-shlibdeps. */
struct programs {
	int *fd;
	size_t n;
};

static int
look_at_file(struct deb *d, const struct contents_entry *x, struct programs *p, struct err *e)
{
	unsigned char bytes[20];
	const char *machine;
	int fd;

	if (x->state.type != FILE_REGULAR || x->link || x->state.size_bytes < (int64_t)sizeof(bytes))
		return 0;
	fd = contents_open(d->contents, x, e);
	if (fd < 0)
		return -1;
	machine = control_machine(bytes, pread(fd, bytes, sizeof(bytes), 0) == sizeof(bytes) ? sizeof(bytes) : 0);
	if (!machine) {
		close(fd);
		return 0;
	}
	if (!d->control.architecture)
		d->control.architecture = machine;
	if (strcmp(machine, d->control.architecture) == 0 && p->n < 500)
		*LIST_ADD(p->fd, p->n) = fd;
	else
		close(fd);
	return 0;
}

/* The child has dir as its working directory, and p's descriptors by the same numbers. */
static int
spawn_shlibdeps(const char *dir, const struct programs *p, int out_fd, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	char **argv = xcalloc(p->n + 4, sizeof(*argv));
	size_t n = 0;
	int rc;

	argv[n++] = xstrdup("dpkg-shlibdeps");
	argv[n++] = xstrdup("-O");
	argv[n++] = xstrdup("--ignore-missing-info");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, out_fd, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addchdir_np(&actions, dir);
	for (size_t i = 0; i < p->n; i++) {
		argv[n++] = xasprintf("-e/proc/self/fd/%d", p->fd[i]);
		posix_spawn_file_actions_adddup2(&actions, p->fd[i], p->fd[i]);
	}
	rc = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	for (size_t i = 0; i < n; i++)
		free(argv[i]);
	free(argv);
	return rc;
}

/* It wants a source package around itself. */
static char *
ask_shlibdeps(const char *dir, const struct programs *p)
{
	static const char mark[] = "shlibs:Depends=";
	int out_fd = memfd_create("depends", MFD_CLOEXEC);
	struct buf out = BUF_INIT;
	char *found = NULL;
	int status = -1;
	pid_t pid;

	if (out_fd >= 0 && spawn_shlibdeps(dir, p, out_fd, &pid) == 0) {
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	if (status == 0 && lseek(out_fd, 0, SEEK_SET) == 0 && io_read_all(out_fd, &out, 1 << 20) == 0) {
		const char *at = strstr(out.data, mark);

		found = at ? xstrndup(at + strlen(mark), strcspn(at + strlen(mark), "\n")) : xstrdup("");
	}
	buf_release(&out);
	io_close(&out_fd);
	return found;
}

static char *
find_libraries(const struct programs *p)
{
	static const char source[] = "Source: package\n\nPackage: package\nArchitecture: any\n";
	const char *place = getenv("TMPDIR");
	char *dir = xasprintf("%s/writetrace-XXXXXX", place && *place ? place : "/tmp");
	char *debian = NULL, *control = NULL, *found = NULL;
	int fd = -1;

	if (mkdtemp(dir)) {
		debian = path_join(dir, "debian");
		control = path_join(debian, "control");
		if (mkdir(debian, 0700) == 0)
			fd = open(control, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd >= 0 && io_write_full(fd, source, strlen(source)) == 0)
			found = ask_shlibdeps(dir, p);
		io_close(&fd);
		unlink(control);
		rmdir(debian);
		rmdir(dir);
	}
	free(control);
	free(debian);
	free(dir);
	return found;
}

static void
ask_for_libraries(struct deb *d, const struct programs *p)
{
	char *program = p->n > 0 ? program_find("dpkg-shlibdeps") : NULL;
	char *found = program ? find_libraries(p) : NULL;

	if (p->n > 0 && !found)
		err_message(program ? "dpkg-shlibdeps cannot tell which packages the libraries are of; --depends can"
				    : "without dpkg-shlibdeps nobody knows which packages the libraries are of; --depends can");
	d->control.libraries = found;
	free(program);
}

int
deb_look(struct deb *d, struct err *e)
{
	struct programs p = { NULL, 0 };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < d->contents->n; i++) {
		const struct contents_entry *x = &d->contents->v[i];

		rc = look_at_file(d, x, &p, e);
		d->control.installed_kib += x->link ? 0 : x->state.type == FILE_REGULAR ? (x->state.size_bytes + 1023) / 1024 : 1;
	}
	if (rc == 0)
		ask_for_libraries(d, &p);
	if (!d->control.architecture)
		d->control.architecture = "all";
	for (size_t i = 0; i < p.n; i++)
		close(p.fd[i]);
	free(p.fd);
	return rc;
}

/* A file of whose name nobody is told, in which a member becomes as long as it will be. */
static int
open_spool(struct err *e)
{
	const char *place = getenv("TMPDIR");
	char *name = xasprintf("%s/writetrace-XXXXXX", place && *place ? place : "/tmp");
	int fd = mkostemp(name, O_CLOEXEC);

	if (fd < 0)
		err_system(e, "cannot write %s", name);
	else
		unlink(name);
	free(name);
	return fd;
}

static bool
is_conffile(const struct contents_entry *x)
{
	return x->state.type == FILE_REGULAR && strncmp(x->name, "etc/", 4) == 0;
}

/* dpkg -V compares conffiles with what it has noted itself. */
static void
add_sums(const struct contents *c, struct buf *sums, struct buf *conffiles)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct contents_entry *x = &c->v[i], *of = x->link ? contents_find(c, x->link) : x;

		if (is_conffile(x)) {
			buf_addf(conffiles, "/%s\n", x->name);
			continue;
		}
		if (x->state.type != FILE_REGULAR || !of || !of->has_md5)
			continue;
		for (size_t k = 0; k < sizeof(of->md5); k++)
			buf_addf(sums, "%02x", of->md5[k]);
		buf_addf(sums, "  %s\n", x->name);
	}
}

static int
put_control(struct tar *t, const struct deb *d, struct err *e)
{
	struct buf control = BUF_INIT, sums = BUF_INIT, conffiles = BUF_INIT;
	int rc = control_add(&control, &d->control, e);

	add_sums(d->contents, &sums, &conffiles);
	if (rc == 0)
		rc = tar_put_directory(t, "", d->wishes.made_ns, e);
	if (rc == 0)
		rc = tar_put_text(t, "control", control.data, control.len, d->wishes.made_ns, e);
	if (rc == 0 && sums.len > 0)
		rc = tar_put_text(t, "md5sums", sums.data, sums.len, d->wishes.made_ns, e);
	if (rc == 0 && conffiles.len > 0)
		rc = tar_put_text(t, "conffiles", conffiles.data, conffiles.len, d->wishes.made_ns, e);
	buf_release(&control);
	buf_release(&sums);
	buf_release(&conffiles);
	return rc;
}

/* As gzip -9n does it. */
static void
add_gzip(struct buf *out, const struct buf *text)
{
	z_stream z = { .next_in = (unsigned char *)text->data, .avail_in = (uInt)text->len };
	uLong most;

	if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
		mem_exhausted();
	most = deflateBound(&z, (uLong)text->len);
	buf_reserve(out, most);
	z.next_out = (unsigned char *)out->data + out->len;
	z.avail_out = (uInt)most;
	deflate(&z, Z_FINISH);		/* there is room for all of it */
	out->len += most - z.avail_out;
	out->data[out->len] = '\0';
	deflateEnd(&z);
}

/* A file of our own in the package's directory of documents, unless the runs left one there. */
static int
put_document(struct tar *t, const struct deb *d, const char *name, const struct buf *text, struct err *e)
{
	char *path = xasprintf("usr/share/doc/%s/%s", d->control.name, name);
	int rc = 0;

	if (!contents_find(d->contents, path))
		rc = tar_put_text(t, path, text->data, text->len, d->wishes.made_ns, e);
	free(path);
	return rc;
}

/* The directories down to it. */
static int
put_document_directory(struct tar *t, const struct deb *d, struct err *e)
{
	char *path = xasprintf("usr/share/doc/%s/", d->control.name);
	int rc = 0;

	for (char *p = strchr(path, '/'); rc == 0 && p; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (!contents_find(d->contents, path))
			rc = tar_put_directory(t, path, d->wishes.made_ns, e);
		*p = '/';
	}
	free(path);
	return rc;
}

/* Each package of Debian says whose its contents are, and what became of it. */
static int
put_documents(struct tar *t, const struct deb *d, struct err *e)
{
	struct buf copyright = BUF_INIT, changelog = BUF_INIT, packed = BUF_INIT;
	int rc = put_document_directory(t, d, e);

	buf_addf(&copyright, "This package was made by writetrace from what a command installed.  The copyright of its\n"
		 "files, and the licence that they are under, are those of the software: %s %s.\n",
		 d->control.name, d->control.version);
	control_add_changelog(&changelog, &d->control, d->wishes.made_ns);
	add_gzip(&packed, &changelog);
	if (rc == 0)
		rc = put_document(t, d, "changelog.Debian.gz", &packed, e);
	if (rc == 0)
		rc = put_document(t, d, "copyright", &copyright, e);
	buf_release(&packed);
	buf_release(&changelog);
	buf_release(&copyright);
	return rc;
}

static int
put_data(struct tar *t, const struct deb *d, struct err *e)
{
	return tar_put_contents(t, d->contents, e) < 0 ? -1 : put_documents(t, d, e);
}

/* One of the two tars into a spool. */
static int
spool_tar(struct deb *d, bool data, int fd, struct err *e)
{
	struct tar t;
	int rc = tar_begin(&t, d->library, &d->wishes, fd, e);

	if (rc == 0)
		rc = data ? put_data(&t, d, e) : put_control(&t, d, e);
	if (rc == 0)
		rc = tar_end(&t, e);
	tar_release(&t);
	return rc;
}

static int
fail_member(const struct library *l, struct archive *a, struct err *e)
{
	const char *why = l->archive_error_string(a);

	return err_set(e, ERR_SYSTEM, "cannot write the package: %s", why ? why : "libarchive does not say why");
}

/* The rest of fd as a member. */
static int
put_member(const struct deb *d, struct archive *a, const char *name, int fd, struct err *e)
{
	const struct library *l = d->library;
	struct archive_entry *ae = l->archive_entry_new();
	char bytes[1 << 16];
	struct stat st;
	ssize_t n = 0;
	int rc = 0;

	if (!ae)
		mem_exhausted();
	if (fstat(fd, &st) < 0 || lseek(fd, 0, SEEK_SET) < 0)
		rc = err_system(e, "cannot read what is to be packed");
	l->archive_entry_set_pathname(ae, name);
	l->archive_entry_set_filetype(ae, AE_IFREG);
	l->archive_entry_set_perm(ae, 0644);
	l->archive_entry_set_size(ae, rc == 0 ? st.st_size : 0);
	l->archive_entry_set_mtime(ae, clock_timespec(d->wishes.made_ns).tv_sec, 0);
	if (rc == 0 && l->archive_write_header(a, ae) != ARCHIVE_OK)
		rc = fail_member(l, a, e);
	while (rc == 0 && (n = io_read_full(fd, bytes, sizeof(bytes))) > 0) {
		if (l->archive_write_data(a, bytes, (size_t)n) != n)
			rc = fail_member(l, a, e);
	}
	if (rc == 0 && n < 0)
		rc = err_system(e, "cannot read what is to be packed");
	l->archive_entry_free(ae);
	return rc;
}

static int
put_members(const struct deb *d, int fd, const int spools[3], struct err *e)
{
	const struct library *l = d->library;
	struct archive *a = l->archive_write_new();
	int rc = 0;

	if (!a)
		mem_exhausted();
	if (l->archive_write_set_format_ar_bsd(a) != ARCHIVE_OK || l->archive_write_set_bytes_in_last_block(a, 1) != ARCHIVE_OK ||
	    l->archive_write_open_fd(a, fd) != ARCHIVE_OK)
		rc = fail_member(l, a, e);
	if (rc == 0)
		rc = put_member(d, a, "debian-binary", spools[0], e);
	if (rc == 0)
		rc = put_member(d, a, "control.tar.xz", spools[1], e);
	if (rc == 0)
		rc = put_member(d, a, "data.tar.xz", spools[2], e);
	if (rc == 0 && l->archive_write_close(a) != ARCHIVE_OK)
		rc = fail_member(l, a, e);
	l->archive_write_free(a);
	return rc;
}

int
deb_write(struct deb *d, int fd, struct err *e)
{
	int spools[3] = { -1, -1, -1 };
	int rc = 0;

	for (int i = 0; rc == 0 && i < 3; i++) {
		spools[i] = open_spool(e);
		rc = spools[i] < 0 ? -1 : 0;
	}
	if (rc == 0 && io_write_full(spools[0], "2.0\n", 4) < 0)
		rc = err_system(e, "cannot write what is to be packed");
	/* the sums in the one are those of what was read for the other */
	if (rc == 0)
		rc = spool_tar(d, true, spools[2], e);
	if (rc == 0)
		rc = spool_tar(d, false, spools[1], e);
	if (rc == 0)
		rc = put_members(d, fd, spools, e);
	for (int i = 0; i < 3; i++)
		io_close(&spools[i]);
	return rc;
}
