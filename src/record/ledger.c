/* What a run has met, in memory. */
#include "config.h"

#include "record/ledger.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "record/ledger_blind.h"
#include "record/settling.h"
#include "record/words.h"
#include "file/identity.h"
#include "file/state.h"
#include "base/buf.h"
#include "base/list.h"
#include "base/mem.h"

void
ledger_init(struct ledger *l)
{
	memset(l, 0, sizeof(*l));
}

static void
release_image(struct image *i)
{
	free(i->program);
	free(i->command);
	free(i->directory);
	free(i->held);
	free(i->under_way);
}

static void
release_aliases(struct ledger *l, struct object *o)
{
	while (o->aliases) {
		struct object_alias *a = o->aliases;

		o->aliases = a->next;
		HASH_DEL(l->aliases, a);
		free(a);
	}
}

void
ledger_release(struct ledger *l)
{
	ledger_tallies_stored(l);
	settling_forget(l);
	HASH_CLEAR(hh, l->paths);
	HASH_CLEAR(hh, l->objects);
	for (uint32_t i = 0; i < l->n_paths; i++) {
		settling_free_state(l->path_list[i]);
		free(l->path_list[i]);
	}
	for (uint32_t i = 0; i < l->n_objects; i++) {
		release_aliases(l, l->object_list[i]);
		state_release(&l->object_list[i]->state);
		free(l->object_list[i]);
	}
	for (uint32_t i = 0; i < l->n_images; i++)
		release_image(&l->images[i]);
	ledger_release_blinds(l);
	for (uint32_t i = 0; i < l->n_flags; i++)
		free(l->flags[i].text);
	connections_release(&l->connections);
	watched_release(&l->places);
	joined_release(&l->joined);
	free(l->path_list);
	free(l->object_list);
	free(l->images);
	free(l->dirty_images);
	free(l->pending);
	free(l->flags);
	ledger_init(l);
}

struct path_entry *
ledger_find_name(const struct ledger *l, const char *path, size_t len)
{
	struct path_entry *p = NULL;

	HASH_FIND(hh, l->paths, path, len, p);
	return p;
}

struct path_entry *
ledger_find_path(const struct ledger *l, const char *path)
{
	return ledger_find_name(l, path, strlen(path));
}

struct path_entry *
ledger_add_path(struct ledger *l, const char *path, struct object *before, bool untracked)
{
	size_t len = strlen(path);
	struct path_entry *p = xcalloc(1, sizeof(*p) + len + 1);

	memcpy(p->path, path, len + 1);
	p->untracked = untracked;
	*LIST_ADD(l->path_list, l->n_paths) = p;
	p->number = l->n_paths;
	HASH_ADD_KEYPTR(hh, l->paths, p->path, len, p);
	if (!untracked)
		ledger_track_path(p, before);
	return p;
}

void
ledger_track_path(struct path_entry *p, struct object *before)
{
	p->untracked = false;
	p->before = before;
	if (before && !before->origin) {
		before->origin = p;
		before->place = p;
	}
}

/* By its numbers alone. */
static struct object *
object_numbered_so(const struct ledger *l, uint64_t dev, uint64_t ino)
{
	struct object_key key = { dev, ino };
	struct object *o = NULL;

	HASH_FIND(hh, l->objects, &key, sizeof(key), o);
	if (!o && l->aliases) {
		struct object_alias *a = NULL;

		HASH_FIND(hh, l->aliases, &key, sizeof(key), a);
		o = a ? a->object : NULL;
	}
	return o;
}

struct object *
ledger_find_object(const struct ledger *l, uint64_t dev, uint64_t ino, int64_t birth)
{
	struct object *o = object_numbered_so(l, dev, ino);

	return o && identity_same_birth(o->state.birth, birth) ? o : NULL;
}

void
ledger_alias_object(struct ledger *l, struct object *o, uint64_t dev, uint64_t ino)
{
	struct object_alias *a;

	if (o->forgotten || object_numbered_so(l, dev, ino))
		return;
	a = xcalloc(1, sizeof(*a));
	a->key = (struct object_key){ dev, ino };
	a->object = o;
	a->next = o->aliases;
	o->aliases = a;
	HASH_ADD(hh, l->aliases, key, sizeof(a->key), a);
}

