/* The entries of a journal. */
#include "config.h"

#include "record/journal_entries.h"

#include <string.h>

#include "base/mem.h"
#include "base/pack.h"
#include "file/state_pack.h"

/* Where the fields of an entry go to or come from: one of the two is NULL.  So their order is the same for both. */
struct fields {
	struct buf *out;
	struct packed *in;
};

static void
field_u32(struct fields *f, uint32_t *value)
{
	if (f->out)
		pack_u32(f->out, *value);
	else
		*value = pack_take_u32(f->in);
}

static void
field_u64(struct fields *f, uint64_t *value)
{
	if (f->out)
		pack_u64(f->out, *value);
	else
		*value = pack_take_u64(f->in);
}

static void
field_int(struct fields *f, int *value)
{
	uint32_t number = (uint32_t)*value;

	field_u32(f, &number);
	*value = (int)number;
}

static void
field_bool(struct fields *f, bool *value)
{
	uint32_t number = *value;

	field_u32(f, &number);
	*value = number;
}

/* Sizes and times. */
static void
field_s64(struct fields *f, int64_t *value)
{
	uint64_t number = (uint64_t)*value;

	field_u64(f, &number);
	*value = (int64_t)number;
}

static void
field_string(struct fields *f, const char **s)
{
	if (f->out)
		pack_string(f->out, *s);
	else
		*s = pack_take_string(f->in);
}

static void
field_digest(struct fields *f, bool *has, struct digest *d)
{
	const void *bytes;
	size_t len;

	if (f->out) {
		pack_bytes(f->out, *has ? d->bytes : NULL, DIGEST_SIZE);
		return;
	}
	bytes = pack_take_bytes(f->in, &len);
	*has = bytes && len == DIGEST_SIZE;
	if (*has)
		memcpy(d->bytes, bytes, DIGEST_SIZE);
}

static void
field_run_kind(struct fields *f, enum run_kind *kind)
{
	const char *word = f->out ? run_kind_names[*kind] : NULL;

	field_string(f, &word);
	*kind = run_kind_named(word);
}

static void
run_fields(struct fields *f, struct journal_entry *e)
{
	struct run_start *run = &e->run;

	field_string(f, &run->uuid);
	field_string(f, &run->name);
	field_run_kind(f, &run->kind);
	field_string(f, &run->host);
	field_string(f, &run->login);
	field_string(f, &run->directory);
	field_string(f, &run->command);
	field_s64(f, &run->started_ns);
	field_s64(f, &run->tracer_pid);
}

static void
image_fields(struct fields *f, struct journal_entry *e)
{
	struct process_start *image = &e->image;

	field_u32(f, &image->parent_image);
	field_int(f, &image->pid);
	field_bool(f, &image->is_exec);
	field_string(f, &image->program);
	field_string(f, &image->command);
	field_string(f, &image->directory);
	field_s64(f, &image->started_ns);
}

static void
object_fields(struct fields *f, struct journal_entry *e)
{
	if (f->out)
		state_pack(f->out, &e->object);
	else
		state_pack_take(f->in, &e->object);
	/* it came later than the others: an entry may end before it */
	if (f->out ? e->object.birth != 0 : f->in->at < f->in->len)
		field_s64(f, &e->object.birth);
}

static void
access_fields(struct fields *f, struct journal_entry *e)
{
	field_u32(f, &e->access.path);
	field_u32(f, &e->access.image);
	field_u32(f, &e->access.op);
	field_u32(f, &e->access.flag_set);
	field_u64(f, &e->access.flags);
	field_int(f, &e->access.error);
	field_s64(f, &e->access.when_ns);
}

static void
connection_fields(struct fields *f, struct journal_entry *e)
{
	struct connection *c = &e->connection.is;
	const char *address = c->address;

	field_u32(f, &e->connection.image);
	field_int(f, &c->family);
	field_int(f, &c->type);
	field_int(f, &c->protocol);
	field_string(f, &address);
	field_int(f, &c->port);
	field_int(f, &e->connection.error);
	field_s64(f, &e->connection.first_ns);
	c->address = (char *)(uintptr_t)address;
}

static void
fate_fields(struct fields *f, struct journal_entry *e)
{
	field_u32(f, &e->fate.object);
	field_u32(f, &e->fate.fate);
	field_int(f, &e->fate.error);
	field_s64(f, &e->fate.size_bytes);
	field_s64(f, &e->fate.mtime_ns);
	field_bool(f, &e->fate.whole);
}

static void
end_fields(struct fields *f, struct journal_entry *e)
{
	field_u32(f, &e->end.image);
	field_int(f, &e->end.status);
	field_s64(f, &e->end.ended_ns);
}

static void
content_fields(struct fields *f, struct journal_entry *e)
{
	field_u32(f, &e->content.object);
	field_bool(f, &e->content.at_risk);
	field_digest(f, &e->content.has_digest, &e->content.digest);
}

static void
forget_fields(struct fields *f, struct journal_entry *e)
{
	field_u32(f, &e->forget.object);
}

static void
path_fields(struct fields *f, struct journal_entry *e)
{
	field_string(f, &e->path.path);
	field_u32(f, &e->path.object);
	field_bool(f, &e->path.untracked);
}

static void
blind_fields(struct fields *f, struct journal_entry *e)
{
	field_u32(f, &e->blind.image);
	field_u32(f, &e->blind.kind);
	field_string(f, &e->blind.detail);
}

