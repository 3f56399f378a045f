/* Calls on their way that can make something. */
#include "config.h"

#include "record/creations.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <uthash.h>

#include "file/identity.h"
#include "record/call_effect.h"
#include "record/target_object.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/path.h"

struct creation {
	uint32_t image;		/* 0: the place is free */
	int64_t since_ns;	/* by the clock that stamps files */
	bool may_empty;		/* what was there before: on an overlay that is copied up, and looks as if it had been made */
	char *name[2];		/* last components of what it can make; NULL: none */
	struct stat moved[2];	/* what it can give such a name; zeros: nothing */
	char *brings;		/* a directory's new name, with all that is below it; NULL: none */
};

struct made_key {
	uint64_t dev, ino;
	int64_t birth;
};

struct made {
	struct made_key key;
	UT_hash_handle hh;
};

static void
creation_clear(struct creation *it)
{
	free(it->name[0]);
	free(it->name[1]);
	free(it->brings);
	*it = (struct creation){ 0 };
}

void
creations_release(struct creations *c)
{
	struct made *m, *next;

	for (size_t i = 0; i < c->n; i++)
		creation_clear(&c->list[i]);
	free(c->list);
	HASH_ITER(hh, c->made, m, next) {
		HASH_DEL(c->made, m);
		free(m);
	}
	*c = (struct creations){ 0 };
}

static bool
can_make(const struct call *c)
{
	return !c->connection && (op_changes_names[c->op] ||
				  (c->op == OP_OPEN && c->flag_set == FLAGS_OPEN && (c->flags & O_CREAT)));
}

static bool
may_empty(const struct call *c)
{
	return call_effect_truncates(c) && !call_effect_only_creates(c);
}

/* It lags behind the other clock by up to a tick, and no file is stamped with less. */
static int64_t
stamp_now_ns(void)
{
	struct timespec now;

	return clock_gettime(CLOCK_REALTIME_COARSE, &now) == 0 ? clock_ns(now) : clock_now_ns();
}

static size_t
free_place(struct creations *c)
{
	size_t i = 0;

	while (i < c->n && c->list[i].image != 0)
		i++;
	if (i == c->n)
		*LIST_ADD(c->list, c->n) = (struct creation){ 0 };
	return i;
}

/* Of a call that is over already the one that was left last, which is what it was taken for, says since when. */
void
creations_begin(struct creations *c, const struct call *call)
{
	c->own_since_ns = call->late && can_make(call) ? c->last_since_ns : 0;
	c->own_may_empty = may_empty(call);
	c->last_since_ns = 0;
}

/* Where a directory is already the call may fail, and what is in that was there. */
static bool
moves_to_nothing(const struct call *c)
{
	return c->op == OP_RENAME && S_ISDIR(c->target[0].st.st_mode) && c->target[1].sight == TARGET_RESOLVED &&
	       !target_object_is_there(&c->target[1]);
}

void
creations_enter(struct creations *c, uint32_t image, struct call *call)
{
	struct creation *it;
	size_t place;

	c->own_since_ns = 0;
	if (!can_make(call) || call->late)
		return;
	place = free_place(c);
	it = &c->list[place];
	it->image = image;
	it->since_ns = stamp_now_ns();
	it->may_empty = may_empty(call);
	for (unsigned i = call->n_targets == 2 && call->op != OP_EXCHANGE ? 1 : 0; i < call->n_targets; i++) {
		it->name[i] = xstrdup(path_name(call->target[i].path));
		if (call->n_targets == 2)
			it->moved[i] = call->target[1 - i].st;
	}
	if (moves_to_nothing(call))
		it->brings = xstrdup(call->target[1].path);
	call->notes |= (unsigned)(place + 1) * NOTE_CREATION;
}

void
creations_leave(struct creations *c, const struct call *call)
{
	size_t place = call->notes / NOTE_CREATION;

	c->own_since_ns = 0;
	if (place == 0 || place > c->n)
		return;
	c->own_since_ns = c->last_since_ns = c->list[place - 1].since_ns;
	c->own_may_empty = c->list[place - 1].may_empty;
	creation_clear(&c->list[place - 1]);
}

