/* The closing phase of a run. */
#include "config.h"

#include "audit/finish.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit/afar.h"
#include "audit/links.h"
#include "audit/notable.h"
#include "audit/state.h"
#include "audit/strict.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/quote.h"
#include "store/run.h"
#include "trace/remote.h"

enum { TRANSACTION_ROWS = 5000 };

static const struct file_state absent = { .type = FILE_ABSENT };

/* A content that is in the store. */
struct kept {
	struct digest digest;
	UT_hash_handle hh;
};

/* Paths come in byte order, many of one directory behind each other: its descriptor is kept. */
struct closing {
	struct ledger *ledger;
	const struct finish *f;
	struct digester *digester;
	struct notable *notable;
	struct path_entry *late;	/* whose state is taken last */
	char *dir;		/* the directory that dir_fd stands for */
	int dir_fd;		/* -1: it cannot be opened */
	int dir_error;		/* and this is why */
	int unread;		/* errno: why the content of the path being looked at is not known; 0: it is */
	struct kept *kept;	/* hash of the contents that rows refer to */
	int64_t n_kept, bytes_kept;
};

static int
directory_of(struct closing *c, const char *path)
{
	size_t len = path_dir_len(path);

	if (c->dir && strlen(c->dir) == len && strncmp(c->dir, path, len) == 0)
		return c->dir_fd;
	io_close(&c->dir_fd);
	free(c->dir);
	c->dir = xstrndup(path, len);
	/* no symlink in any part: what was canonical must be so still, or it names nothing */
	c->dir_fd = strict_open(c->dir, O_PATH | O_DIRECTORY);
	c->dir_error = errno;
	return c->dir_fd;
}

/*
 * The state of a path as it is now; *fd and *opened (to read it by) are for the caller to close.  False with errno
 * where it cannot be told whether there is anything.
 */
static bool
state_now(struct closing *c, const char *path, struct file_state *out, int *fd, int *opened)
{
	const char *name = path_name(path);
	int dir_fd;

	*fd = -1;
	*opened = -1;
	if (remote_covers(path))
		return afar_look(path, out) == 0;
	memset(out, 0, sizeof(*out));
	dir_fd = directory_of(c, path);
	if (dir_fd < 0)
		errno = c->dir_error;
	else
		state_at_opened(dir_fd, *name ? name : ".", out, fd, opened);
	return *fd >= 0 || io_means_absent(errno);
}

/* What we cannot see stays unsaid, but that is said. */
static void
report_hidden(struct closing *c, const struct path_entry *p, int error, const char *what, const char *so)
{
	struct buf detail = BUF_INIT;

	buf_addstr(&detail, "used ");
	quote_shell(&detail, p->path, strlen(p->path));
	buf_addf(&detail, ", which could not be looked at%s after the run (%s); %s", what, strerror(error), so);
	ledger_add_blind(c->ledger, p->last_image, remote_covers(p->path) ? BLIND_MOUNT : BLIND_PATH, detail.data);
	buf_release(&detail);
}

/* A call that was refused where we are refused as well has changed nothing. */
static bool
may_have_changed(const struct closing *c, const struct path_entry *p, int error)
{
	return p->touched || p->before || c->ledger->replayed || (error != EACCES && error != EPERM);
}

static bool
is_object(const struct closing *c, const struct file_state *s, const struct object *o)
{
	return s->type != FILE_ABSENT && ledger_find_object(c->ledger, s->dev, s->ino) == o;
}

/* Whether an object is still there under the name by which it was last known. */
static bool
lives_on(const struct closing *c, const struct object *o)
{
	int fd = o->place ? strict_open(o->place->path, O_PATH) : -1;
	struct file_state now = { .type = FILE_ABSENT };
	struct stat st;
	bool lives;

	if (o->place && fd < 0 && errno == EREMOTE_MOUNT)
		lives = afar_look(o->place->path, &now) == 0 && is_object(c, &now, o);
	else
		lives = fd >= 0 && fstat(fd, &st) == 0 &&
			ledger_find_object(c->ledger, st.st_dev, st.st_ino) == o;
	state_release(&now);
	io_close(&fd);
	return lives;
}

static bool
read_moved_afar(const struct closing *c, struct object *o)
{
	struct file_state now;

	if (afar_look(o->place->path, &now) == 0 && is_object(c, &now, o) && now.has_digest) {
		o->state.digest = now.digest;
		o->state.has_digest = true;
	}
	state_release(&now);
	return o->state.has_digest;
}

