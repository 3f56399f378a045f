/* A ledger out of a journal. */
#include "config.h"

#include "record/replay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "record/ledger_blind.h"
#include "record/journal_entries.h"
#include "record/settling.h"
#include "objects/objects_dir.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"

static void
apply_run(struct replay *r, const struct journal_entry *e)
{
	free(r->uuid);
	r->uuid = e->run.uuid ? xstrdup(e->run.uuid) : NULL;
	r->ledger.started_ns = e->run.started_ns;
	r->attached = e->run.kind == RUN_KIND_ATTACH;
}

static void
apply_image(struct replay *r, const struct journal_entry *e)
{
	struct process_start p = e->image;

	p.image = r->ledger.n_images + 1;
	if (p.parent_image < p.image)
		ledger_add_image(&r->ledger, &p);
}

static void
apply_end(struct replay *r, const struct journal_entry *e)
{
	ledger_end_image(&r->ledger, e->end.image, e->end.status, e->end.ended_ns);
	joined_end(&r->ledger, e->end.image, e->end.status, e->end.ended_ns);
}

static struct object *
object_numbered(const struct replay *r, uint32_t number)
{
	return number > 0 && number <= r->ledger.n_objects ? r->ledger.object_list[number - 1] : NULL;
}

static struct path_entry *
path_numbered(const struct replay *r, uint32_t number)
{
	return number > 0 && number <= r->ledger.n_paths ? r->ledger.path_list[number - 1] : NULL;
}

static bool
is_errno(int error)
{
	return error >= 0 && error <= 4095;
}

static void
apply_object(struct replay *r, const struct journal_entry *e)
{
	ledger_add_object(&r->ledger, &e->object);
}

static void
apply_content(struct replay *r, const struct journal_entry *e)
{
	struct object *o = object_numbered(r, e->content.object);

	if (!o)
		return;
	o->at_risk = e->content.at_risk;
	o->state.has_digest = e->content.has_digest;
	if (o->state.has_digest)
		o->state.digest = e->content.digest;
}

static void
apply_forget(struct replay *r, const struct journal_entry *e)
{
	struct object *o = object_numbered(r, e->forget.object);

	if (o)
		ledger_forget_object(&r->ledger, o);
}

static void
apply_path(struct replay *r, const struct journal_entry *e)
{
	struct object *before = object_numbered(r, e->path.object);
	struct path_entry *p = e->path.path ? ledger_find_path(&r->ledger, e->path.path) : NULL;

	if (e->path.path && !p)
		ledger_add_path(&r->ledger, e->path.path, before, e->path.untracked);
	else if (p && !e->path.untracked)
		ledger_track_path(p, before);
}

static void
apply_access(struct replay *r, const struct journal_entry *e)
{
	struct path_entry *p = path_numbered(r, e->access.path);

	if (!p || !ledger_image(&r->ledger, e->access.image) || e->access.op >= OP_COUNT ||
	    e->access.flag_set >= FLAGS_COUNT || !is_errno(e->access.error))
		return;
	ledger_count(&r->ledger, p, e->access.image, (enum op)e->access.op, (enum flag_set)e->access.flag_set,
		     e->access.flags, e->access.error, e->access.when_ns);
	if (e->access.error == 0) {
		p->touched = true;
		p->last_image = e->access.image;
	}
}

static void
apply_blind(struct replay *r, const struct journal_entry *e)
{
	if (e->blind.kind < BLIND_COUNT && e->blind.detail)
		ledger_add_blind(&r->ledger, e->blind.image, (enum blind_kind)e->blind.kind, e->blind.detail);
}

static void
forget_move(struct replay *r)
{
	free(r->move.from);
	free(r->move.to);
	r->move = (struct unfinished_move){ 0 };
}

static void
apply_move(struct replay *r, const struct journal_entry *e)
{
	forget_move(r);
	r->ledger.mounts++;	/* what was settled below may be elsewhere by now */
	if (e->type == JOURNAL_MOVE && e->move.from && e->move.to)
		r->move = (struct unfinished_move){
			true, e->move.exchange, xstrdup(e->move.from), xstrdup(e->move.to),
		};
}

static void
apply_command_ended(struct replay *r, const struct journal_entry *e)
{
	r->ledger.command_ended = true;
	r->ledger.command_status = e->command_ended.status;
	r->ledger.command_ended_ns = e->command_ended.ended_ns;
}

static void
apply_place(struct replay *r, const struct journal_entry *e)
{
	struct object *o = object_numbered(r, e->place.object);
	struct path_entry *p = path_numbered(r, e->place.path);

	if (o && p)
		o->place = p;
}

static void
apply_connection(struct replay *r, const struct journal_entry *e)
{
	if (!e->bad && is_errno(e->connection.error) && ledger_image(&r->ledger, e->connection.image))
		connections_count(&r->ledger.connections, e->connection.image, &e->connection.is, e->connection.error,
				  e->connection.first_ns);
}

/* The store may have lost what a crash of the machine had not let it write. */
static bool
is_in_store(const struct replay *r, const struct file_state *s)
{
	int fd = s->has_digest ? objects_dir_get(r->history, &s->digest) : -1;
	struct stat st;
	bool is = fd >= 0 && fstat(fd, &st) == 0 && st.st_size == s->size_bytes;

	io_close(&fd);
	return is;
}

