/* What was in places before others could change it. */
#include "config.h"

#include "record/watched.h"

#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/mem.h"
#include "file/state_pack.h"

enum { NAME_WHOLE = 1 << 0, NAME_CLOSED = 1 << 1, NAME_DIGEST = 1 << 2 };

void
watched_release(struct watched_places *all)
{
	for (size_t i = 0; i < all->n; i++) {
		free(all->list[i].path);
		free(all->list[i].via);
		buf_release(&all->list[i].names);
		buf_release(&all->list[i].last);
	}
	free(all->list);
	*all = (struct watched_places){ 0 };
}

struct watched_place *
watched_add(struct watched_places *all, const char *path, const char *via, uint32_t image)
{
	struct watched_place *p = LIST_ADD(all->list, all->n);

	*p = (struct watched_place){
		.path = xstrdup(path), .via = xstrdup(via), .image = image, .names = BUF_INIT, .last = BUF_INIT,
	};
	return p;
}

bool
watched_has(const struct watched_places *all, const char *path, const char *via)
{
	for (size_t i = 0; i < all->n; i++) {
		if (strcmp(all->list[i].path, path) == 0 && strcmp(all->list[i].via, via) == 0)
			return true;
	}
	return false;
}

void
watched_pack_name(struct buf *out, const struct watched_name *name)
{
	const struct file_state *s = &name->state;

	pack_u32(out, (name->whole ? NAME_WHOLE : 0) | (name->closed ? NAME_CLOSED : 0) | (s->has_digest ? NAME_DIGEST : 0));
	state_pack(out, s);
	pack_u64(out, (uint64_t)s->birth);
	if (s->has_digest)
		pack_bytes(out, s->digest.bytes, DIGEST_SIZE);
	pack_u32(out, name->fate);
	pack_u32(out, (uint32_t)name->fate_error);
}

void
watched_take_name(struct packed *in, struct watched_name *name)
{
	struct file_state *s = &name->state;
	uint32_t bits = pack_take_u32(in);
	const void *digest;
	size_t len;

	state_pack_take(in, s);
	s->birth = (int64_t)pack_take_u64(in);
	digest = bits & NAME_DIGEST ? pack_take_bytes(in, &len) : NULL;
	s->has_digest = digest && len == DIGEST_SIZE;
	if (s->has_digest)
		memcpy(s->digest.bytes, digest, DIGEST_SIZE);
	name->whole = bits & NAME_WHOLE;
	name->closed = bits & NAME_CLOSED;
	name->fate = pack_take_u32(in);
	name->fate_error = (int)pack_take_u32(in);
}

static size_t
shared_length(const char *a, const char *b)
{
	size_t n = 0;

	while (a[n] && a[n] == b[n])
		n++;
	return n;
}

void
watched_add_name(struct watched_place *p, const struct watched_name *name)
{
	size_t shared = shared_length(p->last.data, name->path);

	pack_u32(&p->names, (uint32_t)shared);
	pack_string(&p->names, name->path + shared);
	watched_pack_name(&p->names, name);
	buf_truncate(&p->last, shared);
	buf_addstr(&p->last, name->path + shared);
	p->n_names++;
	p->n_bare += name->state.type == FILE_REGULAR && !name->whole;
}

void
watched_next(struct watched_reader *r)
{
	const char *rest;
	size_t shared;

	state_release(&r->now.state);
	memset(&r->now, 0, sizeof(r->now));
	r->there = r->in.at < r->in.len;
	if (!r->there)
		return;
	shared = pack_take_u32(&r->in);
	rest = pack_take_string(&r->in);
	watched_take_name(&r->in, &r->now);
	r->there = rest && !r->in.bad && shared <= r->path.len;
	if (!r->there)
		return;
	buf_truncate(&r->path, shared);
	buf_addstr(&r->path, rest);
	r->now.path = r->path.data;
}

void
watched_read(struct watched_reader *r, const struct watched_place *p)
{
	*r = (struct watched_reader){ .in = { .bytes = p->names.data, .len = p->names.len }, .path = BUF_INIT };
	watched_next(r);
}

void
watched_reader_release(struct watched_reader *r)
{
	state_release(&r->now.state);
	buf_release(&r->path);
}