static void
move_fields(struct fields *f, struct journal_entry *e)
{
	field_bool(f, &e->move.exchange);
	field_string(f, &e->move.from);
	field_string(f, &e->move.to);
}

static void
command_ended_fields(struct fields *f, struct journal_entry *e)
{
	field_int(f, &e->command_ended.status);
	field_s64(f, &e->command_ended.ended_ns);
}

static void
place_fields(struct fields *f, struct journal_entry *e)
{
	field_u32(f, &e->place.object);
	field_u32(f, &e->place.path);
}

static void
alias_fields(struct fields *f, struct journal_entry *e)
{
	field_u32(f, &e->alias.object);
	field_u64(f, &e->alias.dev);
	field_u64(f, &e->alias.ino);
}

static void
caller_log_fields(struct fields *f, struct journal_entry *e)
{
	field_u32(f, &e->caller_log.path);
}

static void
doubt_fields(struct fields *f, struct journal_entry *e)
{
	field_u32(f, &e->doubt.path);
}

static void
settled_fields(struct fields *f, struct journal_entry *e)
{
	struct file_state *s = &e->settled.state;
	uint64_t dev = s->dev, ino = s->ino, nlink = s->nlink, rdev = s->rdev;
	uint32_t type = s->type;

	field_u32(f, &e->settled.path);
	field_bool(f, &e->settled.held);
	field_u32(f, &type);
	field_u32(f, &s->mode);
	field_u32(f, &s->uid);
	field_u32(f, &s->gid);
	field_s64(f, &s->size_bytes);
	field_s64(f, &s->mtime_ns);
	field_s64(f, &s->ctime_ns);
	field_u64(f, &dev);
	field_u64(f, &ino);
	field_s64(f, &s->birth);
	field_u64(f, &nlink);
	field_u64(f, &rdev);
	field_string(f, &e->settled.target);
	s->type = type < FILE_TYPE_COUNT ? (enum file_type)type : FILE_ABSENT;
	s->dev = dev;
	s->ino = ino;
	s->nlink = nlink;
	s->rdev = rdev;
}

static void
unsettled_fields(struct fields *f, struct journal_entry *e)
{
	field_u32(f, &e->unsettled.path);
}

static void
look_fields(struct fields *f, struct journal_entry *e)
{
	field_string(f, &e->look.path);
	field_string(f, &e->look.via);
	field_u32(f, &e->look.image);
}

static void
seen_fields(struct fields *f, struct journal_entry *e)
{
	field_string(f, &e->seen.path);
	if (f->out)
		watched_pack_name(f->out, &e->seen);
	else
		watched_take_name(f->in, &e->seen);
}

static void
looked_fields(struct fields *f, struct journal_entry *e)
{
	field_bool(f, &e->looked.cut);
}

static void
joined_fields(struct fields *f, struct journal_entry *e)
{
	field_u32(f, &e->joined.image);
	field_string(f, &e->joined.name);
	field_string(f, &e->joined.uuid);
}

static void (*const fields_of[])(struct fields *f, struct journal_entry *e) = {
	[JOURNAL_RUN] = run_fields,
	[JOURNAL_IMAGE] = image_fields,
	[JOURNAL_END] = end_fields,
	[JOURNAL_OBJECT] = object_fields,
	[JOURNAL_CONTENT] = content_fields,
	[JOURNAL_FORGET] = forget_fields,
	[JOURNAL_PATH] = path_fields,
	[JOURNAL_ACCESS] = access_fields,
	[JOURNAL_BLIND] = blind_fields,
	[JOURNAL_MOVE] = move_fields,
	[JOURNAL_MOVED] = move_fields,
	[JOURNAL_COMMAND_ENDED] = command_ended_fields,
	[JOURNAL_PLACE] = place_fields,
	[JOURNAL_CONNECTION] = connection_fields,
	[JOURNAL_FATE] = fate_fields,
	[JOURNAL_ALIAS] = alias_fields,
	[JOURNAL_CALLER_LOG] = caller_log_fields,
	[JOURNAL_DOUBT] = doubt_fields,
	[JOURNAL_SETTLED] = settled_fields,
	[JOURNAL_UNSETTLED] = unsettled_fields,
	[JOURNAL_LOOK] = look_fields,
	[JOURNAL_SEEN] = seen_fields,
	[JOURNAL_LOOKED] = looked_fields,
	[JOURNAL_JOINED] = joined_fields,
};

/* An entry of a type that is not known has none. */
static void
entry_fields(struct fields *f, struct journal_entry *e)
{
	if ((size_t)e->type < ARRAY_SIZE(fields_of) && fields_of[e->type])
		fields_of[e->type](f, e);
}

void
journal_write(struct journal *j, const struct journal_entry *entry)
{
	struct journal_entry copy = *entry;
	struct fields f = { 0 };

	if (!j)
		return;
	f.out = journal_begin(j, (uint32_t)entry->type);
	entry_fields(&f, &copy);
	journal_end(j);
}

int
journal_read(struct journal_reader *r, struct journal_entry *entry)
{
	struct packed packed;
	struct fields f = { .in = &packed };
	uint32_t type;

	if (journal_next(r, &type, &packed) == 0)
		return 0;
	memset(entry, 0, sizeof(*entry));
	entry->type = (enum journal_type)type;
	entry_fields(&f, entry);
	entry->bad = packed.bad;
	return 1;
}
