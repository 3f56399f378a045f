/* What a run has made of paths. */
#include "config.h"

#include "record/outcome.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record/ledger_blind.h"
#include "file/identity.h"
#include "mount/remote_look.h"
#include "record/preimage.h"
#include "file/state.h"
#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/quote.h"
#include "mount/remote.h"

static const struct file_state absent = { .type = FILE_ABSENT };

/* A content that is in the store. */
struct kept_content {
	struct digest digest;
	UT_hash_handle hh;
};

/* What we cannot see stays unsaid, but that is said. */
static void
report_hidden(struct outcomes *c, const struct path_entry *p, int error, const char *what, const char *so)
{
	struct buf detail = BUF_INIT;

	c->hidden = error;
	buf_addstr(&detail, "used ");
	quote_shell(&detail, p->path, strlen(p->path));
	buf_addf(&detail, ", which could not be looked at%s after the run (%s); %s", what, strerror(error), so);
	ledger_add_blind(c->ledger, p->last_image, remote_covers(c->remote, p->path) ? BLIND_MOUNT : BLIND_PATH, detail.data);
	buf_release(&detail);
}

/* A call that was refused where we are refused as well has changed nothing. */
static bool
may_have_changed(const struct outcomes *c, const struct path_entry *p, int error)
{
	return p->touched || p->before || c->ledger->replayed || (error != EACCES && error != EPERM);
}

static bool
state_is_object(const struct outcomes *c, const struct file_state *s, const struct object *o)
{
	return s->type != FILE_ABSENT && ledger_find_object(c->ledger, s->dev, s->ino, s->birth) == o;
}

/* Whether an object is still there under the name by which it was last known. */
static bool
lives_on(const struct outcomes *c, const struct object *o)
{
	int fd = o->place ? remote_open(c->remote, o->place->path, O_PATH) : -1;
	struct file_state now = { .type = FILE_ABSENT };
	struct stat st;
	int64_t birth;
	bool lives;

	if (o->place && fd < 0 && errno == EREMOTE_MOUNT)
		lives = remote_look(c->remote, o->place->path, &now) == 0 && state_is_object(c, &now, o);
	else
		lives = fd >= 0 && identity_stat(fd, &st, &birth) == 0 &&
			ledger_find_object(c->ledger, st.st_dev, st.st_ino, birth) == o;
	state_release(&now);
	io_close(&fd);
	return lives;
}

static bool
read_moved_afar(const struct outcomes *c, struct object *o)
{
	struct file_state now;

	if (remote_look(c->remote, o->place->path, &now) == 0 && state_is_object(c, &now, o) && now.has_digest) {
		o->state.digest = now.digest;
		o->state.has_digest = true;
	}
	state_release(&now);
	return o->state.has_digest;
}

