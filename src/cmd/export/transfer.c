/* Old contents on their way between stores of objects. */
#include "config.h"

#include "cmd/export/transfer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "objects/objects.h"
#include "objects/objects_dir.h"
#include "base/io.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/path.h"
#include "store/content.h"
#include "store/import_content.h"

struct carry {
	const char *history;	/* borrowed */
	struct objects *objects;
	struct digest *put;	/* what was put, for taking it back */
	size_t n_put;
};

/* Whether the object is what its name says; fd is then at its beginning again. */
static int
is_whole(struct digester *digester, int fd, const struct digest *d, struct err *e)
{
	struct digest found;

	if (digest_fd(digester, fd, &found, NULL, e) < 0)
		return -1;
	if (lseek(fd, 0, SEEK_SET) < 0)
		return err_system(e, "cannot read an old content");
	return digest_equal(&found, d);
}

static int
carry_one_out(struct export_file *x, struct store *from, struct digester *digester, const struct digest *d,
	      struct carried *out, struct err *e)
{
	int fd = objects_dir_get_as(store_rights(from), store_path(from), d);
	int64_t size_bytes = 0;
	int whole, rc;

	if (fd < 0 && !io_means_absent(errno))
		return err_system(e, "cannot read an old content in %s.objects", store_path(from));
	/* an export can be exported */
	if (fd < 0 && content_open(from, d, &fd, e) < 0)
		return -1;
	whole = fd < 0 ? 0 : is_whole(digester, fd, d, e);

	if (whole > 0)
		rc = export_content(x, d, fd, &size_bytes, e);
	else if (whole == 0)
		rc = export_content_lost(x, d, e);
	else
		rc = -1;
	io_close(&fd);
	out->n += whole > 0;
	out->n_missing += whole == 0;
	out->bytes += size_bytes;
	return rc;
}

int
transfer_out(struct export_file *x, struct store *from, struct carried *out, struct err *e)
{
	struct digester *digester = digest_new();
	struct digest d;
	int more;

	memset(out, 0, sizeof(*out));
	while ((more = export_next_content(x, &d, e)) > 0) {
		if (carry_one_out(x, from, digester, &d, out, e) < 0) {
			more = -1;
			break;
		}
	}
	digest_free(digester);
	return more;
}

struct carry *
transfer_new(const char *history)
{
	struct carry *c = xcalloc(1, sizeof(*c));

	c->history = history;
	c->objects = objects_new(history, false);
	return c;
}

void
transfer_free(struct carry *c)
{
	if (!c)
		return;
	objects_free(c->objects);
	free(c->put);
	free(c);
}

/* A file without a name on the history's own file system, so that its blocks can be shared. */
static int
open_nameless(const char *history, struct err *e)
{
	char *dir = xstrndup(history, path_dir_len(history));
	char *name = xasprintf("%s.new-XXXXXX", history);
	int fd = open(*dir ? dir : ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0) {
		fd = mkostemp(name, O_CLOEXEC);
		if (fd >= 0)
			unlink(name);
		else
			err_system(e, "cannot make a file beside %s", history);
	}
	free(name);
	free(dir);
	return fd;
}

static int
carry_one_in(struct carry *c, struct import_file *f, const struct digest *claimed, struct err *e)
{
	struct digest found;
	int fd = open_nameless(c->history, e);
	int rc = -1;

	if (fd < 0 || import_read_content(f, fd, e) < 0 || objects_put(c->objects, fd, &found, NULL, e) < 0)
		goto out;
	*LIST_ADD(c->put, c->n_put) = found;
	rc = digest_equal(&found, claimed) ? 0
		: import_refuse(f, e, "an old content in it is not what its SHA-256 says");
out:
	io_close(&fd);
	return rc;
}

int
transfer_in(struct carry *c, struct import_file *f, struct store *to, struct carried *out, struct err *e)
{
	struct digest claimed;
	int64_t size_bytes;
	int more;

	memset(out, 0, sizeof(*out));
	while ((more = import_next_content(f, to, &claimed, &size_bytes, e)) > 0) {
		if (carry_one_in(c, f, &claimed, e) < 0)
			return -1;
		out->n++;
		out->bytes += size_bytes;
	}
	return more < 0 ? -1 : import_forget_missing(f, to, &out->n_missing, e);
}

void
transfer_drop(struct carry *c)
{
	for (size_t i = 0; i < c->n_put; i++)
		objects_drop(c->objects, &c->put[i]);
	c->n_put = 0;
}

int
transfer_in_again(struct carry *c, struct import_file *f, struct store *to, struct err *e)
{
	struct digest claimed;
	int64_t size_bytes;
	bool gone = false;
	int more = 0;

	for (size_t i = 0; i < c->n_put; i++)
		gone = gone || !objects_dir_has(c->history, &c->put[i]);
	import_contents_again(f);
	while (gone && (more = import_next_content(f, to, &claimed, &size_bytes, e)) > 0) {
		if (!objects_dir_has(c->history, &claimed) && carry_one_in(c, f, &claimed, e) < 0)
			return -1;
	}
	return more;
}