struct object *
ledger_add_object(struct ledger *l, const struct file_state *state)
{
	struct object *o = xcalloc(1, sizeof(*o));
	struct object *gone = object_numbered_so(l, state->dev, state->ino);

	if (gone)
		ledger_forget_object(l, gone);
	o->key = (struct object_key){ state->dev, state->ino };
	o->state = *state;
	*LIST_ADD(l->object_list, l->n_objects) = o;
	o->number = l->n_objects;
	HASH_ADD(hh, l->objects, key, sizeof(o->key), o);
	return o;
}

void
ledger_forget_object(struct ledger *l, struct object *o)
{
	if (o->forgotten)
		return;
	o->forgotten = true;
	o->place = NULL;
	release_aliases(l, o);
	HASH_DEL(l->objects, o);
}

struct image *
ledger_image(const struct ledger *l, uint32_t number)
{
	return number > 0 && number <= l->n_images ? &l->images[number - 1] : NULL;
}

static void
mark_dirty(struct ledger *l, uint32_t number)
{
	struct image *i = ledger_image(l, number);

	if (!i || i->dirty)
		return;
	i->dirty = true;
	*LIST_ADD(l->dirty_images, l->n_dirty_images) = number;
}

static char *
text_or_null(const char *s)
{
	return s ? xstrdup(s) : NULL;
}

struct image *
ledger_add_image(struct ledger *l, const struct process_start *p)
{
	struct image *i, *parent;
	uint32_t inherited;

	i = LIST_ADD(l->images, l->n_images);
	parent = ledger_image(l, p->parent_image);
	inherited = parent ? parent->program_image : 0;
	*i = (struct image){
		.parent = p->parent_image,
		.program_image = p->is_exec || inherited == 0 ? l->n_images : inherited,
		.pid = p->pid,
		.program = text_or_null(p->program),
		.command = text_or_null(p->command),
		.directory = text_or_null(p->directory),
		.started_ns = p->started_ns,
		.exit_status = -1,
	};
	/* an exec ends the image before it, without an exit status */
	if (p->is_exec && parent && parent->pid == p->pid && parent->ended_ns == 0) {
		parent->ended_ns = p->started_ns;
		mark_dirty(l, p->parent_image);
	}
	mark_dirty(l, l->n_images);
	return i;
}

void
ledger_end_image(struct ledger *l, uint32_t number, int status, int64_t ended_ns)
{
	struct image *i = ledger_image(l, number);

	if (!i)
		return;
	i->ended_ns = ended_ns;
	if (WIFEXITED(status))
		i->exit_status = WEXITSTATUS(status);
	if (WIFSIGNALED(status))
		i->exit_signal = WTERMSIG(status);
	mark_dirty(l, number);
}

static uint32_t
flags_index(struct ledger *l, enum flag_set set, uint64_t flags)
{
	struct buf text = BUF_INIT;

	for (uint32_t i = 0; i < l->n_flags; i++) {
		if (l->flags[i].set == set && l->flags[i].flags == flags)
			return i;
	}
	words_flags(set, flags, &text);
	*LIST_ADD(l->flags, l->n_flags) = (struct flag_text){
		set, flags, set == FLAGS_NONE ? NULL : buf_detach(&text)
	};
	return l->n_flags - 1;
}

bool
ledger_count(struct ledger *l, struct path_entry *p, uint32_t image, enum op op,
	     enum flag_set set, uint64_t flags, int error, int64_t now_ns)
{
	uint32_t index = flags_index(l, set, set == FLAGS_NONE ? 0 : flags);
	struct tally *t;

	for (t = p->tallies; t; t = t->next) {
		if (t->image == image && t->op == op && t->error == error && t->flags == index) {
			t->count++;
			t->last_ns = now_ns;
			return false;
		}
	}
	t = xmalloc(sizeof(*t));
	*t = (struct tally){
		.next = p->tallies, .path = p, .image = image, .op = (uint16_t)op,
		.error = (uint16_t)error, .flags = index, .count = 1,
		.first_ns = now_ns, .last_ns = now_ns,
	};
	p->tallies = t;
	*LIST_ADD(l->pending, l->n_pending) = t;
	return true;
}

void
ledger_tallies_stored(struct ledger *l)
{
	for (size_t i = 0; i < l->n_pending; i++) {
		l->pending[i]->path->tallies = NULL;
		free(l->pending[i]);
	}
	l->n_pending = 0;
}

void
ledger_forget_rows(struct ledger *l)
{
	for (uint32_t i = 0; i < l->n_paths; i++)
		l->path_list[i]->row_id = 0;
	for (uint32_t i = 0; i < l->n_images; i++)
		l->images[i].row_id = 0;
}