/* The old content of an object that was only moved: it is still where it is now.  *error: what kept us from it. */
static bool
read_moved(struct closing *c, struct object *o, int *error)
{
	struct file_state now;
	struct err e = { 0 };
	int dir_fd, fd;
	bool ok = false;

	*error = 0;
	if (o->state.has_digest)
		return true;
	if (o->at_risk || !o->place)
		return false;
	if (remote_covers(o->place->path))
		return read_moved_afar(c, o);
	/* not directory_of(): that belongs to the path being looked at */
	dir_fd = strict_open_parent(o->place->path);
	if (dir_fd < 0) {
		*error = io_means_absent(errno) ? 0 : errno;
		return false;
	}
	state_at(dir_fd, path_name(o->place->path), &now, &fd);
	if (fd < 0 && !io_means_absent(errno))
		*error = errno;
	if (fd >= 0 && is_object(c, &now, o) && now.type == FILE_REGULAR) {
		ok = state_digest(fd, c->digester, &o->state, &e) == 0;
		*error = ok ? 0 : e.sys;
	}
	state_release(&now);
	io_close(&fd);
	close(dir_fd);
	return ok;
}

/* A content that is not known after the run: whether it is another one than before is told by sizes and clocks alone. */
static void
report_unread(struct closing *c, const struct path_entry *p, int error)
{
	struct buf detail = BUF_INIT;

	buf_addstr(&detail, "left ");
	quote_shell(&detail, p->path, strlen(p->path));
	if (error == ESTALE)
		buf_addstr(&detail, ", which somebody wrote to while it was read after the run");
	else
		buf_addf(&detail, ", whose content could not be read after the run (%s)", strerror(error));
	ledger_append_blind(c->ledger, p->last_image, error == ESTALE ? BLIND_RACE : BLIND_PATH, detail.data);
	buf_release(&detail);
}

static void
read_after(struct closing *c, int opened, struct file_state *after)
{
	struct err e = { 0 };
	struct stat st;

	if (opened < 0 || after->has_digest)
		return;
	after->has_digest = digest_fd(c->digester, opened, &after->digest, NULL, &e) == 0;
	c->unread = after->has_digest ? 0 : e.sys ? e.sys : EIO;
	if (after->has_digest && fstat(opened, &st) == 0 &&
	    (st.st_size != after->size_bytes || clock_ns(st.st_mtim) != after->mtime_ns)) {
		after->has_digest = false;
		c->unread = ESTALE;
	}
}

/* A file of which no clock has moved was not written (inode(7): ctime cannot be set). */
static bool
is_as_it_was(const struct file_state *before, const struct file_state *after)
{
	return before->dev == after->dev && before->ino == after->ino &&
	       before->size_bytes == after->size_bytes && before->mtime_ns == after->mtime_ns &&
	       before->ctime_ns == after->ctime_ns;
}

/* Compare contents, reading what has to be read. */
static enum content
compare_contents(struct closing *c, struct object *before, int opened, struct file_state *after)
{
	bool told;
	int error;

	if (!before || before->state.type != FILE_REGULAR || after->type != FILE_REGULAR) {
		struct object *o = ledger_find_object(c->ledger, after->dev, after->ino);

		/* what was made by the run is read; what was only moved is not */
		if (after->type == FILE_REGULAR && (!o || o->at_risk))
			read_after(c, opened, after);
		return CONTENT_DIFFERS;
	}
	if (is_object(c, after, before) && !before->at_risk)
		return CONTENT_SAME;
	read_after(c, opened, after);
	if (before->state.size_bytes != after->size_bytes)
		return CONTENT_DIFFERS;
	told = read_moved(c, before, &error) && after->has_digest;
	if (error && !after->unread)
		after->unread = (uint16_t)error;
	if (!told)
		return is_as_it_was(&before->state, after) ? CONTENT_SAME : CONTENT_DIFFERS;
	return digest_equal(&before->state.digest, &after->digest) ? CONTENT_SAME : CONTENT_DIFFERS;
}