void
creations_done(struct creations *c)
{
	c->own_since_ns = 0;
}

void
creations_forget(struct creations *c, uint32_t image)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->list[i].image == image)
			creation_clear(&c->list[i]);
	}
}

/* A clock that was once ahead has left files that say they will be born later: they were there before. */
static bool
is_born_since(int64_t birth, int64_t since_ns)
{
	return birth > 0 && birth >= since_ns && birth <= clock_now_ns();
}

/* Of what is at a target. */
struct sighting {
	struct made_key key;
	bool in_overlay;	/* key.birth is the layer's */
	bool is_copy;
};

/* An overlay tells no birth that lasts, but since when its writable layer has it. */
static struct sighting
sighting_of(const struct target *t)
{
	struct sighting s = { .key = { t->st.st_dev, t->st.st_ino, t->birth } };
	int64_t birth = target_object_overlay_birth(t, &s.is_copy);

	s.in_overlay = birth != 0;
	if (s.in_overlay)
		s.key.birth = birth;
	return s;
}

static bool
can_be_made(const struct sighting *s, int64_t since_ns, bool may_empty)
{
	return is_born_since(s->key.birth, since_ns) && !(s->in_overlay && (s->is_copy || may_empty));
}

static bool
can_be_of(const struct creation *it, const struct target *t, const struct sighting *s)
{
	const char *name = path_name(t->path);

	for (unsigned i = 0; i < 2; i++) {
		if (it->name[i] && strcmp(it->name[i], name) == 0 &&
		    (can_be_made(s, it->since_ns, it->may_empty) ||
		     (it->moved[i].st_nlink > 0 && identity_same(&it->moved[i], &t->st))))
			return true;
	}
	return false;
}

void
creations_note(struct creations *c, const struct call *call)
{
	const struct target *t = &call->opened;
	struct made_key key = { t->st.st_dev, t->st.st_ino, t->birth };
	struct made *m = NULL;

	if (key.birth == 0 && !c->own_may_empty)
		key.birth = t->made_ns;
	if (c->own_since_ns == 0 || t->st.st_nlink == 0 || !is_born_since(key.birth, c->own_since_ns))
		return;
	HASH_FIND(hh, c->made, &key, sizeof(key), m);
	if (m)
		return;
	m = xcalloc(1, sizeof(*m));
	m->key = key;
	HASH_ADD(hh, c->made, key, sizeof(m->key), m);
}

static bool
was_made(const struct creations *c, const struct sighting *s)
{
	struct made *m = NULL;

	if (s->key.birth != 0)
		HASH_FIND(hh, c->made, &s->key, sizeof(s->key), m);
	return m != NULL;
}

bool
creations_explain(const struct creations *c, const struct target *t)
{
	struct sighting s;

	if (!c->made && c->n == 0 && c->own_since_ns == 0)
		return false;
	s = sighting_of(t);
	if (was_made(c, &s) || (c->own_since_ns != 0 && can_be_made(&s, c->own_since_ns, c->own_may_empty)))
		return true;
	for (size_t i = 0; i < c->n; i++) {
		if (can_be_of(&c->list[i], t, &s))
			return true;
	}
	return false;
}

/* What is younger than the call somebody has made there. */
static bool
can_bring(const struct creation *it, const struct target *t)
{
	struct sighting s;

	if (it->image == 0 || !it->brings || strcmp(t->path, it->brings) == 0 || !path_is_under(t->path, it->brings))
		return false;
	s = sighting_of(t);
	return !can_be_made(&s, it->since_ns, false);
}

bool
creations_bring(const struct creations *c, const struct target *t)
{
	for (size_t i = 0; i < c->n; i++) {
		if (can_bring(&c->list[i], t))
			return true;
	}
	return false;
}