/* The old content of an object that was only moved: it is still where it is now.  *error: what kept us from it. */
static bool
read_moved(struct outcomes *c, struct object *o, int *error)
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
	if (remote_covers(c->remote, o->place->path))
		return read_moved_afar(c, o);
	dir_fd = remote_open_parent(c->remote, o->place->path);
	if (dir_fd < 0) {
		*error = io_means_absent(errno) ? 0 : errno;
		return false;
	}
	state_at(dir_fd, path_name(o->place->path), &now, &fd);
	if (fd < 0 && !io_means_absent(errno))
		*error = errno;
	if (fd >= 0 && state_is_object(c, &now, o) && now.type == FILE_REGULAR) {
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
report_unread(struct outcomes *c, const struct path_entry *p, int error)
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

/* A file of which no clock has moved was not written (inode(7): ctime cannot be set). */
static bool
is_as_it_was(const struct file_state *before, const struct file_state *after)
{
	return identity_same_state(before, after) &&
	       before->size_bytes == after->size_bytes && before->mtime_ns == after->mtime_ns &&
	       before->ctime_ns == after->ctime_ns;
}

/* What of the content after the run can be needed has been read (end_state.h); of that before it not always. */
static enum content
content_since(struct outcomes *c, struct object *before, struct file_state *after)
{
	bool told;
	int error;

	if (!before || before->state.type != FILE_REGULAR || after->type != FILE_REGULAR)
		return CONTENT_DIFFERS;
	if (state_is_object(c, after, before) && !before->at_risk)
		return CONTENT_SAME;
	if (before->state.size_bytes != after->size_bytes)
		return CONTENT_DIFFERS;
	told = read_moved(c, before, &error) && after->has_digest;
	if (error && !after->unread)
		after->unread = (uint16_t)error;
	/* what was looked at too late may be as it was then, and has changed all the same */
	if (!told)
		return before->fate != FATE_RACE && is_as_it_was(&before->state, after) ? CONTENT_SAME : CONTENT_DIFFERS;
	return change_content(&before->state, after);
}

/* Where the object that is here now was before the run, if it was elsewhere and is there no more. */
static struct path_entry *
came_from(struct outcomes *c, const struct path_entry *p, const struct file_state *after)
{
	struct object *o = ledger_find_object(c->ledger, after->dev, after->ino, after->birth);
	struct file_state there = { .type = FILE_ABSENT };
	int dir_fd, fd = -1;
	int error = 0;
	bool still;

	if (after->type == FILE_ABSENT || !o || o == p->before || !o->origin || o->origin == p ||
	    o->state.type != after->type)
		return NULL;
	dir_fd = remote_open_parent(c->remote, o->origin->path);
	if (dir_fd >= 0)
		state_at(dir_fd, path_name(o->origin->path), &there, &fd);
	/* what looks afar leaves no descriptor */
	if (dir_fd >= 0 ? fd < 0 : errno != EREMOTE_MOUNT || remote_look(c->remote, o->origin->path, &there) < 0)
		error = errno;
	still = state_is_object(c, &there, o);
	if (error != 0 && !io_means_absent(error)) {
		still = true;		/* as far as we know */
		report_hidden(c, o->origin, error, "", "whether it was moved is not in this record");
	}
	state_release(&there);
	io_close(&fd);
	io_close(&dir_fd);
	return still ? NULL : o->origin;
}

/*
 * Whether an undo needs the old content of a path: it had one and has it no more, and the file that holds it
 * is not there under another name, where it was moved to or was all along.
 */
static bool
needs_content(const struct outcomes *c, const struct path_entry *p, const struct outcome *o)
{
	bool lost = o->class == CHANGE_DELETED ||
		    (o->class == CHANGE_MODIFIED && (o->differs & (DIFFERS_CONTENT | DIFFERS_TYPE)));

	if (!lost || p->before->state.type != FILE_REGULAR)
		return false;
	return p->before->at_risk || !lives_on(c, p->before);
}

/* One of several names went, and none of the others is known: the content is somewhere. */
static void
tell_lost_link(struct outcomes *c, const char *path)
{
	struct buf detail = BUF_INIT;

	buf_addstr(&detail, "the content of ");
	quote_shell(&detail, path, strlen(path));
	buf_addstr(&detail, " was not kept: it is still there under a name that the run came nowhere near; undo seeks that "
			"on the whole mount (--find-links: at the end of the run)");
	ledger_append_blind(c->ledger, 0, BLIND_HARD_LINK, detail.data);
	buf_release(&detail);
}

void
outcome_count_kept(struct outcomes *c, const struct digest *d, int64_t size_bytes)
{
	struct kept_content *k = NULL;

	HASH_FIND(hh, c->kept, d, sizeof(*d), k);
	if (k)
		return;
	k = xcalloc(1, sizeof(*k));
	k->digest = *d;
	HASH_ADD(hh, c->kept, digest, sizeof(k->digest), k);
	c->n_kept++;
	c->bytes_kept += size_bytes;
}

/* What is not kept is a blind spot. */
static enum old_content
old_content(struct outcomes *c, const struct path_entry *p, const struct outcome *o)
{
	if (!needs_content(c, p, o))
		return OLD_NOT_NEEDED;
	if (p->before->fate == FATE_KEPT) {
		p->before->needed = true;
		outcome_count_kept(c, &p->before->state.digest, p->before->state.size_bytes);
		return OLD_KEPT;
	}
	if (!p->before->at_risk && p->before->lost_name && !p->before->forgotten)
		tell_lost_link(c, p->path);
	else
		preimage_tell(c->ledger, p->before, p->path);
	return OLD_NOT_KEPT;
}

/*
 * What no call has named with success, and whose object none has changed under another name either, is as the run found it,
 * but for what names do: its links, and a directory's times.  What else is different somebody else has done.
 */
static bool
is_others(const struct outcomes *c, const struct path_entry *p, const struct file_state *now)
{
	return c->all_seen && !p->touched && !p->doubtful && !p->met_late && p->before && !p->before->altered &&
	       p->before->altering == 0 && !p->before->at_risk && state_is_object(c, now, p->before);
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

void
outcome_of(struct outcomes *c, struct path_entry *p, struct end_state *after, struct outcome *o)
{
	const struct file_state *before = p->before ? &p->before->state : &absent;
	struct file_state *now = &after->state;
	enum content content;

	*o = (struct outcome){ .after = now };
	if (after->error != 0) {
		if (may_have_changed(c, p, after->error))
			report_hidden(c, p, after->error, "", "it has no row in `changes`");
		return;
	}
	content = content_since(c, p->before, now);
	if (now->unread)
		report_hidden(c, p, now->unread, " as a whole", "its row in `changes` may not be true");
	o->class = change_classify(before, now, content, &o->differs);
	if (o->class < CHANGE_UNCHANGED && is_others(c, p, now)) {
		o->class = CHANGE_UNCHANGED;
		o->differs &= DIFFERS_MTIME;
		o->disturbed |= DISTURBED_AFTER;
	}
	o->from = came_from(c, p, now);
	/* a new name of a file that has kept its old one */
	if (o->class == CHANGE_CREATED && now->type == FILE_REGULAR && !o->from)
		end_state_read(c->looks, after);
	if (after->unread && !c->so_far)
		report_unread(c, p, after->unread);
	if (!has_row(p, &o->class))
		return;
	o->old_content = old_content(c, p, o);
	if (p->before && (p->before->young || p->before->state.birth > c->ledger->started_ns))
		o->disturbed |= DISTURBED_BEFORE;
	if (after->disturbed)
		o->disturbed |= DISTURBED_AFTER;
	o->caller_log = p->caller_log;
	o->doubtful = p->doubtful || now->unread || after->unread == ESTALE;
	o->path = p;
}

/* Whether nothing is known by which the run itself may have changed what no call in its record has. */
static bool
is_all_seen(const struct ledger *l)
{
	static const bool hides_calls[BLIND_COUNT] = {
		[BLIND_IO_URING] = true, [BLIND_SECCOMP_LISTENER] = true, [BLIND_PTRACE] = true, [BLIND_PATH] = true,
		[BLIND_MOUNT] = true, [BLIND_RACE] = true, [BLIND_UNTRACED] = true, [BLIND_UNKNOWN_CALL] = true,
		[BLIND_DEVICE] = true, [BLIND_CORE_DUMP] = true,
	};

	for (size_t i = 0; i < l->n_blinds; i++) {
		if (hides_calls[l->blinds[i]->kind])
			return false;
	}
	return !l->replayed;
}

void
outcome_init(struct outcomes *c, struct ledger *l, struct remote_mounts *remote, struct end_states *looks)
{
	*c = (struct outcomes){
		.ledger = l, .remote = remote, .looks = looks, .digester = digest_new(),
		.all_seen = is_all_seen(l),
	};
}

void
outcome_release(struct outcomes *c)
{
	struct kept_content *k, *next;

	HASH_ITER(hh, c->kept, k, next) {
		HASH_DEL(c->kept, k);
		free(k);
	}
	digest_free(c->digester);
}