/* Where the object that is here now was before the run, if it was elsewhere and is there no more. */
static struct path_entry *
came_from(struct closing *c, const struct path_entry *p, const struct file_state *after)
{
	struct object *o = ledger_find_object(c->ledger, after->dev, after->ino);
	struct file_state there = { .type = FILE_ABSENT };
	int dir_fd, fd = -1;
	bool still;
	int error;

	if (after->type == FILE_ABSENT || !o || o == p->before || !o->origin || o->origin == p ||
	    o->state.type != after->type)
		return NULL;
	dir_fd = strict_open_parent(o->origin->path);
	if (dir_fd >= 0)
		state_at(dir_fd, path_name(o->origin->path), &there, &fd);
	else if (errno == EREMOTE_MOUNT)
		(void)afar_look(o->origin->path, &there);
	error = errno;
	still = is_object(c, &there, o);
	if (fd < 0 && error != EREMOTE_MOUNT && !io_means_absent(error)) {
		still = true;		/* as far as we know */
		report_hidden(c, o->origin, error, "", "whether it was moved is not in this record");
	}
	state_release(&there);
	io_close(&fd);
	io_close(&dir_fd);
	return still ? NULL : o->origin;
}

/* A path at the run's end, compared with what it was. */
struct outcome {
	struct file_state after;
	int fd;			/* O_PATH of what is there; -1: nothing */
	int opened;		/* to read it by, where it can be read; -1: not */
	enum change_class class;
	unsigned differs;
	struct path_entry *from;	/* where what is there was before the run; NULL: not elsewhere */
};

/*
 * Whether an undo needs the old content of a path: it had one and has it no more, and the file that holds it
 * is not there under another name, where it was moved to or was all along.
 */
static bool
needs_content(const struct closing *c, const struct path_entry *p, const struct outcome *o)
{
	bool lost = o->class == CHANGE_DELETED ||
		    (o->class == CHANGE_MODIFIED && (o->differs & (DIFFERS_CONTENT | DIFFERS_TYPE)));

	if (!lost || p->before->state.type != FILE_REGULAR)
		return false;
	return p->before->at_risk || !lives_on(c, p->before);
}

/* One of several names went, and none of the others is known: the content is somewhere. */
static void
tell_lost_link(struct closing *c, const char *path)
{
	struct buf detail = BUF_INIT;

	buf_addstr(&detail, "the content of ");
	quote_shell(&detail, path, strlen(path));
	buf_addstr(&detail, " was not kept: it is still there under a name that the run came nowhere near; undo seeks that "
			"on the whole mount (--find-links: at the end of the run)");
	ledger_append_blind(c->ledger, 0, BLIND_HARD_LINK, detail.data);
	buf_release(&detail);
}

/* A content counts once, however many paths had it. */
static void
count_kept(struct closing *c, struct object *o)
{
	struct kept *k = NULL;

	o->needed = true;
	HASH_FIND(hh, c->kept, &o->state.digest, sizeof(o->state.digest), k);
	if (k)
		return;
	k = xcalloc(1, sizeof(*k));
	k->digest = o->state.digest;
	HASH_ADD(hh, c->kept, digest, sizeof(k->digest), k);
	c->n_kept++;
	c->bytes_kept += o->state.size_bytes;
}

/* As in `changes.old_content`; what is not kept is a blind spot. */
static const char *
old_content(struct closing *c, const struct path_entry *p, const struct outcome *o)
{
	if (!needs_content(c, p, o))
		return NULL;
	if (p->before->at_risk && p->before->fate == FATE_KEPT) {
		count_kept(c, p->before);
		return "kept";
	}
	if (!p->before->at_risk && p->before->lost_name && !p->before->forgotten)
		tell_lost_link(c, p->path);
	else
		preimage_tell(c->ledger, p->before, p->path);
	return "not kept";
}

/* What only a refused call or a neighbour's name brought here has a row only where it matters. */
static bool
has_row(const struct path_entry *p, enum change_class *class)
{
	if (p->touched || *class < CHANGE_UNCHANGED)
		return true;
	/* a directory has times, and of a file with several names the one that is left leads to the file */
	if (*class == CHANGE_UNCHANGED && (p->before->state.type == FILE_DIRECTORY || p->before->lost_name)) {
		*class = CHANGE_PARENT;
		return true;
	}
	return false;
}

static int
path_row_id(struct store *s, struct path_entry *p, int64_t *id, struct err *e)
{
	*id = 0;
	if (!p)
		return 0;
	if (p->row_id == 0 && row_path(s, p->path, &p->row_id, e) < 0)
		return -1;
	*id = p->row_id;
	return 0;
}

