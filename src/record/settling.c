/* Settling: what the run has left, looked at before others change it. */
#include "config.h"

#include "record/settling.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "file/identity.h"
#include "file/writers.h"
#include "mount/remote.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/list.h"
#include "base/mem.h"

enum { ASKED_A_TICK = 32 };	/* processes: so that a tick stays short, however many hold a log */

void
settling_release(struct settling *s)
{
	while (s->files) {
		struct held_file *f = s->files;

		s->files = f->next;
		free(f);
	}
	free(s->pending);
	free(s->holding);
	*s = (struct settling){ 0 };
}

void
settling_touch(struct settling *s, struct path_entry *p)
{
	free(p->settled);
	p->settled = NULL;
	if (p->settling || p->untracked)
		return;
	p->settling = true;
	*LIST_ADD(s->pending, s->n_pending) = p;
}

/* --- who holds a file --- */

static bool
image_holds(const struct image *i, const struct held_file *f)
{
	for (size_t n = 0; n < i->n_held; n++) {
		if (i->held[n] == f)
			return true;
	}
	return false;
}

static void
hold_file(struct settling *s, struct image *i, uint32_t number, struct held_file *f)
{
	if (i->n_held == 0)
		*LIST_ADD(s->holding, s->n_holding) = number;
	*LIST_ADD(i->held, i->n_held) = f;
	f->holders++;
}

static void
release_file(struct image *i, size_t n)
{
	i->held[n]->holders--;
	i->held[n] = i->held[--i->n_held];
}

static void
strike_holder(struct settling *s, uint32_t image)
{
	for (size_t i = 0; i < s->n_holding; i++) {
		if (s->holding[i] == image) {
			s->holding[i] = s->holding[--s->n_holding];
			return;
		}
	}
}

void
settling_open(struct settling *s, struct ledger *l, uint32_t image, struct path_entry *p, const struct stat *st,
	      bool may_be_mapped)
{
	struct image *i = ledger_image(l, image);
	struct held_file *f = p->held;

	settling_touch(s, p);
	if (!i || p->untracked)
		return;
	if (!f || f->dev != st->st_dev || f->ino != st->st_ino) {
		f = xcalloc(1, sizeof(*f));
		f->dev = st->st_dev;
		f->ino = st->st_ino;
		f->next = s->files;
		s->files = f;
		p->held = f;
	}
	f->may_be_mapped |= may_be_mapped;
	if (!image_holds(i, f))
		hold_file(s, i, image, f);
}

void
settling_follow(const struct path_entry *from, struct path_entry *to)
{
	to->held = from->held;
}

/* A program that is executed has what its process had; what it closes then is found out as all else is. */
void
settling_start(struct settling *s, struct ledger *l, uint32_t image)
{
	struct image *i = ledger_image(l, image);
	struct image *parent = i ? ledger_image(l, i->parent) : NULL;

	if (!parent || parent->n_held == 0)
		return;
	for (size_t n = 0; n < parent->n_held; n++)
		hold_file(s, i, image, parent->held[n]);
	if (parent->pid == i->pid) {
		while (parent->n_held > 0)
			release_file(parent, 0);
		strike_holder(s, i->parent);
	}
}

/* --- looking --- */

static bool
is_held(const struct path_entry *p)
{
	return p->held && p->held->holders > 0;
}

static void
settle_path(const struct ledger *l, const struct remote_mounts *remote, struct path_entry *p)
{
	int fd = remote_open(remote, p->path, O_PATH);
	struct settled *settled;
	struct stat st;
	int64_t birth;

	if (fd < 0 && !io_means_absent(errno))
		return;		/* it is taken as it is found at the end */
	settled = xcalloc(1, sizeof(*settled));
	settled->mounts = l->mounts;
	if (fd >= 0 && identity_stat(fd, &st, &birth) == 0) {
		state_of_stat(&st, &settled->state);
		settled->state.birth = birth;
	} else if (fd >= 0) {
		free(settled);
		settled = NULL;
	}
	io_close(&fd);
	p->settled = settled;
}

static void
settle_pending(struct settling *s, const struct ledger *l, const struct remote_mounts *remote)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->n_pending; i++) {
		struct path_entry *p = s->pending[i];

		if (is_held(p)) {
			s->pending[kept++] = p;
			continue;
		}
		p->settling = false;
		if (!p->caller_log)
			settle_path(l, remote, p);
	}
	s->n_pending = kept;
}

void
settling_end(struct settling *s, struct ledger *l, const struct remote_mounts *remote, uint32_t image)
{
	struct image *i = ledger_image(l, image);
	bool any = i && i->n_held > 0;

	while (i && i->n_held > 0)
		release_file(i, 0);
	if (!any)
		return;
	strike_holder(s, image);
	settle_pending(s, l, remote);
}

/* What it has closed it does not hold any more. */
static void
ask_holder(struct settling *s, struct ledger *l, uint32_t number)
{
	struct image *i = ledger_image(l, number);
	struct writer_file *files = xcalloc(i->n_held + 1, sizeof(*files));

	for (size_t n = 0; n < i->n_held; n++)
		files[n] = (struct writer_file){
			.dev = i->held[n]->dev, .ino = i->held[n]->ino, .may_be_mapped = i->held[n]->may_be_mapped,
		};
	if (writers_look(i->pid, files, i->n_held) == 0) {
		for (size_t n = i->n_held; n-- > 0;) {
			if (!files[n].is_open)
				release_file(i, n);
		}
		if (i->n_held == 0)
			strike_holder(s, number);
	}
	free(files);
}

bool
settling_tick(struct settling *s, struct ledger *l, const struct remote_mounts *remote)
{
	size_t n = s->n_holding < ASKED_A_TICK ? s->n_holding : ASKED_A_TICK;

	/* from the end on, where one that is struck leaves its place to one that has been asked */
	for (size_t asked = 0; asked < n && s->n_holding > 0; asked++) {
		if (s->next == 0 || s->next > s->n_holding)
			s->next = s->n_holding;
		s->next--;
		ask_holder(s, l, s->holding[s->next]);
	}
	settle_pending(s, l, remote);
	return s->n_pending > 0;
}

/* --- at the end --- */

/* What writes elsewhere change of it without a call on it: names in a directory, what is written to a device. */
static bool
has_own_times(const struct file_state *s)
{
	return s->type == FILE_REGULAR || s->type == FILE_SYMLINK;
}

bool
settling_differs(const struct ledger *l, const struct path_entry *p, const struct file_state *now)
{
	const struct file_state *left = p->settled ? &p->settled->state : NULL;

	/* what the run has mounted since may cover the path */
	if (!left || p->settling || p->settled->mounts != l->mounts)
		return false;
	if (left->type != now->type)
		return true;
	if (left->type == FILE_ABSENT)
		return false;
	if (!identity_same_state(left, now) || left->mode != now->mode || left->uid != now->uid || left->gid != now->gid)
		return true;
	/* another name of it, by which the run has changed it since, leaves no trace here */
	if (!has_own_times(left) || left->nlink > 1 || now->nlink > 1)
		return false;
	return left->ctime_ns != now->ctime_ns;
}
