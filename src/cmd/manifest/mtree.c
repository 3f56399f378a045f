/*
 * manifest --format=mtree: a specification as mtree(5) has it, by libarchive.
 *
 * libarchive writes digests only of contents that it is given itself; ours stand in the history.  They go through it
 * as names of groups, which are not written otherwise, and get their keyword in the lines that come out.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <uthash.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/mem.h"
#include "cmd/manifest/libarchive.h"
#include "cmd/manifest.h"

/* A directory on the way to entries, of which nothing is claimed but that it is one. */
struct parent {
	UT_hash_handle hh;
	char name[];
};

struct mtree {
	const struct libarchive *la;
	struct archive *archive;
	struct archive_entry *entry;
	const struct manifest_list *list;
	struct parent *parents;	/* those that have been written */
	FILE *out;
	struct buf line;	/* of what libarchive writes: the line that is not complete */
};

/* The group of a directory that was there before. */
#define PARENT_MARK "parent"

/* In names and targets libarchive writes blanks and "=" as \040 and \075: the keyword is found only where it is one. */
static void
put_line(FILE *out, const char *line)
{
	static const char group[] = " gname=";
	const char *at = strstr(line, group);

	if (!at) {
		fputs(line, out);
	} else if (strncmp(at + strlen(group), PARENT_MARK, strlen(PARENT_MARK)) == 0) {
		fwrite(line, 1, strcspn(line, " "), out);
		fputs(" type=dir", out);
	} else {
		fwrite(line, 1, (size_t)(at - line), out);
		fputs(" sha256digest=", out);
		fputs(at + strlen(group), out);
	}
	fputc('\n', out);
}

/* libarchive's output: any pieces. */
static la_ssize_t
take_output(struct archive *archive, void *context, const void *bytes, size_t len)
{
	struct mtree *m = context;
	const char *p = bytes;
	const char *end = p + len;

	(void)archive;
	while (p < end) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));

		buf_add(&m->line, p, (size_t)((newline ? newline : end) - p));
		if (!newline)
			break;
		put_line(m->out, m->line.data);
		buf_reset(&m->line);
		p = newline + 1;
	}
	return (la_ssize_t)len;
}

static int
archive_failed(struct mtree *m, struct err *e)
{
	return err_set(e, ERR_INPUT, "libarchive cannot write the manifest: %s", m->la->archive_error_string(m->archive));
}

static int
write_entry(struct mtree *m, struct err *e)
{
	return m->la->archive_write_header(m->archive, m->entry) < ARCHIVE_WARN ? archive_failed(m, e) : 0;
}

/* Names are written with "./", and the root is ".". */
static void
begin_entry(struct mtree *m, const char *name, size_t len)
{
	char *path = len > 0 ? xasprintf("./%.*s", (int)len, name) : xstrdup(".");

	m->la->archive_entry_clear(m->entry);
	m->la->archive_entry_set_pathname(m->entry, path);
	free(path);
}

static int
add_parent(struct mtree *m, const char *name, size_t len, struct err *e)
{
	struct parent *p = xcalloc(1, sizeof(*p) + len + 1);

	memcpy(p->name, name, len);
	HASH_ADD_KEYPTR(hh, m->parents, p->name, len, p);
	begin_entry(m, name, len);
	m->la->archive_entry_set_filetype(m->entry, AE_IFDIR);
	m->la->archive_entry_set_gname(m->entry, PARENT_MARK);
	return write_entry(m, e);
}

/* The directories above a name that are no entries themselves, from the innermost on. */
static int
add_parents(struct mtree *m, const char *name, struct err *e)
{
	size_t len = strlen(name);

	while (len > 0) {
		struct parent *known;

		while (len > 0 && name[--len] != '/')
			;
		HASH_FIND(hh, m->parents, name, len, known);
		if (known)
			return 0;
		if ((len == 0 || !manifest_find(m->list, name, len)) && add_parent(m, name, len, e) < 0)
			return -1;
	}
	return 0;
}