/* False where there is nothing to say, or nothing can be said. */
static bool
compare_path(struct closing *c, struct path_entry *p, struct outcome *o)
{
	const struct file_state *before = p->before ? &p->before->state : &absent;
	enum content content;

	if (!state_now(c, p->path, &o->after, &o->fd, &o->opened)) {
		if (may_have_changed(c, p, errno))
			report_hidden(c, p, errno, "", "it has no row in `changes`");
		return false;
	}
	c->unread = 0;
	content = compare_contents(c, p->before, o->opened, &o->after);
	if (o->after.unread)
		report_hidden(c, p, o->after.unread, " as a whole", "its row in `changes` may not be true");
	o->class = classify(before, &o->after, content, &o->differs);
	o->from = came_from(c, p, &o->after);
	/* a new name of a file that has kept its old one */
	if (o->class == CHANGE_CREATED && o->after.type == FILE_REGULAR && !o->from)
		read_after(c, o->opened, &o->after);
	if (c->unread)
		report_unread(c, p, c->unread);
	return has_row(p, &o->class);
}

static int
write_row(struct closing *c, struct path_entry *p, const struct outcome *o, struct tally_sheet *sheet,
	  struct err *e)
{
	const struct image *image = ledger_image(c->ledger, p->last_image);
	char text[64];
	struct row_change row = {
		.run_id = c->f->run_id,
		.class = change_names[o->class],
		.differs = differs_text(o->differs, text),
		.old_content = old_content(c, p, o),
		.process_id = image ? image->row_id : 0,
		.before = p->before ? &p->before->state : &absent,
		.after = &o->after,
	};

	if (path_row_id(c->f->store, p, &row.path_id, e) < 0 ||
	    path_row_id(c->f->store, o->from, &row.renamed_from_id, e) < 0 ||
	    row_change(c->f->store, &row, e) < 0 ||
	    notable_record(c->notable, c->f->store, p->path, &row, e) < 0)
		return -1;
	sheet->count[o->class]++;
	/* of the late one a row has been given before it was summed up */
	if (c->f->row && p != c->late)
		c->f->row(c->f->context, p->path, &row);
	return 0;
}

static int
close_path(struct closing *c, struct path_entry *p, struct tally_sheet *sheet, struct err *e)
{
	struct outcome o = { .fd = -1, .opened = -1 };
	int rc = 0;

	if (compare_path(c, p, &o))
		rc = write_row(c, p, &o, sheet, e);
	io_close(&o.opened);
	io_close(&o.fd);
	state_release(&o.after);
	return rc;
}

static int
compare_paths(const void *a, const void *b)
{
	return strcmp((*(struct path_entry *const *)a)->path, (*(struct path_entry *const *)b)->path);
}

static int
close_all(struct closing *c, struct path_entry **sorted, uint32_t n, struct tally_sheet *sheet, struct err *e)
{
	uint32_t i = 0;

	while (i < n) {
		if (store_begin(c->f->store, e) < 0)
			return -1;
		for (uint32_t rows = 0; i < n && rows < TRANSACTION_ROWS; i++, rows++) {
			if (sorted[i]->untracked || sorted[i] == c->late)
				continue;
			if (close_path(c, sorted[i], sheet, e) < 0) {
				store_rollback(c->f->store);
				return -1;
			}
		}
		if (store_commit(c->f->store, e) < 0) {
			store_rollback(c->f->store);
			return -1;
		}
	}
	return 0;
}

/* The path of the file that our own words go to, if the run has met it. */
static struct path_entry *
find_late(const struct ledger *l, const struct stat *late)
{
	const struct object *o = late ? ledger_find_object(l, late->st_dev, late->st_ino) : NULL;

	return o && o->place && !o->place->untracked ? o->place : NULL;
}

/*
 * The file that the summary goes to is one of the run's: its state is taken after the summary, which has to come before
 * the run's end is in the history.  It is about to be written to, and counts as what it will be.
 */
static void
summarize_late(struct closing *c, struct tally_sheet *sheet)
{
	struct row_change row = { .run_id = c->f->run_id };
	enum change_class class;

	sheet->n_kept = c->n_kept;
	sheet->bytes_kept = c->bytes_kept;
	sheet->blind_spots = (int64_t)c->ledger->n_blinds;
	class = c->late->before ? CHANGE_MODIFIED : CHANGE_CREATED;
	row.class = change_names[class];
	row.before = c->late->before ? &c->late->before->state : &absent;
	row.after = row.before;
	if (c->f->row)
		c->f->row(c->f->context, c->late->path, &row);
	sheet->count[class]++;
	c->f->summarize(c->f->context, sheet);
	sheet->count[class]--;
}