static void
apply_fate(struct replay *r, const struct journal_entry *e)
{
	struct object *o = object_numbered(r, e->fate.object);

	if (!o || e->fate.fate >= FATE_COUNT || !is_errno(e->fate.error) || !e->fate.whole)
		return;
	o->fate = (uint8_t)e->fate.fate;
	o->fate_error = e->fate.error;
	o->state.size_bytes = e->fate.size_bytes;
	o->state.mtime_ns = e->fate.mtime_ns;
	/* whether the call succeeded nobody knows */
	o->confirmed = o->at_risk;
	if (o->fate == FATE_KEPT && !is_in_store(r, &o->state)) {
		o->fate = FATE_NOT_WRITTEN;
		o->fate_error = EIO;
	}
}

static void
apply_caller_log(struct replay *r, const struct journal_entry *e)
{
	struct path_entry *p = path_numbered(r, e->caller_log.path);

	if (p)
		p->caller_log = true;
}

static void
apply_doubt(struct replay *r, const struct journal_entry *e)
{
	struct path_entry *p = path_numbered(r, e->doubt.path);

	if (p)
		p->doubtful = true;
}

static void
apply_settled(struct replay *r, const struct journal_entry *e)
{
	struct path_entry *p = path_numbered(r, e->settled.path);

	if (p && !e->bad)
		settling_adopt(&r->ledger, p, &e->settled.state, e->settled.target, e->settled.held);
}

static void
apply_unsettled(struct replay *r, const struct journal_entry *e)
{
	struct path_entry *p = path_numbered(r, e->unsettled.path);

	if (p)
		settling_free_state(p);
	else if (!e->bad && e->unsettled.path == 0)
		r->ledger.mounts++;
}

static void
apply_alias(struct replay *r, const struct journal_entry *e)
{
	struct object *o = object_numbered(r, e->alias.object);

	if (o)
		ledger_alias_object(&r->ledger, o, e->alias.dev, e->alias.ino);
}

static struct watched_place *
newest_place(const struct replay *r)
{
	return r->ledger.places.n > 0 ? &r->ledger.places.list[r->ledger.places.n - 1] : NULL;
}

static void
apply_look(struct replay *r, const struct journal_entry *e)
{
	if (!e->bad && e->look.path && path_is_canonical(e->look.path) && e->look.via)
		watched_add(&r->ledger.places, e->look.path, e->look.via, e->look.image);
}

static void
apply_seen(struct replay *r, const struct journal_entry *e)
{
	struct file_state state = e->seen.state;
	struct watched_place *p = newest_place(r);

	if (p && !e->bad && e->seen.path && path_is_canonical(e->seen.path) && path_is_under(e->seen.path, p->path) &&
	    e->seen.fate < FATE_COUNT && is_errno(e->seen.fate_error))
		watched_add_name(p, &e->seen);
	state_release(&state);
}

static void
apply_looked(struct replay *r, const struct journal_entry *e)
{
	struct watched_place *p = newest_place(r);

	if (!p || e->bad)
		return;
	p->complete = true;
	p->cut = e->looked.cut;
}

static void
apply_joined(struct replay *r, const struct journal_entry *e)
{
	struct err unsaid;

	if (!e->bad && e->joined.uuid && (!e->joined.name || run_check_name(e->joined.name, &unsaid) == 0))
		joined_add(&r->ledger, e->joined.image, e->joined.name, e->joined.uuid);
}

static void (*const apply[])(struct replay *r, const struct journal_entry *e) = {
	[JOURNAL_RUN] = apply_run,
	[JOURNAL_IMAGE] = apply_image,
	[JOURNAL_END] = apply_end,
	[JOURNAL_OBJECT] = apply_object,
	[JOURNAL_CONTENT] = apply_content,
	[JOURNAL_FORGET] = apply_forget,
	[JOURNAL_PATH] = apply_path,
	[JOURNAL_ACCESS] = apply_access,
	[JOURNAL_BLIND] = apply_blind,
	[JOURNAL_MOVE] = apply_move,
	[JOURNAL_MOVED] = apply_move,
	[JOURNAL_COMMAND_ENDED] = apply_command_ended,
	[JOURNAL_PLACE] = apply_place,
	[JOURNAL_CONNECTION] = apply_connection,
	[JOURNAL_FATE] = apply_fate,
	[JOURNAL_ALIAS] = apply_alias,
	[JOURNAL_CALLER_LOG] = apply_caller_log,
	[JOURNAL_DOUBT] = apply_doubt,
	[JOURNAL_SETTLED] = apply_settled,
	[JOURNAL_UNSETTLED] = apply_unsettled,
	[JOURNAL_LOOK] = apply_look,
	[JOURNAL_SEEN] = apply_seen,
	[JOURNAL_LOOKED] = apply_looked,
	[JOURNAL_JOINED] = apply_joined,
};

void
replay_init(struct replay *r, const char *history)
{
	*r = (struct replay){ .history = history };
	ledger_init(&r->ledger);
}

void
replay_journal(struct replay *r, struct journal_reader *reader)
{
	struct journal_entry e;

	while (journal_read(reader, &e) > 0) {
		if ((size_t)e.type < ARRAY_SIZE(apply) && apply[e.type])
			apply[e.type](r, &e);
	}
	r->ledger.replayed = true;
	r->ledger.names_lost = true;	/* it may be so */
}

void
replay_release(struct replay *r)
{
	forget_move(r);
	free(r->uuid);
	ledger_release(&r->ledger);
}
