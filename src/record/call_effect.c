/* What follows from a successful call for what the record knows: objects go where their names go. */
#include "config.h"

#include "record/call_effect.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "record/call_facts.h"
#include "file/open.h"
#include "base/io.h"
#include "base/path.h"

void
call_effect_journal(struct prestate *ps, enum journal_type type, const struct call *c)
{
	if (!call_effect_moves_directory(c, 0) && !(c->op == OP_EXCHANGE && call_effect_moves_directory(c, 1)))
		return;
	journal_begin(ps->journal, type);
	journal_u32(ps->journal, c->op == OP_EXCHANGE);
	journal_string(ps->journal, c->target[0].path);
	journal_string(ps->journal, c->target[1].path);
	journal_end(ps->journal);
}

/* Objects follow their names, and are forgotten with the last one. */
static void
follow_rename(struct prestate *ps, const struct call *c, uint32_t image)
{
	const struct target *from = &c->target[0], *to = &c->target[1];
	struct object *o = ledger_find_object(ps->ledger, from->st.st_dev, from->st.st_ino);
	struct path_entry *p = ledger_find_path(ps->ledger, to->path);

	if (call_effect_same_object(from, to))
		return;		/* two names of one file: rename(2) does nothing */
	if (o && p)
		prestate_place(ps, o, p);
	if (c->op == OP_EXCHANGE) {
		o = ledger_find_object(ps->ledger, to->st.st_dev, to->st.st_ino);
		p = ledger_find_path(ps->ledger, from->path);
		if (o && p)
			prestate_place(ps, o, p);
	}
	if (!from->resolved || !to->resolved)
		return;
	if (c->op == OP_EXCHANGE && (call_effect_moves_directory(c, 0) || call_effect_moves_directory(c, 1)))
		tree_move_exchanged(ps, from->path, to->path, image);
	else if (call_effect_moves_directory(c, 0))
		tree_move_moved(ps, from->path, to->path, image);
	call_effect_journal(ps, JOURNAL_MOVED, c);
}

static void
touch_below(struct ledger *l, const char *dir, uint32_t image)
{
	for (uint32_t i = 0; i < l->n_paths; i++) {
		if (path_is_under(l->path_list[i]->path, dir)) {
			l->path_list[i]->touched = true;
			l->path_list[i]->last_image = image;
		}
	}
}

/*
 * Overlayfs copies a file up at its first change, and may give the copy another number: by that it is known
 * from now on.  Elsewhere numbers stay.
 */
static void
follow_copy_up(struct prestate *ps, const struct call *c, unsigned i)
{
	bool moved = c->op == OP_RENAME || c->op == OP_EXCHANGE;
	const struct target *was = &c->target[i];
	const struct target *at = moved ? &c->target[1 - i] : was;
	struct object *o = ledger_find_object(ps->ledger, was->st.st_dev, was->st.st_ino);
	struct stat now;
	int fd;

	if (!o || S_ISDIR(was->st.st_mode) || call_effect_loses_name(c) == was)
		return;
	fd = open_canonical(at->path, O_PATH);
	if (fd >= 0 && fstat(fd, &now) == 0 && (now.st_mode & S_IFMT) == (was->st.st_mode & S_IFMT) &&
	    (c->writes_content || now.st_size == was->st.st_size) &&
	    !ledger_find_object(ps->ledger, now.st_dev, now.st_ino))
		prestate_alias(ps, o, &now);
	io_close(&fd);
}

void
call_effect_follow(struct prestate *ps, const struct call *c, uint32_t image)
{
	const struct target *losing = call_effect_loses_name(c);
	struct object *o;

	for (unsigned i = 0; i < c->n_targets; i++) {
		if (c->notes & (NOTE_OVERLAY << i))
			follow_copy_up(ps, c, i);
	}
	if (losing && call_effect_was_last_name(losing)) {
		o = ledger_find_object(ps->ledger, losing->st.st_dev, losing->st.st_ino);
		if (o)
			prestate_forget(ps, o);
	}
	if (c->op == OP_RENAME || c->op == OP_EXCHANGE)
		follow_rename(ps, c, image);
	if (c->whole_tree && c->op == OP_MKDIR && c->target[0].resolved)
		tree_move_come(ps, c->target[0].path, image);
	else if (c->whole_tree && c->target[0].resolved)
		touch_below(ps->ledger, c->target[0].path, image);
}