static int
add_entry(struct mtree *m, const struct manifest_entry *entry, struct err *e)
{
	static const mode_t types[FILE_TYPE_COUNT] = {
		[FILE_REGULAR] = AE_IFREG,
		[FILE_DIRECTORY] = AE_IFDIR,
		[FILE_SYMLINK] = AE_IFLNK,
		[FILE_FIFO] = AE_IFIFO,
		[FILE_CHAR] = AE_IFCHR,
		[FILE_BLOCK] = AE_IFBLK,
	};
	const struct file_state *state = &entry->state;
	struct timespec mtime = clock_timespec(state->mtime_ns);
	char hex[2 * DIGEST_SIZE + 1];

	begin_entry(m, entry->name, strlen(entry->name));
	m->la->archive_entry_set_filetype(m->entry, types[state->type]);
	m->la->archive_entry_set_perm(m->entry, state->mode);
	m->la->archive_entry_set_uid(m->entry, state->uid);
	m->la->archive_entry_set_gid(m->entry, state->gid);
	m->la->archive_entry_set_mtime(m->entry, mtime.tv_sec, mtime.tv_nsec);
	if (state->type == FILE_REGULAR)
		m->la->archive_entry_set_size(m->entry, state->size_bytes);
	if (state->type == FILE_SYMLINK)
		m->la->archive_entry_set_symlink(m->entry, state->target ? state->target : "");
	if (state->type == FILE_CHAR || state->type == FILE_BLOCK)
		m->la->archive_entry_set_rdev(m->entry, state->rdev);
	if (state->has_digest) {
		digest_hex(&state->digest, hex);
		m->la->archive_entry_set_gname(m->entry, hex);
	}
	return write_entry(m, e);
}

static int
open_archive(struct mtree *m, struct err *e)
{
	static const char options[] =
		"mtree:!all,mtree:mode,mtree:uid,mtree:gid,mtree:size,mtree:time,mtree:type,mtree:link,"
		"mtree:device,mtree:gname";

	if (m->la->archive_write_set_format_mtree(m->archive) != ARCHIVE_OK ||
	    m->la->archive_write_set_options(m->archive, options) != ARCHIVE_OK ||
	    m->la->archive_write_open(m->archive, m, NULL, take_output, NULL) != ARCHIVE_OK)
		return archive_failed(m, e);
	return 0;
}

static int
write_all(struct mtree *m, struct err *e)
{
	size_t n_sockets = 0;

	if (open_archive(m, e) < 0)
		return -1;
	for (size_t i = 0; i < m->list->n; i++) {
		/* libarchive writes them, but takes type=socket for a fault when it reads */
		if (m->list->v[i].state.type == FILE_SOCKET) {
			n_sockets++;
			continue;
		}
		if (add_parents(m, m->list->v[i].name, e) < 0 || add_entry(m, &m->list->v[i], e) < 0)
			return -1;
	}
	if (n_sockets > 0)
		message("%zu socket%s, which not all that read mtree know: not in this list", n_sockets,
			n_sockets == 1 ? "" : "s");
	return m->la->archive_write_close(m->archive) != ARCHIVE_OK ? archive_failed(m, e) : 0;
}

int
manifest_mtree(const struct manifest_list *l, FILE *out, struct err *e)
{
	struct mtree m = { .list = l, .out = out, .line = BUF_INIT };
	struct parent *p, *next;
	int rc;

	m.la = libarchive_load(e);
	if (!m.la)
		return -1;
	m.archive = m.la->archive_write_new();
	m.entry = m.la->archive_entry_new();
	if (!m.archive || !m.entry)
		mem_exhausted();
	rc = write_all(&m, e);
	m.la->archive_entry_free(m.entry);
	m.la->archive_write_free(m.archive);
	HASH_ITER(hh, m.parents, p, next) {
		HASH_DEL(m.parents, p);
		free(p);
	}
	buf_release(&m.line);
	return rc;
}