static int
close_late(struct closing *c, struct tally_sheet *sheet, struct err *e)
{
	if (!c->late)
		return 0;
	if (store_begin(c->f->store, e) < 0)
		return -1;
	if (close_path(c, c->late, sheet, e) < 0 || store_commit(c->f->store, e) < 0) {
		store_rollback(c->f->store);
		return -1;
	}
	return 0;
}

static void
release_kept(struct closing *c)
{
	struct kept *k, *next;

	HASH_ITER(hh, c->kept, k, next) {
		HASH_DEL(c->kept, k);
		free(k);
	}
}

/* What was kept for a call that failed, or that changed nothing in the end. */
static void
drop_unneeded(const struct ledger *l, struct preimages *contents)
{
	for (uint32_t i = 0; i < l->n_objects; i++) {
		if (!l->object_list[i]->needed)
			preimage_drop(contents, l->object_list[i]);
	}
}

static int
finish_changes(struct ledger *l, const struct finish *f, struct tally_sheet *sheet, bool *summarized, struct err *e)
{
	struct closing c = { .ledger = l, .f = f, .dir_fd = -1, .late = find_late(l, f->late) };
	struct path_entry **sorted = xmalloc((l->n_paths + 1) * sizeof(struct path_entry *));
	int rc;

	for (uint32_t i = 0; i < l->n_paths; i++)
		sorted[i] = l->path_list[i];
	qsort(sorted, l->n_paths, sizeof(struct path_entry *), compare_paths);
	c.digester = digester_new();
	c.notable = notable_new("/etc/passwd", getenv("HOME"));
	rc = close_all(&c, sorted, l->n_paths, sheet, e);
	*summarized = rc == 0 && f->summarize && c.late;
	if (*summarized)
		summarize_late(&c, sheet);
	if (rc == 0)
		rc = close_late(&c, sheet, e);
	sheet->n_kept = c.n_kept;
	sheet->bytes_kept = c.bytes_kept;
	release_kept(&c);
	digester_free(c.digester);
	notable_free(c.notable);
	io_close(&c.dir_fd);
	free(c.dir);
	free(sorted);
	return rc;
}

static void
fill_exit(const struct ledger *l, struct tally_sheet *sheet)
{
	sheet->exit_status = -1;
	sheet->exit_signal = 0;
	if (!l->command_ended)
		return;
	if (WIFEXITED(l->command_status))
		sheet->exit_status = WEXITSTATUS(l->command_status);
	if (WIFSIGNALED(l->command_status))
		sheet->exit_signal = WTERMSIG(l->command_status);
}

static int
finish_guarded(struct ledger *l, const struct finish *f, const char *state, struct tally_sheet *sheet, struct err *e)
{
	struct run_end end = { .state = state };
	bool summarized;

	memset(sheet, 0, sizeof(*sheet));
	fill_exit(l, sheet);
	sheet->ended_ns = f->ended_ns;
	links_seek(l, store_path(f->store), f->find_links);
	if (flush_rows(l, f->store, f->run_id, e) < 0 || finish_changes(l, f, sheet, &summarized, e) < 0 ||
	    flush_rows(l, f->store, f->run_id, e) < 0)
		return -1;
	sheet->blind_spots = (int64_t)l->n_blinds;
	end.ended_ns = sheet->ended_ns;
	end.exit_status = sheet->exit_status;
	end.exit_signal = sheet->exit_signal;
	end.n_created = sheet->count[CHANGE_CREATED];
	end.n_modified = sheet->count[CHANGE_MODIFIED];
	end.n_attributes = sheet->count[CHANGE_ATTRIBUTES];
	end.n_deleted = sheet->count[CHANGE_DELETED];
	end.n_blind_spots = sheet->blind_spots;
	end.bytes_kept = sheet->bytes_kept;
	if (run_finish(f->store, f->run_id, &end, e) < 0)
		return -1;
	if (f->summarize && !summarized)
		f->summarize(f->context, sheet);
	if (f->contents)
		drop_unneeded(l, f->contents);
	return 0;
}

int
finish_run(struct ledger *l, const struct finish *f, const char *state, struct tally_sheet *sheet,
	   struct err *e)
{
	bool guarded = remote_guard(true);
	int rc;

	remote_refresh();
	rc = finish_guarded(l, f, state, sheet, e);
	remote_guard(guarded);
	return rc;
}
