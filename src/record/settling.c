/* Settling: what the run has left, looked at before others change it. */
#include "config.h"

#include "record/settling.h"

#include <stdlib.h>
#include <string.h>

#include "file/dir_cache.h"
#include "file/identity.h"
#include "file/writers.h"
#include "mount/remote.h"
#include "record/journal_entries.h"
#include "record/settled_look.h"
#include "base/list.h"
#include "base/mem.h"

/* So that a tick stays short, however many hold a log. */
enum {
	ASKED_A_TICK = 32,	/* processes */
	LOOKED_AT_A_TICK = 32,	/* files that are held */
};

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
	free(s->stale);
	*s = (struct settling){ 0 };
}

/* --- in the journal, for whoever finds the run dead --- */

/* Of an object with several names the journal does not tell by which of them it was changed since. */
static void
write_settled(struct settling *s, struct path_entry *p)
{
	const struct file_state *state = &p->settled->state;
	bool held = p->settled->held || (state->nlink > 1 && state->type != FILE_DIRECTORY);

	journal_write(s->journal, &(struct journal_entry){
		JOURNAL_SETTLED, .settled = { p->number, held, *state, state->target },
	});
	p->settled->in_journal = true;
}

static void
unsettle(struct settling *s, struct path_entry *p)
{
	if (!p->settled || !p->settled->in_journal)
		return;
	journal_write(s->journal, &(struct journal_entry){ JOURNAL_UNSETTLED, .unsettled = { p->number } });
	p->settled->in_journal = false;
}

void
settling_expect(struct settling *s, struct ledger *l, uint32_t image, struct path_entry *p)
{
	struct image *i = ledger_image(l, image);

	unsettle(s, p);
	if (!i)
		return;
	p->under_way++;
	*LIST_ADD(i->under_way, i->n_under_way) = p;
}

void
settling_returned(struct settling *s, struct ledger *l, uint32_t image, struct path_entry *p, bool failed)
{
	struct image *i = ledger_image(l, image);
	size_t n = i ? i->n_under_way : 0;

	while (n > 0 && i->under_way[n - 1] != p)
		n--;
	if (n > 0) {
		i->under_way[n - 1] = i->under_way[--i->n_under_way];
		p->under_way--;
	}
	if (failed && p->settled && !p->settled->in_journal && p->under_way == 0)
		write_settled(s, p);
}

void
settling_mounted(struct settling *s, struct ledger *l)
{
	l->mounts++;
	journal_write(s->journal, &(struct journal_entry){ JOURNAL_UNSETTLED, .unsettled = { 0 } });
}

void
settling_adopt(const struct ledger *l, struct path_entry *p, const struct file_state *state, const char *target, bool held)
{
	settling_free_state(p);
	p->settled = xcalloc(1, sizeof(*p->settled));
	p->settled->state = *state;
	p->settled->state.target = target ? xstrdup(target) : NULL;
	p->settled->mounts = l->mounts;
	p->settled->moves = l->moves;
	p->settled->held = held;
}

void
settling_forget(struct ledger *l)
{
	struct linked *o, *next;

	HASH_ITER(hh, l->linked, o, next) {
		HASH_DEL(l->linked, o);
		free(o->names);
		free(o);
	}
}

void
settling_free_state(struct path_entry *p)
{
	if (p->settled)
		state_release(&p->settled->state);
	free(p->settled);
	p->settled = NULL;
}

void
settling_touch(struct settling *s, struct path_entry *p)
{
	unsettle(s, p);
	settling_free_state(p);
	if (p->settling || p->untracked)
		return;
	p->settling = true;
	*LIST_ADD(s->pending, s->n_pending) = p;
}

/* --- objects with several names --- */

static struct linked *
linked_numbered(const struct ledger *l, uint64_t dev, uint64_t ino)
{
	struct object_key key = { dev, ino };
	struct linked *o;

	HASH_FIND(hh, l->linked, &key, sizeof(key), o);
	return o;
}

static void
make_stale(struct settling *s, struct linked *o)
{
	o->is_stale = true;
	if (!o->is_listed)
		*LIST_ADD(s->stale, s->n_stale) = o;
	o->is_listed = true;
}

static struct linked *
linked_object(struct settling *s, struct ledger *l, uint64_t dev, uint64_t ino)
{
	struct linked *o = linked_numbered(l, dev, ino);

	if (!o) {
		o = xcalloc(1, sizeof(*o));
		o->key = (struct object_key){ dev, ino };
		HASH_ADD(hh, l->linked, key, sizeof(o->key), o);
		make_stale(s, o);
	}
	return o;
}

void
settling_touch_object(struct settling *s, struct ledger *l, const struct stat *st)
{
	struct linked *o = l->linked && !S_ISDIR(st->st_mode) ? linked_numbered(l, st->st_dev, st->st_ino) : NULL;

	if (o)
		make_stale(s, o);
}

