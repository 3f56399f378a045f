/*
 * manifest --format=mtree: a specification as mtree(5) has it, one line an entry with its whole name.
 *
 * Keywords and their order are those of bsdtar's mtree writer, and so are times: both mtree(8) and libarchive take what
 * stands behind the point for a number of nanoseconds.
 */
#include "config.h"

#include "cmd/manifest/mtree.h"

#include <inttypes.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/digest.h"

struct mtree {
	const struct manifest_list *list;
	FILE *out;
	struct buf line;
	const char *last;	/* the name of the entry before; NULL: there was none */
};

/* What would end a word or a line, begin a comment or be taken for a pattern's backslash, and all that is not ASCII. */
static void
add_vis(struct buf *line, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c <= ' ' || c >= 0x7f || strchr("#=\\", c))
			buf_addf(line, "\\%03o", c);
		else
			buf_addch(line, (char)c);
	}
}

/* Names are written with "./", and the root is ".". */
static void
entry_start(struct mtree *m, const char *name, size_t len)
{
	buf_reset(&m->line);
	buf_addstr(&m->line, len > 0 ? "./" : ".");
	add_vis(&m->line, name, len);
}

static void
entry_end(struct mtree *m)
{
	buf_addch(&m->line, '\n');
	fwrite(m->line.data, 1, m->line.len, m->out);
}

/* Of a directory on the way to entries nothing is claimed but that it is one. */
static void
put_parent(struct mtree *m, const char *name, size_t len)
{
	if (len > 0 && manifest_find(m->list, name, len))
		return;
	entry_start(m, name, len);
	buf_addstr(&m->line, " type=dir");
	entry_end(m);
}

/* Those above a name, from the outermost on.  In byte order all that is below one directory stands together. */
static void
put_parents(struct mtree *m, const char *name)
{
	if (!m->last) {
		fputs("#mtree\n", m->out);
		put_parent(m, "", 0);
	}
	for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
		size_t len = (size_t)(slash - name);

		if (!m->last || strncmp(m->last, name, len + 1) != 0)
			put_parent(m, name, len);
	}
	m->last = name;
}

static void
put_entry(struct mtree *m, const struct manifest_entry *entry)
{
	static const char *const types[FILE_TYPE_COUNT] = {
		[FILE_REGULAR] = "file",
		[FILE_DIRECTORY] = "dir",
		[FILE_SYMLINK] = "link",
		[FILE_FIFO] = "fifo",
		[FILE_CHAR] = "char",
		[FILE_BLOCK] = "block",
	};
	const struct file_state *state = &entry->state;
	struct timespec mtime = clock_timespec(state->mtime_ns);
	char hex[2 * DIGEST_SIZE + 1];

	entry_start(m, entry->name, strlen(entry->name));
	if (state->has_digest) {
		digest_hex(&state->digest, hex);
		buf_addf(&m->line, " sha256digest=%s", hex);
	}
	buf_addf(&m->line, " time=%lld.%ld mode=%" PRIo32 " gid=%u uid=%u type=%s", (long long)mtime.tv_sec,
		 mtime.tv_nsec, state->mode, state->gid, state->uid, types[state->type]);
	if (state->type == FILE_REGULAR)
		buf_addf(&m->line, " size=%" PRId64, state->size_bytes);
	if (state->type == FILE_CHAR || state->type == FILE_BLOCK)
		buf_addf(&m->line, " device=native,%u,%u", major(state->rdev), minor(state->rdev));
	if (state->type == FILE_SYMLINK) {
		buf_addstr(&m->line, " link=");
		if (state->target)
			add_vis(&m->line, state->target, strlen(state->target));
	}
	entry_end(m);
}

int
manifest_mtree(const struct manifest_list *l, FILE *out, struct err *e)
{
	struct mtree m = { .list = l, .out = out, .line = BUF_INIT };
	size_t n_sockets = 0;

	(void)e;
	for (size_t i = 0; i < l->n; i++) {
		/* libarchive takes type=socket for a fault when it reads */
		if (l->v[i].state.type == FILE_SOCKET) {
			n_sockets++;
			continue;
		}
		put_parents(&m, l->v[i].name);
		put_entry(&m, &l->v[i]);
	}
	if (n_sockets > 0)
		err_message("%zu socket%s, which not all that read mtree know: not in this list", n_sockets,
			    n_sockets == 1 ? "" : "s");
	buf_release(&m.line);
	return 0;
}