static void
join_names(struct settling *s, struct ledger *l, struct path_entry *p, const struct file_state *state)
{
	struct linked *o;

	if (state->nlink < 2 || state->type == FILE_DIRECTORY)
		return;
	o = linked_object(s, l, state->dev, state->ino);
	if (p->linked != o)
		*LIST_ADD(o->names, o->n_names) = p;
	p->linked = o;
	make_stale(s, o);
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
	struct linked *linked = NULL;

	settling_touch(s, p);
	if (!i || p->untracked)
		return;
	if (st->st_nlink > 1) {
		linked = linked_object(s, l, st->st_dev, st->st_ino);
		make_stale(s, linked);
	}
	if (linked && linked->held && (!f || f->holders == 0))
		f = p->held = linked->held;
	if (!f || f->dev != st->st_dev || f->ino != st->st_ino) {
		f = xcalloc(1, sizeof(*f));
		f->dev = st->st_dev;
		f->ino = st->st_ino;
		f->next = s->files;
		s->files = f;
		p->held = f;
	}
	f->may_be_mapped |= may_be_mapped;
	if (linked)
		linked->held = f;
	if (!image_holds(i, f))
		hold_file(s, i, image, f);
}

void
settling_follow(const struct path_entry *from, struct path_entry *to)
{
	to->held = from->held;
}

/* What the calls were to do is done by now, or never will be: nobody tells which. */
static void
close_calls(struct settling *s, struct image *i)
{
	while (i->n_under_way > 0) {
		struct path_entry *p = i->under_way[--i->n_under_way];

		p->under_way--;
		settling_touch(s, p);
	}
}

/* A program that is executed has what its process had; what it closes then is found out as all else is. */
void
settling_start(struct settling *s, struct ledger *l, uint32_t image)
{
	struct image *i = ledger_image(l, image);
	struct image *parent = i ? ledger_image(l, i->parent) : NULL;

	/* with its other threads the calls that these were in are gone */
	if (parent && parent->pid == i->pid)
		close_calls(s, parent);
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
is_held(const struct held_file *f)
{
	return f && f->holders > 0;
}

/* A move takes along what is below, and what other calls of the run do there meanwhile is known by the other name. */
static bool
is_moved_since(const struct ledger *l, const char *path, const struct settled *settled)
{
	const struct path_entry *above;

	if (settled->moves == l->moves)
		return false;
	for (size_t len = strlen(path); len > 0; len--) {
		above = path[len] == '/' ? ledger_find_name(l, path, len) : NULL;
		if (above && above->moved > settled->moves)
			return true;
	}
	return false;
}

/* Whether what was settled there is of any use: what the run has mounted or moved since may be in its place. */
static bool
is_in_force(const struct ledger *l, const char *path, const struct settled *settled)
{
	return settled && settled->mounts == l->mounts && !is_moved_since(l, path, settled);
}

static bool
is_other_object(const struct file_state *left, const struct file_state *now)
{
	return left->type != now->type || (left->type != FILE_ABSENT && !identity_same_state(left, now));
}

/* Whether nobody has written to it since; it is the same object. */
static bool
is_as_looked_at(const struct file_state *then, const struct file_state *now)
{
	return then->ctime_ns == now->ctime_ns && then->mtime_ns == now->mtime_ns && then->size_bytes == now->size_bytes;
}

/*
 * What is held is told again once, when it is not any more what was there before the run: each further look would make the
 * journal of a daemon that writes a log longer.
 */
static bool
is_to_be_renewed(const struct path_entry *p, const struct file_state *told, const struct file_state *now)
{
	return p->before && is_as_looked_at(&p->before->state, told) && !is_as_looked_at(told, now);
}

/* Somebody who has put something else there while a process of the run held what it had left has the last word. */
static void
settle_path(struct settling *s, struct ledger *l, const struct remote_mounts *remote, struct dir_cache *dirs,
	    struct path_entry *p)
{
	bool known = is_in_force(l, p->path, p->settled);
	struct settled now;

	if (!settled_look(l, remote, dirs, p->path, &now))
		return;		/* it is taken as it is found at the end */
	if (known && is_other_object(&p->settled->state, &now.state)) {
		state_release(&now.state);
		return;
	}
	now.held = p->settling;
	now.in_journal = known && now.held && p->settled->in_journal &&
			 !is_to_be_renewed(p, &p->settled->state, &now.state);
	settling_free_state(p);
	p->settled = xmalloc(sizeof(*p->settled));
	*p->settled = now;
	join_names(s, l, p, &now.state);
	/* a call that is under way may change it, and whoever finds the run dead would know of no more */
	if (!now.in_journal && p->under_way == 0)
		write_settled(s, p);
}

static bool
is_linked_object(const struct linked *o, const struct file_state *state)
{
	return state->type != FILE_ABSENT && state->dev == o->key.dev && state->ino == o->key.ino;
}

/* By the first of its names that is still one. */
static void
settle_linked(struct linked *o, const struct ledger *l, const struct remote_mounts *remote, struct dir_cache *dirs)
{
	struct settled settled;

	for (size_t i = 0; i < o->n_names && o->is_stale; i++) {
		if (!settled_look(l, remote, dirs, o->names[i]->path, &settled))
			continue;
		state_release(&settled.state);		/* a link's target is each name's own matter */
		settled.state.target = NULL;
		if (is_linked_object(o, &settled.state)) {
			o->left = settled;
			o->is_stale = false;
		}
	}
}

static void
settle_stale(struct settling *s, const struct ledger *l, const struct remote_mounts *remote, struct dir_cache *dirs)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->n_stale; i++) {
		struct linked *o = s->stale[i];

		o->is_listed = is_held(o->held);
		if (o->is_listed)
			s->stale[kept++] = o;
		else
			settle_linked(o, l, remote, dirs);
	}
	s->n_stale = kept;
}

/*
 * What is held is looked at as well, and again at later ticks, some paths at each: what the run has written by then is
 * told where somebody puts another object there.
 */
static bool
is_worth_a_look(const struct settling *s, const struct path_entry *p, size_t i, bool at_tick)
{
	if (p->caller_log)
		return false;
	return !p->settling || !p->settled || (at_tick && i >= s->next_look && i < s->next_look + LOOKED_AT_A_TICK);
}

static void
settle_pending(struct settling *s, struct ledger *l, const struct remote_mounts *remote, bool at_tick)
{
	struct dir_cache dirs = DIR_CACHE_INIT;
	size_t kept = 0;

	for (size_t i = 0; i < s->n_pending; i++) {
		struct path_entry *p = s->pending[i];

		p->settling = is_held(p->held);
		if (is_worth_a_look(s, p, i, at_tick))
			settle_path(s, l, remote, &dirs, p);
		if (p->settling)
			s->pending[kept++] = p;
	}
	s->n_pending = kept;
	if (at_tick)
		s->next_look = s->next_look + LOOKED_AT_A_TICK < kept ? s->next_look + LOOKED_AT_A_TICK : 0;
	settle_stale(s, l, remote, &dirs);
	dir_cache_release(&dirs);
}

void
settling_end(struct settling *s, struct ledger *l, const struct remote_mounts *remote, uint32_t image)
{
	struct image *i = ledger_image(l, image);
	bool held_any = i && i->n_held > 0;

	if (!i || (!held_any && i->n_under_way == 0))
		return;
	while (i->n_held > 0)
		release_file(i, 0);
	if (held_any)
		strike_holder(s, image);
	close_calls(s, i);
	settle_pending(s, l, remote, false);
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
	settle_pending(s, l, remote, true);
	return s->n_pending > 0 || s->n_stale > 0;
}

/* --- at the end --- */

/* What writes elsewhere change of it without a call on it: names in a directory, what is written to a device. */
static bool
has_own_times(const struct file_state *s)
{
	return s->type == FILE_REGULAR || s->type == FILE_SYMLINK;
}

/* What was left of the object that is at p, if that is one with several names. */
static const struct linked *
linked_at(const struct ledger *l, const struct path_entry *p, const struct file_state *now)
{
	const struct linked *o = p->settled ? p->linked : NULL;

	if (p->settled)
		return o && is_linked_object(o, &p->settled->state) ? o : NULL;
	/* a name that the run has not used: it is the object alone that it can have changed */
	o = l->linked && now->type != FILE_ABSENT ? linked_numbered(l, now->dev, now->ino) : NULL;
	return o && identity_same_state(&o->left.state, now) ? o : NULL;
}

const struct file_state *
settling_known(const struct ledger *l, const struct path_entry *p)
{
	bool known = !p->settling && is_in_force(l, p->path, p->settled) && !p->settled->held;

	return known ? &p->settled->state : NULL;
}

const struct file_state *
settling_left(const struct ledger *l, const struct path_entry *p, const struct file_state *now)
{
	const struct linked *linked = p->settling ? NULL : linked_at(l, p, now);
	bool is_stale = linked && linked->is_stale;
	const struct settled *settled = linked && !is_stale ? &linked->left : p->settled;
	const struct file_state *left = settled ? &settled->state : NULL;

	/* what the run has mounted since may cover the path */
	if (!is_in_force(l, p->path, settled))
		return NULL;
	if (is_other_object(p->settled ? &p->settled->state : left, now))
		return left;
	/* the run may have written to it since, whatever its name */
	if (left->type == FILE_ABSENT || is_stale || p->settling || settled->held)
		return NULL;
	if (left->mode != now->mode || left->uid != now->uid || left->gid != now->gid)
		return left;
	if (!has_own_times(left))
		return NULL;
	/* a name that somebody has given to it or taken away moves the ctime alone */
	if (left->nlink != now->nlink)
		return left->mtime_ns != now->mtime_ns || left->size_bytes != now->size_bytes ? left : NULL;
	return left->ctime_ns != now->ctime_ns ? left : NULL;
}
